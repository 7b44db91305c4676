"""From fields to outlines: contours traced by contourpy, then fitted with few cubic curves.

Everything after tracing is done for all contours of a batch at once. Knots are spread so that each curve turns by at
most about ``TURN``, the handles are fitted by least squares with the tangents given, and a curve that is not within
``TOLERANCE`` is halved (Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems 1990).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

import cv2
import numpy as np
from contourpy import FillType, LineType, SerialContourGenerator, ZInterp
from numpy.typing import NDArray

from handfont.glyph import Outline
from handfont.sdf import CANONICAL_PEN, GRID, INNER, TRUNCATE, inside_distance

UPSAMPLE = 2
SPACING = 0.7
"""Samples between the points of a traced contour after resampling."""
REACH_OF_TURN = 2
"""The turning at a point is measured from so many points before it to so many after it."""
AT_ONCE = 128
"""Glyphs traced at a time."""
TILES = 16
"""Glyphs traced by one call, if their boxes are of one size."""
STRIDE = 8
"""Fields are cut to whole multiples of so many samples."""
TURN = np.radians(110.0)
REACH = 40.0
"""No curve spans more than so many samples."""
TOLERANCE = 0.018
"""Curves are halved until none is so far from the points that it stands for, in x-heights ..."""
ROUNDS = 3
"""... at most so many times ..."""
FEWEST = 3
"""... and to no fewer points than these."""
BANDS = 48
BAND_BOTTOM, BAND_TOP = -1.6, 3.2
"""The line is cut into ``BANDS`` horizontal bands between these heights (x-heights) to measure edges."""
WHOLE = 2**20
"""Running sums over all contours of a batch are kept in whole parts of one in so many."""
SPECK = 0.3
"""Contours that enclose less than this share of a pen's dot are noise."""

FloatArray = NDArray[np.float32]
FloatColumn = NDArray[np.float64]
_Column = TypeVar("_Column", bound=NDArray[Any])


@dataclass(frozen=True)
class TracedGlyphs:
    """Outlines of N glyphs and their edges in bands, left and right (N, BANDS), NaN where there is no ink."""

    outlines: list[Outline]
    left: FloatArray
    right: FloatArray


def trace(fields: FloatArray, size: FloatArray, centre_y: FloatArray, pen: FloatArray) -> TracedGlyphs:
    """Outlines of fields written with given pens.

    Args:
        fields: (N, GRID, GRID) in samples, at the canonical pen.
        size, centre_y, pen: (N,) in x-heights: side of the square, its centre above the baseline, stroke width.

    Returns:
        Outlines in x-heights, x = 0 at the middle of the square, and edges.
    """
    count = len(fields)
    left = np.full((count, BANDS), np.nan, np.float32)
    right = np.full((count, BANDS), np.nan, np.float32)
    outlines: list[Outline] = []
    # Some glyphs at a time, so that what is worked on stays in the processor's cache.
    for start in range(0, count, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        outlines += _traced(fields[part], size[part], centre_y[part], pen[part], left[part], right[part])
    return TracedGlyphs(outlines, left, right)


def _traced(
    fields: FloatArray, size: FloatArray, centre_y: FloatArray, pen: FloatArray, left: FloatArray, right: FloatArray
) -> list[Outline]:
    """Outlines of some fields; their edges are written into ``left`` and ``right``."""
    wide = np.asarray(pen * INNER / size, np.float32)
    found = _contours(fields, np.asarray((wide - CANONICAL_PEN) / 2, np.float32), wide)
    pieces: list[list[FloatArray]] = [[] for _ in fields]
    if len(found.glyphs):
        x, y, counts = _resampled(found)
        owner = np.repeat(found.glyphs, counts)
        step = np.asarray(size / INNER, np.float64)
        x, y = x * step[owner], centre_y[owner] - y * step[owner]
        band = np.clip((y - BAND_BOTTOM) * (BANDS / (BAND_TOP - BAND_BOTTOM)), 0, BANDS - 1).astype(np.int64)
        where = owner * BANDS + band
        np.fmin.at(left.reshape(-1), where, x.astype(np.float32))  # fmin: a number wins over NaN
        np.fmax.at(right.reshape(-1), where, x.astype(np.float32))
        for glyph, curves in zip(found.glyphs.tolist(), _fit(x, y, counts, step[found.glyphs]), strict=True):
            pieces[glyph].append(curves)
    return [Outline(tuple(piece)) for piece in pieces]


@dataclass(frozen=True)
class _Lines:
    """L closed lines, one after the other: points (P,), in samples from the middle of their glyph, y down; how many
    each line has, the last one being the first again, and the glyph of each, (L,).
    """

    x: FloatColumn
    y: FloatColumn
    sizes: NDArray[np.int64]
    glyphs: NDArray[np.int64]


def _contours(fields: FloatArray, shift: FloatArray, wide: FloatArray) -> _Lines:
    """The lines along all edges."""
    points: list[NDArray[np.float64]] = [np.zeros((0, 2))]
    sizes, glyphs = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    margins = np.maximum(np.ceil(shift), 0).astype(int) + 2
    for margin in np.unique(margins).tolist():
        chosen = np.flatnonzero(margins == margin)
        padded = _at_pen(fields[chosen], shift[chosen], wide[chosen], margin)
        corners, extents = _boxes(padded)
        # Glyphs with boxes of one size are traced as one column of tiles.
        kinds, kind = np.unique(extents, axis=0, return_inverse=True)
        groups = [(size, members[start : start + TILES]) for number, size in enumerate(kinds.tolist())
                  for members in [np.flatnonzero(kind.ravel() == number)] for start in range(0, len(members), TILES)]
        for (rows, columns), own in groups:
            fine = _enlarged(padded[own], corners[own], rows, columns)
            # The class itself: contourpy's factory function spends five times as long on checks and masks as on
            # tracing. Each tile is a chunk of its own: a glyph's lines do not depend on its neighbours.
            x, y = (axis[: len(fine)] for axis in _mesh(rows, columns))
            generator = SerialContourGenerator(
                x, y, fine, _NO_MASK, corner_mask=False,
                line_type=LineType.ChunkCombinedOffset, fill_type=FillType.OuterCode, quad_as_tri=False,
                z_interp=ZInterp.Linear, x_chunk_size=0, y_chunk_size=rows * UPSAMPLE)
            found, ends = cast(tuple[list[FloatColumn | None], list[NDArray[np.uint32] | None]], generator.lines(0.0))
            inked = np.array([part is not None for part in found])
            if not inked.any():
                continue
            own = own[inked]
            parts = [part for part in found if part is not None]
            corner = corners[own][:, ::-1] - (padded.shape[1] - 1) / 2
            points.append(np.concatenate(parts) + np.repeat(corner, [len(part) for part in parts], axis=0))
            offsets = [part for part in ends if part is not None]
            # Each tile's offsets begin with 0: what is not positive lies between two tiles.
            both = np.concatenate(offsets).astype(np.int64)
            steps = both[1:] - both[:-1]
            sizes.append(steps[steps > 0])
            glyphs.append(np.repeat(chosen[own], [len(part) - 1 for part in offsets]))
    (x, y), counts, owner = np.concatenate(points).T, np.concatenate(sizes), np.concatenate(glyphs)
    if not len(counts):
        return _Lines(x, y, counts, owner)
    area = _areas(x, y, counts)
    # The largest contour is the glyph itself, however small; a dot may be all there is.
    largest = np.zeros(len(fields))
    np.maximum.at(largest, owner, area)
    keep = area >= np.minimum(SPECK * np.pi * np.minimum(wide, 12.0) ** 2 / 4, largest)[owner]
    kept = np.repeat(keep, counts)
    return _Lines(x[kept], y[kept], counts[keep], owner[keep])


def _enlarged(
    padded: FloatArray, corners: NDArray[np.int64], rows: int, columns: int
) -> NDArray[np.float64]:
    """The boxes of N fields, (rows, columns) samples from their corners (top, left), as an upsampled column of tiles
    (N * rows * UPSAMPLE, columns * UPSAMPLE) with no ink on their borders.
    """
    count = len(padded)
    # Two rows more above and below, so that interpolation does not reach into the next tile.
    down = np.clip(np.arange(-2, rows + 2), 0, rows - 1) + corners[:, :1]
    across = np.arange(columns) + corners[:, 1:]
    tiles = padded[np.arange(count)[:, None, None], down[:, :, None], across[:, None, :]]
    size = (columns * UPSAMPLE, count * (rows + 4) * UPSAMPLE)
    fine = cv2.resize(tiles.reshape(-1, columns), size, interpolation=cv2.INTER_CUBIC)
    edge = 2 * UPSAMPLE
    inner = fine.reshape(count, -1, size[0])[:, edge:-edge].astype(np.float64)
    inner[:, [0, -1]] = -1.0
    inner[:, :, [0, -1]] = -1.0
    return inner.reshape(-1, size[0])


_NO_MASK = np.array(False)


def _at_pen(fields: FloatArray, shift: FloatArray, wide: FloatArray, margin: int) -> FloatArray:
    """Fields with a margin, at their pens."""
    padded = _padded(fields, margin)
    for index in np.flatnonzero(shift >= TRUNCATE - 2):
        padded[index] = _redistanced(padded[index])
    thin = np.flatnonzero(shift < 0)
    padded += np.maximum(shift, 0)[:, None, None]
    if len(thin):
        padded[thin] = _thinned(padded[thin], wide[thin] / CANONICAL_PEN)
    return padded


def _boxes(padded: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Corners (top, left) and sizes (rows, columns) of the ink of fields, (N, 2) each, with room around; tracing the
    rest would be idle.
    """
    ink = np.asarray(padded > 0)
    side = padded.shape[1]
    corners, extents = [], []
    for axis in (2, 1):
        some = np.asarray(ink.any(axis=axis))
        first = np.maximum(some.argmax(axis=1) - 2, 0)
        last = np.minimum(side - some[:, ::-1].argmax(axis=1) + 2, side)
        # Whole multiples, so that there are few kinds of tiles.
        size = np.minimum(-(-(last - first) // STRIDE) * STRIDE, side)
        corners.append(np.minimum(first, side - size))
        extents.append(size)
    return np.stack(corners, axis=1), np.stack(extents, axis=1)


@lru_cache(maxsize=64)
def _mesh(rows: int, columns: int) -> tuple[FloatColumn, FloatColumn]:
    """Coordinates of the points of a column of ``TILES`` upsampled tiles, in samples from each tile's first one."""
    x, y = np.meshgrid(*((np.arange(size * UPSAMPLE) - (UPSAMPLE - 1) / 2) / UPSAMPLE for size in (columns, rows)))
    return np.tile(x, (TILES, 1)), np.tile(y, (TILES, 1))


def _areas(x: FloatColumn, y: FloatColumn, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Area within each closed line."""
    cross = np.zeros(len(x))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    ends = np.cumsum(sizes)
    cross[ends - 1] = 0.0
    return 0.5 * np.abs(np.add.reduceat(cross, np.append(0, ends[:-1])))


def _thinned(fields: FloatArray, share: FloatArray) -> FloatArray:
    """Fields with strokes thinned to shares (N,) of their width.

    A plain shift of the level would break a stroke wherever its ridge is a little low. The level is taken relative to
    the ridge beside it instead: half way up the ridge halves the stroke, and no stroke ever breaks.
    """
    reach = 2 * int(np.ceil(CANONICAL_PEN / 2)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    ridge = np.stack([cv2.GaussianBlur(cv2.dilate(field, disc), (0, 0), 1.0) for field in fields])
    return np.asarray(fields - (1 - share)[:, None, None] * np.clip(ridge, 0.3, CANONICAL_PEN), np.float32)


def _padded(fields: FloatArray, margin: int) -> FloatArray:
    """Fields continued beyond their borders, falling by one sample a sample as distance does."""
    wide = np.pad(fields, ((0, 0), (margin, margin), (margin, margin)), mode="edge")
    return np.asarray(wide - _ramp(margin), np.float32)


@lru_cache(maxsize=64)
def _ramp(margin: int) -> FloatArray:
    """Distance in samples of every point of a field with a margin from the field without it."""
    ramp = np.maximum(np.abs(np.arange(GRID + 2 * margin) - (GRID + 2 * margin - 1) / 2) - (GRID - 1) / 2, 0)
    return np.hypot(ramp[:, None], ramp[None, :]).astype(np.float32)


def _redistanced(field: FloatArray) -> FloatArray:
    """A padded field with true distances outside, where a very wide pen reaches beyond the truncation."""
    factor = 4
    side = len(field) * factor
    fine = cv2.resize(field, (side, side), interpolation=cv2.INTER_CUBIC)
    outside = inside_distance(fine <= 0) / factor
    exact = np.where(fine > 0, fine, np.minimum(0.5 / factor - outside, 0))
    small = cv2.resize(exact.astype(np.float32), (side // factor, side // factor), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _resampled(lines: _Lines) -> tuple[FloatColumn, FloatColumn, NDArray[np.int64]]:
    """Closed lines as evenly spaced points: x (P,), y (P,), and how many each has. The last one is not the first."""
    x, y, sizes = lines.x, lines.y, lines.sizes
    starts = np.cumsum(sizes) - sizes
    steps = np.empty(len(x), np.int64)
    steps[1:] = _whole(np.hypot(x[1:] - x[:-1], y[1:] - y[:-1]))
    steps[starts] = 1  # contours follow each other in `along`, but none starts where the last one ends
    along = np.cumsum(steps)
    begin, end = along[starts], along[starts + sizes - 1]
    counts = np.maximum(8, np.ceil((end - begin) / (SPACING * WHOLE))).astype(np.int64)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    where = np.repeat(begin, counts) + np.repeat(end - begin, counts) * within // np.repeat(counts, counts)
    ring = Ring(counts)
    # Binomial smoothing takes the tracing grid's facets out.
    smooth = [0.5 * even + 0.25 * (ring.before(even) + ring.after(even))
              for even in (np.interp(where, along, x), np.interp(where, along, y))]
    return smooth[0], smooth[1], counts


def _whole(values: FloatColumn) -> NDArray[np.int64]:
    """Lengths in whole ``1 / WHOLE``: running sums of them are exact, so no glyph depends on those before it."""
    return np.rint(values * WHOLE).astype(np.int64)


class Ring:
    """Points of closed contours, one contour after the other, ``counts`` of each."""

    def __init__(self, counts: NDArray[np.int64]) -> None:
        self.counts = counts
        self.first = np.cumsum(counts) - counts
        self._last = self.first + counts - 1

    def before(self, values: _Column) -> _Column:
        """For each point (P,) the value of the one before it on its contour."""
        result = np.empty_like(values)
        result[1:] = values[:-1]
        result[self.first] = values[self._last]
        return result

    def after(self, values: _Column) -> _Column:
        """For each point (P,) the value of the next one on its contour."""
        result = np.empty_like(values)
        result[:-1] = values[1:]
        result[self._last] = values[self.first]
        return result


def _fit(x: FloatColumn, y: FloatColumn, counts: NDArray[np.int64], step: FloatColumn) -> list[FloatArray]:
    """Curves (n, 3, 2) of each contour of points; ``step`` is the length of a sample for each."""
    ring = Ring(counts)
    dx, dy = ring.after(x) - ring.before(x), ring.after(y) - ring.before(y)
    norm = np.maximum(np.hypot(dx, dy), 1e-12)
    dx, dy = dx / norm, dy / norm
    # Turning is measured over some steps, so that the grid's ripple, which turns to and fro, cancels.
    back_x, back_y, forth_x, forth_y = dx, dy, dx, dy
    for _ in range(REACH_OF_TURN):
        back_x, back_y, forth_x, forth_y = ring.before(back_x), ring.before(back_y), ring.after(forth_x), ring.after(
            forth_y)
    turn = np.abs(np.arctan2(back_x * forth_y - back_y * forth_x, back_x * forth_x + back_y * forth_y))
    length = np.hypot(ring.after(x) - x, ring.after(y) - y)
    cost = _whole(turn / (2 * REACH_OF_TURN * TURN) + length / np.repeat(REACH * step, counts))
    # Cumulative cost within each contour, scaled to a whole number of curves; a knot where it passes an integer.
    total = np.add.reduceat(cost, ring.first)
    curves = np.maximum(3, -(-total // WHOLE))
    running = np.cumsum(cost) - cost
    whole = (running - np.repeat(running[ring.first], counts)) * np.repeat(curves, counts) // np.repeat(total, counts)
    is_knot = whole != ring.before(whole)
    is_knot[ring.first] = True
    knot = np.flatnonzero(is_knot)
    steps = np.maximum(_whole(length), 1)
    start, end, many = knot, _next(knot, ring), np.diff(np.append(knot, len(x)))
    finished: list[tuple[NDArray[np.int64], FloatArray]] = []
    for left in reversed(range(ROUNDS + 1)):
        found, error = _handles(x, y, dx, dy, steps, start, end, many)
        halved = (error > TOLERANCE) & (many >= 2 * FEWEST) if left else np.zeros(len(start), bool)
        finished.append((start[~halved], found[~halved]))
        if not halved.any():
            break
        start, end, many = start[halved], end[halved], many[halved]
        middle, half = start + many // 2, many // 2
        start, end = np.concatenate([start, middle]), np.concatenate([middle, end])
        many = np.concatenate([half, many - half])
    knot = np.concatenate([starts for starts, _ in finished])
    order = np.argsort(knot)
    handles = np.concatenate([found for _, found in finished])[order]
    return np.split(handles, np.searchsorted(knot[order], ring.first)[1:])


def _next(knot: NDArray[np.int64], ring: Ring) -> NDArray[np.int64]:
    """For each knot the next one on its contour."""
    result = np.append(knot[1:], 0)
    result[np.append(np.searchsorted(knot, ring.first)[1:], len(knot)) - 1] = ring.first
    return result


def _handles(
    x: FloatColumn, y: FloatColumn, dx: FloatColumn, dy: FloatColumn, steps: NDArray[np.int64],
    start: NDArray[np.int64], end: NDArray[np.int64], many: NDArray[np.int64],
) -> tuple[FloatArray, FloatColumn]:
    """Curves (S, 3, 2) from points to points, each along so many of them: handles along the tangents, their lengths by
    least squares. Beside them how far the points are from each (S,), at most.
    """
    (ax, ay), (ex, ey) = (x[start], y[start]), (x[end], y[end])
    (px, py), (qx, qy) = (dx[start], dy[start]), (-dx[end], -dy[end])
    knot = np.cumsum(many) - many
    points = np.arange(many.sum()) + np.repeat(start - knot, many)
    x, y, steps = x[points], y[points], steps[points]
    whole = np.add.reduceat(steps, knot)
    arc = whole / WHOLE
    along = np.cumsum(steps) - steps
    t = (along - np.repeat(along[knot], many)) / np.repeat(whole, many)
    u = 1 - t
    b1, b2, start_share = 3 * t * u * u, 3 * t * t * u, u * u * (1 + 2 * t)
    # The normal equations need only these sums over the points of each curve.
    b11, b12, b22, b1x, b1y, b2x, b2y, sum1, sum2, start1, start2 = (
        np.add.reduceat(values, knot) for values in (
            b1 * b1, b1 * b2, b2 * b2, b1 * x, b1 * y, b2 * x, b2 * y, b1, b2, b1 * start_share, b2 * start_share))
    x1 = (px * (b1x - start1 * ax - (sum1 - start1) * ex) + py * (b1y - start1 * ay - (sum1 - start1) * ey))
    x2 = (qx * (b2x - start2 * ax - (sum2 - start2) * ex) + qy * (b2y - start2 * ay - (sum2 - start2) * ey))
    c12 = b12 * (px * qx + py * qy)
    determinant = b11 * b22 - c12 * c12
    safe = np.where(np.abs(determinant) > 1e-12, determinant, 1.0)
    first, second = (x1 * b22 - x2 * c12) / safe, (b11 * x2 - c12 * x1) / safe
    # Degenerate fits fall back to a third of the arc, the classic choice for short curves.
    bad = (np.abs(determinant) <= 1e-12) | (np.minimum(first, second) < 0.05 * arc) | (
        np.maximum(first, second) > 0.8 * arc)
    first, second = np.where(bad, arc / 3, first), np.where(bad, arc / 3, second)
    hx, hy, kx, ky = ax + first * px, ay + first * py, ex + second * qx, ey + second * qy
    b0, b3 = u * u * u, t * t * t
    away = np.hypot(*(b0 * np.repeat(a, many) + b1 * np.repeat(h, many) + b2 * np.repeat(k, many)
                      + b3 * np.repeat(e, many) - at for a, h, k, e, at in ((ax, hx, kx, ex, x), (ay, hy, ky, ey, y))))
    curves = np.stack([hx, hy, kx, ky, ex, ey], axis=1)
    return curves.astype(np.float32).reshape(-1, 3, 2), np.maximum.reduceat(away, knot)
