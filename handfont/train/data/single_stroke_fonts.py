"""Single-stroke fonts: SVG fonts whose glyphs are paths of a pen instead of outlines."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from fontTools.svgLib.path import parse_path

from handfont.core.arrays import DoubleArray
from handfont.core.charset import ASCII, SITS_ON_BASELINE, X_HEIGHT_LETTERS
from handfont.errors import DataError
from handfont.train.data.faces import PlacedGlyph
from handfont.train.data.polyline_pen import PolylinePen

TOUCHING = 0.1
"""Distance at which strokes touch, in x-heights."""
_SVG = "{http://www.w3.org/2000/svg}"


class SingleStrokeFace:
    """A face of pen paths (see :class:`handfont.train.data.faces.Face`).

    Raises:
        DataError: the file is no SVG font, or has no letters of x-height.
    """

    touching = TOUCHING

    def __init__(self, path: Path, style: str) -> None:
        self.name, self.style = path.stem, style
        try:
            self._glyphs = _read(path)
        except (OSError, ValueError, IndexError, ElementTree.ParseError) as error:
            raise DataError(f"{path} is no SVG font that can be read ({error})") from error
        low = [_rows(self._glyphs[c][0])[0] for c in SITS_ON_BASELINE if c.islower() and c in self._glyphs]
        high = [_rows(self._glyphs[c][0])[1] for c in X_HEIGHT_LETTERS if c in self._glyphs]
        if not low or not high or np.median(high) <= np.median(low):
            raise DataError(f"{path} has no lower-case letters to measure the x-height on")
        self._base = float(np.median(low))
        self._unit = float(np.median(high)) - self._base

    @property
    def characters(self) -> Set[str]:
        """The characters that have strokes."""
        return self._glyphs.keys()

    def write(self, text: str) -> list[PlacedGlyph] | None:
        """The glyphs of a text, each where the one before ends."""
        placed, x = [], 0.0
        for index, character in enumerate(text):
            strokes, advance = self._glyphs[character]
            origin = np.array([x, -self._base])
            placed.append(PlacedGlyph(index, [(stroke + origin) / self._unit for stroke in strokes]))
            x += advance
        return placed


def _read(path: Path) -> dict[str, tuple[list[DoubleArray], float]]:
    """Strokes and advance of each character of ASCII, in units of the font."""
    font = ElementTree.parse(path).getroot().find(f".//{_SVG}font")
    if font is None:
        raise ValueError("no element 'font'")
    usual = font.get("horiz-adv-x", "0")
    glyphs = {}
    for glyph in font.iter(f"{_SVG}glyph"):
        character, drawn = glyph.get("unicode", ""), glyph.get("d")
        if len(character) != 1 or character not in ASCII or not drawn:
            continue
        pen = PolylinePen()
        parse_path(drawn, pen)
        glyphs[character] = (pen.lines, float(glyph.get("horiz-adv-x", usual)))
    return glyphs


def _rows(strokes: list[DoubleArray]) -> tuple[float, float]:
    y = np.concatenate(strokes)[:, 1]
    return float(y.min()), float(y.max())
