"""Putting the parts of a composed character together: where a mark goes on the base that the hand has just drawn.

Lengths are in x-heights, y up from the baseline. Places are found on the ink itself, points (N, 2) around the strokes,
so that a mark follows the letter as it was written this time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from handfont.core import optical_spacing
from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.composites import Composition, MarkPosition, Part
from handfont.core.inking import AROUND, bands
from handfont.core.strokes import StrokeGlyph, resampled

GAP = 0.22
"""Clear space between a letter and the mark over it, half of what decides; the other half is the mark's own height."""
MIN_CLEAR, MAX_CLEAR = 0.09, 0.42
"""Least and most clear space between them."""
BELOW = 0.13
"""Clear space between a letter and the comma under it."""
CLOSE = 0.13
"""Clear space between a letter and the apostrophe, dot or figure close by it."""
SUNK = 0.5
"""A mark that hangs from the letter overlaps it by this share of the pen."""
OVERSHOOT = 0.22
"""A stroke across a stem reaches so far beyond it on either side."""
UPPER, LOWER = 0.6, 0.35
"""The top of a letter is its ink above this share of its height, its foot the ink below that one."""
STEEP = 1.5
"""Ink to the side of a mark counts as lower (for one below, higher) by so much for each x-height to the side."""
ROW_POINTS = 12
"""Points of a letter's ink that are nearest to a dash across it, which give its width there."""
DENSE = 24
"""Points along a stroke by which ink is measured, at least."""
SHIFT_DEVIATION, TURN_DEVIATION = 0.035, 3.5
"""How much marks vary in place (x-heights) and turn (degrees) in a hand of neatness 1."""

Points = DoubleArray


@dataclass(frozen=True)
class Shake:
    """Variation of one part: shift in x-heights and turn in degrees."""

    x: float = 0.0
    y: float = 0.0
    turn: float = 0.0

    @classmethod
    def drawn(cls, rng: np.random.Generator, amount: float) -> Shake:
        """A fresh one; ``amount`` 0 is none at all."""
        x, y, turn = np.clip(rng.standard_normal(3), -2, 2) * amount
        return cls(SHIFT_DEVIATION * float(x), SHIFT_DEVIATION * float(y), TURN_DEVIATION * float(turn))


STILL = Shake()
"""No variation."""


@dataclass(frozen=True)
class _Site:
    """What decides where a part goes: the ink so far with its edges, the part's ink and edges, and the hand."""

    ink: Points
    base: Points
    edges: tuple[FloatArray, FloatArray]
    mark: Points
    part: Part
    shake: Shake
    pen: float
    slant: float
    gap: float


def compose(
    character: str,
    recipe: Composition,
    glyphs: list[StrokeGlyph],
    shakes: list[Shake],
    pen: float,
    slant: float = 0.0,
    gap: float = 0.3,
) -> StrokeGlyph:
    """One glyph of several.

    Args:
        recipe, glyphs: the parts, and the glyph of each, already of its size and height.
        shakes: variation of each part but the first.
        pen: width of the strokes.
        slant: of the hand, x per y.
        gap: clear space between letters.
    """
    strokes = list(_dotless(glyphs[0].strokes) if recipe[0].dotless else glyphs[0].strokes)
    base = ink = ink_of(strokes, pen)
    for part, glyph, shake in zip(recipe[1:], glyphs[1:], shakes, strict=True):
        across = part.place in (MarkPosition.ACROSS, MarkPosition.STEM)
        where = _Site(ink, base, edges_of(ink), ink_of(glyph.strokes, pen), part, shake, pen, slant, gap)
        move = _stroke(where) if across else _mark(where)
        moved = [move.of(stroke) for stroke in glyph.strokes]
        strokes += moved
        ink = np.concatenate([ink, ink_of(moved, pen)])
    return StrokeGlyph(character, tuple(strokes))


def ink_of(strokes: Sequence[FloatArray], pen: float) -> Points:
    """Points (N, 2) on the edge of the ink of strokes."""
    path = np.concatenate([resampled(stroke, max(len(stroke), DENSE)) for stroke in strokes]).astype(np.float64)
    return np.asarray((path[:, None] + pen / 2 * AROUND).reshape(-1, 2))


def edges_of(points: Points) -> tuple[FloatArray, FloatArray]:
    """Left and right edge of ink in bands, as :func:`handfont.core.inking.ink` gives them."""
    left, right = bands(points[:, 0], points[:, 1], np.zeros(len(points), np.int64), 1)
    return left[0], right[0]


def slant_of(glyphs: Sequence[StrokeGlyph]) -> float:
    """Slant of a hand, x per y, from characters that are symmetrical when upright."""
    slants = []
    for glyph in glyphs:
        x, y = np.concatenate([resampled(stroke, DENSE) for stroke in glyph.strokes]).astype(np.float64).T
        slants.append(float(((y - y.mean()) * (x - x.mean())).sum() / max(((y - y.mean()) ** 2).sum(), 1e-9)))
    return float(np.median(slants))


def _dotless(strokes: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    """An i or j without its dot: without all strokes that begin above the stem, the one that reaches lowest."""
    stem = min(strokes, key=lambda stroke: float(stroke[:, 1].min()))
    top = float(stem[:, 1].max())
    return tuple(stroke for stroke in strokes if stroke is stem or float(stroke[:, 1].min()) < top)


def _rotation(degrees: float) -> Points:
    """For row vectors, anticlockwise."""
    turn = np.radians(degrees)
    return np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])


def _middle(points: Points) -> Points:
    return np.asarray((points.min(axis=0) + points.max(axis=0)) / 2)


class _Move(NamedTuple):
    """How a part is set: points (N, 2), from its ``centre``, by the ``matrix`` (2, 2), around the ``target``."""

    matrix: Points
    centre: Points
    target: Points

    def of(self, stroke: FloatArray) -> FloatArray:
        return np.asarray((stroke - self.centre) @ self.matrix + self.target, np.float32)


def _mark(where: _Site) -> _Move:
    """A part as it was drawn, slightly turned."""
    matrix, centre = _rotation(where.part.turn + where.shake.turn), _middle(where.mark)
    turned = (where.mark - centre) @ matrix + centre
    return _Move(matrix, centre, centre + _SHIFTS[where.part.place](where, turned))


def _stroke(where: _Site) -> _Move:
    """A dash drawn out to cross the base, its ends as they were written."""
    y = where.part.rise * float(where.base[:, 1].max())
    row = where.base[np.argsort(np.abs(where.base[:, 1] - y), kind="stable")[:ROW_POINTS], 0]
    start, end = float(row.min()), float(row.max())
    if where.part.place is MarkPosition.STEM:
        end = start + where.pen
    # The path is drawn out, not the pen around its ends.
    width, own = end - start + 2 * OVERSHOOT - where.pen, float(np.ptp(where.mark[:, 0])) - where.pen
    matrix = np.diag([width / max(own, where.pen), 1.0]) @ _rotation(where.part.turn + where.shake.turn)
    return _Move(matrix, _middle(where.mark), np.array([(start + end) / 2 + where.shake.x, y + where.shake.y]))


def _above(where: _Site, mark: Points) -> Points:
    """Centred over the top of the ink; half at the height the hand gave it, half at a fixed distance, never touching.

    The mark was drawn as over a letter of x-height: over a taller one it is set as much higher.
    """
    top, bottom = float(where.ink[:, 1].max()), float(mark[:, 1].min())
    natural = bottom + max(0.0, top - 1.0)
    wanted = (natural + top + GAP) / 2 + where.shake.y
    up = float(np.clip(wanted, top + MIN_CLEAR, top + MAX_CLEAR)) - bottom
    return _under_or_over(where, mark, where.ink[where.ink[:, 1] >= UPPER * top], up)


def _below(where: _Site, mark: Points) -> Points:
    foot = _foot(where.ink)
    down = float(foot[:, 1].min()) - BELOW + min(0.0, where.shake.y) - float(mark[:, 1].max())
    return _under_or_over(where, mark, foot, down)


def _under_or_over(where: _Site, mark: Points, target: Points, dy: float) -> Points:
    """Shift that centers a mark over or under ``target`` along the slant of the hand, when it is lifted by ``dy``."""
    x, y = _middle(mark)
    along = _upright_middle(target, where.slant) + where.slant * (y + dy)
    return np.array([along - x + where.shake.x, dy])


def _cedilla(where: _Site, mark: Points) -> Points:
    foot = _foot(where.ink)
    low = float(foot[:, 1].min())
    return _hung(where, mark, _upright_middle(foot, where.slant) + where.slant * low)


def _ogonek(where: _Site, mark: Points) -> Points:
    """At the right of the foot: under the last stem of an a, the end of the lowest bar of an E."""
    return _hung(where, mark, float(_foot(where.ink)[:, 0].max()) - where.pen)


def _hung(where: _Site, mark: Points, x: float) -> Points:
    """Shift that hangs a mark by its topmost point from the ink at ``x``."""
    x += where.shake.x
    hook = mark[mark[:, 1].argmax()]
    return np.array([x - hook[0], _lowest(where.ink, x) + SUNK * where.pen - hook[1]])


def _foot(ink: Points) -> Points:
    low, high = ink[:, 1].min(), ink[:, 1].max()
    return ink[ink[:, 1] <= low + LOWER * (high - low)]


def _upright_middle(points: Points, slant: float) -> float:
    """Middle of ink on the baseline, once the slant is taken out."""
    upright = points[:, 0] - slant * points[:, 1]
    return float(upright.min() + upright.max()) / 2


def _lowest(ink: Points, x: float) -> float:
    """Height of the lowest ink about ``x``."""
    return float((ink[:, 1] + STEEP * np.abs(ink[:, 0] - x)).min())


def _after(where: _Site, mark: Points) -> Points:
    """As letters are set beside each other, by the clear space between their outlines."""
    left, right = (np.stack(pair) for pair in zip(where.edges, edges_of(mark), strict=True))
    return np.array([float(optical_spacing.distances(left, right, np.array([where.gap]))[0]), where.shake.y])


def _close(where: _Site, mark: Points) -> Points:
    """Beside the base, the closest ink of the two ``CLOSE`` to each other."""
    (_, low), (_, high) = where.base.min(axis=0), where.base.max(axis=0)
    (_, mark_low), (_, mark_high) = mark.min(axis=0), mark.max(axis=0)
    place = where.part.place
    if place is MarkPosition.LOWER_RIGHT:
        up = low - mark_low
    elif place is MarkPosition.MIDDLE_RIGHT:
        up = (low + high - mark_low - mark_high) / 2
    else:
        up = high - mark_high
    lifted = mark + np.array([0.0, up])
    if place is MarkPosition.UPPER_LEFT:
        aside = _clear(lifted, where.base) - CLOSE
    else:
        aside = CLOSE - _clear(where.base, lifted)
    return np.array([aside + where.shake.x / 2, up + where.shake.y])


def _clear(first: Points, second: Points) -> float:
    """Clear space between ink and that to the right of it, in the rows that they share."""
    _, right = edges_of(first)
    left, _ = edges_of(second)
    wide = np.fmax(right, np.fmax(np.roll(right, 1), np.roll(right, -1)))
    return float(np.nanmin(left - wide))


def _inside(where: _Site, mark: Points) -> Points:
    return np.asarray(_middle(where.base) - _middle(mark) + np.array([where.shake.x, where.shake.y]) / 2)


_SHIFTS: dict[MarkPosition, Callable[[_Site, Points], Points]] = {
    MarkPosition.ABOVE: _above,
    MarkPosition.BELOW: _below,
    MarkPosition.CEDILLA: _cedilla,
    MarkPosition.OGONEK: _ogonek,
    MarkPosition.AFTER: _after,
    MarkPosition.UPPER_LEFT: _close,
    MarkPosition.UPPER_RIGHT: _close,
    MarkPosition.MIDDLE_RIGHT: _close,
    MarkPosition.LOWER_RIGHT: _close,
    MarkPosition.INSIDE: _inside,
}
"""Where each kind of part goes: its shift from where it was drawn."""
