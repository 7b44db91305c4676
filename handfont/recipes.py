"""How each character is drawn in a hand: the writer's own ways of forming it, or one inferred from the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont import correction
from handfont.charset import INDEX
from handfont.forms import euler_number
from handfont.glyph import FloatArray
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.sdf import edge_level
from handfont.streams import stream
from handfont.style.posterior import StylePosterior

SEEN_TEMPERATURE = 0.6
UNSEEN_TEMPERATURE = 0.45
"""Deviations are scaled so: full samples of the posterior of a seen, of the prior of an unseen character break."""
FORM_TEMPERATURE = 0.7
FORMS = 8
"""Forms proposed for an unseen character, at this share of the deviation between writers."""
LEGIBLE = 0.8
"""A form is good when it reads this well, as a share of how well the mean does."""
USUAL = 0.1
"""Parts and loops that a smaller share of people's glyphs has are a broken drawing."""
LIKENESS = 8.0
"""Weight of how much a component looks like the hand beside its share (a log) of the prior."""
THINNEST = 0.2
"""Highest level, in samples, at which parts and loops are counted: above, the ridges of strokes have dips."""


@dataclass(frozen=True)
class Recipe:
    """How one way of writing a character is drawn: mean and deviation of u, and what corrects the model's metrics.

    ``readable`` is how well the mean glyph reads, ``form`` its Euler number (parts less loops) at ``level``, where the
    writer's pen has its edge. ``correction`` (grid, grid) is added to what is drawn.
    """

    mean: FloatArray
    deviation: FloatArray
    log_size_offset: float
    centre_offset: float
    readable: float
    form: int
    level: float
    correction: FloatArray


Ways = list[tuple[float, Recipe]]
"""The ways in which a hand writes a character, each with its share."""


class Checker:
    """Looks at drawn fields as the proofreader does."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def readability(self, fields: FloatArray, labels: NDArray[np.int64]) -> NDArray[np.float64]:
        """Probability that each field reads as its label or a character that looks the same; 0 if it leaves its box,
        -1 if it holds no ink.
        """
        score = inference.legibility(inference.proofread(self.weights.proofreader, fields), labels)
        border = np.concatenate([fields[:, 0], fields[:, -1], fields[:, :, 0], fields[:, :, -1]], axis=1)
        score = np.where(border.max(axis=1) > 0, 0.0, score)
        return np.where(fields.max(axis=(1, 2)) < 0.5, -1.0, score)


def enrolled(style: StylePosterior, characters: list[str], checker: Checker) -> dict[str, Ways]:
    """Recipes of characters the writer was seen to write, each with the shape and size of its samples."""
    seen = [(c, v) for c in characters for v in style.characters[c]]
    labels = np.array([INDEX[c] for c, _ in seen])
    means = np.stack([v.residual.mean for _, v in seen]).astype(np.float32)
    z = style.latent
    fields, metrics = inference.decode(checker.weights.network, z, means, labels)
    corrections = np.stack([correction.field(v.correction) for _, v in seen])
    fields = fields + corrections
    levels = edge(style.pen.width, np.array([v.size for _, v in seen], np.float32))
    readable, forms = checker.readability(fields, labels), euler_number(fields > levels[:, None, None])
    result: dict[str, Ways] = {}
    for (character, variant), mean, metric, score, form, level, added in zip(
            seen, means, metrics, readable, forms, levels, corrections, strict=True):
        deviation = SEEN_TEMPERATURE * np.sqrt(variant.residual.variance).astype(np.float32)
        centre = 0.0 if variant.centre_y is None else variant.centre_y - float(metric[1])
        recipe = Recipe(mean, deviation, float(np.log(variant.size) - metric[0]), centre, max(0.0, float(score)),
                        int(form), float(level), added)
        share = variant.samples / sum(way.samples for way in style.characters[character])
        result.setdefault(character, []).append((share, recipe))
    return result


def inferred(style: StylePosterior, characters: list[str], checker: Checker) -> dict[str, Ways]:
    """Recipes of characters the writer was never seen to write: from the prior p(u | z, c).

    A person has one way of writing a letter, and it is nobody's average. Of the prior's components the one is chosen
    that is likely, reads well and looks like the hand; within it some forms are drawn once for the style, and of those
    that read well and have parts and loops as people's glyphs do the one that looks most like the hand is kept. Glyphs
    vary around that form as writers vary.
    """
    labels = np.array([INDEX[c] for c in characters])
    mixtures = inference.prior(checker.weights.network, style.latent, labels)
    share = np.stack([mixture[0] for mixture in mixtures])
    rows = np.arange(len(labels))
    each = _drawn(style, np.stack([mixture[1] for mixture in mixtures]), labels, checker)
    usual = checker.weights.population.usual_form
    odd = usual(labels[:, None], each.number) < USUAL
    best = np.argmax(inference.rounded(np.log(share + 1e-9) + np.log(np.maximum(0.02 + each.readable, 1e-9))
                                       + LIKENESS * each.likeness + np.where(odd, np.log(0.02), 0.0)), axis=1)
    means, variances = (np.stack([mixture[part][way] for mixture, way in zip(mixtures, best, strict=True)])
                        for part in (1, 2))
    spread = checker.weights.population.spread[labels]
    between = FORM_TEMPERATURE * np.sqrt(np.maximum(variances - spread, 0.0))
    noise = np.stack([_form_stream(style, c).standard_normal((FORMS, means.shape[1]), np.float32) for c in characters])
    forms = _drawn(style, means[:, None] + between[:, None] * noise, labels, checker)
    good = ((forms.readable >= LEGIBLE * each.readable[rows, best][:, None])
            & (usual(labels[:, None], forms.number) >= USUAL))
    deviation = UNSEEN_TEMPERATURE * np.sqrt(np.minimum(variances, 2 * spread)).astype(np.float32)
    none = correction.field(b"")
    result: dict[str, Ways] = {}
    for row, character in enumerate(characters):
        # Where no form is good, the component's mean is.
        likeliest = int(np.where(good[row], forms.likeness[row], -np.inf).argmax())
        found, way = (forms, likeliest) if good[row].any() else (each, int(best[row]))
        recipe = Recipe(found.means[row, way], deviation[row], 0.0, 0.0, max(0.0, float(found.readable[row, way])),
                        int(found.number[row, way]), float(found.level[row, way]), none)
        result[character] = [(1.0, recipe)]
    return result


@dataclass(frozen=True)
class _Proposed:
    """Residuals (N, W, U) proposed for N characters, and how they come out (N, W)."""

    means: FloatArray
    readable: NDArray[np.float64]
    number: NDArray[np.int64]
    level: FloatArray
    likeness: NDArray[np.float64]


def _drawn(style: StylePosterior, means: FloatArray, labels: NDArray[np.int64], checker: Checker) -> _Proposed:
    shape = means.shape[:2]
    flat = means.astype(np.float32).reshape(-1, means.shape[2])
    each = np.repeat(labels, shape[1])
    network, z = checker.weights.network, style.latent
    fields, metrics = inference.decode(network, z, flat, each)
    level = edge(style.pen.width, np.exp(metrics[:, 0]))
    readable, number = checker.readability(fields, each), euler_number(fields > level[:, None, None])
    alike = inference.likeness(network, z, fields, each)
    return _Proposed(flat.reshape(*shape, -1), readable.reshape(shape), number.reshape(shape), level.reshape(shape),
                     alike.reshape(shape))


def _form_stream(style: StylePosterior, character: str) -> np.random.Generator:
    """The same whenever a style writes the character, in whatever document."""
    return stream(0, "form", ",".join(f"{value:.3f}" for value in style.latent), character)


def edge(pen: float, size: FloatArray) -> FloatArray:
    """Level (N,) at which parts and loops of glyphs of sizes (N,) are counted: the pen's edge, up to ``THINNEST``."""
    return np.clip(edge_level(pen, size), np.float32(0.0), np.float32(THINNEST))
