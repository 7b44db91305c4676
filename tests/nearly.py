"""Glyphs compared within tolerances: what differs only in last bits is the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core import sdf
from handfont.core.arrays import FloatArray
from handfont.core.glyph import Glyph, Outline

NEAR = 1e-4
"""X-heights; two samples of one letter differ by a hundred times as much."""


def points_on(outline: Outline) -> np.ndarray:
    """Points (N, 2) along the curves of an outline."""
    t = np.linspace(0, 1, 7)[1:, None, None]
    found = []
    for contour in outline.contours:
        starts = np.roll(contour[:, 2], 1, axis=0)
        found.append(
            (
                (1 - t) ** 3 * starts
                + 3 * t * (1 - t) ** 2 * contour[:, 0]
                + 3 * t**2 * (1 - t) * contour[:, 1]
                + t**3 * contour[:, 2]
            ).reshape(-1, 2)
        )
    return np.concatenate(found)


def alike(one: Glyph, other: Glyph) -> bool:
    """Whether two glyphs have the same strokes, and ink of the same bounds."""
    return (
        one.character == other.character
        and [len(s) for s in one.strokes] == [len(s) for s in other.strokes]
        and all(np.abs(a - b).max() < NEAR for a, b in zip(one.strokes, other.strokes, strict=True))
        and np.allclose(one.outline.bounds(), other.outline.bounds(), atol=100 * NEAR)
    )


def same(one: Sequence[Glyph], other: Sequence[Glyph]) -> float:
    """The share of glyphs that are alike in both rows of glyphs."""
    assert len(one) == len(other)
    return float(np.mean([alike(a, b) for a, b in zip(one, other, strict=True)]))


def fields(glyphs: Sequence[Glyph]) -> FloatArray:
    """Glyphs as the networks see them (N, grid, grid)."""
    return np.stack([sdf.from_strokes(list(glyph.strokes), sdf.MIN_SIZE).field for glyph in glyphs])
