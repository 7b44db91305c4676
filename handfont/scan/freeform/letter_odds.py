"""The odds that the ink found for a letter is what it should be: a logistic regression on what the network, the reader
of single glyphs, the page's other letters and people's usual sizes say.

``benchmarks/letter_odds.py`` fits the weights on pages of writers who train the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, IntArray
from handfont.core.charset import INDEX
from handfont.core.euler_number import euler_number
from handfont.core.glyph import GlyphSample
from handfont.model.population import Population
from handfont.scan.freeform.found_letters import FoundLetters

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

MISREAD, READ = -1.5, 2.0
"""Log odds of being its character, as the reader of single glyphs sees a letter, below which they speak against it, and
above which they speak for it."""
SHORT = 0.75
"""Length of a letter's middle line, in x-heights, below which it is short."""
SEVERAL = 3
"""Likely letters of a character, at least, whose usual width and height tell of others."""
OTHERWISE = 1.5
"""Distance from that width and height that counts, at most, in x-heights."""

Weights = dict[str, float]
"""Of some of :class:`LetterLook`, and ``even``, which is added to all."""


class Judging(NamedTuple):
    """The weights of letters whose ink is pieces of their own, and of those that are cut off from other ink."""

    whole: Weights
    cut: Weights


OWN = Judging(
    whole={
        "sure": 0.3, "misread": 0.4, "read": 0.32, "size": -3.03, "short": -0.03, "apart": -1.25, "undotted": -1.26,
        "even": 3.58,
    },
    cut={
        "sure": 0.42, "misread": 0.39, "read": 0.34, "size": -1.77, "short": -2.32, "apart": -0.7, "undotted": -2.2,
        "height": -0.19, "even": 2.76,
    },
)  # fmt: skip
"""Weights of what a letter shows by itself."""
TOGETHER = Judging(
    whole={
        "sure": 0.27, "misread": 0.36, "read": 0.31, "size": -1.53, "short": -0.3, "apart": -0.89, "undotted": -1.61,
        "wide": -1.74, "tall": -0.81, "cuts": -1.44, "even": 4.37,
    },
    cut={
        "sure": 0.42, "misread": 0.3, "read": 0.27, "size": -0.72, "short": -2.24, "apart": -0.62, "undotted": -1.91,
        "kin": 0.45, "distance": -1.14, "wide": -0.49, "tall": -0.75, "even": 3.44,
    },
)  # fmt: skip
"""The same beside what the page's other letters show."""


class LetterLook(NamedTuple):
    """What is known of letters of a page, (N,) each.

    Attributes:
        sure: log odds of this, see :class:`~handfont.scan.freeform.found_letters.FoundLetter`.
        misread, read: how far the log odds that the reader of single glyphs gives to the letter are below those of one
            that is hardly read, and above those of one that is.
        size: logarithm of its size over the usual one, without sign.
        height: distance of its height on the line from the usual one, in people's deviations.
        short: logarithm of how much shorter its middle line is than that of any letter.
        apart: whether ink beside it is of no letter.
        undotted: whether it lacks its dot.
        whole: whether its ink is pieces of its own.
        kin: whether the page has others of its character, that are likely.
        distance: to the nearest of these.
        wide, tall: distance of its width and height from theirs, in x-heights, if they are several.
        cuts: share of the page's likely letters that are cut off from other ink.
    """

    sure: DoubleArray
    misread: DoubleArray
    read: DoubleArray
    size: DoubleArray
    height: DoubleArray
    short: DoubleArray
    apart: DoubleArray
    undotted: DoubleArray
    whole: DoubleArray
    kin: DoubleArray
    distance: DoubleArray
    wide: DoubleArray
    tall: DoubleArray
    cuts: DoubleArray

    def odds(self, judging: Judging | None = None) -> DoubleArray:
        """(N,) log odds that the ink is what it should be, rounded."""
        judging = TOGETHER if judging is None else judging
        total = np.where(self.whole > 0, self._weighed(judging.whole), self._weighed(judging.cut))
        return np.asarray(np.round(total, 3))

    def _weighed(self, weights: Weights) -> DoubleArray:
        total = np.full(len(self.sure), weights["even"])
        for name, weight in weights.items():
            if name != "even":
                total += weight * getattr(self, name)
        return total


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
    read = _log_odds(legible)
    look = LetterLook(
        sure=_log_odds([letter.sure for letter in letters]),
        misread=np.minimum(read - MISREAD, 0.0),
        read=np.maximum(read - READ, 0.0),
        size=np.abs(sizes - population.metric_mean[rows, 0]),
        height=np.minimum(height, HIGHEST),
        short=np.maximum(np.log(SHORT / np.array([letter.length for letter in letters])), 0.0),
        apart=np.array([letter.apart for letter in letters], float),
        undotted=np.array([_undotted(sample) for sample in samples], float),
        whole=np.array([letter.whole for letter in letters], float),
        kin=zero, distance=zero, wide=zero, tall=zero, cuts=zero,
    )  # fmt: skip
    own = look.odds(OWN)
    likely = own > LIKELY
    near = np.where((rows[:, None] == rows) & likely, _distances(samples, sizes, centers), np.inf).min(axis=1)
    kin = np.isfinite(near)
    box = np.array([letter.box for letter in letters], float) / found.x_height
    other = _unlike_others(np.column_stack([box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]]), rows, likely)
    return look._replace(
        kin=kin.astype(float),
        distance=np.where(kin, np.minimum(near, NO_KIN[1]), NO_KIN[0]),
        wide=other[:, 0],
        tall=other[:, 1],
        cuts=np.full(len(letters), 1 - look.whole[likely].mean() if likely.any() else 1.0),
    )


def _unlike_others(sizes: DoubleArray, rows: IntArray, likely: BoolArray) -> DoubleArray:
    """(N, 2) distance of each letter's width and height (N, 2) from those of the page's likely ones of its character
    (N,), 0 where these are few.
    """
    result = np.zeros(sizes.shape)
    for row in np.unique(rows[likely]):
        known = sizes[likely & (rows == row)]
        if len(known) >= SEVERAL:
            own = rows == row
            result[own] = np.minimum(np.abs(sizes[own] - np.median(known, axis=0)), OTHERWISE)
    return np.asarray(np.round(result, 6))


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
