"""Which letter of its text each point of a written word belongs to: a small local network and forward-backward.

The network sees some three x-heights of the path to either side of a point, so it can tell a letter but not read ahead.
For each point it gives the log probability of each character, and scores for a character's beginning and ending there.
Letters follow each other in the order of the text; all ways of cutting the path are weighed together
(:mod:`handfont.model.letter_cuts`).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.core.charset import ASCII
from handfont.model.letter_cuts import cut
from handfont.train.data.word_paths import NONE, STEP, UNKNOWN, WordPath
from handfont.train.pen_marks import MarkPlaces, middle_of

FEATURES = 13
"""Numbers that are seen of a point."""
CHANNELS = 96
"""Channels of the convolutions."""
DILATIONS = (1, 2, 4, 8)
"""Of the convolutions of five points each: 30 points to either side are seen, three x-heights of the path."""
PRIOR_POWER = 0.5
"""How much of a character's frequency is taken out of its probability, so that frequent ones do not swallow others."""
BATCH = 64
"""Words that are aligned at once."""
SURE = 0.9
"""Letters whose points are surer are known from then on."""
SURE_LETTERS = 0.7
"""Words of which a smaller share is sure are left out: their text is not what they say."""
FAR = 3.0
"""Length of a jump of the pen, at most, as it is seen, in x-heights."""


class _Normalized(nn.LayerNorm):
    """Each point's channels normalized by themselves: what is seen of a point hangs on its surroundings alone."""

    def forward(self, points: Tensor) -> Tensor:
        """(B, CHANNELS, N) to the same."""
        return super().forward(points.transpose(1, 2)).transpose(1, 2)


class _Block(nn.Module):
    """A residual block: a convolution over five points, so far apart, and one over each point."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.norm = _Normalized(CHANNELS)
        self.near = nn.Conv1d(CHANNELS, CHANNELS, 5, padding=2 * dilation, dilation=dilation)
        self.mix = nn.Conv1d(CHANNELS, CHANNELS, 1)

    def forward(self, points: Tensor, inside: Tensor) -> Tensor:
        """(B, CHANNELS, N) to the same; ``inside`` (B, 1, N) is 0 where a word has ended."""
        return points + self.mix(F.gelu(self.near(self.norm(points) * inside)))


class TrajectoryAligner(nn.Module):
    """The network: what each point of a path is of."""

    prior: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Conv1d(FEATURES, CHANNELS, 3, padding=1)
        self.blocks = nn.ModuleList(_Block(dilation) for dilation in DILATIONS)
        self.norm = _Normalized(CHANNELS)
        self.scores = nn.Conv1d(CHANNELS, 3 * len(ASCII), 1)
        self.register_buffer("prior", torch.zeros(len(ASCII)))  # log frequency of each character's points

    def forward(self, points: Tensor, inside: Tensor) -> Tensor:
        """Points (B, FEATURES, N) to (B, 3, C, N): log probability of each character, scores of its beginning and
        ending there; ``inside`` (B, 1, N) is 0 where a word has ended.
        """
        seen = self.start(points)
        for block in self.blocks:
            seen = block(seen, inside)
        scores = self.scores(self.norm(seen)).unflatten(1, (3, len(ASCII)))
        return torch.stack([scores[:, 0].log_softmax(1), scores[:, 1], scores[:, 2]], 1)

    def weights_of(self, scores: Tensor) -> FloatArray:
        """Scores as :func:`cut` takes them: without the share of the frequency that is not to count."""
        weights = scores.detach().clone()
        weights[:, 0] -= PRIOR_POWER * self.prior[:, None]
        return np.asarray(weights.cpu().numpy())


def features(word: WordPath) -> FloatArray:
    """(N, FEATURES) what is seen of each point of a word's body."""
    body = ~word.mark
    points, stroke = word.points[body].astype(np.float64), word.stroke[body]
    n = len(points)
    step = np.diff(points, axis=0)
    lifted = np.diff(stroke) != 0
    jump = np.zeros((n, 2))
    jump[:-1][lifted] = np.clip(step[lifted], -FAR, FAR)
    step[lifted] = 0.0
    ahead, behind = np.zeros((n, 2)), np.zeros((n, 2))
    ahead[:-1], behind[1:] = step / STEP, step / STEP
    turn = behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0]
    lift = np.zeros((n, 2))
    lift[:-1, 0], lift[1:, 1] = lifted, lifted
    lift[0, 1] = lift[-1, 0] = 1.0
    return np.column_stack(
        [points[:, 1], ahead, behind, turn, lift, jump, _marks_near(word, points)]
    ).astype(np.float32)  # fmt: skip


def _marks_near(word: WordPath, points: DoubleArray) -> DoubleArray:
    """(N, 3) how near marks are sideways: small ones, wide ones, and the height of the nearest over the point."""
    seen = np.zeros((len(points), 3))
    for own in word.late():
        mark = word.points[own]
        middle = middle_of(mark)
        wide = np.ptp(mark[:, 0])
        near = np.exp(-0.5 * ((points[:, 0] - middle[0]) / 0.35) ** 2)
        seen[:, 0 if wide < 0.4 else 1] += near
        seen[:, 2] += near * np.clip(middle[1] - points[:, 1], -1, 2)
    return seen


def known(letter: IntArray, n: int) -> BoolArray:
    """(N, n) which letters points may be of: only their own where that is known."""
    allowed = np.ones((len(letter), n), bool)
    sure = letter >= 0
    allowed[sure] = np.arange(n) == letter[sure, None]
    return allowed


class PointBatch(NamedTuple):
    """Words of one batch: features (B, FEATURES, N), 1 where a word has points (B, 1, N), and their counts."""

    points: Tensor
    inside: Tensor
    counts: list[int]


def batched(words: Sequence[WordPath]) -> PointBatch:
    """The bodies of words, each followed by zeros up to the longest."""
    seen = [features(word) for word in words]
    counts = [len(own) for own in seen]
    points = np.zeros((len(words), FEATURES, max(counts)), np.float32)
    inside = np.zeros((len(words), 1, max(counts)), np.float32)
    for row, own in enumerate(seen):
        points[row, :, : len(own)] = own.T
        inside[row, 0, : len(own)] = 1
    return PointBatch(torch.from_numpy(points), torch.from_numpy(inside), counts)


@dataclass(frozen=True, eq=False)
class AlignedWord:
    """A word with the letter (N,) that each point is of, and for each letter how sure its points are, 0 to 1."""

    word: WordPath
    letter: IntArray
    sure: DoubleArray


def align(network: TrajectoryAligner, words: Sequence[WordPath], places: MarkPlaces) -> list[AlignedWord]:
    """Give the points of words to their letters, marks too."""
    network.eval()
    result = []
    with torch.no_grad():
        for start in range(0, len(words), BATCH):
            part = words[start : start + BATCH]
            points, inside, counts = batched(part)
            weights = network.weights_of(network(points, inside))
            for word, own, count in zip(part, weights, counts, strict=True):
                result.append(_aligned(word, cut(own[:, :, :count], word.codes).within, places))
    return result


def _aligned(word: WordPath, within: DoubleArray, places: MarkPlaces) -> AlignedWord:
    best = within.argmax(1)
    letter = np.full(len(word.points), NONE)
    letter[~word.mark] = best
    share = within[np.arange(len(best)), best]
    count = np.bincount(best, minlength=len(word.text))
    sure = np.bincount(best, share, minlength=len(word.text)) / np.maximum(count, 1)
    return AlignedWord(word, places.give(word, letter), sure)


def labeled(found: AlignedWord) -> WordPath | None:
    """The word with the letters that were found, those that are not sure unknown; None if too many are."""
    word, sure = found.word, found.sure > SURE
    if sure.mean() < SURE_LETTERS:
        return None
    letter = np.where(sure[found.letter], found.letter, UNKNOWN)
    body = found.letter[~word.mark], word.stroke[~word.mark]
    ends = [body[1][body[0] == index] for index in range(len(word.text))]
    joined = tuple(bool(len(a) and len(b) and a[-1] == b[0]) for a, b in itertools.pairwise(ends))
    return replace(word, letter=letter, joined=joined)
