"""The frames of pages that write themselves: what the pen has passed over is shown of the finished page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from handfont.core.arrays import ByteArray, DoubleArray
from handfont.layout.page import Line, Mark, Page, PlacedWord
from handfont.options import FileOptions
from handfont.output.animation.timing import TimedItem, timed
from handfont.output.metadata import DocumentInfo
from handfont.output.pdf import writer
from handfont.util.files import temporary_folder

WIDER, WIDEST = 1.5, 2.5
"""Width of what the pen uncovers, in that of its ink: while it writes, and once a word is written."""
SOFT = 2
"""Pixels more, as ink has soft edges."""
HOLD = 2.0
"""Seconds that a finished page is shown before the next one begins, and at the end."""
SHIFT = 4
"""Bits of a pixel's fractions in which OpenCV takes coordinates."""

_Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Frame:
    """A picture of a film; the next one overwrites its pixels.

    Attributes:
        pixels: (height, width, 3).
        finished: the same of the page when it is written.
        changed: what is not as in the frame before: left, top, right, bottom.
        number: it is shown from ``number / fps`` seconds on.
    """

    pixels: ByteArray
    finished: ByteArray
    changed: _Box
    number: int


def frames(pages: Iterable[Page], ink: str, info: DocumentInfo, options: FileOptions) -> Iterator[Frame]:
    """Frames of all pages, one after the other, in the size of the first one; where nothing changes there are none."""
    number, size = 0, None
    last: Frame | None = None
    for page in pages:
        scale = options.frame_width / page.width
        # Video wants even sides.
        size = size or (options.frame_width // 2 * 2, round(page.height * scale / 2) * 2)
        canvas = _Canvas(ink, info, scale, size)
        finished = canvas.drawn(page)
        empty = replace(page, lines=[], marks=[])
        pixels = canvas.drawn(empty)
        whole = (0, 0, *size)
        yield Frame(pixels, finished, whole, number)
        plan = timed(page, options.duration)
        count = math.ceil(plan.duration * options.fps)
        for moment, changed in _writing(plan.lines, pixels, canvas, empty, options.fps):
            if moment < count:
                yield Frame(pixels, finished, changed, number + moment)
        pixels[:] = finished
        last = Frame(pixels, finished, whole, number + count)
        yield last
        number += count + math.ceil(HOLD * options.fps)
    if last is not None:
        # The last page is shown as long as the others.
        yield replace(last, changed=(0, 0, 1, 1), number=number - 1)


def _writing(
    lines: Iterable[Sequence[TimedItem]], pixels: ByteArray, canvas: _Canvas, empty: Page, fps: float
) -> Iterator[tuple[int, _Box]]:
    """Numbers of frames, and what has changed in ``pixels`` by then: each number once, in order."""
    bare = replace(empty, rules=(), pictures=[], background=None)
    waiting: tuple[int, _Box] | None = None
    for line in lines:
        sheet = _Sheet(pixels, canvas.drawn_line(line, bare))
        for moment, passed in _moments(line, empty.height, canvas.scale, fps):
            if waiting is not None and waiting[0] != moment:
                yield waiting
                waiting = None
            box = sheet.uncover(passed)
            if waiting is not None:
                left, top, right, bottom = waiting[1]
                box = min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3])
            waiting = moment, box
    if waiting is not None:
        yield waiting


class _Canvas:
    """Draws pages as pictures of one size in pixels, ``scale`` pixels to a point."""

    def __init__(self, ink: str, info: DocumentInfo, scale: float, size: tuple[int, int]) -> None:
        self.ink, self.info, self.scale, self.size = ink, info, scale, size

    def drawn(self, page: Page) -> ByteArray:
        """A page on white paper (height, width, 3)."""
        sheet = Image.new("RGBA", self.size, "white")
        sheet.alpha_composite(self._picture(page))
        return np.array(sheet.convert("RGB"))

    def drawn_line(self, line: Sequence[TimedItem], empty: Page) -> ByteArray:
        """The ink of a line alone (height, width, 4), with its opacity."""
        sources = [item.written.source for item in line]
        words = tuple(source for source in sources if isinstance(source, PlacedWord))
        marks = [source for source in sources if isinstance(source, Mark)]
        sheet = Image.new("RGBA", self.size, (0, 0, 0, 0))
        sheet.paste(self._picture(replace(empty, lines=[Line(words, 0.0)], marks=marks)))
        return np.array(sheet)

    def _picture(self, page: Page) -> Image.Image:
        with temporary_folder() as folder:
            path = folder / "page.pdf"
            writer.write([page], path, self.ink, self.info)
            with pypdfium2.PdfDocument(path) as document:
                drawn = document[0].render(scale=self.scale, fill_color=(255, 255, 255, 0), rev_byteorder=True)
                pixels = np.ascontiguousarray(drawn.to_numpy())
        return Image.fromarray(pixels)


@dataclass(frozen=True)
class _Polyline:
    """What the pen has passed over: points (N, 2) in pixels, and a width in pixels."""

    points: DoubleArray
    width: int


class _Sheet:
    """A page on which the ink of a line is uncovered bit by bit; ``pixels`` change with it."""

    def __init__(self, pixels: ByteArray, line: ByteArray) -> None:
        self.pixels, self.before = pixels, pixels.copy()
        self.line, self.cover = line, np.zeros(line.shape[:2], np.uint8)

    def uncover(self, lines: list[_Polyline]) -> _Box:
        """Uncover what lies along lines; the box that has changed."""
        height, width = self.line.shape[:2]
        for line in lines:
            points = np.rint(line.points * (1 << SHIFT)).astype(np.int32)
            cv2.polylines(self.cover, [points], False, 255, line.width, cv2.LINE_AA, SHIFT)
        points = np.concatenate([line.points for line in lines])
        reach = max(line.width for line in lines) + 2
        low = np.clip(np.floor(points.min(axis=0) - reach).astype(int), 0, (width - 1, height - 1))
        high = np.clip(np.ceil(points.max(axis=0) + reach).astype(int), low + 1, (width, height))
        (left, top), (right, bottom) = low.tolist(), high.tolist()
        box = slice(top, bottom), slice(left, right)
        opacity = self.line[box][..., 3:].astype(np.float32) * self.cover[box][..., None] / 255**2
        self.pixels[box] = np.rint(self.before[box] * (1 - opacity) + self.line[box][..., :3] * opacity)
        return left, top, right, bottom


def _moments(
    items: Sequence[TimedItem], height: float, scale: float, fps: float
) -> Iterator[tuple[int, list[_Polyline]]]:
    """Numbers of frames, and what has been uncovered when each of them is shown."""
    moment, lines = 0, list[_Polyline]()
    for item in items:
        pen = _pen(item) * scale
        placed = [(stroke.points * (1, -1) + (0, height)) * scale for stroke in item.strokes]
        for stroke, points in zip(item.strokes, placed, strict=True):
            numbers = np.floor(stroke.times * fps).astype(int) + 1
            for number in np.unique(numbers[1:] if len(numbers) > 1 else numbers).tolist():
                if number > moment:
                    if lines:
                        yield moment, lines
                    moment, lines = number, []
                begin = int(np.searchsorted(numbers, number))
                part = points[max(begin - 1, 0) : int(np.searchsorted(numbers, number, side="right"))]
                lines.append(_Polyline(part, math.ceil(WIDER * pen) + SOFT))
        lines += [_Polyline(points, math.ceil(WIDEST * pen) + SOFT) for points in placed]
    if lines:
        yield moment, lines


def _pen(item: TimedItem) -> float:
    source = item.written.source
    if isinstance(source, PlacedWord):
        return max(glyph.glyph.pen * glyph.scale for glyph in source.glyphs)
    assert isinstance(source, Mark)
    return source.pen
