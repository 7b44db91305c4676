"""Handwriting fonts as writers: each face gives every character once, with true metrics and accents."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from handfont.charset import CHARACTERS
from handfont.sdf import ink_distance, pen_width

X_HEIGHT_PIXELS = 72


@dataclass
class FontGlyph:
    """One character of a font as ink: binary image, pixels an x-height, baseline row, side bearings in pixels."""

    writer: str
    label: str
    ink: NDArray[np.bool_]
    x_height: float
    baseline: float
    left: float
    right: float
    pen: float


def licensed_fonts(folder: Path) -> list[tuple[Path, str]]:
    """(file, style class) of all faces listed in ``fonts.csv``, in its order."""
    with (folder / "fonts.csv").open(newline="", encoding="utf-8") as table:
        return [(folder / row["file"], row["style"]) for row in csv.DictReader(table)]


def read(path: Path, style: str, slant: float = 0.0, width: float = 1.0) -> Iterator[FontGlyph]:
    """The characters of one face, optionally sheared (``slant`` in x per y) and stretched (``width``).

    Faces whose lower case is small capitals only give their capitals, digits and signs: as handwriting of a lower-case
    letter they would teach the wrong shape.
    """
    covered = set(TTFont(path, lazy=True).getBestCmap())
    probe = ImageFont.truetype(str(path), 400)
    capitals_only = style == "caps-print"
    reference = "H" if capitals_only else "x"
    top, bottom = _ink_rows(probe, reference)
    size = 400 * X_HEIGHT_PIXELS * (1.65 if capitals_only else 1.0) / max(bottom - top, 1)
    font = ImageFont.truetype(str(path), round(size))
    top, bottom = _ink_rows(font, reference)
    x_height = (bottom - top) / (1.65 if capitals_only else 1.0)
    glyphs = []
    for character in CHARACTERS:
        if ord(character) not in covered or (capitals_only and character.islower()):
            continue
        glyph = _glyph(font, character, x_height, slant, width)
        if glyph is not None:
            glyphs.append((character, glyph))
    pens = [pen_width(ink) for _, (ink, *_) in glyphs]
    typical = float(np.median(pens)) if pens else 0.0
    for (character, (ink, baseline, left, right)), pen in zip(glyphs, pens, strict=True):
        yield FontGlyph(f"font:{path.stem}", character, ink, x_height, baseline, left, right,
                        float(np.clip(pen, 0.6 * typical, 1.5 * typical)))


def _ink_rows(font: ImageFont.FreeTypeFont, character: str) -> tuple[int, int]:
    box = font.getbbox(character, anchor="ls")
    return int(box[1]), int(box[3])


def _glyph(
    font: ImageFont.FreeTypeFont, character: str, x_height: float, slant: float, width: float
) -> tuple[NDArray[np.bool_], float, float, float] | None:
    box = font.getbbox(character, anchor="ls")
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return None
    pad = int(3 * x_height)
    w, h = int(box[2] - box[0]) + 2 * pad, int(box[3] - box[1]) + 2 * pad
    image = Image.new("L", (w, h))
    origin = (pad - int(box[0]), pad - int(box[1]))
    ImageDraw.Draw(image).text(origin, character, font=font, fill=255, anchor="ls")
    array = np.asarray(image)
    if slant or width != 1.0:
        matrix = np.array([[width, -slant, slant * origin[1] + (1 - width) * origin[0]], [0, 1, 0]], np.float32)
        array = cv2.warpAffine(array, matrix, (int(w * max(width, 1.0)) + pad, h), flags=cv2.INTER_CUBIC)
    ink = array > 127
    if not ink.any() or ink_distance(ink).max() < 1:
        return None
    ys, xs = np.nonzero(ink)
    advance = font.getlength(character) * width
    left, right = xs.min() - origin[0], origin[0] + advance - (xs.max() + 1)
    cropped = ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    return cropped, float(origin[1] - ys.min()), float(left), float(right)
