"""Joined letters bent so that each ends where the next one begins.

A letter is written differently after an o, which is left high, than after an e, and before an a, whose top is reached
from afar. The ends of a pair's letters move to a common height, that end more which varies more in the writer's
repetitions, and as far out as neighbors ask for; the rest of each letter follows as it does there: the numbers that
letters are drawn from, standard normal, are conditioned on where the ends are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.core.forms import POINTS, Joins

STEADY = np.array([4e-3, 3e-4])
"""Variance of places across and up that is no letter's, in squared x-heights: joins take up so much."""
SEEN = 0.7
"""Share of the weight of the height at which a writer was seen to join letters; the rest is that of the letters'
ends."""
FARTHEST = 2.5
"""Length of the change of a letter's numbers, at most: farther away it would not be read."""


@dataclass(frozen=True, eq=False)
class Meeting:
    """How N letters can move their ends.

    Attributes:
        directions: (A, R, P, 2) how the points of A letters move with their numbers.
        which: (N,) the one of them that each letter is.
        exits: (N,) the point from which each goes on to the next; the first one is where it begins.
        joins: of each letter; one that is joined to the right is followed by one that is joined to the left.
    """

    directions: FloatArray
    which: IntArray
    exits: IntArray
    joins: Sequence[Joins]

    @cached_property
    def _body(self) -> DoubleArray:
        """(N, P) weights of the points of a letter's body in their mean."""
        inside = np.arange(self.directions.shape[2]) <= self.exits[:, None]
        return np.asarray(inside / inside.sum(axis=1, keepdims=True))

    @cached_property
    def _slope(self) -> DoubleArray:
        """(N, 2, 2, R) how begin and end, across from the body's mean and up, move with each number."""
        own = self.directions[self.which].astype(np.float64)
        middle = np.einsum("np,nrp->nr", self._body, own[..., 0])
        ends = np.stack([own[:, :, 0], own[np.arange(len(own)), :, self.exits]], axis=1)
        ends[..., 0] -= middle[:, None]
        return np.asarray(ends.transpose(0, 1, 3, 2))

    @cached_property
    def _joined(self) -> BoolArray:
        return np.array([[own.left, own.right] for own in self.joins], bool)

    def ends(self, points: FloatArray) -> DoubleArray:
        """(N, 2, 2) where letters (N, P, 2) begin and end, across from the mean of the body and over the baseline."""
        ends = np.stack([points[:, 0], points[np.arange(len(points)), self.exits]], axis=1).astype(np.float64)
        ends[..., 0] -= self.middle(points)[:, None]
        return ends

    def middle(self, points: FloatArray) -> DoubleArray:
        """(N,) the mean across of the body of letters (N, P, 2)."""
        return np.einsum("np,np->n", self._body, points[..., 0].astype(np.float64))

    def wanted(self, points: FloatArray, shifts: DoubleArray) -> DoubleArray:
        """(N, 2, 2) where the ends of letters (N, P, 2) should be, those of a pair at one height.

        Args:
            shifts: (N, 2, 2) how much farther right and up than usual each letter begins and ends beside its neighbors.
        """
        result = self.ends(points) + shifts
        first = np.flatnonzero(self._joined[:, 1])
        varies = (self._slope[:, :, 1] ** 2).sum(axis=2) + STEADY[1]
        left, right = 1 / varies[first, 1], 1 / varies[first + 1, 0]
        common = (left * result[first, 1, 1] + right * result[first + 1, 0, 1]) / (left + right)
        result[first, 1, 1] = result[first + 1, 0, 1] = common
        return result

    def at_heights(self, means: FloatArray, shifts: DoubleArray, heights: DoubleArray) -> DoubleArray:
        """Shifts as for :meth:`wanted` with which pairs of letters, usual ones (N, P, 2), meet nearer to heights at
        which the writer was seen to join them, (N,) of each letter's join to the next.
        """
        first = np.flatnonzero(self._joined[:, 1])
        higher = SEEN * (heights[first] - self.wanted(means, shifts)[first, 1, 1])
        result = shifts.copy()
        result[first, 1, 1] += higher
        result[first + 1, 0, 1] += higher
        return result

    def nearer(self, points: FloatArray, wanted: DoubleArray, numbers: FloatArray) -> FloatArray:
        """Numbers (N, R) of letters whose ends are nearer to where they should be than those of ``points``."""
        count = len(points)
        # Four equations for each letter; those of an end that is not joined ask for nothing.
        slope = (self._slope * self._joined[:, :, None, None]).reshape(count, 4, -1)
        gap = ((wanted - self.ends(points)) * self._joined[:, :, None]).reshape(count, 4, 1)
        normal = np.einsum("nir,njr->nij", slope, slope) + np.diag(np.tile(STEADY, 2))
        change = np.einsum("nir,ni->nr", slope, np.linalg.solve(normal, gap)[..., 0])
        length = np.sqrt((change**2).sum(axis=1, keepdims=True))
        return np.asarray(numbers + change * np.minimum(1.0, FARTHEST / np.maximum(length, 1e-9)), np.float32)

    def with_marks(self, points: FloatArray, before: FloatArray) -> FloatArray:
        """Letters (N, P, 2) with their dots and bars where they were ``before`` they were bent, beside the body."""
        late: BoolArray = np.array(np.arange(POINTS) > self.exits[:, None])
        late &= self._joined.any(axis=1, keepdims=True)
        moved = before.copy()
        moved[..., 0] += (self.middle(points) - self.middle(before)).astype(np.float32)[:, None]
        return np.where(late[..., None], moved, points)
