"""Varied letters: the mean points of a letter, and how a writer's repetitions depart from them.

Sums are taken in one order, number by number, so that the same letter comes out to the last bit on every processor and
whatever is drawn with it.
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import FloatArray, IntArray


def varied(means: FloatArray, directions: FloatArray, which: IntArray, noise: FloatArray) -> FloatArray:
    """Points (N, P, 2) of letters.

    Args:
        means: (A, P, 2) mean points of A letters.
        directions: (A, R, P, 2) how points move with each of R numbers.
        which: (N,) the letter of each glyph.
        noise: (N, R) the numbers.
    """
    result = means[which]
    for number in range(directions.shape[1]):
        result += noise[:, number, None, None] * directions[which, number]
    return result


def restore_position(points: FloatArray, means: FloatArray, shares: FloatArray) -> None:
    """Move varied letters (N, P, 2) so that each is where its mean (N, P, 2) is: across, by the middle of its box; up,
    by the place at the share (N,) of its height that the writer keeps to: 0 the foot, 1 the top.
    """
    # The smallest and largest of a row are found much faster than those of a column.
    usual, own = (np.ascontiguousarray(one.transpose(0, 2, 1)) for one in (means, points))
    low, high = usual.min(axis=2) - own.min(axis=2), usual.max(axis=2) - own.max(axis=2)
    share = np.stack([np.full(len(points), 0.5, np.float32), shares.astype(np.float32)], axis=1)
    points += ((1 - share) * low + share * high)[:, None]
