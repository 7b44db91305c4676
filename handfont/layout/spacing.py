"""Optical spacing: letters are set by the clear space between their outlines, not by their boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handfont.glyph import BAND_BOTTOM, BAND_TOP, BANDS, FloatArray

NEAR = 0.45
"""Clear space beyond the closest point counts up to so many x-heights: an open c draws its neighbour in, not far."""
FLOOR = 0.35
"""However open the shapes are, ink keeps this share of the letter gap."""
OVER = 0.35
"""Shapes that share no height (an apostrophe before an s) are set to this share of the letter gap by their boxes."""
SMEAR = 2
"""Bands above and below that a stroke keeps others out of."""


def distances(left: FloatArray, right: FloatArray, gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance between the origins of successive glyphs.

    Args:
        left, right: edges of N glyphs in bands, (N, BANDS), NaN without ink (see :mod:`handfont.outline`).
        gaps: (N - 1,) clear space wanted between glyph i and i + 1, in x-heights.

    Returns:
        (N - 1,) in x-heights.
    """
    if len(left) < 2:
        return np.zeros(0)
    wide_right = _smeared(np.where(np.isnan(right), -np.inf, right).astype(np.float64), np.maximum)[:-1]
    wide_left = _smeared(np.where(np.isnan(left), np.inf, left).astype(np.float64), np.minimum)[1:]
    clear = wide_left - wide_right  # clear space at distance 0, +inf where one has no ink
    closest = clear.min(axis=1)
    # Shapes that share no band (a dash and a full stop) are kept apart by their boxes.
    boxes = np.nanmin(left, axis=1)[1:] - np.nanmax(right, axis=1)[:-1]
    apart = ~np.isfinite(closest)
    closest = np.where(apart, boxes, closest)
    middle = (_heights() > -0.15) & (_heights() < 1.15)
    weight = np.where(middle, 1.0, 0.35) * np.isfinite(clear)
    counted = np.minimum(np.where(np.isfinite(clear), clear, 0.0), closest[:, None] + NEAR)
    total = weight.sum(axis=1)
    mean = np.where(total > 0, (counted * weight).sum(axis=1) / np.maximum(total, 1e-9), boxes)
    wanted = np.where(apart, OVER * gaps, gaps) - mean
    least = FLOOR * gaps - closest
    # Ink that passes over or under the neighbour (the bar of a T, the tail of a y) may overhang it, not overtake it.
    overhang = -0.35 - boxes
    return np.asarray(np.maximum(np.maximum(wanted, least), overhang))


def _heights() -> NDArray[np.float64]:
    return BAND_BOTTOM + (np.arange(BANDS) + 0.5) * (BAND_TOP - BAND_BOTTOM) / BANDS


def _smeared(edges: NDArray[np.float64], extreme: np.ufunc) -> NDArray[np.float64]:
    result = edges.copy()
    for step in range(1, SMEAR + 1):
        extreme(result[:, step:], edges[:, :-step], out=result[:, step:])
        extreme(result[:, :-step], edges[:, step:], out=result[:, :-step])
    return result
