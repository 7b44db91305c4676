"""Signed distance fields of glyphs: from strokes and from ink, at one canonical pen.

A *shape* is a ``GRID x GRID`` field, rows from top to bottom, in samples (grid steps), positive inside the ink.
The glyph's **centerline box** (the box of the pen's path, so the ink's box less one pen) is fitted into the middle
``INNER x INNER`` samples, its longer side filling them; the side of that square in x-heights is the glyph's ``size``.
Whatever pen wrote it, the field is brought to ``CANONICAL_PEN`` samples of stroke width by shifting its level, so the
zero level is the outline of the glyph written with the canonical pen and ``field + shift`` that with any other.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import BoolArray, FloatArray

GRID = 48
"""Samples along each side of a shape."""
INNER = 38
"""Samples that the longer side of the centerline box covers."""
CANONICAL_PEN = 4.0
"""Stroke width of every stored shape, in samples."""
TRUNCATE = 6.0
"""Distance from the outline, in samples, at which fields are cut off."""
MIN_SIZE = 0.5
"""Smallest side of a glyph's square, in x-heights: dots and commas are not blown up to letter size."""
STEPS = 127 / TRUNCATE
"""Steps to a sample: fields are stored as whole numbers of steps."""


class FittedShape(NamedTuple):
    """A shape, and the square that it was fitted into.

    Attributes:
        field: (GRID, GRID) in samples.
        x, y: the square's center, in the unit and along the axes of the strokes or the ink.
        side: of the square, in the same unit.
    """

    field: FloatArray
    x: float
    y: float
    side: float


def quantize(field: FloatArray) -> NDArray[np.int8]:
    """A field, or differences of fields, in whole steps."""
    return np.clip(np.rint(field * STEPS), -127, 127).astype(np.int8)


def dequantize(steps: NDArray[np.int8]) -> FloatArray:
    """The field of whole steps, in samples."""
    return np.asarray(steps.astype(np.float32) / STEPS, np.float32)


def centred_box(x0: float, y0: float, x1: float, y1: float, min_size: float) -> tuple[float, float, float]:
    """Center and side of the square that a centerline box is fitted into, in the box's own units."""
    return (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0, min_size)


def grid_points(centre_x: float, centre_y: float, side: float) -> tuple[FloatArray, FloatArray]:
    """Positions of the samples of a shape, as (columns x, rows y), y pointing up; units of ``side``."""
    step = side / INNER
    offsets = (np.arange(GRID) - (GRID - 1) / 2) * step
    return (centre_x + offsets).astype(np.float32), (centre_y - offsets).astype(np.float32)


def from_strokes(strokes: list[FloatArray], min_size: float) -> FittedShape:
    """Exact field of pen strokes drawn with the canonical pen.

    Args:
        strokes: polylines of shape (points, 2), y up, in any unit.
        min_size: smallest side of the square in the same unit.
    """
    points = np.concatenate(strokes)
    x0, y0 = points.min(axis=0)
    x1, y1 = points.max(axis=0)
    centre_x, centre_y, side = centred_box(float(x0), float(y0), float(x1), float(y1), min_size)
    columns, rows = grid_points(centre_x, centre_y, side)
    distance = stroke_distance(strokes, columns, rows) * (INNER / side)
    field = np.clip(CANONICAL_PEN / 2 - distance, -TRUNCATE, TRUNCATE)
    return FittedShape(field.astype(np.float32), centre_x, centre_y, side)


def stroke_distance(strokes: list[FloatArray], columns: FloatArray, rows: FloatArray) -> FloatArray:
    """Distance (rows, columns) of the points of a lattice to the nearest point of polylines, in their own unit."""
    starts = np.concatenate([stroke[:-1] if len(stroke) > 1 else stroke for stroke in strokes])
    ends = np.concatenate([stroke[1:] if len(stroke) > 1 else stroke for stroke in strokes])
    ways = ends - starts
    lengths = np.maximum(ways[:, 0] * ways[:, 0] + ways[:, 1] * ways[:, 1], 1e-12)
    from handfont.core.segment_distance import squared  # compiled, which not everything that knows fields waits for

    return np.asarray(np.sqrt(squared(starts, ways, lengths, columns, rows)), np.float32)


def ink_distance(ink: BoolArray) -> FloatArray:
    """Signed distance in pixels to the edge of a binary image, positive on the ink, exact Euclidean."""
    inside, outside = inside_distance(ink), inside_distance(~ink)
    # Each transform measures to the nearest pixel center across the edge; the edge lies half a pixel before it.
    return np.where(ink, inside - 0.5, 0.5 - outside).astype(np.float32)


def inside_distance(mask: BoolArray) -> FloatArray:
    """Distance of each pixel of a mask to the nearest one outside of it.

    OpenCV's last bits depend on where an image lies in memory. Squares of distances are whole numbers: rounded to
    those, the same scan always gives the same field.
    """
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.sqrt(np.rint(distance * distance)), np.float32)


def pen_width(ink: BoolArray) -> float:
    """Stroke width of ink in pixels: twice the median distance to the edge along the ridge of the distance field."""
    if not ink.any():
        return 0.0
    ys, xs = np.nonzero(ink)
    ink = ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    # The middle of a stroke of even width lies between two pixels: enlarged, that matters less, and edges are smooth.
    zoom = 4 if max(ink.shape) <= 150 else 2
    large = cv2.resize(np.pad(ink.astype(np.float32), 2), None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    mask = cv2.GaussianBlur(large, (0, 0), zoom / 2) > 0.5
    inside = inside_distance(mask)
    ridge = (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8)) - 1e-3) & mask
    # Ends and corners of strokes have ridges too, of less than full width: the upper half is the stroke's body.
    values = np.sort(inside[ridge])
    if not len(values):
        return 1.0
    return float(max(1.0, (2.0 * float(np.median(values[len(values) // 3 :])) - 0.5) / zoom))


def from_ink(ink: BoolArray, x_height: float, pen: float) -> FittedShape:
    """Field of scanned ink, brought from its own pen to the canonical one; pixels are its unit, y is **down**.

    Args:
        ink: binary image of one glyph, rows from top to bottom.
        x_height: x-height in pixels.
        pen: stroke width in pixels.
    """
    ys, xs = np.nonzero(ink)
    half = pen / 2
    x0, x1, y0, y1 = xs.min() + half, xs.max() + 1 - half, ys.min() + half, ys.max() + 1 - half
    x0, x1 = min(x0, (x0 + x1) / 2), max(x1, (x0 + x1) / 2)
    y0, y1 = min(y0, (y0 + y1) / 2), max(y1, (y0 + y1) / 2)
    centre_x, centre_y, side = centred_box(float(x0), float(y0), float(x1), float(y1), MIN_SIZE * x_height)
    step = side / INNER
    # The ink and as much paper as the samples and the smoothing below reach, no more: this is most of the time.
    reach = GRID * step / 2 + 1.5 * step + 2
    grow_x, grow_y = (max(2, int(np.ceil(reach - (high - low) / 2 - half))) for low, high in ((x0, x1), (y0, y1)))
    cut_x, cut_y = int(xs.min()), int(ys.min())
    tight = ink[cut_y : int(ys.max()) + 1, cut_x : int(xs.max()) + 1]
    distance = ink_distance(np.pad(tight, ((grow_y, grow_y), (grow_x, grow_x))))
    # Sample the pixel field at the grid's points; below one pixel a sample, smooth first so that no detail aliases.
    if step > 1.5:
        distance = np.asarray(cv2.GaussianBlur(distance, (0, 0), 0.35 * step), np.float32)
    offsets = (np.arange(GRID) - (GRID - 1) / 2) * step
    map_x, map_y = np.meshgrid(centre_x + offsets + grow_x - cut_x - 0.5, centre_y + offsets + grow_y - cut_y - 0.5)
    sampled = cv2.remap(distance, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR)
    field = (sampled - half) / step + CANONICAL_PEN / 2
    return FittedShape(np.clip(field, -TRUNCATE, TRUNCATE).astype(np.float32), centre_x, centre_y, side)
