"""What a face of a font has to offer to write words with it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Protocol

from handfont.core.arrays import DoubleArray


@dataclass(frozen=True, eq=False)
class PlacedGlyph:
    """A glyph of a font where it stands in a word.

    Attributes:
        letter: index of its character in the text; ``word_paths.NONE`` for a glyph that joins two.
        strokes: each (n, 2) in x-heights, x from the start of the word, y up from the baseline.
    """

    letter: int
    strokes: list[DoubleArray]


class Face(Protocol):
    """A face of which words can be written."""

    @property
    def name(self) -> str:
        """The file without its ending."""

    @property
    def style(self) -> str:
        """Its class in ``fonts.csv``: cursive, semi-cursive, print, caps-print or marker."""

    @property
    def touching(self) -> float:
        """Distance, in x-heights, below which the end of a stroke touches another one."""

    @property
    def characters(self) -> Set[str]:
        """The characters that the face has."""

    def write(self, text: str) -> list[PlacedGlyph] | None:
        """The glyphs of a text in reading order, or None if one of them has no strokes that can be trusted."""
