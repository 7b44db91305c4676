"""Points in a row cut into the letters of a text, which follow each other: all ways weighed (forward-backward).

This is what a linear-chain conditional random field does (Lafferty et al. 2001): points along a pen's path, or columns
of a line of writing, have scores of being of, beginning and ending each character.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray
from handfont.util.jit import compiled


class Cuts(NamedTuple):
    """What all ways of cutting agree on: (N, n) share in which a point is of a letter, (N, n) in which a letter begins
    at it and in which it ends there, and the log weight of them all.
    """

    within: DoubleArray
    begins: DoubleArray
    ends: DoubleArray
    total: float


@compiled
def _add(a: float, b: float) -> float:
    if a < b:
        a, b = b, a
    if b == -np.inf:
        return a
    return a + np.log1p(np.exp(b - a))


@compiled
def _forward(within: DoubleArray, begin: DoubleArray, end: DoubleArray, allowed: BoolArray) -> DoubleArray:
    """(N, n) log weight of all ways up to each point that have it in each letter."""
    points, letters = within.shape
    ahead = np.full((points, letters), -np.inf)
    if allowed[0, 0]:
        ahead[0, 0] = within[0, 0]
    for t in range(1, points):
        for i in range(min(letters, t + 1)):
            value = ahead[t - 1, i]
            if i > 0:
                value = _add(value, ahead[t - 1, i - 1] + end[t - 1, i - 1] + begin[t, i])
            if allowed[t, i]:
                ahead[t, i] = value + within[t, i]
    return ahead


@compiled
def _backward(within: DoubleArray, begin: DoubleArray, end: DoubleArray, allowed: BoolArray) -> DoubleArray:
    """(N, n) log weight of all ways on from each point that have it in each letter."""
    points, letters = within.shape
    back = np.full((points, letters), -np.inf)
    if allowed[points - 1, letters - 1]:
        back[points - 1, letters - 1] = 0.0
    for t in range(points - 2, -1, -1):
        for i in range(letters):
            value = -np.inf
            if allowed[t + 1, i]:
                value = back[t + 1, i] + within[t + 1, i]
            if i + 1 < letters and allowed[t + 1, i + 1]:
                value = _add(value, back[t + 1, i + 1] + within[t + 1, i + 1] + end[t, i] + begin[t + 1, i + 1])
            back[t, i] = value
    return back


def cut(scores: FloatArray, letters: Sequence[int], allowed: BoolArray | None = None) -> Cuts:
    """All ways of cutting a sequence into letters that follow each other, weighed together.

    Args:
        scores: (3, C, N) log weight of each point's being of each character, beginning one, and ending one.
        letters: n characters, as indices into C.
        allowed: (N, n) which letters a point may be of; all if None.
    """
    own = np.ascontiguousarray(scores[:, list(letters)].transpose(0, 2, 1), np.float64)
    if allowed is None:
        allowed = np.ones(own.shape[1:], bool)
    within, begin, end = own
    ahead = _forward(within, begin, end, allowed)
    total = float(ahead[-1, -1])
    shares = np.zeros(own.shape)
    if total > -np.inf:
        back = _backward(within, begin, end, allowed)
        shares[0] = np.exp(ahead + back - total)
        crossed = ahead[:-1, :-1] + end[:-1, :-1] + begin[1:, 1:] + within[1:, 1:] + back[1:, 1:] - total
        shares[1, 1:, 1:] = shares[2, :-1, :-1] = np.where(allowed[1:, 1:], np.exp(crossed), 0.0)
    return Cuts(shares[0], shares[1], shares[2], total)
