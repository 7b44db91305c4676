"""Quadratic outlines: the table glyf of TrueType fonts, in which an ink of several glyphs is a glyph that they name."""

from __future__ import annotations

from collections import Counter

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import OVERLAP_COMPOUND, Glyph, GlyphComponent, flagOverlapSimple

from handfont.core.arrays import IntArray
from handfont.output.font.glyphs import FontGlyph, GlyphTable
from handfont.output.font.shapes import Component

TOLERANCE = 1.0
"""Quadratic curves are no further from the cubic ones than this, in font units."""
AS_DRAWN = 0x0002 | 0x0004
"""Flags of a component: its place is in font units, whole ones."""


def with_inks(table: GlyphTable) -> GlyphTable:
    """The same glyphs, and after them one for each ink that several glyphs have, or one that has others beside it."""
    further = [FontGlyph(_name(ink), 0, (Component(ink, 0, 0),)) for ink in _shared(table)]
    return GlyphTable([*table.glyphs, *further], table.outlines, table.codes)


def add(builder: FontBuilder, table: GlyphTable) -> None:
    """Add the outlines to a font; ``table`` is that of :func:`with_inks`."""
    named = {glyph.name for glyph in table.glyphs}
    glyphs = {}
    for glyph in table.glyphs:
        if not glyph.components:
            glyphs[glyph.name] = Glyph()
        elif glyph.name == _name(glyph.components[0].ink) or _name(glyph.components[0].ink) not in named:
            glyphs[glyph.name] = _simple(table.outlines[glyph.components[0].ink], glyph.components[0].x)
        else:
            glyphs[glyph.name] = _composite(glyph)
    builder.setupGlyf(glyphs, calcGlyphBounds=True)


def _name(ink: int) -> str:
    return f"ink.{ink}"


def _shared(table: GlyphTable) -> list[int]:
    """Inks that glyphs name: all but those that one glyph alone has, and nothing beside."""
    uses = Counter(component.ink for glyph in table.glyphs for component in glyph.components)
    beside = {component.ink for glyph in table.glyphs if len(glyph.components) > 1 for component in glyph.components}
    return [ink for ink, times in uses.items() if times > 1 or ink in beside]


def _simple(contours: tuple[IntArray, ...], x: int) -> Glyph:
    pen = TTGlyphPen(None)
    # TrueType's outer contours run clockwise.
    quadratic = Cu2QuPen(pen, TOLERANCE, reverse_direction=True)
    for contour in contours:
        quadratic.moveTo((int(contour[-1, 4]) + x, int(contour[-1, 5])))
        for ax, ay, bx, by, cx, cy in contour.tolist():
            quadratic.curveTo((ax + x, ay), (bx + x, by), (cx + x, cy))
        quadratic.closePath()
    glyph = pen.glyph()
    glyph.flags[0] |= flagOverlapSimple
    return glyph


def _composite(glyph: FontGlyph) -> Glyph:
    result = Glyph()
    result.numberOfContours = -1
    result.components = []
    for ink, x, y in glyph.components:
        component = GlyphComponent()
        component.glyphName, component.x, component.y, component.flags = _name(ink), x, y, AS_DRAWN
        result.components.append(component)
    result.components[0].flags |= OVERLAP_COMPOUND
    return result
