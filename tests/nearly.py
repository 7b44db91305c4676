"""What is the same on one processor to the last bit, and on another one nearly: compared within tolerances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.composition import points_on
from handfont.glyph import Glyph

NEAR = 0.02
"""X-heights; samples of one letter differ by more in some of their measures."""


def measures(glyph: Glyph) -> np.ndarray:
    """Bounds, pen, size and height of a glyph, in x-heights."""
    points = points_on(glyph.outline)
    return np.array([*points.min(axis=0), *points.max(axis=0), glyph.pen, glyph.metrics.size, glyph.metrics.centre_y])


def same(one: Sequence[Glyph], other: Sequence[Glyph]) -> float:
    """The share of glyphs that are alike in both rows of glyphs."""
    assert len(one) == len(other)
    return float(np.mean([np.abs(measures(a) - measures(b)).max() < NEAR for a, b in zip(one, other, strict=True)]))


def close(one: np.ndarray, other: np.ndarray) -> float:
    """The share of drawn fields (N, grid, grid) that are the same to within a twentieth of a sample."""
    assert one.shape == other.shape
    return float(np.mean(np.abs(one - other).max(axis=(1, 2)) < 0.05))
