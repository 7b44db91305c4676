"""The shapes of a font's glyphs: which ink each consists of, every ink once.

The letter é is the ink of an e and that of an accent, the same as in other letters: a font names both and says where
they go, which keeps it small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from handfont.core import composites
from handfont.core.arrays import FloatArray, IntArray
from handfont.core.composites import Part
from handfont.core.inking import ink
from handfont.core.random_streams import stream
from handfont.core.strokes import StrokeGlyph
from handfont.layout import pen_strokes
from handfont.output.font.characters import GlyphOrder
from handfont.synthesis.alternates import APART, Alternates, Drawing, Form
from handfont.synthesis.hand import Hand
from handfont.synthesis.mark_positioning import STILL, compose
from handfont.synthesis.shear import matrix_of

X_HEIGHT = 400
"""Height of a small x, in font units."""
UNITS_PER_EM = 1000
"""Font units to the size of the font."""
ALIKE = 1e-4
"""Strokes of a mark that were moved as one differ by less than this, in x-heights."""
MISSING = (0.9, 1.5)
"""Width and height of the box for a character that is missing, in x-heights."""


class Component(NamedTuple):
    """An ink of a glyph: its number, and how far it is moved, in font units."""

    ink: int
    x: int
    y: int


class Shape(NamedTuple):
    """A glyph: its inks, the letter first; and where its ports are (x, in x-heights), 0 where it has none."""

    components: tuple[Component, ...]
    entered: float
    left: float


@dataclass(frozen=True, eq=False)
class Shapes:
    """What a font shows.

    Attributes:
        glyphs: by form, character and number of the drawing.
        missing: the ink of the box for a character that is missing.
        outlines: of each ink, contours (curves, 6): two handles and an end each, in font units.
        left, right: (inks, BANDS) edges of each ink, in x-heights.
    """

    glyphs: dict[tuple[Form, str, int], Shape]
    missing: int
    outlines: list[tuple[IntArray, ...]]
    left: FloatArray
    right: FloatArray


class _Inks:
    """Strokes that are to be inked, each under a key."""

    def __init__(self) -> None:
        self.numbers: dict[object, int] = {}
        self.strokes: list[StrokeGlyph] = []
        self.pressures: list[FloatArray] = []

    def number(self, key: object, strokes: StrokeGlyph, pressure: FloatArray) -> int:
        if key not in self.numbers:
            self.numbers[key] = len(self.strokes)
            self.strokes.append(strokes)
            self.pressures.append(pressure)
        return self.numbers[key]


class _Composer:
    """Puts glyphs together of the drawings of their parts."""

    def __init__(self, alternates: Alternates) -> None:
        self.alternates = alternates
        self.hand = alternates.hand
        self.matrix = matrix_of(self.hand.style.geometry)
        self.inks = _Inks()
        self.drawings = cache(alternates.drawings)

    def shape(self, character: str, form: Form, number: int) -> Shape:
        recipe = composites.parts(character) or (Part(character),)
        drawings = [self._drawing(recipe[0], form, number)]
        for slot, part in enumerate(recipe[1:], 1):  # another drawing each: the two o of a sign differ
            drawings.append(self._drawing(part, APART, (number + slot) % self.alternates.count))
        composed = compose(
            character,
            recipe,
            [drawing.glyph for drawing in drawings],
            [STILL] * (len(recipe) - 1),
            self.hand.style.pen.width,
            self.hand.slant,
            self.hand.style.rhythm.letter_gap,
        ).strokes
        marks = sum(len(drawing.glyph.strokes) for drawing in drawings[1:])
        components = [self._component(recipe[0], drawings[0], composed[: len(composed) - marks])]
        start = len(composed) - marks
        for part, drawing in zip(recipe[1:], drawings[1:], strict=True):
            stop = start + len(drawing.glyph.strokes)
            components.append(self._component(part, drawing, composed[start:stop]))
            start = stop
        own = drawings[0]
        ports = [
            float(x * self.matrix[0, 0] + height * self.matrix[1, 0])
            for x, height in ((own.entered, self._height(own, 0)), (own.left, self._height(own, 1)))
        ]
        return Shape(tuple(components), *ports)

    def _height(self, drawing: Drawing, end: int) -> float:
        stroke = drawing.joined[end]
        return 0.0 if stroke is None else float(drawing.glyph.strokes[stroke][-end][1])

    def _drawing(self, part: Part, form: Form, number: int) -> Drawing:
        """A drawing of a part, of its size and at its height."""
        drawing = self.drawings(part.character, form)[number]
        if part.scale == 1 and not part.rise:
            return drawing
        matrix = np.diag([part.scale, part.scale]).astype(np.float32)
        rise = np.array([0.0, part.rise], np.float32)
        return Drawing(drawing.glyph.transformed(matrix, rise), number, form)

    def _component(self, part: Part, drawing: Drawing, strokes: Sequence[FloatArray]) -> Component:
        """Strokes of a glyph as an ink of their own, or as that of the drawing they come from, moved."""
        source = drawing.glyph.strokes
        key: object = (part.character, drawing.form, drawing.number, part.scale, part.rise, len(strokes))
        shift = np.zeros(2, np.float32)
        if len(strokes) == len(source):
            shift = strokes[0][0] - source[0][0]
            if all(np.abs(a - shift - b).max() < ALIKE for a, b in zip(strokes, source, strict=True)):
                strokes = source
            else:
                key, shift = object(), np.zeros(2, np.float32)
        moved = StrokeGlyph(drawing.glyph.character, tuple(strokes)).transformed(self.matrix, np.zeros(2, np.float32))
        pressure = self.alternates.pressed(drawing, moved)
        x, y = np.rint(shift @ self.matrix * X_HEIGHT).astype(int).tolist()
        return Component(self.inks.number(key, moved, pressure), x, y)


def slant_of(hand: Hand) -> float:
    """Slant of what a hand draws, x per y, its geometry included."""
    geometry = hand.style.geometry
    return float(geometry.width * hand.slant + np.tan(np.radians(geometry.slant)))


def shapes_of(order: GlyphOrder, alternates: Alternates) -> Shapes:
    """The shapes of all glyphs of a font."""
    composer = _Composer(alternates)
    glyphs = {
        (form, character, number): composer.shape(character, form, number)
        for form, character in order.block
        for number in range(order.count)
    }
    hand, inks = alternates.hand, composer.inks
    box = StrokeGlyph("box", pen_strokes.box(*MISSING, hand.nib.width, stream(alternates.seed, "missing")))
    missing = inks.number("missing", box, np.ones(len(box.points), np.float32))
    inked = ink(inks.strokes, hand.nib, inks.pressures)
    outlines = [
        tuple(
            np.rint(contour.astype(np.float64) * X_HEIGHT).astype(np.int64).reshape(-1, 6) for contour in one.contours
        )
        for one in inked.outlines
    ]
    return Shapes(glyphs, missing, outlines, inked.left, inked.right)
