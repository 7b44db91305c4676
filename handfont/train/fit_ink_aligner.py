"""Training the aligner of ink on lines that are drawn from words whose letters are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from handfont.model.ink_aligner import CELL, ROWS, InkAligner, codes
from handfont.model.networks import channels_last
from handfont.train.cutting_loss import GROUP, SCALE, by_size, known_slope
from handfont.train.data.drawn_lines import DrawnLine, drawn, line_of
from handfont.train.data.pen_punctuation import punctuated
from handfont.train.data.word_paths import WordPath
from handfont.train.data.writers import by_writer
from handfont.train.fit_loop import fit

RATE = 3e-3
"""The optimizer's rate at its peak."""
WORDS = 4
"""Words of a line, at most."""
JOINING = 0.3
"""Share of the lines that are joined where they were not."""


class LineBatch(NamedTuple):
    """Lines of one batch: pictures (B, 1, ROWS, width), narrower ones with paper on their right, and their columns."""

    pictures: Tensor
    columns: list[int]


def batched(lines: Sequence[DrawnLine]) -> LineBatch:
    """The pictures of lines, side by side."""
    widths = [line.picture.shape[1] for line in lines]
    pictures = np.zeros((len(lines), 1, ROWS, max(widths)), np.float32)
    for picture, line, width in zip(pictures, lines, widths, strict=True):
        picture[0, :, :width] = line.picture
    return LineBatch(torch.from_numpy(pictures), [width // CELL[1] for width in widths])


class _Sampler:
    """Batches of lines at random, writers alike."""

    def __init__(self, words: Sequence[WordPath], batch: int, seed: int) -> None:
        self.writers, self.batch = list(by_writer(words).values()), batch
        self.rng = np.random.default_rng(seed)
        self.waiting: list[list[DrawnLine]] = []

    def draw(self) -> list[DrawnLine]:
        if not self.waiting:
            lines = [self._line() for _ in range(GROUP * self.batch)]
            self.waiting = by_size(lines, lambda line: line.picture.shape[1], self.batch, self.rng)
        return self.waiting.pop()

    def _line(self) -> DrawnLine:
        words = self.writers[self.rng.integers(len(self.writers))]
        chosen = [
            punctuated(words[self.rng.integers(len(words))], self.rng) for _ in range(self.rng.integers(1, WORDS + 1))
        ]
        other = line_of([words[self.rng.integers(len(words))] for _ in chosen], self.rng)
        return drawn(line_of(chosen, self.rng), self.rng, JOINING, other)


def train_ink_aligner(
    words: Sequence[WordPath], steps: int, batch: int, seed: int, report: Callable[[str], None]
) -> InkAligner:
    """An aligner of ink trained for ``steps`` batches of ``batch`` lines of one to WORDS words, on the processor."""
    torch.manual_seed(seed)
    network = channels_last(InkAligner())
    sampler = _Sampler(words, batch, seed)

    def loss(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        lines = sampler.draw()
        seen = batched(lines)
        columns, cells = network(seen.pictures.contiguous(memory_format=torch.channels_last))
        weights = columns.detach().numpy()
        slope = np.zeros(weights.shape, np.float32)
        costs = [
            known_slope(own[:, :, :count], codes(line.text), line.allowed, rise[:, :, :count])
            for own, line, count, rise in zip(weights, lines, seen.columns, slope, strict=True)
        ]
        cutting = (columns * torch.from_numpy(slope)).sum() / (batch * SCALE)
        reading, hits = _read(cells, lines)
        return cutting + reading, {"cost": torch.tensor(costs), "cells": hits}

    network.train()
    fit("ink aligner", network, loss, steps, RATE, report, decay=0.02, clip=1.0)
    return network.eval()


def _read(cells: Tensor, lines: Sequence[DrawnLine]) -> tuple[Tensor, Tensor]:
    """Cross-entropy of reading the ink where its letter is known, and (P,) whether it is read right."""
    rows = []
    for number, line in enumerate(lines):
        known = np.flatnonzero(line.letter >= 0)
        place = line.places[known] // CELL[::-1]
        inside = (place[:, 1] >= 0) & (place[:, 1] < cells.shape[2])
        known, place = known[inside], place[inside].astype(np.int64)
        label = np.array(codes(line.text))[line.letter[known]]
        rows.append(np.column_stack([np.full(len(known), number), label, place[:, 1], place[:, 0]]))
    batch, label, row, column = torch.from_numpy(np.concatenate(rows)).T
    found = cells[batch, :, row, column]
    return torch.nn.functional.nll_loss(found, label), found.argmax(1) == label
