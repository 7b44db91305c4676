"""Strokes in fewer straight segments (Ramer 1972, Douglas and Peucker 1973)."""

from __future__ import annotations

import cv2
import numpy as np

from handfont.core.arrays import DoubleArray, IntArray
from handfont.core.units import POINTS

STEP = 0.01 * POINTS["mm"]
"""Points by which a plotter's stroke may leave its path: machines step by as much or more."""


def kept_points(stroke: DoubleArray, tolerance: float = STEP) -> IntArray:
    """Which points of a stroke (points, 2) remain, if it may leave its path by ``tolerance``: their indices, the first
    and the last one included.
    """
    exact = stroke.astype(np.float32)
    chosen = cv2.approxPolyDP(exact.reshape(-1, 1, 2), tolerance, False).reshape(-1, 2)
    indices, start = [0], 1
    for point in chosen[1:-1]:
        start += int((exact[start:] == point).all(axis=1).argmax())
        indices.append(start)
        start += 1
    indices.append(len(stroke) - 1)
    return np.array(indices)
