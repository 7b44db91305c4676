"""What is in the cells of a grid without labels: what each looks like, and the orders people write characters in.

Characters are the states of a hidden Markov chain along the cells. One is mostly followed by its successor in the
usual orders, the alphabets, digits, ASCII, a keyboard; seldom by itself or by any other. Forward and backward sums give
each cell's label and how sure it is (Rabiner 1989). Small letters and capitals are mostly written one alphabet
after the other, or in pairs: these are chains of their own, and the one that explains the cells best is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray
from handfont.core.charset import ASCII, CHARACTERS, EXTENDED, alike

LABELS = ASCII + EXTENDED
"""What a grid may hold."""
_LOWER, _UPPER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
_ALPHABETS = (
    _UPPER + _LOWER + _DIGITS,
    _LOWER + _UPPER + _DIGITS,
    _DIGITS + _LOWER + _UPPER,
    _DIGITS + _UPPER + _LOWER,
    _UPPER + _DIGITS,
    _UPPER + _UPPER,
    _LOWER + _LOWER,
    "qwertyuiopasdfghjklzxcvbnm",
    "QWERTYUIOPASDFGHJKLZXCVBNM",
)
_PAIRED = tuple(
    "".join(a + b for a, b in zip(first, second, strict=True)) + _DIGITS
    for first, second in ((_UPPER, _LOWER), (_LOWER, _UPPER))
)
_SIGNS = (_DIGITS, "1234567890", "!@#$%^&*()", ".,;:!?", ".,!?", ".,:;!?", "()[]{}<>", "+-*/=", "äöüßÄÖÜ")
_CHAINS = (
    (*_ALPHABETS, *_SIGNS),
    (ASCII,),
    (*_ALPHABETS, _DIGITS + "".join(c for c in ASCII if not c.isalnum())),
    *((pair, *_SIGNS) for pair in _PAIRED),
)
_SUCCESSOR, _AGAIN = 0.85, 0.02
"""Chance that a character is followed by a successor in an order, and by itself; the rest is for any other."""
_BEYOND = 0.05
"""How often a grid has a character beyond ASCII, as a share of how often it has one of ASCII."""
_FLOOR = 1e-3
"""Of what the reader gives a character: it may be wrong about a single one."""


@dataclass(frozen=True)
class Guess:
    """Labels of cells in order, how sure each is (N,), and the mean log likelihood of a filled cell."""

    labels: list[str]
    confidence: DoubleArray
    likelihood: float


@lru_cache(maxsize=len(_CHAINS))
def _transitions(orders: tuple[str, ...]) -> DoubleArray:
    """Chances (L, L) that a character, a row, is followed by another."""
    index = {character: i for i, character in enumerate(LABELS)}
    follows = np.zeros((len(LABELS), len(LABELS)))
    for order in orders:
        for a, b in pairwise(order):
            if a in index and b in index:
                follows[index[a], index[b]] = 1
    shares = follows / np.maximum(follows.sum(axis=1, keepdims=True), 1)
    table = _SUCCESSOR * shares + _AGAIN * np.eye(len(LABELS))
    return np.asarray(table + (1 - table.sum(axis=1, keepdims=True)) / len(LABELS))


def guess(probabilities: FloatArray, filled: BoolArray) -> Guess:
    """Labels of cells in reading order.

    Args:
        probabilities: (N, C) what each looks like, over the model's characters; rows of empty cells do not matter.
        filled: (N,) whether a cell holds ink. An empty one may be a character left out, or for none.
    """
    columns = [CHARACTERS.index(character) for character in LABELS]
    shape = probabilities.astype(np.float64)
    # What looks alike, small letters and capitals above all, the order decides.
    seen = (0.7 * shape + 0.3 * shape @ alike(CHARACTERS))[:, columns]
    seen[:, len(ASCII) :] *= _BEYOND
    seen = np.maximum(seen, _FLOOR)
    seen[~filled] = 1 / len(LABELS)
    return max((_along(seen, filled, _transitions(orders)) for orders in _CHAINS), key=lambda found: found.likelihood)


def _along(seen: DoubleArray, filled: BoolArray, moves: DoubleArray) -> Guess:
    """Labels by one chain."""
    skip = 0.5 * (moves + np.eye(len(LABELS)))  # across an empty cell
    count = len(seen)
    forward, backward, scale = np.empty_like(seen), np.ones_like(seen), np.empty(count)
    state = np.full(len(LABELS), 1 / len(LABELS))
    for i in range(count):
        state = (state @ (moves if filled[i] else skip) if i else state) * seen[i]
        scale[i] = state.sum()
        forward[i] = state = state / scale[i]
    for i in range(count - 1, 0, -1):
        row = (moves if filled[i] else skip) @ (backward[i] * seen[i])
        backward[i - 1] = row / row.sum()
    both = forward * backward
    both /= both.sum(axis=1, keepdims=True)
    best = both.argmax(axis=1)
    labels = [LABELS[j] if full else " " for j, full in zip(best, filled, strict=True)]
    likelihood = float(np.log(scale).sum() / max(1, filled.sum()))
    return Guess(labels, both[np.arange(count), best], likelihood)
