"""From points around ribbons to few cubic curves, compiled.

A ribbon has two sides and two round ends. From one corner between them to the next, each curve reaches as far as it
comes within a tolerance of the points: its handles lie along the tangents, their lengths fitted by least squares
(Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems 1990; here the longest curve is
sought by halving the way to it).
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.util.jit import compiled


@compiled
def fit(x: DoubleArray, y: DoubleArray, counts: IntArray, cap: int, tolerance: float) -> tuple[FloatArray, IntArray]:
    """Curves around ribbons.

    Args:
        x, y: points (P,), one ribbon after the other: along its first side, ``cap`` points around its end, as many
            along its second side as along the first, and ``cap`` points around its beginning.
        counts: (L,) points of each ribbon.
        tolerance: distance of a curve from the points that it goes along, at most, in x-heights.

    Returns:
        Curves (C, 3, 2), two handles and an end each, and how many each ribbon has (L,).
    """
    curves = np.empty((len(x) // 4 + 4 * len(counts) + 4, 3, 2), np.float32)
    sizes = np.empty(len(counts), np.int64)
    most = 0
    for line in range(len(counts)):
        most = max(most, counts[line])
    dx, dy, length = np.empty(most), np.empty(most), np.empty(most)
    # Zeros of the type that they will have: for a plain 0 what is called would be compiled twice.
    zero = np.int64(0)
    written = start = zero
    for line in range(len(counts)):
        n = counts[line]
        px, py = x[start : start + n], y[start : start + n]
        side = n // 2 - cap
        _measure(px, py, dx, dy, length)
        # Where a side meets a cap, the side alone gives the direction.
        _from_one_side(px, py, dx, dy, zero, zero + 1, side)
        _from_one_side(px, py, dx, dy, side - 1, zero - 1, side)
        _from_one_side(px, py, dx, dy, side + cap, zero + 1, side)
        _from_one_side(px, py, dx, dy, n - cap - 1, zero - 1, side)
        before = written
        begin = zero
        for end in (side - 1, side + cap, n - cap - 1, n):  # of the first side, its cap, the second side, its cap
            while begin < end:
                if written == len(curves):
                    curves = _grown(curves)
                many = end - begin
                if _handles(px, py, dx, dy, length, n, begin, many, curves[written]) > tolerance:
                    fits, fails = zero + 1, many
                    while fails - fits > 1:
                        many = (fits + fails) // 2
                        if _handles(px, py, dx, dy, length, n, begin, many, curves[written]) > tolerance:
                            fails = many
                        else:
                            fits = many
                    many = fits
                    _handles(px, py, dx, dy, length, n, begin, many, curves[written])
                written += 1
                begin += many
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
def _measure(x: DoubleArray, y: DoubleArray, dx: DoubleArray, dy: DoubleArray, length: DoubleArray) -> None:
    """Direction at each point, and distance to the next one."""
    n = len(x)
    for i in range(n):
        before, after = i - 1 if i else n - 1, i + 1 if i + 1 < n else 0
        ax, ay = x[after] - x[before], y[after] - y[before]
        norm = max(np.sqrt(ax * ax + ay * ay), 1e-12)
        dx[i], dy[i] = ax / norm, ay / norm
        length[i] = np.sqrt((x[after] - x[i]) ** 2 + (y[after] - y[i]) ** 2)


@compiled
def _from_one_side(
    x: DoubleArray, y: DoubleArray, dx: DoubleArray, dy: DoubleArray, at: int, step: int, side: int
) -> None:
    """Direction at an end of a side of ``side`` points, the next of which lies ``step`` places on."""
    if side < 2:
        return
    ax, ay = x[at + step] - x[at], y[at + step] - y[at]
    norm = np.sqrt(ax * ax + ay * ay)
    if norm > 1e-9:
        dx[at], dy[at] = step * ax / norm, step * ay / norm


@compiled
def _handles(
    x: DoubleArray,
    y: DoubleArray,
    dx: DoubleArray,
    dy: DoubleArray,
    length: DoubleArray,
    n: int,
    begin: int,
    many: int,
    curve: FloatArray,
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
