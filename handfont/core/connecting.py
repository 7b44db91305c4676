"""The strokes that join letters: one cubic between two letters, without a corner; compiled.

Each letter was written up to the middle of its join, but with other neighbors. So the last piece of the one and the
first piece of the other are taken away, and a cubic takes their place that leaves and arrives in the directions of what
is left (Hermite). One that replaces 0.35 x-heights to both sides of the middle, but no corner of a letter, comes within
0.1 x-heights of 99 % of the joins that people write.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.util.jit import compiled

REACH = 0.35
"""Length of the piece that is taken away at the joined end of a letter, in x-heights ..."""
MOST = 0.3
"""... but no larger share of its stroke; and it ends before a corner, of which a cubic would make a curve."""
CORNER = np.cos(np.radians(40))
"""Cosine of the turn that is a corner ..."""
CLEAR = 0.12
"""... within this length, in x-heights."""
LEAST = 0.4
"""Share of the length above that is taken away even if a corner is in it."""
SPACING = 0.04
"""Distance of the points along the cubic, about, in x-heights."""
LED = 24
"""Points along a piece that leads to a point, at least: its direction there is that of the last two."""
TENSION = (1.0, 1.5)
"""Length of the cubic's tangents at its ends: that of the pieces it replaces, within these factors of its chord."""
OVERLAP = 2
"""Points of the next letter that the ink of a join goes on over, so that no edge shows between the two."""


@dataclass(frozen=True, eq=False)
class Letters:
    """Strokes of N letters on a page, one letter after the other; all points are in x-heights of their letter.

    Attributes:
        path: (P, 2) points of all strokes.
        pressure: (P,) factor of the pen's width at each.
        counts: (S,) points of each stroke.
        first: (N,) number of each letter's first stroke: there the pen comes in ...
        exit: (N,) ... and number of the stroke from which it goes on to the next letter, both among all S strokes.
        onward: (N,) whether a letter is joined to the next one; the last one is not.
        place: (N, 4) x and y of each letter's origin, and the cosine and sine of its turn, both times its size.
    """

    path: FloatArray
    pressure: FloatArray
    counts: IntArray
    first: IntArray
    exit: IntArray
    onward: BoolArray
    place: DoubleArray


@dataclass(frozen=True, eq=False)
class ConnectedStrokes:
    """The strokes of letters that are joined: a join is the end of the stroke on its left.

    Attributes:
        path, pressure, counts: as of :class:`Letters`.
        over: (S,) points at the end of each stroke that belong to the next letter: only ink goes over them.
    """

    path: FloatArray
    pressure: FloatArray
    counts: IntArray
    over: IntArray


def connect(letters: Letters) -> ConnectedStrokes:
    """The strokes of letters with the joins between them."""
    return ConnectedStrokes(
        *_connect(
            letters.path,
            letters.pressure,
            letters.counts,
            letters.first,
            letters.exit,
            letters.onward,
            letters.place,
        )
    )


@compiled
def _connect(
    path: FloatArray,
    pressure: FloatArray,
    counts: IntArray,
    first: IntArray,
    exit: IntArray,
    onward: BoolArray,
    place: DoubleArray,
) -> tuple[FloatArray, FloatArray, IntArray, IntArray]:
    ends = np.cumsum(counts)
    begins = ends - counts
    left, met = ends.copy(), begins.copy()  # what stays of each stroke
    steps, over = np.zeros(len(counts), np.int64), np.zeros(len(counts), np.int64)
    tension = np.zeros(len(counts))
    for letter in range(len(first) - 1):
        if onward[letter]:
            one, other = exit[letter], first[letter + 1]
            own = path[met[one] : ends[one]].astype(np.float64)
            beyond = _seen(path[begins[other] : ends[other]], place[letter + 1], place[letter])
            back, gone, steps[one], tension[one] = _measured(own, beyond)
            left[one] -= back
            met[other] += gone
            over[one] = min(OVERLAP, counts[other] - 1 - gone)
    numbers = left - met + steps + over
    joined, pressed = np.empty((numbers.sum(), 2), np.float32), np.empty(numbers.sum(), np.float32)
    owner = np.zeros(len(counts), np.int64)
    owner[exit] = np.arange(len(exit))
    at = np.int64(0)
    for one in range(len(counts)):
        own = left[one] - met[one]
        joined[at : at + own], pressed[at : at + own] = path[met[one] : left[one]], pressure[met[one] : left[one]]
        at += own
        if steps[one]:
            letter = owner[one]
            other = first[letter + 1]
            beyond = _seen(path[begins[other] : ends[other]], place[letter + 1], place[letter])
            start, end = left[one] - 1, met[other]
            before, gone = path[max(met[one], start - 1)], end - begins[other]
            _join(path[start], before, beyond, gone, tension[one], joined[at : at + steps[one]])
            for k in range(1, steps[one] + 1):
                share = k / steps[one]
                pressed[at + k - 1] = (1 - share) * pressure[start] + share * pressure[end]
            at += steps[one]
            further = over[one]
            joined[at : at + further] = beyond[gone + 1 : gone + 1 + further]
            pressed[at : at + further] = pressure[end + 1 : end + 1 + further]
            at += further
    return joined, pressed, numbers, over


@compiled
def _cut(stroke: DoubleArray) -> tuple[int, float]:
    """The first point of a stroke that stays when the piece at its beginning is taken away, and the piece's length."""
    whole = 0.0
    for k in range(1, len(stroke)):
        whole += np.hypot(stroke[k, 0] - stroke[k - 1, 0], stroke[k, 1] - stroke[k - 1, 1])
    wanted, along = min(REACH, MOST * whole), 0.0
    best, straightest, length = 0, -2.0, 0.0
    for k in range(len(stroke)):
        if k:
            along += np.hypot(stroke[k, 0] - stroke[k - 1, 0], stroke[k, 1] - stroke[k - 1, 1])
        if along >= LEAST * wanted:
            straight = _straight(stroke, k)
            if straight >= CORNER or straight > straightest:
                best, straightest, length = k, straight, along
            elif straightest >= CORNER:
                break
        if along >= wanted:
            break
    return best, length


@compiled
def _straight(stroke: DoubleArray, at: int) -> float:
    """The least cosine between the step after a point of a stroke and the steps that begin within CLEAR of it."""
    least = 1.0
    if at + 2 >= len(stroke):
        return least
    x, y = stroke[at + 1, 0] - stroke[at, 0], stroke[at + 1, 1] - stroke[at, 1]
    first = np.hypot(x, y)
    along = first
    for k in range(at + 1, len(stroke) - 1):
        if along > CLEAR and k > at + 1:
            break
        dx, dy = stroke[k + 1, 0] - stroke[k, 0], stroke[k + 1, 1] - stroke[k, 1]
        step = np.hypot(dx, dy)
        least = min(least, (x * dx + y * dy) / max(first * step, 1e-12))
        along += step
    return least


@compiled
def _seen(points: FloatArray, place: DoubleArray, other: DoubleArray) -> DoubleArray:
    """Points (N, 2) of a letter at one place, in the x-heights of a letter at another."""
    result = np.empty((len(points), 2))
    size = other[2] ** 2 + other[3] ** 2
    for k in range(len(points)):
        x, y = points[k, 0], points[k, 1]
        dx = place[0] + place[2] * x - place[3] * y - other[0]
        dy = place[1] + place[3] * x + place[2] * y - other[1]
        result[k, 0], result[k, 1] = (other[2] * dx + other[3] * dy) / size, (other[2] * dy - other[3] * dx) / size
    return result


@compiled
def _measured(own: DoubleArray, beyond: DoubleArray) -> tuple[int, int, int, float]:
    """Points that a join takes away from the end of a stroke and from the beginning of the next one, the steps along
    the cubic that takes their place, and the length of its tangents.
    """
    back, out = _cut(own[::-1])
    gone, coming = _cut(beyond)
    left = own[len(own) - 1 - back]
    chord = np.hypot(beyond[gone, 0] - left[0], beyond[gone, 1] - left[1])
    return back, gone, max(2, int(np.rint(chord / SPACING))), _tension(out + coming, chord)


@compiled
def _tension(replaced: float, chord: float) -> float:
    return min(max(replaced, TENSION[0] * chord), TENSION[1] * chord)


@compiled
def _join(
    start: FloatArray | DoubleArray,
    before: FloatArray | DoubleArray,
    beyond: DoubleArray,
    met: int,
    tension: float,
    points: FloatArray | DoubleArray,
) -> None:
    """Points (N, 2), the start left out, of the cubic from ``start``, which was reached from ``before``, to the point
    ``met`` of the next letter ``beyond``.
    """
    x0, y0, x1, y1 = float(start[0]), float(start[1]), beyond[met, 0], beyond[met, 1]
    after = min(len(beyond) - 1, met + 1)
    sx, sy, ex, ey = x0 - before[0], y0 - before[1], beyond[after, 0] - x1, beyond[after, 1] - y1
    first, last = tension / max(np.hypot(sx, sy), 1e-9), tension / max(np.hypot(ex, ey), 1e-9)
    _cubic(x0, y0, sx * first, sy * first, ex * last, ey * last, x1, y1, points)


@compiled
def _cubic(
    x0: float,
    y0: float,
    sx: float,
    sy: float,
    ex: float,
    ey: float,
    x1: float,
    y1: float,
    points: FloatArray | DoubleArray,
) -> None:
    """Points (N, 2), the first end left out, of the cubic between two points with tangents s and e there (Hermite)."""
    for k in range(len(points)):
        t = (k + 1) / len(points)
        u = 1 - t
        h0, h1, h2, h3 = u * u * (1 + 2 * t), t * u * u, -t * t * u, t * t * (3 - 2 * t)
        points[k, 0] = h0 * x0 + h1 * sx + h2 * ex + h3 * x1
        points[k, 1] = h0 * y0 + h1 * sy + h2 * ey + h3 * y1


def join_between(first: FloatArray, second: FloatArray) -> DoubleArray:
    """(N, 2) the join from the end of one stroke to the beginning of another, each (points, 2) in one frame: from where
    the first is left to where the second is met, both included.
    """
    return np.asarray(_join_between(first.astype(np.float64), second.astype(np.float64)))


@compiled
def _join_between(own: DoubleArray, beyond: DoubleArray) -> DoubleArray:
    back, gone, steps, tension = _measured(own, beyond)
    left = len(own) - 1 - back
    path = np.empty((steps + 1, 2))
    path[0] = own[left]
    _join(own[left], own[max(0, left - 1)], beyond, gone, tension, path[1:])
    return path


def led_to(stroke: FloatArray, point: DoubleArray, direction: DoubleArray) -> FloatArray:
    """A stroke (points, 2) whose last piece leads to a point (2,) instead, arriving in a direction (2,) of length 1:
    half of a join, whose other half is anybody's.
    """
    path, stays = _led_to(stroke.astype(np.float64), *point.tolist(), *direction.tolist())
    return np.concatenate([stroke[:stays], path.astype(np.float32)])


@compiled
def _led_to(stroke: DoubleArray, x1: float, y1: float, ex: float, ey: float) -> tuple[DoubleArray, int]:
    back, out = _cut(stroke[::-1])
    stays = len(stroke) - back
    x0, y0 = stroke[stays - 1, 0], stroke[stays - 1, 1]
    chord = np.hypot(x1 - x0, y1 - y0)
    tension = _tension(out, chord)
    before = max(0, stays - 2)
    sx, sy = x0 - stroke[before, 0], y0 - stroke[before, 1]
    first = tension / max(np.hypot(sx, sy), 1e-9)
    path = np.empty((max(LED - 1, int(np.rint(chord / SPACING))), 2))
    _cubic(x0, y0, sx * first, sy * first, ex * tension, ey * tension, x1, y1, path)
    return path, stays
