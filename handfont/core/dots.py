"""Dots: strokes so small that they move, turn and stretch from one to the next, but do not bend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core.arrays import FloatArray

DOT, RING = 0.25, 0.5
"""A stroke that is no larger is a dot, or a ring if its ends meet, in x-heights."""
CLOSED = 0.1
"""The ends of a ring are no further apart than this share of its length."""

STRAIGHT = 0.15
"""A dot is a straight dash if it is no wider than this share of its length: then it does not become wider either."""


def is_ring(stroke: FloatArray) -> bool:
    """Whether a stroke (points, 2) is a small ring."""
    far = float(np.hypot(*np.diff(stroke, axis=0).T).sum())
    return bool(np.ptp(stroke, axis=0).max() <= RING and np.hypot(*(stroke[-1] - stroke[0])) < CLOSED * far)


def stiffened(points: FloatArray, counts: Sequence[int], directions: FloatArray) -> FloatArray:
    """Directions (R, P, 2) in which the points (P, 2) of strokes move, those of dots without what would bend them."""
    result = directions.copy()
    for own in np.split(np.arange(len(points)), np.cumsum(counts)[:-1]):
        stroke = points[own].astype(np.float64)
        if np.ptp(stroke, axis=0).max() <= DOT or is_ring(points[own]):
            # Three patterns of motion, orthonormal: all points alike, and in proportion to where they are.
            around, sizes, _ = np.linalg.svd(stroke - stroke.mean(axis=0), full_matrices=False)
            around = around[:, sizes > STRAIGHT * sizes[0]]
            onto = around @ around.T + 1 / len(own)
            result[:, own] = np.einsum("pq,rqx->rpx", onto, directions[:, own])
    return np.asarray(result, np.float32)
