"""From fields to outlines: contours traced by contourpy, then fitted with few cubic curves.

Everything after tracing is done for all contours of a batch at once. Knots are spread so that each curve turns by at
most about ``TURN`` and the handles are fitted by least squares with the tangents given (Schneider, "An algorithm for
automatically fitting digitized curves", Graphics Gems 1990).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from contourpy import FillType, LineType, SerialContourGenerator, ZInterp
from numpy.typing import NDArray

from handfont.glyph import Outline
from handfont.sdf import CANONICAL_PEN, GRID, INNER, TRUNCATE

UPSAMPLE = 2
SPACING = 0.5
"""Samples between the points of a traced contour after resampling."""
TURN = np.radians(85.0)
REACH = 24.0
"""No curve spans more than so many samples."""
BANDS = 48
BAND_BOTTOM, BAND_TOP = -1.6, 3.2
"""The line is cut into ``BANDS`` horizontal bands between these heights (x-heights) to measure edges."""
WHOLE = 2**20
"""Running sums over all contours of a batch are kept in whole parts of one in so many."""
SPECK = 0.3
"""Contours that enclose less than this share of a pen's dot are noise."""

FloatArray = NDArray[np.float32]


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
    wide = np.asarray(pen * INNER / size, np.float32)
    shift = np.asarray((wide - CANONICAL_PEN) / 2, np.float32)
    points, owner, contour = _contours(fields, shift, wide)
    left = np.full((count, BANDS), np.inf, np.float32)
    right = np.full((count, BANDS), -np.inf, np.float32)
    pieces: list[list[FloatArray]] = [[] for _ in range(count)]
    if len(points):
        step = np.asarray((size / INNER)[owner], np.float32)
        xy = np.stack([points[:, 0] * step, centre_y[owner] - points[:, 1] * step], axis=1)
        band = np.clip((xy[:, 1] - BAND_BOTTOM) * (BANDS / (BAND_TOP - BAND_BOTTOM)), 0, BANDS - 1).astype(np.int64)
        np.minimum.at(left, (owner, band), xy[:, 0])
        np.maximum.at(right, (owner, band), xy[:, 0])
        for glyph, curves in _fit(xy.astype(np.float64), owner, contour, step):
            pieces[glyph].append(curves)
    left[~np.isfinite(left)] = np.nan
    right[~np.isfinite(right)] = np.nan
    return TracedGlyphs([Outline(tuple(piece)) for piece in pieces], left, right)


def _contours(
    fields: FloatArray, shift: FloatArray, wide: FloatArray
) -> tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    """Evenly spaced points (P, 2) of all contours in samples from the centre, y down; glyph and contour of each."""
    lines: list[FloatArray] = []
    glyphs: list[int] = []
    for index, (field, level) in enumerate(zip(fields, shift, strict=True)):
        margin = int(max(0.0, np.ceil(level))) + 2
        padded = _padded(field, margin) if level < TRUNCATE - 2 else _redistanced(field, margin)
        padded = padded + level if level >= 0 else _thinned(padded, float(wide[index]) / CANONICAL_PEN)
        rows = (GRID + 2 * margin) * UPSAMPLE
        fine = cv2.resize(padded, (rows, rows), interpolation=cv2.INTER_CUBIC)
        fine[[0, -1]] = -1.0
        fine[:, [0, -1]] = -1.0
        x, y = _mesh(rows)
        # The class itself: contourpy's factory function spends five times as long on checks and masks as on tracing.
        generator = SerialContourGenerator(
            x, y, fine.astype(np.float64), np.array(False), corner_mask=False, line_type=LineType.Separate,
            fill_type=FillType.OuterCode, quad_as_tri=False, z_interp=ZInterp.Linear)
        traced = [np.asarray(line, np.float64) for line in generator.lines(0.0)]
        areas = [_area(line) for line in traced]
        # The largest contour is the glyph itself, however small; a dot may be all there is.
        smallest = min(SPECK * np.pi * min(float(wide[index]), 12.0) ** 2 / 4, max(areas, default=0.0))
        for line, area in zip(traced, areas, strict=True):
            if area >= smallest:
                lines.append(line.astype(np.float32))
                glyphs.append(index)
    return _resample(lines, np.array(glyphs, np.int64))


@lru_cache(maxsize=64)
def _mesh(rows: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates in samples from the centre of an upsampled field of so many rows and columns."""
    axis = (np.arange(rows) - (rows - 1) / 2) / UPSAMPLE
    x, y = np.meshgrid(axis, axis)
    return x, y


def _area(line: NDArray[np.float64]) -> float:
    x, y = line[:, 0], line[:, 1]
    return 0.5 * abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])))


def _thinned(field: FloatArray, share: float) -> FloatArray:
    """The field with strokes thinned to ``share`` of their width.

    A plain shift of the level would break a stroke wherever its ridge is a little low. The level is taken relative to
    the ridge beside it instead: half way up the ridge halves the stroke, and no stroke ever breaks.
    """
    reach = 2 * int(np.ceil(CANONICAL_PEN / 2)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    ridge = cv2.GaussianBlur(cv2.dilate(field, disc), (0, 0), 1.0)
    return np.asarray(field - (1 - share) * np.clip(ridge, 0.3, CANONICAL_PEN), np.float32)


def _padded(field: FloatArray, margin: int) -> FloatArray:
    """The field continued beyond its border, falling by one sample a sample as distance does."""
    wide = cv2.copyMakeBorder(field, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    return np.asarray(wide - _ramp(margin), np.float32)


@lru_cache(maxsize=64)
def _ramp(margin: int) -> FloatArray:
    """Distance in samples of every point of a field with a margin from the field without it."""
    ramp = np.maximum(np.abs(np.arange(GRID + 2 * margin) - (GRID + 2 * margin - 1) / 2) - (GRID - 1) / 2, 0)
    return np.hypot(ramp[:, None], ramp[None, :]).astype(np.float32)


def _redistanced(field: FloatArray, margin: int) -> FloatArray:
    """The field with true distances outside, where a very wide pen reaches beyond the truncation."""
    factor = 4
    side = (GRID + 2 * margin) * factor
    fine = cv2.resize(_padded(field, margin), (side, side), interpolation=cv2.INTER_CUBIC)
    outside = cv2.distanceTransform((fine <= 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) / factor
    exact = np.where(fine > 0, fine, np.minimum(0.5 / factor - outside, 0))
    small = cv2.resize(exact.astype(np.float32), (side // factor, side // factor), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _resample(
    lines: list[FloatArray], glyphs: NDArray[np.int64]
) -> tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    if not lines:
        return np.zeros((0, 2), np.float32), glyphs, glyphs
    joined = np.concatenate(lines)
    sizes = np.array([len(line) for line in lines])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    steps = _whole(np.hypot(*np.diff(joined, axis=0, prepend=joined[:1]).T).astype(np.float64))
    steps[starts] = 1  # contours follow each other in `along`, but none starts where the last one ends
    along = np.cumsum(steps)
    begin, end = along[starts], along[starts + sizes - 1]
    counts = np.maximum(8, np.ceil((end - begin) / (SPACING * WHOLE))).astype(np.int64)
    contour = np.repeat(np.arange(len(lines)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    where = begin[contour] + (end - begin)[contour] * within // counts[contour]
    even = np.stack([np.interp(where, along, joined[:, axis]) for axis in (0, 1)], axis=1)
    before, after = _neighbours(contour, within, counts)
    for _ in range(2):  # binomial smoothing: takes the tracing grid's facets out
        even = 0.5 * even + 0.25 * (even[before] + even[after])
    return even.astype(np.float32), glyphs[contour], contour


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Lengths in whole ``1 / WHOLE``: running sums of them are exact, so no glyph depends on those before it."""
    return np.rint(values * WHOLE).astype(np.int64)


def _neighbours(
    contour: NDArray[np.int64], within: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    index = np.arange(len(contour))
    size = counts[contour]
    return index - within + (within - 1) % size, index - within + (within + 1) % size


def _fit(
    points: NDArray[np.float64], owner: NDArray[np.int64], contour: NDArray[np.int64], step: FloatArray
) -> list[tuple[int, FloatArray]]:
    """(glyph, curves (n, 3, 2)) of each contour."""
    counts = np.bincount(contour)
    first = np.cumsum(counts) - counts
    within = np.arange(len(points)) - first[contour]
    before, after = _neighbours(contour, within, counts)
    tangent = points[after] - points[before]
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-12)
    # Turning is measured over four steps, so that the grid's ripple, which turns to and fro, cancels.
    back, forth = tangent[before[before]], tangent[after[after]]
    turn = np.abs(np.arctan2(back[:, 0] * forth[:, 1] - back[:, 1] * forth[:, 0], (back * forth).sum(1))) / 4
    length = np.linalg.norm(points[after] - points, axis=1)
    cost = _whole(turn / TURN + length / (REACH * step))
    # Cumulative cost within each contour, scaled to a whole number of curves; a knot where it passes an integer.
    total = np.add.reduceat(cost, first)
    curves = np.maximum(3, -(-total // WHOLE))
    running = np.cumsum(cost) - cost
    whole = (running - running[first][contour]) * curves[contour] // total[contour]
    knot = np.flatnonzero((within == 0) | (whole != whole[before]))
    segment = np.searchsorted(knot, np.arange(len(points)), side="right") - 1
    next_knot = np.append(knot[1:], 0)
    closes = np.append(contour[knot[1:]] != contour[knot[:-1]], True)
    next_knot[closes] = first[contour[knot[closes]]]
    handles = _handles(points, tangent, length, knot, next_knot, segment)
    out: list[tuple[int, FloatArray]] = []
    bounds = np.searchsorted(contour[knot], np.arange(len(counts) + 1))
    for index in range(len(counts)):
        part = handles[bounds[index] : bounds[index + 1]]
        out.append((int(owner[first[index]]), part))
    return out


def _handles(
    points: NDArray[np.float64], tangent: NDArray[np.float64], length: NDArray[np.float64],
    knot: NDArray[np.int64], next_knot: NDArray[np.int64], segment: NDArray[np.int64],
) -> FloatArray:
    """Least-squares handle lengths of every segment: (S, 3, 2) of first handle, second handle, end."""
    start, end = points[knot], points[next_knot]
    t_start, t_end = tangent[knot], -tangent[next_knot]
    steps = np.maximum(_whole(length), 1)
    arc = np.add.reduceat(steps, knot) / WHOLE
    along = np.cumsum(steps) - steps
    t = (along - along[knot][segment]) / WHOLE / arc[segment]
    b0, b1, b2, b3 = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    rest = points - (b0 + b1)[:, None] * start[segment] - (b2 + b3)[:, None] * end[segment]
    a1, a2 = t_start[segment] * b1[:, None], t_end[segment] * b2[:, None]
    c11 = np.add.reduceat((a1 * a1).sum(1), knot)
    c12 = np.add.reduceat((a1 * a2).sum(1), knot)
    c22 = np.add.reduceat((a2 * a2).sum(1), knot)
    x1 = np.add.reduceat((a1 * rest).sum(1), knot)
    x2 = np.add.reduceat((a2 * rest).sum(1), knot)
    determinant = c11 * c22 - c12 * c12
    safe = np.where(np.abs(determinant) > 1e-12, determinant, 1.0)
    alpha1, alpha2 = (x1 * c22 - x2 * c12) / safe, (c11 * x2 - c12 * x1) / safe
    # Degenerate fits fall back to a third of the arc, the classic choice for short curves.
    bad = (np.abs(determinant) <= 1e-12) | (alpha1 < 0.05 * arc) | (alpha2 < 0.05 * arc) | (
        alpha1 > 0.8 * arc) | (alpha2 > 0.8 * arc)
    alpha1, alpha2 = np.where(bad, arc / 3, alpha1), np.where(bad, arc / 3, alpha2)
    curves = np.stack([start + alpha1[:, None] * t_start, end + alpha2[:, None] * t_end, end], axis=1)
    return curves.astype(np.float32)
