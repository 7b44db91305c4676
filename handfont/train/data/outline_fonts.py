"""Fonts of outlines as faces that a pen writes: words shaped by HarfBuzz, the ink of each glyph traced once."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

import cv2
import numpy as np
import uharfbuzz

from handfont.core.arrays import BoolArray, DoubleArray
from handfont.core.charset import ASCII, X_HEIGHT_LETTERS
from handfont.core.sdf import pen_width
from handfont.errors import DataError
from handfont.train.data.faces import PlacedGlyph
from handfont.train.data.fonts import X_HEIGHT_PIXELS, FontGlyph
from handfont.train.data.polyline_pen import PolylinePen
from handfont.train.data.traced_fonts import strokes_of
from handfont.train.data.word_paths import NONE
from handfont.train.tracing import traced

CONNECTOR = "cnct"
"""How the names of glyphs begin that join two letters, in the Playwrite fonts."""
CAPITALS = 1.65
"""Height of capitals in faces that have no other letters, in x-heights."""
ASCENDERS, SMALL_CAPITALS = "bdhkl", 1.2
"""Letters that reach above the x-height, by less than this factor where they are small capitals."""
PENS = (0.6, 1.5)
"""Width of a glyph's pen as a factor of the face's, at least and at most."""
_FEATURES = {"liga": False, "clig": False, "dlig": False}


class OutlineFace:
    """A face of outlines (see :class:`handfont.train.data.faces.Face`).

    Raises:
        DataError: the file is no font that can be read, or has no letters.
    """

    def __init__(self, path: Path, style: str) -> None:
        self.name = path.stem
        try:
            face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
        except uharfbuzz.HarfBuzzError as error:
            raise DataError(f"{path} is no font that can be read ({error})") from error
        self._font = uharfbuzz.Font(face)
        self._characters = {c for c in ASCII if ord(c) in face.unicodes}
        if not self._characters:
            raise DataError(f"{path} is no font that can be read, or has no characters of ASCII")
        heads = self._median_top(X_HEIGHT_LETTERS)
        capitals = style == "caps-print" or self._median_top(ASCENDERS) < SMALL_CAPITALS * heads
        self.style = "caps-print" if capitals else style
        if capitals:
            self._characters -= {c for c in ASCII if c.islower()}
            heads = self._median_top("H") / CAPITALS
        if not heads > 0:
            raise DataError(f"{path} has no letters to measure the x-height on")
        self._unit = heads
        inks = [self._ink(glyph)[0] for c in sorted(self._characters) if c.isalpha() and (glyph := self._glyph(c))]
        self._pen = float(np.median([pen_width(ink) for ink in inks if ink.any()]))
        self._strokes: dict[int, list[DoubleArray] | None] = {}

    @property
    def touching(self) -> float:
        """A pen's width, in x-heights."""
        return self._pen / X_HEIGHT_PIXELS

    @property
    def characters(self) -> Set[str]:
        """The characters of ASCII that have outlines; capitals, digits and signs if the lower case is capitals, too."""
        return self._characters

    def write(self, text: str) -> list[PlacedGlyph] | None:
        """The glyphs of a text as HarfBuzz shapes it, without ligatures."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", "Latn", "en"
        uharfbuzz.shape(self._font, buffer, _FEATURES)
        placed, x = [], 0.0
        if {info.cluster for info in buffer.glyph_infos} != set(range(len(text))):
            return None  # two letters are one glyph
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            strokes = self._traced(info.codepoint)
            joining = self._font.glyph_to_string(info.codepoint).startswith(CONNECTOR)
            if strokes is None:
                return None
            offset = np.array([x + position.x_offset, position.y_offset]) / self._unit
            placed.append(PlacedGlyph(NONE if joining else info.cluster, [stroke + offset for stroke in strokes]))
            x += position.x_advance
        return placed

    def _glyph(self, character: str) -> int | None:
        return self._font.get_nominal_glyph(ord(character))

    def _median_top(self, characters: str) -> float:
        """How high characters reach, in units of the font; 0 if there are none of them."""
        glyphs = [glyph for c in characters if c in self._characters and (glyph := self._glyph(c))]
        extents = [self._font.get_glyph_extents(glyph) for glyph in glyphs]
        return float(np.median([own.y_bearing for own in extents if own is not None] or [0.0]))

    def _traced(self, glyph: int) -> list[DoubleArray] | None:
        """Strokes of a glyph in x-heights from its origin; None if they do not show its ink."""
        if glyph not in self._strokes:
            self._strokes[glyph] = self._trace(glyph)
        return self._strokes[glyph]

    def _trace(self, glyph: int) -> list[DoubleArray] | None:
        name = self._font.glyph_to_string(glyph)
        ink, (left, baseline) = self._ink(glyph)
        if not ink.any():
            return [] if name.startswith(CONNECTOR) else None
        if name.startswith(CONNECTOR):
            return [stroke.astype(np.float64) for stroke in traced(ink, X_HEIGHT_PIXELS, (-left, baseline), self._pen)]
        pen = float(np.clip(pen_width(ink), *np.array(PENS) * self._pen))
        drawn = FontGlyph(self.name, name, ink, X_HEIGHT_PIXELS, baseline, left, 0.0, pen)
        strokes = strokes_of(drawn, self._pen)
        return [stroke + np.array([left / X_HEIGHT_PIXELS, 0.0]) for stroke in strokes] or None

    def _ink(self, glyph: int) -> tuple[BoolArray, tuple[float, float]]:
        """A glyph's ink at X_HEIGHT_PIXELS, cropped; the column of its left edge from the origin, and the row of the
        baseline from its upper edge.
        """
        pen = PolylinePen()
        self._font.draw_glyph_with_pen(glyph, pen)
        outlines = [line * [1, -1] * X_HEIGHT_PIXELS / self._unit for line in pen.lines if len(line) > 2]
        if not outlines:
            return np.zeros((1, 1), bool), (0.0, 0.0)
        points = np.concatenate(outlines)
        first = np.floor(points.min(axis=0)).astype(int)
        columns, rows = np.ceil(points.max(axis=0)).astype(int) - first + 1
        winding = np.zeros((rows, columns), np.int32)
        for line in outlines:
            # Pixels are filled whose middle lies within.
            inside = np.zeros((rows, columns), np.uint8)
            cv2.fillPoly(inside, [np.round((line - first - 0.5) * 256).astype(np.int32)], 1, shift=8)
            x, y = line[:-1].T
            winding += inside * np.int32(np.sign(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
        return winding != 0, (float(first[0]), -float(first[1]))
