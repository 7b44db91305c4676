"""Varied letters: the mean points of a letter, and how a writer's repetitions depart from them, compiled.

Sums are taken in one order, number by number, so that the same letter comes out to the last bit on every processor and
whatever is drawn with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handfont.compiled import compiled

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@compiled
def varied(means: FloatArray, directions: FloatArray, which: IntArray, noise: FloatArray) -> FloatArray:
    """Points (N, P, 2) of letters.

    Args:
        means: (A, P, 2) mean points of A letters.
        directions: (A, R, P, 2) how points move with each of R numbers.
        which: (N,) the letter of each glyph.
        noise: (N, R) the numbers.
    """
    count, points = len(which), means.shape[1]
    result = np.empty((count, points, 2), np.float32)
    for glyph in range(count):
        letter = which[glyph]
        for place in range(points):
            result[glyph, place, 0], result[glyph, place, 1] = means[letter, place, 0], means[letter, place, 1]
        for number in range(directions.shape[1]):
            amount = noise[glyph, number]
            for place in range(points):
                result[glyph, place, 0] += amount * directions[letter, number, place, 0]
                result[glyph, place, 1] += amount * directions[letter, number, place, 1]
    return result


@compiled
def stand(points: FloatArray, means: FloatArray, shares: FloatArray) -> None:
    """Move varied letters (N, P, 2) so that each stands as its mean (N, P, 2) does: across, by the middle of its box;
    up, by the place at the share (N,) of its height that the writer keeps to: 0 the foot, 1 the top.
    """
    for glyph in range(len(points)):
        for axis in range(2):
            share = 0.5 if axis == 0 else shares[glyph]
            low, high = points[glyph, 0, axis], points[glyph, 0, axis]
            mean_low, mean_high = means[glyph, 0, axis], means[glyph, 0, axis]
            for place in range(points.shape[1]):
                low, high = min(low, points[glyph, place, axis]), max(high, points[glyph, place, axis])
                mean_low = min(mean_low, means[glyph, place, axis])
                mean_high = max(mean_high, means[glyph, place, axis])
            away = np.float32((1.0 - share) * (mean_low - low) + share * (mean_high - high))
            for place in range(points.shape[1]):
                points[glyph, place, axis] += away
