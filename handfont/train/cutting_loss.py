"""The loss of cutting a text's letters apart, and batches of what is cut.

Where it is known which letters points may be of, the loss is that of a conditional random field: the log weight of all
ways of cutting less that of the ways that agree with what is known (:mod:`handfont.model.letter_cuts`). What is
cut learns to be read, too: cross-entropy of each point's character, as the ways that may be true say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from handfont.core.arrays import BoolArray, FloatArray
from handfont.model.letter_cuts import cut

READING = 0.1
"""Weight of reading a point beside the loss of cutting."""
SCALE = 10.0
"""What the loss of cutting is divided by: that of a word or line is then about one."""
GROUP = 4
"""Batches that are drawn at once."""

_Item = TypeVar("_Item")


def known_slope(weights: FloatArray, letters: Sequence[int], allowed: BoolArray, slope: FloatArray) -> float:
    """Add the slope of the loss by the scores to ``slope`` (3, C, N); returns the loss of cutting.

    Args:
        weights: (3, C, N) scores, as :func:`~handfont.model.letter_cuts.cut` takes them.
        letters: n characters of the text, as indices into C.
        allowed: (N, n) which letters a point may be of.
    """
    free, true = cut(weights, letters), cut(weights, letters, allowed)
    if not np.isfinite(free.total + true.total):  # what is known contradicts the order of the text
        return 0.0
    for index, at in enumerate(letters):
        slope[0, at] += free.within[:, index] - (1 + READING) * true.within[:, index]
        slope[1, at] += free.begins[:, index] - true.begins[:, index]
        slope[2, at] += free.ends[:, index] - true.ends[:, index]
    return free.total - true.total


def read_slope(weights: FloatArray, letters: Sequence[int], slope: FloatArray) -> None:
    """The same where only the text is known: of reading, as all ways of cutting say (expectation maximization)."""
    free = cut(weights, letters)
    if np.isfinite(free.total):
        for index, at in enumerate(letters):
            slope[0, at] -= READING * free.within[:, index]


def by_size(
    items: Sequence[_Item], size: Callable[[_Item], int], batch: int, rng: np.random.Generator
) -> list[list[_Item]]:
    """GROUP batches of items of like sizes, in random order: what is filled up to the largest is computed in vain."""
    ordered = sorted(items, key=size)
    starts = rng.permutation(GROUP) * batch
    return [ordered[start : start + batch] for start in starts]
