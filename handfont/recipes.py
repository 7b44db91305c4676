"""How each character is drawn in a hand: the writer's own ways of forming it, or one inferred from the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont.charset import INDEX, alike
from handfont.glyph import FloatArray
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.sdf import edge_level, euler_number
from handfont.style.posterior import StylePosterior

SEEN_TEMPERATURE = 0.6
UNSEEN_TEMPERATURE = 0.45
"""Deviations are scaled so: full samples of the posterior of a seen, of the prior of an unseen character break."""
THINNEST = 0.4
"""Highest level, in samples, at which parts and loops are counted: above, the ridges of strokes have dips."""


@dataclass(frozen=True)
class Recipe:
    """How one way of writing a character is drawn: mean and deviation of u, and what corrects the model's metrics.

    ``readable`` is how well the mean glyph reads, ``form`` its Euler number (parts less loops) at ``level``, where the
    writer's pen has its edge.
    """

    mean: FloatArray
    deviation: FloatArray
    log_size_offset: float
    centre_offset: float
    readable: float
    form: int
    level: float


Ways = list[tuple[float, Recipe]]
"""The ways in which a hand writes a character, each with its share."""


class Checker:
    """Looks at drawn fields as a reader does."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.alike = alike(weights.network.config.characters)

    def readability(self, fields: FloatArray, labels: NDArray[np.int64]) -> NDArray[np.float64]:
        """Probability that each field reads as its label or a character that looks the same; 0 if it leaves its box,
        -1 if it holds no ink.
        """
        probability = inference.read(self.weights.reader, fields)
        score = (probability * self.alike[labels]).sum(axis=1)
        border = np.concatenate([fields[:, 0], fields[:, -1], fields[:, :, 0], fields[:, :, -1]], axis=1)
        score = np.where(border.max(axis=1) > 0, 0.0, score)
        return np.where(fields.max(axis=(1, 2)) < 0.5, -1.0, score)


def enrolled(style: StylePosterior, characters: list[str], checker: Checker) -> dict[str, Ways]:
    """Recipes of characters the writer was seen to write, each with the shape and size of its samples."""
    seen = [(c, v) for c in characters for v in style.characters[c]]
    labels = np.array([INDEX[c] for c, _ in seen])
    means = np.stack([v.residual.mean for _, v in seen]).astype(np.float32)
    z = style.writer.mean.astype(np.float32)
    fields, metrics = inference.decode(checker.weights.network, z, means, labels)
    levels = edge(style.pen.width, np.array([v.size for _, v in seen], np.float32))
    readable, forms = checker.readability(fields, labels), euler_number(fields > levels[:, None, None])
    result: dict[str, Ways] = {}
    for (character, variant), mean, metric, score, form, level in zip(seen, means, metrics, readable, forms, levels,
                                                                      strict=True):
        deviation = SEEN_TEMPERATURE * np.sqrt(variant.residual.variance).astype(np.float32)
        centre = 0.0 if variant.centre_y is None else variant.centre_y - float(metric[1])
        recipe = Recipe(mean, deviation, float(np.log(variant.size) - metric[0]), centre, max(0.0, float(score)),
                        int(form), float(level))
        share = variant.samples / sum(way.samples for way in style.characters[character])
        result.setdefault(character, []).append((share, recipe))
    return result


def inferred(style: StylePosterior, characters: list[str], checker: Checker) -> dict[str, Ways]:
    """Recipes of characters the writer was never seen to write: from the prior p(u | z, c).

    A person has one way of writing a letter: of the prior's components the one that is likely and reads well is
    chosen once for the style, and only varies within.
    """
    labels = np.array([INDEX[c] for c in characters])
    z = style.writer.mean.astype(np.float32)
    mixtures = inference.prior(checker.weights.network, z, labels)
    ways = len(mixtures[0][0])
    means = np.concatenate([mixture[1] for mixture in mixtures])
    fields, metrics = inference.decode(checker.weights.network, z, means, np.repeat(labels, ways))
    readable = checker.readability(fields, np.repeat(labels, ways)).reshape(-1, ways)
    levels = edge(style.pen.width, np.exp(metrics[:, 0]))
    forms = euler_number(fields > levels[:, None, None]).reshape(-1, ways)
    spread = checker.weights.population.spread
    result: dict[str, Ways] = {}
    for row, (character, label, (share, mean, variance), score) in enumerate(zip(characters, labels, mixtures, readable,
                                                                                 strict=True)):
        best = int(np.argmax(share * (0.02 + score)))
        # Between writers the prior is wider than one writer's repetitions: the narrower of the two is natural.
        deviation = UNSEEN_TEMPERATURE * np.sqrt(np.minimum(variance[best], 2 * spread[label]))
        recipe = Recipe(mean[best], deviation.astype(np.float32), 0.0, 0.0, max(0.0, float(score[best])),
                        int(forms[row, best]), float(levels.reshape(-1, ways)[row, best]))
        result[character] = [(1.0, recipe)]
    return result


def edge(pen: float, size: FloatArray) -> FloatArray:
    """Level (N,) at which parts and loops of glyphs of sizes (N,) are counted: the pen's edge, up to ``THINNEST``."""
    return np.clip(edge_level(pen, size), np.float32(0.0), np.float32(THINNEST))
