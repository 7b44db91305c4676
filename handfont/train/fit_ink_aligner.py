"""Training the aligner of ink: on lines that are drawn from words whose letters are known, and on photographed words of
which only the text is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from handfont.model.ink_aligner import CELL, ROWS, InkAligner, codes
from handfont.model.networks import channels_last
from handfont.train.cutting_loss import GROUP, SCALE, by_size, known_slope, read_slope
from handfont.train.data import photographed_words
from handfont.train.data.drawn_lines import DrawnLine, drawn, line_of
from handfont.train.data.pen_punctuation import punctuated
from handfont.train.data.photographed_words import PhotographedWord, SeenWord
from handfont.train.data.word_paths import WordPath
from handfont.train.data.writers import by_writer
from handfont.train.fit_loop import fit

RATE = 3e-3
"""The optimizer's rate at its peak."""
WORDS = 4
"""Words of a line, at most."""
JOINING = 0.3
"""Share of the lines that are joined where they were not."""


PHOTOGRAPHED = 0.08
"""Share of the lines that are photographed words, if there are any."""
JOINS = 0.5
"""Weight of telling where the pen stays down, beside the loss of cutting."""
BESIDE = 1
"""Columns to either side of the end of a letter that tell whether it is joined to the next."""

Line = DrawnLine | SeenWord


class Words(NamedTuple):
    """What an aligner of ink learns from: words whose letters are known, and photographed ones."""

    written: Sequence[WordPath]
    photographed: Sequence[PhotographedWord] = ()


class LineBatch(NamedTuple):
    """Lines of one batch: pictures (B, 1, ROWS, width), narrower ones with paper on their right, and their columns."""

    pictures: Tensor
    columns: list[int]


def batched(lines: Sequence[Line]) -> LineBatch:
    """The pictures of lines, side by side."""
    widths = [line.picture.shape[1] for line in lines]
    pictures = np.zeros((len(lines), 1, ROWS, max(widths)), np.float32)
    for picture, line, width in zip(pictures, lines, widths, strict=True):
        picture[0, :, :width] = line.picture
    return LineBatch(torch.from_numpy(pictures), [width // CELL[1] for width in widths])


class _Sampler:
    """Batches of lines at random, writers alike."""

    def __init__(self, words: Words, batch: int, seed: int) -> None:
        self.writers, self.batch = list(by_writer(words.written).values()), batch
        self.photographers = list(by_writer(words.photographed).values())
        self.rng = np.random.default_rng(seed)
        self.waiting: list[list[Line]] = []

    def draw(self) -> list[Line]:
        if not self.waiting:
            lines = [self._line() for _ in range(GROUP * self.batch)]
            self.waiting = by_size(lines, lambda line: line.picture.shape[1], self.batch, self.rng)
        return self.waiting.pop()

    def _line(self) -> Line:
        if self.photographers and self.rng.random() < PHOTOGRAPHED:
            photographs = self.photographers[self.rng.integers(len(self.photographers))]
            return photographed_words.seen(photographs[self.rng.integers(len(photographs))], self.rng)
        words = self.writers[self.rng.integers(len(self.writers))]
        chosen = [
            punctuated(words[self.rng.integers(len(words))], self.rng) for _ in range(self.rng.integers(1, WORDS + 1))
        ]
        other = line_of([words[self.rng.integers(len(words))] for _ in chosen], self.rng)
        return drawn(line_of(chosen, self.rng), self.rng, JOINING, other)


def train_ink_aligner(
    words: Words, steps: int, batch: int, seed: int, report: Callable[[str], None], start: InkAligner | None = None
) -> InkAligner:
    """An aligner of ink trained for ``steps`` batches of ``batch`` lines of one to WORDS words, on the processor;
    ``start`` goes on to learn, if it is given.
    """
    torch.manual_seed(seed)
    network = channels_last(InkAligner() if start is None else start)
    sampler = _Sampler(words, batch, seed)

    def loss(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        lines = sampler.draw()
        seen = batched(lines)
        scores = network(seen.pictures.contiguous(memory_format=torch.channels_last))
        weights = scores.columns.detach().numpy()
        slope = np.zeros(weights.shape, np.float32)
        costs = []
        for own, line, count, rise in zip(weights, lines, seen.columns, slope, strict=True):
            own, rise, letters = own[:, :, :count], rise[:, :, :count], codes(line.text)
            if isinstance(line, DrawnLine):
                costs.append(known_slope(own, letters, line.allowed, rise))
            else:
                read_slope(own, letters, rise)
        cutting = (scores.columns * torch.from_numpy(slope)).sum() / (batch * SCALE)
        known = [(number, line) for number, line in enumerate(lines) if isinstance(line, DrawnLine)]
        reading, hits = _read(scores.cells, known)
        joining, right = _join(scores.joined, known)
        return cutting + reading + JOINS * joining, {"cost": torch.tensor(costs), "cells": hits, "joins": right}

    network.train()
    fit("ink aligner", network, loss, steps, RATE, report, decay=0.02, clip=1.0)
    return network.eval()


def _read(cells: Tensor, lines: Sequence[tuple[int, DrawnLine]]) -> tuple[Tensor, Tensor]:
    """Cross-entropy of reading the ink of lines, with their numbers in the batch, where its letter is known, and (P,)
    whether it is read right.
    """
    rows = [np.zeros((0, 4), np.int64)]
    for number, line in lines:
        known = np.flatnonzero(line.letter >= 0)
        place = line.places[known] // CELL[::-1]
        inside = (place[:, 1] >= 0) & (place[:, 1] < cells.shape[2])
        known, place = known[inside], place[inside].astype(np.int64)
        label = np.array(codes(line.text))[line.letter[known]]
        rows.append(np.column_stack([np.full(len(known), number), label, place[:, 1], place[:, 0]]))
    batch, label, row, column = torch.from_numpy(np.concatenate(rows)).T
    found = cells[batch, :, row, column]
    cost = torch.nn.functional.nll_loss(found, label, reduction="sum") / max(len(label), 1)
    return cost, found.argmax(1) == label


def _join(joined: Tensor, lines: Sequence[tuple[int, DrawnLine]]) -> tuple[Tensor, Tensor]:
    """Cross-entropy of telling whether letters of lines, with their numbers in the batch, are joined to the next where
    they end, and (P,) whether it is told right.
    """
    rows = [np.zeros((0, 3), np.int64)]
    for number, line in lines:
        known = np.isfinite(line.crossings)
        column = (line.crossings[known] // CELL[1]).astype(np.int64)
        for beside in range(-BESIDE, BESIDE + 1):
            at = np.clip(column + beside, 0, joined.shape[1] - 1)
            rows.append(np.column_stack([np.full(len(at), number), at, np.array(line.joined)[known]]))
    batch, column, true = torch.from_numpy(np.concatenate(rows)).T
    told = joined[batch, column]
    cost = torch.nn.functional.binary_cross_entropy_with_logits(told, true.float(), reduction="sum")
    return cost / max(len(true), 1), (told > 0) == (true > 0)
