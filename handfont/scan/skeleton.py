"""The middle line of ink, with the width of the stroke along it."""

from __future__ import annotations

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, ByteArray, IntArray
from handfont.core.glyph import GlyphSample, Skeleton
from handfont.core.sdf import INNER, inside_distance
from handfont.util.jit import compiled

MOST_POINTS = 160
"""Points of a skeleton; of more, some are left out."""
SMOOTHING, LEAST_SMOOTHING = 0.3, 0.8
"""Deviation of the Gaussian that ink is smoothed by, as a share of half its pen, and in pixels, below which ink is
left as it is."""
ENLARGED = 4
"""Factor that fields of samples are enlarged by before they are thinned."""


def skeleton_of(ink: BoolArray, x_height: float, origin: tuple[float, float]) -> Skeleton:
    """The skeleton of a binary picture, rows from top to bottom, that holds ink.

    Args:
        x_height: pixels of an x-height.
        origin: column and row, in pixels, that become x = 0 and y = 0.
    """
    padded = _smoothed(np.pad(ink, 2))
    inside = inside_distance(padded)
    thin = thinned(padded)
    rows, columns = np.nonzero(thin)
    rows, columns = _thinned_out(rows, columns)
    points = np.stack([columns - 2 + 0.5 - origin[0], origin[1] - (rows - 2 + 0.5)], axis=1) / x_height
    # A pixel's distance is that to the nearest pixel of paper: the edge lies half a pixel before its middle.
    widths = (2 * inside[rows, columns] - 1) / x_height
    return Skeleton(points.astype(np.float32), widths.astype(np.float32))


def _thinned_out(rows: IntArray, columns: IntArray) -> tuple[IntArray, IntArray]:
    """At most ``MOST_POINTS`` of some pixels, evenly over the picture: the first one in each square of a lattice."""
    side = 1.0
    while True:
        square = np.stack([rows // side, columns // side], axis=1)
        first = np.sort(np.unique(square, axis=0, return_index=True)[1])
        if len(first) <= MOST_POINTS:
            return rows[first], columns[first]
        side *= 1.1


def _smoothed(ink: BoolArray) -> BoolArray:
    """Ink without the roughness of its edge, from which thinning would grow twigs."""
    widest = float(inside_distance(ink).max())
    sigma = SMOOTHING * widest
    smooth = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), sigma) > 0.5 if sigma > LEAST_SMOOTHING else ink
    return smooth if smooth.any() else ink


def skeleton_of_sample(sample: GlyphSample) -> Skeleton:
    """The skeleton of a sample: as it was read, or of the ink that its field holds at the canonical pen; x = 0, y = 0
    is the middle of its square.
    """
    if sample.skeleton is not None:
        return sample.skeleton
    field = cv2.resize(sample.shape, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    middle = len(field) / 2
    return skeleton_of(field > 0, ENLARGED * INNER / sample.metrics.size, (middle, middle))


def thinned(ink: BoolArray) -> BoolArray:
    """Ink thinned to lines one pixel wide that have its parts and loops (Guo, Hall 1989). The border is no ink.

    The better known way of Zhang and Suen eats diagonal strokes up from their ends.
    """
    picture = ink.astype(np.uint8)
    picture[[0, -1]] = 0
    picture[:, [0, -1]] = 0
    _thin(picture)
    return picture.astype(bool)


@compiled
def _thin(picture: ByteArray) -> None:
    """Thins a picture in place, in rounds of two halves, until nothing more can be taken off."""
    marked = np.empty((picture.size, 2), np.int64)
    while _half_round(picture, marked, True) + _half_round(picture, marked, False) > 0:
        pass


@compiled
def _half_round(picture: ByteArray, marked: IntArray, first: bool) -> int:
    """Takes the pixels off the edges of two sides, in the first half of a round, or of the others; returns how many.

    ``marked`` (N, 2) has room for all of them; p2 to p9 are the pixels around one, clockwise from the one above.
    """
    rows, columns = picture.shape
    count = 0
    for r in range(1, rows - 1):
        for c in range(1, columns - 1):
            if picture[r, c] == 0:
                continue
            p2, p3, p4, p5 = picture[r - 1, c], picture[r - 1, c + 1], picture[r, c + 1], picture[r + 1, c + 1]
            p6, p7, p8, p9 = picture[r + 1, c], picture[r + 1, c - 1], picture[r, c - 1], picture[r - 1, c - 1]
            runs = (
                int(not p2 and (p3 or p4))
                + int(not p4 and (p5 or p6))
                + int(not p6 and (p7 or p8))
                + int(not p8 and (p9 or p2))
            )
            pairs = min(
                int(p9 or p2) + int(p3 or p4) + int(p5 or p6) + int(p7 or p8),
                int(p2 or p3) + int(p4 or p5) + int(p6 or p7) + int(p8 or p9),
            )
            if runs != 1 or pairs < 2 or pairs > 3:
                continue
            if first:
                free = not ((p6 or p7 or not p9) and p8)
            else:
                free = not ((p2 or p3 or not p5) and p4)
            if free:
                marked[count, 0], marked[count, 1] = r, c
                count += 1
    for i in range(count):
        picture[marked[i, 0], marked[i, 1]] = 0
    return count
