"""What is on a page: written words and pen strokes, and the sheet under them.

Lengths are in points, x to the right and y up from the page's lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.glyph import Glyph, Outline
from handfont.util.pictures import PictureFile


class PlacedGlyph(NamedTuple):
    """A glyph on a page: its origin, points to an x-height, turn in degrees. (A document has many of them; tuples are
    made ten times faster than frozen dataclasses.)
    """

    glyph: Glyph
    x: float
    y: float
    scale: float
    rotation: float = 0.0

    def on_page(self, points: FloatArray) -> DoubleArray:
        """Where points (N, 2) of the glyph, in x-heights, come to lie on the page."""
        turn = np.radians(self.rotation)
        cos, sin = np.cos(turn) * self.scale, np.sin(turn) * self.scale
        return np.asarray(points.astype(np.float64) @ np.array([[cos, sin], [-sin, cos]]) + (self.x, self.y))


@dataclass(frozen=True)
class PlacedWord:
    """A word as the reader sees it: its glyphs, in order, and the text they spell.

    ``spaces`` come before it in the text. A ``broken`` word goes on as the first word of the next line: its last
    glyph is a hyphen that the text does not have, and ``text`` is without it.
    """

    text: str
    glyphs: tuple[PlacedGlyph, ...]
    spaces: int = 1
    broken: bool = False


@dataclass(frozen=True)
class Line:
    """One written line: words in reading order, the height of its baseline at the left margin, and how many line ends
    follow it in the text: 0 where the line was wrapped, 2 before an empty line. What is ``aside`` is not of the text: a
    page's number.
    """

    words: tuple[PlacedWord, ...]
    baseline: float
    ends: int = 1
    aside: bool = False


@dataclass(frozen=True)
class Mark:
    """A stroke of the pen that is no character (an underline, a bullet, a ruled table): the outline of its ink, and the
    path (points, 2) and width of the pen, in points.
    """

    outline: Outline
    path: FloatArray
    pen: float


@dataclass(frozen=True)
class Rule:
    """A printed line of the sheet; one without length is a round dot of diameter ``width``. ``colour`` ``#rrggbb``."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    colour: str


@dataclass(frozen=True)
class Picture:
    """An image placed on the page: lower left corner, width and height; ``text`` says what it shows."""

    path: PictureFile
    x: float
    y: float
    width: float
    height: float
    text: str = ""


@dataclass
class Page:
    """A page to be drawn, from bottom to top: background (an image or the first page of a PDF that fills the sheet),
    printed rules, pictures, then what is written: marks and lines.
    """

    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rules: tuple[Rule, ...] = ()
    pictures: list[Picture] = field(default_factory=list)
    background: Path | None = None
