"""How people join letters, learned from the words of training writers: logistic regression with effects of writers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX
from handfont.core.pairs import SeenPair, SeenPort
from handfont.model.joins import JoinPopulation, deviations, newton, sigmoid

ROUNDS = 60
"""Times that all effects are fitted by turns."""
LETTERS = 9.0
"""Variance of the effects of characters, in squared log odds."""
OWN = 0.3
"""Variance of a writer's own effects of characters: of those tried, the best at predicting a writer's further pairs."""
FEW = 50.0
"""Joins without any effect that the effects of characters on places are drawn towards."""
OF_WRITER = 600
"""Pairs of one writer that count, at most: writers count alike."""


def fit(pairs: Iterable[tuple[str, SeenPair]], ports: Iterable[tuple[str, SeenPort]], seed: int = 0) -> JoinPopulation:
    """The effects of characters and the distribution of rates over writers; pairs and ports come with the names of
    their writers.
    """
    rng = np.random.default_rng(seed)
    by_writer: dict[str, list[SeenPair]] = defaultdict(list)
    for writer, pair in pairs:
        by_writer[writer].append(pair)
    rows = np.array(
        [
            (number, INDEX[own[i].left], INDEX[own[i].right], own[i].joined)
            for number, own in enumerate(by_writer.values())
            for i in np.sort(rng.permutation(len(own))[:OF_WRITER])
        ],
        np.int64,
    )
    writer, left, right, joined = rows.T
    rates, onward, back = np.zeros(len(by_writer)), np.zeros(len(INDEX)), np.zeros(len(INDEX))
    mean, variance = 0.0, 9.0
    for _ in range(ROUNDS):
        for effect, at, prior in ((onward, left, LETTERS), (back, right, LETTERS), (rates, writer, variance)):
            chance = sigmoid(mean + rates[writer] + onward[left] + back[right])
            effect += newton(at, joined - chance, chance * (1 - chance), effect, prior)
        # Only sums of effects show: those of characters are about zero where they are written most.
        for effect, at in ((onward, left), (back, right)):
            middle = float(effect[at].mean())
            effect -= middle
            mean += middle
        mean += float(rates.mean())
        rates -= rates.mean()
        variance = float(np.mean(rates**2)) + 0.1
    unseen = np.setdiff1d(np.arange(len(INDEX)), np.union1d(left, right))
    onward[unseen] = back[unseen] = 0.0
    return JoinPopulation(
        onward.astype(np.float32),
        back.astype(np.float32),
        np.array([mean, variance], np.float32),
        np.array([OWN], np.float32),
        *_shifts(ports),
    )


def _shifts(ports: Iterable[tuple[str, SeenPort]]) -> tuple[FloatArray, FloatArray]:
    """(C, 2) effects of each character on where the one before it is left, and where the one after it is entered."""
    by_writer: dict[str, list[SeenPort]] = defaultdict(list)
    for writer, port in ports:
        by_writer[writer].append(port)
    sums = np.zeros((2, len(INDEX), 2))
    counts = np.zeros((2, len(INDEX)))
    for own in by_writer.values():
        off = deviations(own)
        for port, place in zip(own, off, strict=True):
            if np.isfinite(place[0]):
                sums[int(port.onward), INDEX[port.neighbor]] += place
                counts[int(port.onward), INDEX[port.neighbor]] += 1
    entering, leaving = (sums / (counts[..., None] + FEW)).astype(np.float32)
    return leaving, entering
