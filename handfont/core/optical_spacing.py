"""Optical spacing: letters are set by the clear space between their outlines, not by their boxes.

Punctuation is small and shares little or no height with its neighbors: the clear space beside a full stop says nothing
of the bar of the T above it. Marks stay clear of all the ink of their neighbors, along the slant of the hand; so
are digits, which do not make words.
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS

NEAR = 0.45
"""Greatest clear space beyond the closest point that counts, in x-heights: an open c draws its neighbor in, not far."""
FLOOR = 0.35
"""However open the shapes are, ink keeps this share of the letter gap."""
OVER = 0.35
"""Shapes that share no height (an apostrophe before an s) are set to this share of the letter gap by their boxes."""
SMEAR = 2
"""Bands above and below that a stroke keeps others out of."""
CLOSE = "()[]{}<>/\\|-\u2010\u2013\u2014_~"
"""Signs that are set as letters are: brackets, bars and dashes."""
MARKS, DIGITS = (0.31, 0.38), (0.12, 0.54)
"""Clear space along the slant beside marks, and between digits: a length in x-heights and a factor of the letter gap.
Lines through the medians of 29 UNIPEN writers, whose gaps between letters are 0.2 to 0.7 x-heights."""
RECEDE = 0.15
"""Clear space that each x-height between ink above and ink below takes off, in x-heights: a full stop may be a little
under the bar of a T."""


def set_apart(text: str, gaps: DoubleArray) -> DoubleArray:
    """Clear space along the slant between N characters where one is a mark or both are digits, NaN elsewhere, (N - 1,).

    Args:
        gaps: (N - 1,) clear space that letters would keep, in x-heights.
    """
    marks = np.array([not character.isalnum() and character not in CLOSE for character in text], bool)
    digits = np.array([character.isdigit() for character in text], bool)
    clear = np.where(digits[1:] & digits[:-1], DIGITS[0] + DIGITS[1] * gaps, np.nan)
    return np.where(marks[1:] | marks[:-1], MARKS[0] + MARKS[1] * gaps, clear)


def distances(
    left: FloatArray,
    right: FloatArray,
    gaps: DoubleArray,
    set_clear: DoubleArray | None = None,
    slant: float = 0.0,
) -> DoubleArray:
    """Distance between the origins of successive glyphs.

    Args:
        left, right: edges of N glyphs in bands, (N, BANDS), NaN without ink (see :mod:`handfont.core.inking`).
        gaps: (N - 1,) clear space wanted between glyph i and i + 1, in x-heights.
        set_clear: (N - 1,) clear space along the slant, NaN where none is asked for (see :func:`set_apart`).
        slant: of the hand, x per y.

    Returns:
        (N - 1,) in x-heights.
    """
    if len(left) < 2:
        return np.zeros(0)
    wide_right = _smeared(np.where(np.isnan(right), -np.inf, right).astype(np.float64), np.maximum)[:-1]
    wide_left = _smeared(np.where(np.isnan(left), np.inf, left).astype(np.float64), np.minimum)[1:]
    clear = wide_left - wide_right  # clear space at distance 0, +inf where one has no ink
    closest = clear.min(axis=1)
    # Shapes that share no band (a dash and a full stop) are set apart by their boxes.
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
    # Ink that passes over or under the neighbor (the bar of a T, the tail of a y) may overhang it, not overtake it.
    overhang = -0.35 - boxes
    result = np.asarray(np.maximum(np.maximum(wanted, least), overhang))
    if set_clear is not None:
        first = np.flatnonzero(~np.isnan(set_clear))
        clear_of = set_clear[first] - _clearance(right[first], left[first + 1], slant)
        shared = np.maximum(wanted, least)[first]
        result[first] = np.where(apart[first], clear_of, np.maximum(shared, clear_of))
    return result


def _clearance(right: FloatArray, left: FloatArray, slant: float) -> DoubleArray:
    """Clear space at distance 0 between all ink of two glyphs (N, BANDS) along the slant, (N,); ink of other heights
    recedes by ``RECEDE``.
    """
    heights = _heights()
    ends = np.where(np.isnan(right), -np.inf, right).astype(np.float64) - slant * heights
    starts = np.where(np.isnan(left), np.inf, left).astype(np.float64) - slant * heights
    recede = RECEDE * np.abs(heights[:, None] - heights)
    return np.asarray((starts - (ends[:, None, :] - recede).max(axis=2)).min(axis=1))


def _heights() -> DoubleArray:
    return BAND_BOTTOM + (np.arange(BANDS) + 0.5) * (BAND_TOP - BAND_BOTTOM) / BANDS


def _smeared(edges: DoubleArray, extreme: np.ufunc) -> DoubleArray:
    result = edges.copy()
    for step in range(1, SMEAR + 1):
        extreme(result[:, step:], edges[:, :-step], out=result[:, step:])
        extreme(result[:, :-step], edges[:, step:], out=result[:, :-step])
    return result
