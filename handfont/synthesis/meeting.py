"""Joined letters bent so that each ends where the next one begins.

A letter is written differently after an o, which is left high, than after an e. Both letters of a pair move their ends
to a common height, the more the more this end varies in the writer's repetitions, and the rest of the letter follows as
it does there: the numbers that letters are drawn from, standard normal, are conditioned on the heights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core.arrays import FloatArray, IntArray
from handfont.core.forms import Joins

STEADY = 3e-4
"""Variance of heights that is no letter's, in squared x-heights: joins take up so much."""
FARTHEST = 2.5
"""Length of the change of a letter's numbers, at most: farther away it would not be read."""


def met(
    points: FloatArray,
    directions: FloatArray,
    which: IntArray,
    exits: IntArray,
    joins: Sequence[Joins],
    numbers: FloatArray,
) -> FloatArray:
    """Numbers (N, R) of letters whose ends meet better than those of letters drawn from ``numbers`` (N, R).

    Args:
        points: (N, P, 2) the letters as they are, on their baselines.
        directions: (A, R, P, 2) how the points of A letters move with the numbers.
        which: (N,) the one of them that each letter is.
        exits: (N,) the point from which each goes on to the next; the first one is where it begins.
        joins: of each letter; one that is joined to the right is followed by one that is joined to the left.
    """
    first = np.array([i for i, own in enumerate(joins) if own.right], np.int64)
    second = first + 1
    rows = np.arange(len(points))
    rises = np.stack(
        [directions[which, :, 0, 1], directions[which[:, None], np.arange(directions.shape[1]), exits[:, None], 1]]
    )
    heights = np.stack([points[:, 0, 1], points[rows, exits, 1]]).astype(np.float64)
    varies = (rises.astype(np.float64) ** 2).sum(axis=2) + STEADY
    weights = 1 / varies[1, first], 1 / varies[0, second]
    common = (weights[0] * heights[1, first] + weights[1] * heights[0, second]) / (weights[0] + weights[1])
    wanted = heights.copy()
    wanted[1, first], wanted[0, second] = common, common
    # Two equations for each letter; that of an end which is not joined asks for nothing.
    slope = rises.transpose(1, 0, 2).astype(np.float64)
    slope *= np.array([[own.left, own.right] for own in joins], np.float64)[: len(points), :, None]
    normal = np.einsum("nir,njr->nij", slope, slope) + STEADY * np.eye(2)
    change = np.einsum("nir,ni->nr", slope, np.linalg.solve(normal, (wanted - heights).T[..., None])[..., 0])
    length = np.sqrt((change**2).sum(axis=1, keepdims=True))
    return np.asarray(numbers + change * np.minimum(1.0, FARTHEST / np.maximum(length, 1e-9)), np.float32)
