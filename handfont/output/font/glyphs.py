"""The glyphs of a font as a file holds them: name, width and inks, in the font's order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import IntArray
from handfont.output.font.characters import GlyphOrder, name_of
from handfont.output.font.features import SPACES
from handfont.output.font.shapes import Component, Shapes
from handfont.output.font.spacing import Spacing

MISSING = ".notdef"
"""The glyph for what is missing, the first one of every font."""
NARROW = 0.5
"""Width of narrow spaces, in that of the usual one."""


class FontGlyph(NamedTuple):
    """A glyph: its name, width and inks; all in font units."""

    name: str
    advance: int
    components: tuple[Component, ...]


@dataclass(frozen=True, eq=False)
class GlyphTable:
    """All glyphs, the code points they are for, and the inks they consist of.

    Attributes:
        outlines: of each ink, contours (curves, 6); see :class:`~handfont.output.font.shapes.Shapes`.
        codes: name of the glyph of each code point.
    """

    glyphs: list[FontGlyph]
    outlines: list[tuple[IntArray, ...]]
    codes: dict[int, str]

    def bounds(self, glyph: FontGlyph) -> tuple[int, int, int, int] | None:
        """(left, bottom, right, top) of all points of a glyph; None where it is blank."""
        boxes = [
            (self._boxes[ink][0] + x, self._boxes[ink][1] + y, self._boxes[ink][2] + x, self._boxes[ink][3] + y)
            for ink, x, y in glyph.components
        ]
        if not boxes:
            return None
        left, bottom, right, top = zip(*boxes, strict=True)
        return min(left), min(bottom), max(right), max(top)

    @cached_property
    def _boxes(self) -> list[tuple[int, int, int, int]]:
        """(left, bottom, right, top) of each ink."""
        points = [np.concatenate(contours).reshape(-1, 2) for contours in self.outlines]
        return [(*own.min(axis=0).tolist(), *own.max(axis=0).tolist()) for own in points]


def glyph_table(order: GlyphOrder, shapes: Shapes, spacing: Spacing) -> GlyphTable:
    """The glyphs of all blocks, those of block 0 with the drawings of block 1."""
    box = shapes.outlines[shapes.missing]
    left, right = (int(f(np.concatenate(box)[:, ::2])) for f in (np.min, np.max))
    side = spacing.space // 4
    glyphs = [FontGlyph(MISSING, right - left + 2 * side, (Component(shapes.missing, side - left, 0),))]
    narrow = round(NARROW * spacing.space)
    widths = (spacing.space, spacing.space, narrow, narrow)
    glyphs += [FontGlyph(name, width, ()) for name, width in zip(SPACES, widths, strict=True)]
    for block in range(order.count + 1):
        for form, character in order.block:
            key = form, character, max(block - 1, 0)
            x = spacing.origins[key]
            parts = tuple(Component(one.ink, one.x + x, one.y) for one in shapes.glyphs[key].components)
            glyphs.append(FontGlyph(name_of(character, form, block), spacing.advances[key], parts))
    codes = {0x20: SPACES[0], 0xA0: SPACES[1], 0x2009: SPACES[2], 0x202F: SPACES[3]}
    codes |= {ord(character): name_of(character) for character in order.characters}
    # A soft hyphen is seen only where a word is broken, as a hyphen.
    codes[0xAD] = codes.get(ord("-"), SPACES[0])
    return GlyphTable(glyphs, shapes.outlines, codes)
