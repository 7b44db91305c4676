"""How far apart the glyphs of a font are set: side bearings of each drawing, and kerning of pairs.

On a page letters are set by the clear space between their outlines (:mod:`handfont.core.optical_spacing`). The distance
of two glyphs' origins is split there into what the left one takes to its right and what the right one takes to its
left, beside usual letters; what is left of the distance of a pair is its kerning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handfont.core import optical_spacing
from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.charset import ASCII
from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS
from handfont.output.font.characters import GlyphOrder
from handfont.output.font.shapes import X_HEIGHT, Shape, Shapes
from handfont.style.posterior import Rhythm
from handfont.synthesis.alternates import APART, Form
from handfont.synthesis.joining import base_of

USUAL = "etaoinshrdlucm"
"""Letters beside which side bearings are measured."""
SIGNS = ASCII + "‘’‚“”„‹›«»–—…¿¡ "
"""Digits and signs that are kerned, beside all letters: other signs seldom stand beside each other."""
LEAST = 0.03
"""Smaller kerning is left out, in x-heights: a third of a thin pen."""
BAND = (BAND_TOP - BAND_BOTTOM) / BANDS
"""Height of a band, in x-heights."""
MOST = 0.2
"""Pairs are moved apart by kerning no farther than this, in x-heights: programs that look for the words of a PDF take
a tenth of the size of the font, a quarter of an x-height, for a space.
"""
BLANK = ((APART, " "),)
"""The side of a space."""
LEAST_SPACE = 0.35
"""Least width of a space, in x-heights."""


@dataclass(frozen=True)
class Spacing:
    """Widths, in font units.

    Attributes:
        origins: x of each drawing's origin, by form, character and number: its ink is moved right by as much.
        advances: width of each.
        kerning: by the letters or signs that two glyphs are of (see :func:`side_of`), where no port joins them; one of
            them may be a space.
        space: width of the space between words.
    """

    origins: dict[tuple[Form, str, int], int]
    advances: dict[tuple[Form, str, int], int]
    kerning: dict[tuple[str, str], int]
    space: int


def side_of(character: str) -> str:
    """The character whose sides a character has: the letter under its accents, or itself."""
    return base_of(character) or character


@dataclass(frozen=True, eq=False)
class _Sides:
    """Sides that are joined to nothing: the form and side (see :func:`side_of`) of each, and the edges of its drawings,
    (rows, drawings, BANDS).
    """

    rows: list[tuple[Form, str]]
    left: FloatArray
    right: FloatArray

    @property
    def text(self) -> str:
        return "".join(side for _, side in self.rows)

    def usual(self) -> list[int]:
        """The rows of usual letters; of a font that has none, all."""
        found = [i for i, (form, side) in enumerate(self.rows) if form == APART and side in USUAL]
        return found or list(range(len(self.rows)))


def spacing_of(order: GlyphOrder, shapes: Shapes, rhythm: Rhythm, slant: float) -> Spacing:
    """Widths for a hand of a rhythm; ``slant`` is that of its glyphs, x per y."""
    before = _sides(order, shapes, [form for form in order.forms if not form.onward])
    after = _sides(order, shapes, [form for form in order.forms if form.entry is None])
    apart = _distances(before, after, rhythm.letter_gap, slant)
    ends, starts = _bearings(before, after, apart)
    end_of, start_of = dict(zip(before.rows, ends, strict=True)), dict(zip(after.rows, starts, strict=True))
    origins, advances = {}, {}
    for (form, character, number), shape in shapes.glyphs.items():
        row = form, side_of(character)
        start = -shape.entered if form.entry is not None else float(start_of[row][number])
        end = shape.left if form.onward else float(end_of[row][number])
        origins[form, character, number] = round(start * X_HEIGHT)
        advances[form, character, number] = max(0, round((start + end) * X_HEIGHT))
    # Words are set by the ends of their ink.
    trailing = (ends - np.nanmax(before.right, axis=2)).mean(axis=1)
    leading = (starts + np.nanmin(after.left, axis=2)).mean(axis=1)
    clear = trailing[before.usual()].mean(), leading[after.usual()].mean()
    space = max(LEAST_SPACE, rhythm.word_gap - float(sum(clear)))
    rest = apart.mean(axis=2) - ends.mean(axis=1)[:, None] - starts.mean(axis=1)
    kerning = _kerning(before.rows, after.rows, np.minimum(rest, MOST))
    kerning |= _kerning(before.rows, BLANK, clear[0] - trailing[:, None])
    kerning |= _kerning(BLANK, after.rows, clear[1] - leading[None])
    return Spacing(origins, advances, kerning, round(space * X_HEIGHT))


def _bearings(before: _Sides, after: _Sides, apart: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """What drawings take to their right, (rows before, drawings), and to their left, (rows after, drawings), of the
    distances of pairs: letters and signs beside letters, digits beside digits, which are set wider.
    """
    ends, starts = np.empty(before.left.shape[:2]), np.empty(after.left.shape[:2])
    for digits in (False, True):
        own, following = (
            [i for i, (_, side) in enumerate(sides.rows) if side.isdecimal() == digits] for sides in (before, after)
        )
        rows, columns = (own, following) if digits else (before.usual(), after.usual())
        if rows and columns:
            half = apart[np.ix_(rows, columns)].mean() / 2
            ends[own] = apart[np.ix_(own, columns)].mean(axis=1) - half
            # Beside a drawing was the next one of the character on the right.
            starts[following] = np.roll(apart[np.ix_(rows, following)].mean(axis=0) - half, 1, axis=1)
    return ends, starts


def _sides(order: GlyphOrder, shapes: Shapes, forms: Sequence[Form]) -> _Sides:
    """Sides of the glyphs of some forms, each once."""
    found: dict[tuple[Form, str], str] = {}
    for form, character in order.block:
        if form in forms:
            found.setdefault((form, side_of(character)), character)
    edges = [
        [_edges(shapes, shapes.glyphs[form, character, number], side != character) for number in range(order.count)]
        for (form, side), character in found.items()
    ]
    both = np.array(edges, np.float32)
    return _Sides(list(found), both[:, :, 0], both[:, :, 1])


def _edges(shapes: Shapes, shape: Shape, marked: bool) -> tuple[FloatArray, FloatArray]:
    """Left and right edge (BANDS,) of a glyph, without its marks if it is ``marked``."""
    inks = shape.components[:1] if marked else shape.components
    moved = [component.x / X_HEIGHT for component in inks]
    steps = [round(component.y / X_HEIGHT / BAND) for component in inks]
    left = [_raised(shapes.left[c.ink] + x, step) for c, x, step in zip(inks, moved, steps, strict=True)]
    right = [_raised(shapes.right[c.ink] + x, step) for c, x, step in zip(inks, moved, steps, strict=True)]
    return np.fmin.reduce(left), np.fmax.reduce(right)


def _raised(edge: FloatArray, steps: int) -> FloatArray:
    """An edge (BANDS,) moved up by some bands."""
    result = np.full(BANDS, np.nan, np.float32)
    source = edge[max(0, -steps) : BANDS - max(0, steps)]
    result[max(0, steps) : max(0, steps) + len(source)] = source
    return result


def _distances(before: _Sides, after: _Sides, gap: float, slant: float) -> DoubleArray:
    """(rows before, rows after, drawings): from the origin of a drawing to that of the next one of what follows."""
    count = before.left.shape[1]
    lefts, rights = (np.roll(edge, -1, axis=1).reshape(-1, BANDS) for edge in (after.left, after.right))
    signs = "".join(side * count for side in after.text)
    result = np.empty((len(before.rows), len(signs)))
    # Every glyph that follows stands after a drawing of the one before it; what lies between two pairs is not used.
    pairs = np.empty((2 * len(signs), BANDS), np.float32), np.empty((2 * len(signs), BANDS), np.float32)
    gaps = np.full(2 * len(signs) - 1, gap)
    for row, side in enumerate(before.text):
        for edges, own, following in ((pairs[0], before.left, lefts), (pairs[1], before.right, rights)):
            edges[::2] = np.tile(own[row], (len(after.rows), 1))
            edges[1::2] = following
        text = "".join(side + sign for sign in signs)
        clear = optical_spacing.set_apart(text, gaps)
        clear[1::2] = np.nan
        result[row] = optical_spacing.distances(*pairs, gaps, clear, slant)[::2]
    return result.reshape(len(before.rows), len(after.rows), count)


def _kerning(
    before: Sequence[tuple[Form, str]], after: Sequence[tuple[Form, str]], rest: DoubleArray
) -> dict[tuple[str, str], int]:
    """Kerning of pairs of letters and ``SIGNS``: means over forms of what is left of their distances (rows, rows)."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for own, (_, left) in zip(rest.tolist(), before, strict=True):
        for amount, (_, right) in zip(own, after, strict=True):
            found[left, right].append(amount)
    means = {pair: float(np.mean(amounts)) for pair, amounts in found.items() if all(map(_kerned, pair))}
    return {pair: round(mean * X_HEIGHT) for pair, mean in means.items() if abs(mean) >= LEAST}


def _kerned(side: str) -> bool:
    return side.isalpha() or side in SIGNS
