"""The odds that the ink found for a letter is what it should be: a logistic regression on what the network, the reader
of single glyphs, the page's other letters and people's usual sizes say.

``benchmarks/letter_odds.py`` fits the weights on pages of writers who train the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.charset import INDEX
from handfont.core.euler_number import euler_number
from handfont.core.glyph import GlyphSample
from handfont.model.population import Population
from handfont.scan.freeform.found_letters import FoundLetter, FoundLetters

DOTTED = "ij"
"""Letters with a dot."""
LEAST_DEVIATION = 0.1
"""Of a character's height on the line, among people, in x-heights."""
HIGHEST = 6.0
"""Distance of a height from the usual one that counts, at most, in deviations."""
LIKELY = 2.0
"""Log odds of a letter's own, from which on others are compared with it."""
NO_KIN = 1.5, 3.0
"""Distance from the letter's own kind if there is none, and at most."""
EVEN_SHAPE = 2.0
"""Distance from the outline, in samples, up to which shapes are compared."""
BESIDE_NONE, BESIDE = -3.0, (-6.0, 8.0)
"""Log odds of a neighbor that is not there, and the range in which those of neighbors count."""

OWN = {
    "sure": 0.42, "seen": 0.05, "legible": 0.27, "size": -2.46, "height": -0.12, "apart": -0.98, "undotted": -1.5,
    "even": 2.93,
}  # fmt: skip
"""Weights of what a letter shows by itself: of :class:`LetterLook`; ``even`` is added to all."""
TOGETHER = {
    "sure": 0.4, "seen": 0.04, "legible": 0.24, "size": -2.0, "apart": -0.71, "undotted": -1.77,
    "kin": -0.56, "distance": -0.89, "beside": 0.09, "even": 4.16,
}  # fmt: skip
"""The same beside what the page's other letters show."""


class LetterLook(NamedTuple):
    """What is known of letters of a page, (N,) each.

    Attributes:
        sure, seen: log odds of these two, see :class:`~handfont.scan.freeform.found_letters.FoundLetter`.
        legible: log odds of the probability that the reader of single glyphs gives to the letter.
        size: logarithm of its size over the usual one, without sign.
        height: distance of its height on the line from the usual one, in people's deviations.
        apart: whether ink beside it is of no letter.
        undotted: whether it lacks its dot.
        kin: whether the page has others of its character, that are likely.
        distance: to the nearest of these.
        beside: mean log odds of the letters before and after it, by themselves.
    """

    sure: DoubleArray
    seen: DoubleArray
    legible: DoubleArray
    size: DoubleArray
    height: DoubleArray
    apart: DoubleArray
    undotted: DoubleArray
    kin: DoubleArray
    distance: DoubleArray
    beside: DoubleArray

    def odds(self, weights: dict[str, float] | None = None) -> DoubleArray:
        """(N,) log odds that the ink is what it should be, rounded."""
        weights = TOGETHER if weights is None else weights
        total = np.full(len(self.sure), weights["even"])
        for name, weight in weights.items():
            if name != "even":
                total += weight * getattr(self, name)
        return np.asarray(np.round(total, 3))


def look_of(
    found: FoundLetters, samples: Sequence[GlyphSample], legible: DoubleArray, population: Population
) -> LetterLook:
    """What is known of the letters of a page.

    Args:
        found: N letters.
        samples: (N,) their ink.
        legible: (N,) probability of each that the reader of single glyphs gives.
        population: what sizes and heights are usual.
    """
    letters = found.letters
    rows = np.array([INDEX[letter.character] for letter in letters])
    sizes = np.log([sample.metrics.size for sample in samples])
    centers = np.array([sample.metrics.centre_y or 0.0 for sample in samples])
    deviation = np.maximum(population.metric_std[rows, 1], LEAST_DEVIATION)
    height = np.abs(centers - population.metric_mean[rows, 1]) / deviation
    zero = np.zeros(len(letters))
    look = LetterLook(
        sure=_log_odds([letter.sure for letter in letters]),
        seen=_log_odds([letter.seen for letter in letters]),
        legible=_log_odds(legible),
        size=np.abs(sizes - population.metric_mean[rows, 0]),
        height=np.minimum(height, HIGHEST),
        apart=np.array([letter.apart for letter in letters], float),
        undotted=np.array([_undotted(sample) for sample in samples], float),
        kin=zero, distance=zero, beside=zero,
    )  # fmt: skip
    own = look.odds(OWN)
    distances = _distances(samples, sizes, centers)
    same = rows[:, None] == rows
    near = np.where(same & (own > LIKELY), distances, np.inf).min(axis=1)
    kin = np.isfinite(near)
    return look._replace(
        kin=kin.astype(float),
        distance=np.where(kin, np.minimum(near, NO_KIN[1]), NO_KIN[0]),
        beside=_beside(letters, own),
    )


def _log_odds(probability: Sequence[float] | DoubleArray) -> DoubleArray:
    share = np.asarray(probability, np.float64)
    return np.asarray(np.log((share + 1e-3) / (1 - share + 1e-3)))


def _undotted(sample: GlyphSample) -> bool:
    return sample.character in DOTTED and bool(euler_number(sample.shape[None] > 0)[0] < 2)


def _distances(samples: Sequence[GlyphSample], sizes: DoubleArray, centers: DoubleArray) -> DoubleArray:
    """(N, N) how different letters are: shape, size and height; infinite to themselves."""
    shapes = np.stack([sample.shape.ravel() for sample in samples]).astype(np.float64)
    shapes = np.clip(shapes, -EVEN_SHAPE, EVEN_SHAPE)
    square = (shapes**2).sum(axis=1)
    apart = np.sqrt(np.maximum(square[:, None] + square - 2 * shapes @ shapes.T, 0.0) / shapes.shape[1])
    apart += np.abs(sizes[:, None] - sizes) + np.abs(centers[:, None] - centers)
    np.fill_diagonal(apart, np.inf)
    return np.asarray(np.round(apart, 6))


def _beside(letters: Sequence[FoundLetter], own: DoubleArray) -> DoubleArray:
    """(N,) mean log odds of the letters before and after each."""
    odds = dict(zip([letter.place for letter in letters], np.clip(own, *BESIDE).tolist(), strict=True))
    around = [[odds.get(letter.place + step, BESIDE_NONE) for step in (-1, 1)] for letter in letters]
    return np.asarray(np.mean(around, axis=1))
