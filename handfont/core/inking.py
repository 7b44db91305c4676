"""From strokes to outlines: the edge of the ink that a pen leaves along its path, compiled.

A stroke is cut into ribbons where the pen turns about within its own width; each ribbon has the envelope of the nib
along its two sides and around its two ends. Ribbons overlap, all of them run the same way round, and the non-zero rule
fills them: ends and turns are round, and neither a crossing nor a loop needs a union of shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handfont.core import curve_fitting
from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS, Outline
from handfont.core.strokes import StrokeGlyph
from handfont.util.jit import compiled

SPACING = 0.05
"""Points along a path are no further apart than this, in x-heights, nor than ..."""
CLOSE = 0.35
"""... this share of the pen's narrowest diameter."""
CAP_POINTS = 5
"""Points around each end of a ribbon, between its two sides."""
_CAP = np.pi * np.arange(1, CAP_POINTS + 1) / (CAP_POINTS + 1)
_COS, _SIN = np.cos(_CAP), np.sin(_CAP)
"""Directions of those points from the middle of the end, across and along the path."""
AROUND = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)
"""Directions in which the edge of the ink lies around a point of a path."""
TURN = np.radians(70.0)
"""A ribbon ends where the path turned by more than this within half the pen's width."""

TOLERANCE = 0.018
"""The curves of an outline are no further from the ink's edge than this, in x-heights, nor than ..."""
FINE = 0.16
"""... this share of the pen's narrowest diameter."""


@dataclass(frozen=True)
class Nib:
    """The tip of a pen.

    Attributes:
        width: diameter across its broadest direction, in x-heights.
        ratio: of its narrowest to its broadest diameter: 1 is a round tip, 0.2 a broad-edged pen.
        angle: of its broadest direction, in degrees counterclockwise from the baseline.
    """

    width: float
    ratio: float = 1.0
    angle: float = 0.0


@dataclass(frozen=True)
class InkedGlyphs:
    """Outlines of N glyphs, and where their ink begins and ends in each band of the line: left and right (N, BANDS),
    in x-heights, NaN in bands without ink.
    """

    outlines: list[Outline]
    left: FloatArray
    right: FloatArray


def ink(glyphs: Sequence[StrokeGlyph], nib: Nib, pressure: Sequence[FloatArray] | None = None) -> InkedGlyphs:
    """The ink of glyphs written with a nib.

    Args:
        glyphs: at least one stroke each.
        nib: the pen's tip; its width holds at pressure 1.
        pressure: for each glyph, a factor of the nib's size at each of its points; 1 everywhere if None.
    """
    strokes = [stroke for glyph in glyphs for stroke in glyph.strokes]
    owner = np.repeat(np.arange(len(glyphs)), [len(glyph.strokes) for glyph in glyphs])
    counts = np.array([len(stroke) for stroke in strokes], np.int64)
    path = np.concatenate(strokes)
    size = np.ones(len(path)) if pressure is None else np.concatenate(pressure)
    return ink_paths(path, size, counts, owner, len(glyphs), nib)


def ink_paths(
    path: FloatArray, size: FloatArray | DoubleArray, counts: IntArray, owner: IntArray, count: int, nib: Nib
) -> InkedGlyphs:
    """The ink of ``count`` glyphs written with a nib, as :func:`ink` gives it.

    Args:
        path: (P, 2) points of all their strokes.
        size: (P,) factor of the nib's size at each.
        counts: (S,) points of each stroke.
        owner: (S,) number of the glyph that each stroke is of, growing.
    """
    narrowest = nib.width * nib.ratio
    spacing = min(SPACING, CLOSE * narrowest)
    x, y, points, stroke_of = edges(path.astype(np.float64), size.astype(np.float64), counts, spacing, *_matrix(nib))
    glyph_of = owner[stroke_of]
    curves, sizes = curve_fitting.fit(x, y, points, CAP_POINTS, min(TOLERANCE, FINE * narrowest))
    left, right = bands(x, y, np.repeat(glyph_of, points), count)
    pieces: list[list[FloatArray]] = [[] for _ in range(count)]
    start = 0
    for glyph, number in zip(glyph_of.tolist(), sizes.tolist(), strict=True):
        pieces[glyph].append(curves[start : start + number])
        start += number
    return InkedGlyphs([Outline(tuple(piece)) for piece in pieces], left, right)


def _matrix(nib: Nib) -> tuple[float, float, float]:
    """xx, xy and yy of the matrix M of the nib's ellipse: its edge in direction n lies at M n / sqrt(n M n)."""
    broad, narrow = (nib.width / 2) ** 2, (nib.width * nib.ratio / 2) ** 2
    cos, sin = np.cos(np.radians(nib.angle)), np.sin(np.radians(nib.angle))
    return (
        float(broad * cos * cos + narrow * sin * sin),
        float((broad - narrow) * cos * sin),
        float(broad * sin * sin + narrow * cos * cos),
    )


@compiled
def edges(
    path: DoubleArray, size: DoubleArray, counts: IntArray, spacing: float, xx: float, xy: float, yy: float
) -> tuple[DoubleArray, DoubleArray, IntArray, IntArray]:
    """Points along the edges of ribbons.

    Args:
        path: (P, 2) points of all strokes.
        size: (P,) factor of the nib's size at each.
        counts: (S,) points of each stroke.
        spacing: points along a path are no further apart, in x-heights.
        xx, xy, yy: the nib's ellipse, see :func:`_matrix`.

    Returns:
        x and y of the points, counterclockwise around one ribbon after the other; the number of points of each ribbon,
        and the stroke it belongs to.
    """
    # A zero of the type that it will have: for a plain 0 what is called would be compiled twice.
    zero = np.int64(0)
    room = start = zero
    for stroke in range(len(counts)):
        for i in range(start + 1, start + counts[stroke]):
            room += 2 + int(np.hypot(path[i, 0] - path[i - 1, 0], path[i, 1] - path[i - 1, 1]) / spacing)
        room += 3
        start += counts[stroke]
    px, py, ps, turned, step = np.empty(room), np.empty(room), np.empty(room), np.empty(room), np.empty(room)
    # Each ribbon has at least two points of its own, two sides and two ends.
    most = 2 * room + (room + len(counts)) * 2 * (CAP_POINTS + 2)
    x, y = np.empty(most), np.empty(most)
    numbers, owners = np.empty(room + len(counts), np.int64), np.empty(room + len(counts), np.int64)
    half = np.sqrt(0.5 * (xx + yy))
    written = ribbons = start = zero
    for stroke in range(len(counts)):
        count = _densify(path, size, start, counts[stroke], spacing, px, py, ps)
        _turning(px, py, count, turned, step)
        begin = zero
        while True:
            end = _ribbon_end(turned, step, ps, count, begin, half)
            before = written
            written = _surround(px, py, ps, begin, end, xx, xy, yy, x, y, written)
            numbers[ribbons], owners[ribbons] = written - before, stroke
            ribbons += 1
            if end >= count - 1:
                break
            begin = end
        start += counts[stroke]
    return x[:written], y[:written], numbers[:ribbons], owners[:ribbons]


@compiled
def _densify(
    path: DoubleArray,
    size: DoubleArray,
    start: int,
    count: int,
    spacing: float,
    px: DoubleArray,
    py: DoubleArray,
    ps: DoubleArray,
) -> int:
    """Points of one stroke's smooth curve, about ``spacing`` apart; returns their number, at least one."""
    px[0], py[0], ps[0] = path[start, 0], path[start, 1], size[start]
    number = 1
    for i in range(start, start + count - 1):
        before, after = max(i - 1, start), min(i + 2, start + count - 1)
        ax, ay, bx, by = path[i, 0], path[i, 1], path[i + 1, 0], path[i + 1, 1]
        # Tangents as in ``cubics``: half the way between the neighbors, the whole way at an end.
        first = 1.0 if before == i else 0.5
        second = 1.0 if after == i + 1 else 0.5
        sx, sy = first * (bx - path[before, 0]), first * (by - path[before, 1])
        ex, ey = second * (path[after, 0] - ax), second * (path[after, 1] - ay)
        parts = 1 + int(np.hypot(bx - ax, by - ay) / spacing)
        for part in range(1, parts + 1):
            t = part / parts
            u = 1 - t
            h0, h1, h2, h3 = u * u * (1 + 2 * t), t * u * u, -t * t * u, t * t * (3 - 2 * t)
            x = h0 * ax + h1 * sx + h2 * ex + h3 * bx
            y = h0 * ay + h1 * sy + h2 * ey + h3 * by
            if abs(x - px[number - 1]) + abs(y - py[number - 1]) > 1e-4:
                px[number], py[number], ps[number] = x, y, u * size[i] + t * size[i + 1]
                number += 1
    return number


@compiled
def _turning(px: DoubleArray, py: DoubleArray, count: int, turned: DoubleArray, step: DoubleArray) -> None:
    """Angle in radians, to the left, by which a path turns at each inner point, and the way from there to the next."""
    ax, ay, before = 0.0, 0.0, 0.0
    for i in range(count - 1):
        bx, by = px[i + 1] - px[i], py[i + 1] - py[i]
        step[i] = np.sqrt(bx * bx + by * by)
        across, along, both = ax * by - ay * bx, ax * bx + ay * by, before * step[i]
        # Of small angles, which nearly all are, the sine will do.
        turned[i] = across / both if along > 0.95 * both > 0 else np.arctan2(across, along)
        ax, ay, before = bx, by, step[i]


@compiled
def _ribbon_end(turned: DoubleArray, step: DoubleArray, ps: DoubleArray, count: int, begin: int, half: float) -> int:
    """The last point of the ribbon that begins at a point: the stroke's last one, or one about which it turns."""
    for i in range(begin + 1, count - 1):
        total = back = 0.0
        j = i
        while j > begin and back < half * ps[i]:
            total += turned[j]
            j -= 1
            back += step[j]
        if abs(total) > TURN:
            return i
    return count - 1


@compiled
def _surround(
    px: DoubleArray,
    py: DoubleArray,
    ps: DoubleArray,
    begin: int,
    end: int,
    xx: float,
    xy: float,
    yy: float,
    x: DoubleArray,
    y: DoubleArray,
    written: int,
) -> int:
    """Writes the edge of a ribbon anticlockwise: along its right side, around its end, back along its left side and
    around its beginning. Returns how many points there are now.
    """
    if begin == end:  # a dot: the nib alone
        for k in range(2 * (CAP_POINTS + 2)):
            angle = np.pi * k / (CAP_POINTS + 2)
            written = _edge_point(
                px[begin], py[begin], ps[begin], np.cos(angle), np.sin(angle), xx, xy, yy, x, y, written
            )
        return written
    for side in range(2):
        for k in range(end - begin + 1):
            i = begin + k if side == 0 else end - k
            before, after = max(i - 1, begin), min(i + 1, end)
            dx, dy = px[after] - px[before], py[after] - py[before]
            norm = max(np.sqrt(dx * dx + dy * dy), 1e-12)
            # The right side of the path, and on the way back its left side.
            nx, ny = dy / norm, -dx / norm
            if side == 1:
                nx, ny = -nx, -ny
            written = _edge_point(px[i], py[i], ps[i], nx, ny, xx, xy, yy, x, y, written)
            if k == end - begin:  # around the end: half a turn to the left
                for cap in range(CAP_POINTS):
                    cos, sin = _COS[cap], _SIN[cap]
                    written = _edge_point(
                        px[i], py[i], ps[i], cos * nx - sin * ny, sin * nx + cos * ny, xx, xy, yy, x, y, written
                    )
    return written


@compiled
def _edge_point(
    px: float,
    py: float,
    size: float,
    nx: float,
    ny: float,
    xx: float,
    xy: float,
    yy: float,
    x: DoubleArray,
    y: DoubleArray,
    written: int,
) -> int:
    """Writes the point of the nib's edge that lies furthest in the direction n."""
    mx, my = xx * nx + xy * ny, xy * nx + yy * ny
    norm = np.sqrt(max(nx * mx + ny * my, 1e-18))
    x[written], y[written] = px + size * mx / norm, py + size * my / norm
    return written + 1


@compiled
def bands(x: DoubleArray, y: DoubleArray, owner: IntArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Ends of the ink of ``count`` glyphs in each band, from points along their edges; owner (P,): each one's glyph."""
    left, right = _no_bands(count)
    for i in range(len(x)):
        _reach(x[i], y[i], left, right, owner[i])
    return _known(left), _known(right)


@compiled
def path_bands(path: FloatArray, owner: IntArray, count: int, pen: float) -> tuple[FloatArray, FloatArray]:
    """About what :func:`bands` gives for the ink of a round pen along paths (P, 2); owner (P,): each point's glyph."""
    left, right = _no_bands(count)
    for i in range(len(path)):
        for direction in AROUND:
            x, y = path[i, 0] + pen / 2 * direction[0], path[i, 1] + pen / 2 * direction[1]
            _reach(x, y, left, right, owner[i])
    return _known(left), _known(right)


@compiled
def _no_bands(count: int) -> tuple[FloatArray, FloatArray]:
    """Ends (count, BANDS) of glyphs without ink."""
    return np.full((count, BANDS), np.inf, np.float32), np.full((count, BANDS), -np.inf, np.float32)


@compiled
def _reach(x: float, y: float, left: FloatArray, right: FloatArray, glyph: int) -> None:
    """Widen the ends (glyphs, BANDS) of a glyph's ink to a point on its edge; beyond all bands the last one."""
    place = (y - BAND_BOTTOM) * (BANDS / (BAND_TOP - BAND_BOTTOM))
    band, end = int(min(max(place, 0.0), BANDS - 1.0)), np.float32(x)
    left[glyph, band] = min(left[glyph, band], end)
    right[glyph, band] = max(right[glyph, band], end)


@compiled
def _known(ends: FloatArray) -> FloatArray:
    """Ends with NaN where there is no ink."""
    return np.where(np.isinf(ends), np.float32(np.nan), ends)
