"""Exact changes of what a hand writes: slant and width, applied to strokes before they are inked."""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.style.posterior import Geometry


def matrix_of(geometry: Geometry) -> FloatArray:
    """The matrix (2, 2) by which points, as rows, are multiplied: wider by ``geometry.width``, then leaned over about
    the baseline by ``geometry.slant``.
    """
    return np.array([[geometry.width, 0.0], [np.tan(np.radians(geometry.slant)), 1.0]], np.float32)
