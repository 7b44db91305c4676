"""GIF: pictures in few colors, of which each has only what has changed since the one before it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import GifImagePlugin, Image

from handfont.core.arrays import ByteArray
from handfont.output.animation.frames import Frame

COLORS = 64
"""Colors of a page: shades of its ink, and what is printed on it."""


def write(frames: Iterable[Frame], path: Path, fps: float) -> None:
    """Write frames as a GIF that plays once and stays at its end. Memory does not grow with their number."""
    with path.open("wb") as file:
        writer = _Writer(file, fps)
        for frame in frames:
            writer.add(frame)
        writer.end()


class _Palette:
    """The colors of a page: means of similar ones, but that of its paper exactly."""

    def __init__(self, page: ByteArray) -> None:
        colors, counts = np.unique(page.reshape(-1, 3), axis=0, return_counts=True)
        self.paper = colors[counts.argmax()]
        self.picture = Image.fromarray(page).quantize(COLORS - 1)
        self.colors = [*(self.picture.getpalette() or [])[: 3 * (COLORS - 1)], *self.paper.tolist()]

    def reduced(self, pixels: ByteArray) -> Image.Image:
        """A picture in these colors."""
        near = Image.fromarray(pixels).quantize(palette=self.picture, dither=Image.Dither.NONE)
        numbers = np.array(near)
        numbers[(pixels == self.paper).all(axis=2)] = len(self.colors) // 3 - 1
        picture = Image.fromarray(numbers).convert("P")
        picture.putpalette(self.colors)
        return picture


class _Writer:
    """Writes a picture once it is known how long it is shown."""

    def __init__(self, file: BinaryIO, fps: float) -> None:
        self.file, self.fps = file, fps
        self.page: ByteArray | None = None
        self.palettes: list[_Palette] = []
        self.waiting: tuple[Image.Image, tuple[int, int], int] | None = None

    def add(self, frame: Frame) -> None:
        """Write the picture before, and take the next one."""
        self._put(frame.number)
        if frame.finished is not self.page:
            self.page = frame.finished
            self.palettes.append(_Palette(frame.finished))
        left, top, right, bottom = frame.changed
        picture = self.palettes[-1].reduced(frame.pixels[top:bottom, left:right])
        if self.waiting is None:
            header, _ = GifImagePlugin.getheader(picture.copy())
            self.file.writelines(header)
        self.waiting = picture, (left, top), frame.number

    def end(self) -> None:
        """Write the last picture."""
        if self.waiting is not None:
            self._put(self.waiting[2] + 1)
        self.file.write(b";")

    def _put(self, following: int) -> None:
        """Write the picture that waits, which is shown until that of the number ``following``."""
        if self.waiting is None:
            return
        picture, place, number = self.waiting
        # Begins are rounded, not durations: those would add up to another speed.
        begin, end = (round(100 * one / self.fps) * 10 for one in (number, following))
        own_colors = len(self.palettes) > 1
        self.file.writelines(
            GifImagePlugin.getdata(picture, place, duration=end - begin, include_color_table=own_colors)
        )
