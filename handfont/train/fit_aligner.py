"""Training the trajectory aligner: words whose letters are known, and words of which only the text is.

The losses are those of :mod:`handfont.train.cutting_loss`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from handfont.core.arrays import FloatArray
from handfont.core.charset import ASCII
from handfont.train.cutting_loss import GROUP, SCALE, by_size, known_slope, read_slope
from handfont.train.data.word_path_variants import varied
from handfont.train.data.word_paths import WordPath
from handfont.train.data.writers import by_writer
from handfont.train.fit_loop import fit
from handfont.train.trajectory_aligner import TrajectoryAligner, batched, known

RATE = 2.5e-3
"""The optimizer's rate at its peak."""
JOINING = 0.5
"""Share of the words with known letters that are joined where they were not."""
JOINED_WEIGHT = 5.0
"""How much oftener a word joined throughout is drawn than one written apart, less one."""
KNOWN_ONLY = 0.15
"""Share of the steps, the first ones, that see words with known letters alone; then they are half."""
RARE = 200
"""Points that are added to those of each character, so that none is counted as too rare."""


@dataclass(frozen=True, eq=False)
class AlignerData:
    """Words with known letters, and words of which only the text is known."""

    known: Sequence[WordPath]
    transcribed: Sequence[WordPath]


class _Sampler:
    """Batches at random: known words by how joined they are, transcribed ones by writers alike."""

    def __init__(self, data: AlignerData, batch: int, seed: int) -> None:
        self.data, self.batch = data, batch
        self.rng = np.random.default_rng(seed)
        weight = np.array([1.0 + JOINED_WEIGHT * float(np.mean(word.joined or [False])) for word in data.known])
        self.weight = weight / weight.sum()
        self.writers = list(by_writer(data.transcribed).values())
        self.waiting: list[list[WordPath]] = []

    def draw(self, known_only: bool) -> list[WordPath]:
        """The next batch."""
        if not self.waiting:
            count = GROUP * self.batch
            known = count if known_only or not self.writers else count // 2
            words = [*self._known(known), *self._transcribed(count - known)]
            self.waiting = by_size(words, lambda word: len(word.points), self.batch, self.rng)
        return self.waiting.pop()

    def _known(self, count: int) -> list[WordPath]:
        chosen = self.rng.choice(len(self.data.known), count, p=self.weight)
        return [varied(self.data.known[i], self.rng, JOINING) for i in chosen]

    def _transcribed(self, count: int) -> list[WordPath]:
        chosen = [self.writers[self.rng.integers(len(self.writers))] for _ in range(count)]
        return [varied(words[self.rng.integers(len(words))], self.rng) for words in chosen]


def train_aligner(
    data: AlignerData, steps: int, batch: int, seed: int, report: Callable[[str], None]
) -> TrajectoryAligner:
    """A trajectory aligner trained for ``steps`` batches of ``batch`` words, on the processor."""
    torch.manual_seed(seed)
    network = TrajectoryAligner()
    network.prior.copy_(torch.from_numpy(_prior(data.known)))
    sampler = _Sampler(data, batch, seed)
    costs: deque[float] = deque(maxlen=batch)  # of the last known words, of which a batch may have few

    def loss(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        words = sampler.draw(step < KNOWN_ONLY * steps)
        points, inside, counts = batched(words)
        scores = network(points, inside)
        weights = network.weights_of(scores)
        slope = np.zeros(weights.shape, np.float32)
        for own, word, length, rise in zip(weights, words, counts, slope, strict=True):
            if (word.letter >= 0).any():
                allowed = known(word.letter[~word.mark], len(word.text))
                costs.append(known_slope(own[:, :, :length], word.codes, allowed, rise[:, :, :length]))
            else:
                read_slope(own[:, :, :length], word.codes, rise[:, :, :length])
        return (scores * torch.from_numpy(slope)).sum() / (batch * SCALE), {"cost": torch.tensor(costs)}

    network.train()
    fit("aligner", network, loss, steps, RATE, report, decay=0.02, clip=1.0)
    return network.eval()


def _prior(words: Sequence[WordPath]) -> FloatArray:
    """Log share of each character among the points of words whose letters are known."""
    counts = np.full(len(ASCII), float(RARE))
    for word in words:
        np.add.at(counts, np.array(word.codes)[word.letter[word.letter >= 0]], 1)
    return np.log(counts / counts.sum()).astype(np.float32)
