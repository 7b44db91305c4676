"""Handwriting fonts as writers: each face gives every character once, with true metrics and accents."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTFont, TTLibError
from PIL import Image, ImageDraw, ImageFont

from handfont.core.arrays import BoolArray
from handfont.core.charset import CHARACTERS, MARKS
from handfont.core.sdf import ink_distance, pen_width
from handfont.errors import DataError

X_HEIGHT_PIXELS = 72
"""Pixels of an x-height that fonts are drawn at."""

BEARERS = {"ˋ": "òèà", "´": "óéá", "ˆ": "ôêâ", "˜": "õñã", "¨": "öëä", "˚": "ůå", "ˇ": "ěšč", "˘": "ŏăğ", "¯": "ōēā",
           "˙": "ėżċ", "˝": "őű"}  # fmt: skip
"""Letters that accents are taken from, with their place; the cedilla and ogonek touch their letters and are
taken alone."""


@dataclass
class FontGlyph:
    """One character of a font as ink: binary image, pixels an x-height, baseline row, side bearings in pixels."""

    writer: str
    label: str
    ink: BoolArray
    x_height: float
    baseline: float
    left: float
    right: float
    pen: float


def licensed_fonts(folder: Path) -> list[tuple[Path, str]]:
    """(file, style class) of all faces listed in ``fonts.csv``, in its order.

    Raises:
        DataError: the table or a listed file is missing, or the table lacks a column.
    """
    path = folder / "fonts.csv"
    try:
        with path.open(newline="", encoding="utf-8") as table:
            faces = [(folder / row["file"], row["style"]) for row in csv.DictReader(table)]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}); it lists the fonts, see the README") from error
    except (KeyError, csv.Error) as error:
        raise DataError(f"{path} is no list of fonts with the columns 'file' and 'style' ({error})") from error
    missing = [str(file) for file, _ in faces if not file.is_file()]
    if missing:
        raise DataError(f"{path} lists files that are not there: {', '.join(missing[:5])}")
    return faces


def read(
    path: Path, style: str, slant: float = 0.0, width: float = 1.0, characters: str = CHARACTERS
) -> Iterator[FontGlyph]:
    """Characters of one face, optionally sheared (``slant`` in x per y) and stretched (``width``).

    Faces whose lower case is small capitals only give their capitals, digits and signs: as handwriting of a lower-case
    letter they would teach the wrong shape.

    Raises:
        DataError: the file is no font.
    """
    try:
        covered = set(TTFont(path, lazy=True).getBestCmap())
        probe = ImageFont.truetype(str(path), 400)
    except (OSError, TTLibError, TypeError) as error:
        raise DataError(f"{path} is no font that can be read ({error})") from error
    capitals_only = style == "caps-print"
    reference = "H" if capitals_only else "x"
    top, bottom = _ink_rows(probe, reference)
    size = 400 * X_HEIGHT_PIXELS * (1.65 if capitals_only else 1.0) / max(bottom - top, 1)
    font = ImageFont.truetype(str(path), round(size))
    top, bottom = _ink_rows(font, reference)
    x_height = (bottom - top) / (1.65 if capitals_only else 1.0)
    glyphs = []
    for character in characters:
        if capitals_only and (character.islower() or character in MARKS):
            continue
        if character in BEARERS:
            glyph = _mark(font, [c for c in BEARERS[character] if ord(c) in covered], x_height, slant, width)
        elif ord(character) in covered:
            glyph = _glyph(font, character, x_height, slant, width)
        else:
            continue
        if glyph is not None:
            glyphs.append((character, glyph))
    pens = [pen_width(ink) for _, (ink, *_) in glyphs]
    typical = float(np.median(pens)) if pens else 0.0
    for (character, (ink, baseline, left, right)), pen in zip(glyphs, pens, strict=True):
        yield FontGlyph(
            f"font:{path.stem}",
            character,
            ink,
            x_height,
            baseline,
            left,
            right,
            float(np.clip(pen, 0.6 * typical, 1.5 * typical)),
        )


def _ink_rows(font: ImageFont.FreeTypeFont, character: str) -> tuple[int, int]:
    box = font.getbbox(character, anchor="ls")
    return int(box[1]), int(box[3])


_Ink = tuple[BoolArray, float, float, float]


def _mark(font: ImageFont.FreeTypeFont, bearers: list[str], x_height: float, slant: float, width: float) -> _Ink | None:
    """The accent of the first letter that it is clear of."""
    for bearer in bearers:
        whole = _glyph(font, bearer, x_height, slant, width)
        if whole is None:
            continue
        ink, baseline, left, right = whole
        count, parts, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
        letter = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
        top = stats[letter, cv2.CC_STAT_TOP]
        above = [
            part
            for part in range(1, count)
            if part != letter
            and stats[part, cv2.CC_STAT_AREA] > 12
            and stats[part, cv2.CC_STAT_TOP] + stats[part, cv2.CC_STAT_HEIGHT] <= top + 0.1 * x_height
        ]
        if above:
            mark = np.isin(parts, above)
            ys, xs = np.nonzero(mark)
            return mark[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1], baseline - ys.min(), left, right
    return None


def _glyph(font: ImageFont.FreeTypeFont, character: str, x_height: float, slant: float, width: float) -> _Ink | None:
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
