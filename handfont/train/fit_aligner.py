"""Training the trajectory aligner: words whose letters are known, and words of which only the text is.

Where letters are known, the loss is that of a conditional random field: the log weight of all ways of cutting the path
less that of the ways that agree with what is known. The network also learns to read: cross-entropy of each point's
character, known or, in words of which only the text is, as all cuts together say (expectation maximisation).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from handfont.core.arrays import FloatArray
from handfont.core.charset import ASCII, INDEX
from handfont.model.letter_cuts import cut
from handfont.train.data.word_path_variants import varied
from handfont.train.data.word_paths import WordPath, by_writer
from handfont.train.fit_loop import fit
from handfont.train.trajectory_aligner import TrajectoryAligner, batched, known

RATE = 2.5e-3
"""The optimiser's rate at its peak."""
READING = 0.1
"""Weight of reading a point beside the loss of cutting."""
SCALE = 10.0
"""What the loss is divided by, so that a word's is about one."""
JOINING = 0.5
"""Share of the words with known letters that are joined where they were not."""
JOINED_WEIGHT = 5.0
"""A word joined throughout is drawn so much oftener, and once, than one written apart."""
KNOWN_ONLY = 0.15
"""Share of the steps, the first ones, that see words with known letters alone; then they are half."""
GROUP = 4
"""Batches that are drawn at once."""
RARE = 200
"""So many points are added to those of each character, so that none is counted as too rare."""


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
        """The next batch. Several are drawn at once, and each holds words of like length: less is computed in vain."""
        if not self.waiting:
            count = GROUP * self.batch
            known = count if known_only or not self.writers else count // 2
            words = sorted([*self._known(known), *self._transcribed(count - known)], key=lambda word: len(word.points))
            starts = self.rng.permutation(GROUP) * self.batch
            self.waiting = [words[start : start + self.batch] for start in starts]
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

    def loss(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        words = sampler.draw(step < KNOWN_ONLY * steps)
        points, inside, counts = batched(words)
        scores = network(points, inside)
        weights = network.weights_of(scores)
        slope = np.zeros(weights.shape, np.float32)
        for own, word, length, rise in zip(weights, words, counts, slope, strict=True):
            if (word.letter >= 0).any():
                costs.append(_known_slope(own[:, :, :length], word, rise[:, :, :length]))
            else:
                _read_slope(own[:, :, :length], word, rise[:, :, :length])
        return (scores * torch.from_numpy(slope)).sum() / (batch * SCALE), {"cost": torch.tensor(costs[-batch:])}

    costs: list[float] = []
    network.train()
    fit("aligner", network, loss, steps, RATE, report, decay=0.02, clip=1.0)
    return network.eval()


def _known_slope(weights: FloatArray, word: WordPath, slope: FloatArray) -> float:
    """Slope of the loss by the scores (3, C, N) of a word whose letters are known; the loss."""
    letters = [INDEX[c] for c in word.text]
    free = cut(weights, letters)
    true = cut(weights, letters, known(word.letter[~word.mark], len(word.text)))
    if not np.isfinite(free.total + true.total):  # what is known contradicts the order of the text
        return 0.0
    for index, at in enumerate(letters):
        slope[0, at] += free.within[:, index] - (1 + READING) * true.within[:, index]
        slope[1, at] += free.begins[:, index] - true.begins[:, index]
        slope[2, at] += free.ends[:, index] - true.ends[:, index]
    return free.total - true.total


def _read_slope(weights: FloatArray, word: WordPath, slope: FloatArray) -> None:
    letters = [INDEX[c] for c in word.text]
    free = cut(weights, letters)
    if np.isfinite(free.total):
        for index, at in enumerate(letters):
            slope[0, at] -= READING * free.within[:, index]


def _prior(words: Sequence[WordPath]) -> FloatArray:
    """Log share of each character among the points of words whose letters are known."""
    counts = np.full(len(ASCII), float(RARE))
    for word in words:
        for letter in word.letter[word.letter >= 0]:
            counts[INDEX[word.text[letter]]] += 1
    return np.log(counts / counts.sum()).astype(np.float32)
