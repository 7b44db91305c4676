"""Strokes that touch stay in touch: the bar of a t goes where its stem goes, and the bowl of an a stays closed.

When a letter varies, its points move apart from each other; drawn as they come, bowls would open and bars come off as
they do not for the writer. So the random numbers of a letter's variation are conditioned on its contacts: given that
the points which touch in its mean keep their places to each other up to ``SLACK``, they are still Gaussian, and a
factor of their covariance is known in closed form.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core.arrays import FloatArray, IntArray

CONTACT = 0.12
"""Points of the mean that are this near touch, in x-heights: about the width of a pen."""
APART = 0.5
"""Points of one stroke touch only where so much of the stroke lies between them, in x-heights."""
SLACK = 0.03
"""Standard deviation that contacts may still move by, in x-heights."""


def pairs(points: FloatArray, counts: Sequence[int]) -> IntArray:
    """(K, 2) points of strokes that touch, each of the first column with the nearest to it.

    Args:
        points: (P, 2) of a letter's mean, stroke after stroke.
        counts: points of each stroke.
    """
    stroke = np.repeat(np.arange(len(counts)), counts)
    steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    steps[np.cumsum(counts)[:-1]] = 0.0
    way = np.cumsum(steps)
    same = stroke[:, None] == stroke
    far = ~same | (np.abs(way[:, None] - way) > APART)
    away = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    away = np.where(far, away, np.inf)
    nearest = away.argmin(axis=1)
    touching = np.flatnonzero(away[np.arange(len(points)), nearest] < CONTACT)
    return np.stack([touching, nearest[touching]], axis=1)


def in_touch(points: FloatArray, counts: Sequence[int], directions: FloatArray) -> FloatArray:
    """Directions (R, P, 2) in which a letter of mean points (P, 2) varies, as they are once its contacts hold."""
    touching = pairs(points, counts)
    if not len(touching):
        return directions
    moved = (directions[:, touching[:, 0]] - directions[:, touching[:, 1]]).reshape(len(directions), -1)
    moved = moved.astype(np.float64) / SLACK
    # Of n ~ N(0, I), given that moved^T n is N(0, I) noise: covariance (I + moved moved^T)^-1 = L L^T.
    factor = np.linalg.cholesky(np.linalg.inv(np.eye(len(directions)) + moved @ moved.T))
    return np.asarray(np.tensordot(factor.T, directions, 1), np.float32)
