"""The stroke that joins two letters: one cubic between them, without a corner.

Each letter was written up to the middle of its join, but with other neighbors. So the last piece of the one and the
first piece of the other are taken away, and a cubic takes their place that leaves and arrives in the directions of what
is left (Hermite); one that replaces 0.35 x-heights to both sides of the middle comes within 0.1 x-heights of 98 % of
the joins that people write.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.util.jit import compiled

REACH = 0.35
"""Length of the piece that is taken away at the joined end of a letter, in x-heights ..."""
MOST = 0.3
"""... but no larger share of its stroke."""
STEPS = 1
"""Points over which the direction of what is left is measured."""
SPACING = 0.04
"""Distance of the points along the cubic, about, in x-heights."""
LED = 24
"""Points along a piece that leads to a point, at least: its direction there is that of the last two."""
TENSION = (1.0, 1.5)
"""Length of the cubic's tangents at its ends: that of the pieces it replaces, within these factors of its chord."""


class Connection(NamedTuple):
    """A join.

    Attributes:
        path: (N, 2) from where the first stroke is left to where the second is met, both ends included.
        left: points of the first stroke that stay, counted from its beginning.
        met: the first point of the second stroke that stays.
    """

    path: DoubleArray
    left: int
    met: int


def connect(first: FloatArray, second: FloatArray) -> Connection:
    """The join from the end of one stroke to the beginning of another, each (points, 2) in one frame, in x-heights."""
    return Connection(*_connect(first.astype(np.float64), second.astype(np.float64)))


@compiled
def _connect(first: DoubleArray, second: DoubleArray) -> tuple[DoubleArray, int, int]:
    back, out = _cut(first[::-1])
    left = len(first) - back
    met, coming = _cut(second)
    x0, y0, x1, y1 = first[left - 1, 0], first[left - 1, 1], second[met, 0], second[met, 1]
    chord = np.hypot(x1 - x0, y1 - y0)
    tension = min(max(out + coming, TENSION[0] * chord), TENSION[1] * chord)
    before, after = max(0, left - 1 - STEPS), min(len(second) - 1, met + STEPS)
    sx, sy = x0 - first[before, 0], y0 - first[before, 1]
    ex, ey = second[after, 0] - x1, second[after, 1] - y1
    start, end = tension / max(np.hypot(sx, sy), 1e-9), tension / max(np.hypot(ex, ey), 1e-9)
    sx, sy, ex, ey = sx * start, sy * start, ex * end, ey * end
    return _cubic(x0, y0, sx, sy, ex, ey, x1, y1, 3), left, met


def led_to(stroke: FloatArray, point: DoubleArray, direction: DoubleArray) -> FloatArray:
    """A stroke (points, 2) whose last piece leads to a point (2,) instead, arriving in a direction (2,) of length 1:
    half of a join, whose other half is anybody's.
    """
    path, stays = _led_to(stroke.astype(np.float64), *point.tolist(), *direction.tolist())
    return np.concatenate([stroke[:stays], path[1:].astype(np.float32)])


@compiled
def _led_to(stroke: DoubleArray, x1: float, y1: float, ex: float, ey: float) -> tuple[DoubleArray, int]:
    back, out = _cut(stroke[::-1])
    stays = len(stroke) - back
    x0, y0 = stroke[stays - 1, 0], stroke[stays - 1, 1]
    chord = np.hypot(x1 - x0, y1 - y0)
    tension = min(max(out, TENSION[0] * chord), TENSION[1] * chord)
    before = max(0, stays - 1 - STEPS)
    sx, sy = x0 - stroke[before, 0], y0 - stroke[before, 1]
    start = tension / max(np.hypot(sx, sy), 1e-9)
    return _cubic(x0, y0, sx * start, sy * start, ex * tension, ey * tension, x1, y1, LED), stays


@compiled
def _cubic(
    x0: float, y0: float, sx: float, sy: float, ex: float, ey: float, x1: float, y1: float, least: int
) -> DoubleArray:
    """Points (N, 2), at least ``least``, of the cubic between two points with tangents s and e there (Hermite)."""
    count = max(least, int(np.rint(np.hypot(x1 - x0, y1 - y0) / SPACING)) + 1)
    path = np.empty((count, 2))
    for k in range(count):
        t = k / (count - 1)
        u = 1 - t
        h0, h1, h2, h3 = u * u * (1 + 2 * t), t * u * u, -t * t * u, t * t * (3 - 2 * t)
        path[k, 0] = h0 * x0 + h1 * sx + h2 * ex + h3 * x1
        path[k, 1] = h0 * y0 + h1 * sy + h2 * ey + h3 * y1
    return path


@compiled
def _cut(stroke: DoubleArray) -> tuple[int, float]:
    """The first point of a stroke that stays when the piece at its beginning is taken away, and the piece's length."""
    whole = 0.0
    for k in range(1, len(stroke)):
        whole += np.hypot(stroke[k, 0] - stroke[k - 1, 0], stroke[k, 1] - stroke[k - 1, 1])
    wanted, along = min(REACH, MOST * whole), 0.0
    for k in range(1, len(stroke)):
        if along >= wanted:
            return k - 1, along
        along += np.hypot(stroke[k, 0] - stroke[k - 1, 0], stroke[k, 1] - stroke[k - 1, 1])
    return len(stroke) - 1, along
