"""Cubic outlines: the table CFF of OpenType fonts, in which an ink that several glyphs have is one subroutine."""

from __future__ import annotations

import numpy as np
from fontTools.cffLib import SubrsIndex
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString

from handfont.core.arrays import IntArray
from handfont.output.font.glyphs import FontGlyph, GlyphTable

MOST_CURVES = 8
"""Curves of one command: the stack of a charstring holds 48 numbers."""

Program = list[int | str]


def add(builder: FontBuilder, table: GlyphTable, names: dict[str, str]) -> None:
    """Add the outlines to a font."""
    inks = [_Ink(contours) for contours in table.outlines]
    bias = _bias(len(inks))
    charstrings = {glyph.name: T2CharString(program=_program(glyph, inks, bias)) for glyph in table.glyphs}
    boxes = [box for box in map(table.bounds, table.glyphs) if box]
    left, bottom, right, top = zip(*boxes, strict=True)
    said = {
        "FullName": names["fullName"],
        "FamilyName": names.get("typographicFamily", names["familyName"]),
        "Weight": names.get("typographicSubfamily", names["styleName"]),
    }
    # These names are in Latin-1.
    info: dict[str, object] = {name: text.encode("latin-1", "replace").decode("latin-1") for name, text in said.items()}
    info["FontBBox"] = [min(left), min(bottom), max(right), max(top)]
    builder.setupCFF(names["psName"], info, charstrings, {})
    private = builder.font["CFF "].cff.topDictIndex[0].Private
    private.Subrs = SubrsIndex()
    for ink in inks:
        private.Subrs.append(T2CharString(program=[*ink.body, "return"], private=private))


class _Ink:
    """An ink as a subroutine, which begins where its first contour does.

    Attributes:
        start, end: where it begins and ends, in font units.
        body: the commands between.
    """

    def __init__(self, contours: tuple[IntArray, ...]) -> None:
        # A contour begins where its last curve ends.
        starts = [contour[-1, 4:] for contour in contours]
        self.start: list[int] = starts[0].tolist()
        self.end: list[int] = starts[-1].tolist()
        self.body: Program = []
        for number, (contour, start) in enumerate(zip(contours, starts, strict=True)):
            if number:
                self.body += [*(start - starts[number - 1]).tolist(), "rmoveto"]
            points = np.concatenate([start[None], contour.reshape(-1, 2)])
            steps = np.diff(points, axis=0).reshape(-1, 6)
            for first in range(0, len(steps), MOST_CURVES):
                self.body += [*steps[first : first + MOST_CURVES].ravel().tolist(), "rrcurveto"]


def _program(glyph: FontGlyph, inks: list[_Ink], bias: int) -> Program:
    program: Program = [glyph.advance] if glyph.advance else []
    x = y = 0
    for component in glyph.components:
        ink = inks[component.ink]
        begin = ink.start[0] + component.x, ink.start[1] + component.y
        program += [begin[0] - x, begin[1] - y, "rmoveto", component.ink - bias, "callsubr"]
        x, y = ink.end[0] + component.x, ink.end[1] + component.y
    return [*program, "endchar"]


def _bias(count: int) -> int:
    """What is taken from the number of a subroutine, see Adobe's Technical Note 5177."""
    if count < 1240:
        return 107
    return 1131 if count < 33900 else 32768
