"""From points along closed lines to few cubic curves, compiled.

Knots are spread so that each curve turns by at most about ``TURN``, the handles are fitted by least squares with the
tangents given, and a curve that is not within a tolerance is halved (Schneider, "An algorithm for automatically
fitting digitized curves", Graphics Gems 1990).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handfont.compiled import compiled

REACH_OF_TURN = 2
"""The turning at a point is measured from so many points before it to so many after it: over some steps the grid's
ripple, which turns to and fro, cancels."""
TURN = np.radians(150.0)
"""Found by trial, like the two below: the fewest curves within the tolerance."""
REACH = 50.0
"""No curve spans more than so many samples."""
TOLERANCE = 0.018
"""Curves of traced fields may be so far from the points that they stand for, in x-heights."""
ROUNDS = 4
"""Curves are halved at most so many times ..."""
FEWEST = 3
"""... and those of traced fields to no fewer points than these."""

FloatArray = NDArray[np.float32]
FloatColumn = NDArray[np.float64]
IntColumn = NDArray[np.int64]


@compiled
def fit(
    x: FloatColumn, y: FloatColumn, counts: IntColumn, step: FloatColumn, tolerance: float, fewest: int
) -> tuple[FloatArray, IntColumn]:
    """Curves along closed lines.

    Args:
        x, y: points (P,), one line after the other.
        counts, step: (L,) points of each line, and the length of a sample on it.
        tolerance: curves are halved until none is so far from the points that it stands for, in x-heights ...
        fewest: ... and never to fewer points than these.

    Returns:
        Curves (C, 3, 2), two handles and an end each, and how many each line has (L,).
    """
    curves = np.empty((len(x) // 4 + 4 * len(counts) + 4, 3, 2), np.float32)
    sizes = np.empty(len(counts), np.int64)
    most = 0
    for line in range(len(counts)):
        most = max(most, counts[line])
    dx, dy, length, cost = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    knots = np.empty(most + 1, np.int64)
    begins, manys, lefts = (np.empty(ROUNDS + 1, np.int64), np.empty(ROUNDS + 1, np.int64),
                            np.empty(ROUNDS + 1, np.int64))
    written = start = 0
    for line in range(len(counts)):
        n = counts[line]
        px, py = x[start : start + n], y[start : start + n]
        _measure(px, py, dx, dy, length, cost, REACH * step[line])
        number = _spread(cost, n, knots)
        before = written
        for knot in range(number):
            # Halves of halves wait their turn, so that curves come in order.
            waiting = 0
            begins[0], manys[0], lefts[0] = knots[knot], knots[knot + 1] - knots[knot], ROUNDS
            while waiting >= 0:
                begin, many, left = begins[waiting], manys[waiting], lefts[waiting]
                waiting -= 1
                if written == len(curves):
                    curves = _grown(curves)
                error = _handles(px, py, dx, dy, length, n, begin, many, curves[written])
                if error > tolerance and many >= 2 * fewest and left:
                    half = many // 2
                    begins[waiting + 1], manys[waiting + 1], lefts[waiting + 1] = begin + half, many - half, left - 1
                    begins[waiting + 2], manys[waiting + 2], lefts[waiting + 2] = begin, half, left - 1
                    waiting += 2
                else:
                    written += 1
        sizes[line] = written - before
        start += n
    return curves[:written], sizes


@compiled
def _grown(curves: FloatArray) -> FloatArray:
    """The curves with room for as many more. (Assigning to a slice would compile a second longer.)"""
    result = np.empty((2 * len(curves), 3, 2), np.float32)
    for place in range(len(curves)):
        for point in range(3):
            result[place, point, 0], result[place, point, 1] = curves[place, point, 0], curves[place, point, 1]
    return result


@compiled
def _measure(
    x: FloatColumn, y: FloatColumn, dx: FloatColumn, dy: FloatColumn, length: FloatColumn, cost: FloatColumn,
    reach: float,
) -> None:
    """Direction at each point, distance to the next one, and the share of a curve that lies between the two."""
    n = len(x)
    for i in range(n):
        before, after = i - 1 if i else n - 1, i + 1 if i + 1 < n else 0
        ax, ay = x[after] - x[before], y[after] - y[before]
        norm = max(np.sqrt(ax * ax + ay * ay), 1e-12)
        dx[i], dy[i] = ax / norm, ay / norm
        length[i] = np.sqrt((x[after] - x[i]) ** 2 + (y[after] - y[i]) ** 2)
    for i in range(n):
        back, forth = (i - REACH_OF_TURN) % n, (i + REACH_OF_TURN) % n
        turn = abs(np.arctan2(dx[back] * dy[forth] - dy[back] * dx[forth], dx[back] * dx[forth] + dy[back] * dy[forth]))
        cost[i] = turn / (2 * REACH_OF_TURN * TURN) + length[i] / reach


@compiled
def _spread(cost: FloatColumn, n: int, knots: IntColumn) -> int:
    """Knots at equal shares of the cost: places of the first points of curves, and the end. Returns their number."""
    total = 0.0
    for i in range(n):
        total += cost[i]
    curves = max(3, int(np.ceil(total)))
    number, running = 0, 0.0
    last = -1
    for i in range(n):
        whole = int(running * curves / total) if total > 0 else i * curves // n
        if whole != last:
            knots[number] = i
            number += 1
            last = whole
        running += cost[i]
    knots[number] = n
    return number


@compiled
def _handles(
    x: FloatColumn, y: FloatColumn, dx: FloatColumn, dy: FloatColumn, length: FloatColumn, n: int, begin: int,
    many: int, curve: FloatArray,
) -> float:
    """A curve from a point along ``many`` to another one: handles along the tangents, their lengths by least squares.
    Returns how far the points are from it, at most.
    """
    end = begin + many if begin + many < n else begin + many - n
    ax, ay, ex, ey = x[begin], y[begin], x[end], y[end]
    px, py, qx, qy = dx[begin], dy[begin], -dx[end], -dy[end]
    arc = 0.0
    for i in range(begin, begin + many):
        arc += length[i]
    along = 0.0
    b11 = b12 = b22 = x1 = x2 = 0.0
    for i in range(begin, begin + many):
        t = along / arc
        u = 1 - t
        b1, b2, share = 3 * t * u * u, 3 * t * t * u, u * u * (1 + 2 * t)
        offx, offy = x[i] - share * ax - (1 - share) * ex, y[i] - share * ay - (1 - share) * ey
        b11 += b1 * b1
        b12 += b1 * b2
        b22 += b2 * b2
        x1 += b1 * (px * offx + py * offy)
        x2 += b2 * (qx * offx + qy * offy)
        along += length[i]
    c12 = b12 * (px * qx + py * qy)
    determinant = b11 * b22 - c12 * c12
    first = second = -1.0
    if abs(determinant) > 1e-12:
        first, second = (x1 * b22 - x2 * c12) / determinant, (b11 * x2 - c12 * x1) / determinant
    # Degenerate fits fall back to a third of the arc, the classic choice for short curves.
    if min(first, second) < 0.05 * arc or max(first, second) > 0.8 * arc:
        first = second = arc / 3
    hx, hy, kx, ky = ax + first * px, ay + first * py, ex + second * qx, ey + second * qy
    curve[0, 0], curve[0, 1], curve[1, 0], curve[1, 1], curve[2, 0], curve[2, 1] = hx, hy, kx, ky, ex, ey
    along = worst = 0.0
    for i in range(begin, begin + many):
        t = along / arc
        u = 1 - t
        b0, b1, b2, b3 = u * u * u, 3 * t * u * u, 3 * t * t * u, t * t * t
        offx = b0 * ax + b1 * hx + b2 * kx + b3 * ex - x[i]
        offy = b0 * ay + b1 * hy + b2 * ky + b3 * ey - y[i]
        worst = max(worst, offx * offx + offy * offy)
        along += length[i]
    return float(np.sqrt(worst))
