"""Which letter of a line's text each place of its ink belongs to: a small network over pictures of lines.

A line is seen upright, at a fixed size, its baseline at a fixed height. The network sees some four x-heights to either
side of a place. It gives scores of columns, from which all ways of cutting the line into letters are weighed
(:mod:`handfont.model.letter_cuts`), for each cell of the picture what character its ink is of, so that a tail goes
to its letter, though it lies in the columns of a neighbor, and whether the pen stayed down where a letter ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.core.charset import ASCII
from handfont.model.letter_cuts import cut

CHARACTERS = ASCII + " "
"""What a column may be of: a character, or the space between two words."""
X_HEIGHT = 12
"""Pixels of a line's picture to an x-height."""
BELOW, ABOVE = 1.5, 2.5
"""How far pictures reach below and above the baseline, in x-heights."""
ROWS = round((BELOW + ABOVE) * X_HEIGHT)
"""Pixels of a picture from top to bottom."""
CELL = (4, 2)
"""Pixels of a cell, down and across: what the network tells of the ink is as coarse."""
CHANNELS = (24, 48)
"""Channels of the fine and of the coarse maps."""
WIDE = 96
"""Channels of columns."""
DILATIONS = (1, 2, 4, 4, 1, 2)
"""Of the convolutions, across, in cells."""
REACH = 1.2
"""Distance of ink from the columns of its letter, at most, in x-heights."""
FADING = 0.2
"""Distance from its columns, in x-heights, over which a letter's claim to ink falls to a third."""
LOOK = 0.3
"""Weight of what the ink looks like beside the claims of columns; neighboring cells see the same."""
MARK_FADING, MARK_LOOK = 0.5, 1.0
"""The same for dots and accents."""
CHANGE = 6.0
"""What a change of the letter within a piece of ink costs, as a log weight."""
FLOOR = 1e-4
"""Share of all cuts that a letter has where it has none: what the ink looks like may speak for it."""


def codes(text: str) -> list[int]:
    """The characters of a text as indices into :data:`CHARACTERS`.

    Raises:
        ValueError: a character that is not among them.
    """
    return [CHARACTERS.index(c) for c in text]


class _Block(nn.Module):
    """A residual block over cells: a convolution of three by five, and one over each cell."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        inner = CHANNELS[1]
        self.norm = nn.BatchNorm2d(inner)
        self.near = nn.Conv2d(inner, inner, (3, 5), padding=(1, 2 * dilation), dilation=(1, dilation))
        self.mix = nn.Conv2d(inner, inner, 1)

    def forward(self, seen: Tensor) -> Tensor:
        """(B, CHANNELS[1], rows, columns) to the same."""
        return seen + self.mix(F.silu(self.near(self.norm(seen))))


class InkScores(NamedTuple):
    """Of a batch of lines: (B, 3, C, columns) scores of columns as :func:`~handfont.model.letter_cuts.cut` takes them,
    (B, C, rows, columns) log probability of each character in each cell, and (B, columns) log odds that the pen stays
    down, if a letter ends in a column.
    """

    columns: Tensor
    cells: Tensor
    joined: Tensor


class InkAligner(nn.Module):
    """The network: pictures of lines to scores of their columns and cells."""

    def __init__(self) -> None:
        super().__init__()
        first, inner = CHANNELS
        self.fine = nn.Conv2d(1, first, 5, stride=(2, 1), padding=2)
        self.coarse = nn.Conv2d(first, inner, 3, stride=2, padding=1)
        self.blocks = nn.ModuleList(_Block(dilation) for dilation in DILATIONS)
        self.norm = nn.BatchNorm2d(inner)
        self.cells = nn.Conv2d(inner, len(CHARACTERS), 1)
        self.column = nn.Conv1d(inner * ROWS // CELL[0], WIDE, 1)
        self.scores = nn.Conv1d(WIDE, 3 * len(CHARACTERS), 3, padding=1)
        self.joins = nn.Conv1d(WIDE, 1, 3, padding=1)

    def forward(self, pictures: Tensor) -> InkScores:
        """Darkness (B, 1, ROWS, width) from 0 to 1, width even."""
        seen = F.silu(self.coarse(F.silu(self.fine(pictures))))
        for block in self.blocks:
            seen = block(seen)
        seen = F.silu(self.norm(seen))
        column = F.silu(self.column(seen.flatten(1, 2)))
        columns = self.scores(column).unflatten(1, (3, len(CHARACTERS)))
        columns = torch.cat([columns[:, :1].log_softmax(2), columns[:, 1:]], 1)
        return InkScores(columns, self.cells(seen).log_softmax(1), self.joins(column).squeeze(1))


class PlacedLetters(NamedTuple):
    """The letter (P,) of each place, and how sure each of the n letters is of its places, 0 to 1."""

    letter: IntArray
    sure: DoubleArray


def place_letters(
    columns: FloatArray, cells: FloatArray, text: str, places: FloatArray, piece: IntArray | None = None
) -> PlacedLetters:
    """Give places of a line's ink to the letters of its text.

    Args:
        columns, cells: the network's scores of the line, (3, C, columns) and (C, rows, columns).
        text: n characters, of :data:`CHARACTERS`.
        places: (P, 2) pixels x, y of the picture from its upper left corner.
        piece: (P,) number of the piece of ink that each place lies on, along which places follow each other: letters
            seldom change within a piece. None if places know nothing of each other.
    """
    at = codes(text)
    score = ink_scores(cut(columns, at).within, cells_at(cells, places)[:, at], places)
    score[:, [c == " " for c in text]] = -np.inf
    return choose(score, piece)


def cells_at(cells: FloatArray, places: FloatArray | DoubleArray) -> FloatArray:
    """(P, C) what the cells (C, rows, columns) say of places (P, 2) of the picture."""
    row, column = (places[:, ::-1] // CELL).astype(int).T
    row, column = np.clip(row, 0, cells.shape[1] - 1), np.clip(column, 0, cells.shape[2] - 1)
    return np.asarray(cells[:, row, column].T)


def ink_scores(
    within: DoubleArray, seen: FloatArray, places: FloatArray | DoubleArray, marks: BoolArray | None = None
) -> DoubleArray:
    """(P, n) log weight of each place of ink being of each letter, whose columns are known.

    Args:
        within: (columns, n) share in which each column is of each letter.
        seen: (P, n) log probability that the ink at each place is of each letter.
        places: (P, 2) pixels x, y of the picture.
        marks: (P,) places on dots and accents, which lie further from their letters, and look like those they are of.
    """
    column = (places[:, 0] // CELL[1]).astype(int)
    score = np.log(_claims(within, column, FADING) + FLOOR) + LOOK * seen
    if marks is not None and marks.any():
        score[marks] = np.log(_claims(within, column[marks], MARK_FADING) + FLOOR) + MARK_LOOK * seen[marks]
    return score


def choose(score: DoubleArray, piece: IntArray | None = None) -> PlacedLetters:
    """The letter of each place by their log weights (P, n); ``piece`` as :func:`place_letters` takes it."""
    letter = score.argmax(1) if piece is None else _along(score, piece)
    share = np.exp(score - score.max(axis=1, keepdims=True))
    own = (share / share.sum(axis=1, keepdims=True))[np.arange(len(letter)), letter]
    count = np.bincount(letter, minlength=score.shape[1])
    return PlacedLetters(letter, np.bincount(letter, own, minlength=score.shape[1]) / np.maximum(count, 1))


def _claims(within: DoubleArray, column: IntArray, fading: float) -> DoubleArray:
    """(P, n) what letters that have columns near those of places claim of them, less the farther these are."""
    unit = CELL[1] / X_HEIGHT
    far = int(REACH / unit)
    padded = np.pad(within, ((far, far), (0, 0)))
    claims = np.zeros((len(column), within.shape[1]))
    for step in range(-far, far + 1):
        beside = padded[np.clip(column + step, -far, len(within) + far - 1) + far]
        np.maximum(claims, beside * np.exp(-abs(step) * unit / fading), out=claims)
    return claims


def _along(score: DoubleArray, piece: IntArray) -> IntArray:
    """The letters (P,) of most weight in all, each change within a piece of ink costing CHANGE (Viterbi)."""
    places, letters = score.shape
    best, came = score[0], np.zeros((places, letters), np.int64)
    for t in range(1, places):
        likeliest = int(best.argmax())
        changed = best[likeliest] - (CHANGE if piece[t] == piece[t - 1] else 0.0)
        stays = best >= changed
        came[t] = np.where(stays, np.arange(letters), likeliest)
        best = np.where(stays, best, changed) + score[t]
    found = np.empty(places, np.int64)
    found[-1] = best.argmax()
    for t in range(places - 1, 0, -1):
        found[t - 1] = came[t, found[t]]
    return found
