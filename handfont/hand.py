"""The hand: fresh glyphs of a writer, each its own sample of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont import outline
from handfont.charset import INDEX, alike
from handfont.errors import StyleError
from handfont.glyph import FloatArray, Glyph, Metrics
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.streams import stream
from handfont.style.posterior import StylePosterior

BLOCK = inference.BATCH
"""Random numbers are drawn for so many positions of a document at once."""
SEEN_TEMPERATURE = 0.6
UNSEEN_TEMPERATURE = 0.45
ATTEMPTS = 3
"""How often a glyph that cannot be read is drawn, each time closer to the mean, before the mean itself is written."""
READABLE = 0.65
"""A glyph passes when the reader gives its character this share of the probability that the mean glyph gets ..."""
SAME_FORM = 0.9
"""... and its parts and loops are as many as the mean glyph's, or it reads this well all the same."""
PRESSURE_SPAN = 14.0
"""Glyphs over which the pressure of the pen drifts."""


@dataclass(frozen=True)
class _Recipe:
    """How one way of writing a character is drawn: mean and deviation of u, and what corrects the model's metrics."""

    mean: FloatArray
    deviation: FloatArray
    log_size_offset: float
    centre_offset: float
    readable: float
    form: int


@dataclass(frozen=True)
class Drawn:
    """Glyphs before outlines are traced: fields (N, GRID, GRID) in samples; the rest (N,) in x-heights."""

    fields: FloatArray
    size: FloatArray
    centre_y: FloatArray
    pen: FloatArray


class Hand:
    """A style ready to write. ``neatness`` scales all variation: 0 the mean glyph, 1 the writer's own, 2 twice it."""

    def __init__(self, style: StylePosterior, neatness: float = 1.0, weights: Weights | None = None) -> None:
        self.style, self.neatness = style, neatness
        self.weights = weights or load_weights(style.model)
        self._z = style.writer.mean.astype(np.float32)
        self._recipes: dict[str, list[tuple[float, _Recipe]]] = {}
        self._alike = alike(self.weights.network.config.characters)

    def write(self, text: str, seed: int, document: str = "", first: int = 0) -> list[Glyph]:
        """A glyph for each character of ``text``, which the model must know; ``first`` is the position of the first one
        in the document, so that a document drawn in parts is the same as one drawn at once.
        """
        if not text:
            return []
        drawn = self.sample(text, seed, document, first)
        traced = outline.trace(drawn.fields, drawn.size, drawn.centre_y, drawn.pen)
        return [
            Glyph(character, traced.outlines[i], Metrics(float(drawn.size[i]), float(drawn.centre_y[i])),
                  float(drawn.pen[i]), traced.left[i], traced.right[i])
            for i, character in enumerate(text)
        ]

    def sample(self, text: str, seed: int, document: str = "", first: int = 0) -> Drawn:
        """What :meth:`write` traces: shapes, metrics and pens of N > 0 characters."""
        self._prepare(sorted(set(text)))
        noise = _noise(seed, document, first, len(text), self.weights.network.config.residual)
        picked = [self._pick(character, float(u)) for character, u in zip(text, noise.choice, strict=True)]
        labels = np.array([INDEX[character] for character in text])
        fields, metrics = self._draw(picked, labels, noise.residual)
        size = np.exp(metrics[:, 0] + [r.log_size_offset for r in picked])
        centre = metrics[:, 1] + np.array([r.centre_offset for r in picked], np.float32)
        pressure = np.exp(self.neatness * self.style.pen.variation * noise.pressure)
        pen = (self.style.pen.width * pressure).astype(np.float32)
        return Drawn(fields, size.astype(np.float32), centre.astype(np.float32), pen)

    def _pick(self, character: str, u: float) -> _Recipe:
        ways = self._recipes[character]
        total = 0.0
        for share, recipe in ways:
            total += share
            if u < total:
                return recipe
        return ways[-1][1]

    def _draw(
        self, picked: list[_Recipe], labels: NDArray[np.int64], residual: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Fields and metrics; a glyph that does not read as intended is drawn again, closer to its mean."""
        network = self.weights.network
        means = np.stack([recipe.mean for recipe in picked])
        deviations = np.stack([recipe.deviation for recipe in picked]) * self.neatness
        u = means + deviations * residual[0]
        fields, metrics = inference.decode(network, self._z, u, labels)
        reference = np.array([recipe.readable for recipe in picked])
        form = np.array([recipe.form for recipe in picked])
        bad = np.arange(len(labels))
        for attempt in range(1, ATTEMPTS + 1):
            score = self._readability(fields[bad], labels[bad])
            same = euler_number(fields[bad] > 0) == form[bad]
            bad = bad[score < np.where(same, READABLE, SAME_FORM) * reference[bad]]
            if not len(bad):
                break
            shrink = 0.0 if attempt == ATTEMPTS else 0.6**attempt
            noise = residual[min(attempt, ATTEMPTS - 1)]
            u[bad] = means[bad] + shrink * deviations[bad] * noise[bad]
            fields[bad], metrics[bad] = inference.decode(network, self._z, u[bad], labels[bad])
        blank = np.flatnonzero(fields.max(axis=(1, 2)) < 0.5)
        if len(blank):
            lost = network.config.characters[labels[blank[0]]]
            raise StyleError(f"the style '{self.style.name}' draws no ink for '{lost}'; enrol it again with a sample "
                             "of that character")
        return fields, metrics

    def _readability(self, fields: FloatArray, labels: NDArray[np.int64]) -> NDArray[np.float64]:
        """Probability that each field reads as its label or a character that looks the same; 0 if it leaves its box,
        -1 if it holds no ink.
        """
        probability = inference.read(self.weights.network, fields)
        score = (probability * self._alike[labels]).sum(axis=1)
        border = np.concatenate([fields[:, 0], fields[:, -1], fields[:, :, 0], fields[:, :, -1]], axis=1)
        score = np.where(border.max(axis=1) > 0, 0.0, score)
        return np.where(fields.max(axis=(1, 2)) < 0.5, -1.0, score)

    def _prepare(self, characters: list[str]) -> None:
        """Recipes of characters not written before."""
        new = [character for character in characters if character not in self._recipes]
        if not new:
            return
        seen = [(c, v) for c in new for v in self.style.characters.get(c, ())]
        unseen = [c for c in new if c not in self.style.characters]
        if seen:
            labels = np.array([INDEX[c] for c, _ in seen])
            means = np.stack([v.residual.mean for _, v in seen]).astype(np.float32)
            fields, metrics = inference.decode(self.weights.network, self._z, means, labels)
            readable = self._readability(fields, labels)
            forms = euler_number(fields > 0)
            for (character, variant), mean, metric, score, form in zip(seen, means, metrics, readable, forms,
                                                                       strict=True):
                deviation = SEEN_TEMPERATURE * np.sqrt(variant.residual.variance).astype(np.float32)
                centre = 0.0 if variant.centre_y is None else variant.centre_y - float(metric[1])
                recipe = _Recipe(mean, deviation, float(np.log(variant.size) - metric[0]), centre,
                                 max(0.0, float(score)), int(form))
                ways = self.style.characters[character]
                share = variant.samples / sum(way.samples for way in ways)
                self._recipes.setdefault(character, []).append((share, recipe))
        if unseen:
            self._infer(unseen)

    def _infer(self, characters: list[str]) -> None:
        """Recipes of characters the writer was never seen to write: from the prior p(u | z, c).

        A person has one way of writing a letter: of the prior's components the one that is likely and reads well is
        chosen once for the style, and only varies within.
        """
        labels = np.array([INDEX[c] for c in characters])
        mixtures = inference.prior(self.weights.network, self._z, labels)
        ways = len(mixtures[0][0])
        means = np.concatenate([mixture[1] for mixture in mixtures])
        fields, _ = inference.decode(self.weights.network, self._z, means, np.repeat(labels, ways))
        readable = self._readability(fields, np.repeat(labels, ways)).reshape(-1, ways)
        forms = euler_number(fields > 0).reshape(-1, ways)
        spread = self.weights.population.spread
        for character, label, (share, mean, variance), score, form in zip(characters, labels, mixtures, readable, forms,
                                                                          strict=True):
            best = int(np.argmax(share * (0.02 + score)))
            # Between writers the prior is wider than one writer's repetitions: the narrower of the two is natural.
            deviation = UNSEEN_TEMPERATURE * np.sqrt(np.minimum(variance[best], 2 * spread[label]))
            recipe = _Recipe(mean[best], deviation.astype(np.float32), 0.0, 0.0, max(0.0, float(score[best])),
                             int(form[best]))
            self._recipes[character] = [(1.0, recipe)]


def euler_number(ink: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Parts minus loops of binary images (N, rows, columns), 8-connected, from counts of 2 x 2 patterns (Gray 1971)."""
    wide = np.pad(ink, ((0, 0), (1, 1), (1, 1))).astype(np.int8)
    a, b, c, d = wide[:, :-1, :-1], wide[:, :-1, 1:], wide[:, 1:, :-1], wide[:, 1:, 1:]
    total = a + b + c + d
    diagonal = ((total == 2) & (a == d)).sum((1, 2))
    return np.asarray(((total == 1).sum((1, 2)) - (total == 3).sum((1, 2)) - 2 * diagonal) // 4, np.int64)


@dataclass(frozen=True)
class _Noise:
    residual: FloatArray
    choice: NDArray[np.float64]
    pressure: FloatArray


def _noise(seed: int, document: str, first: int, count: int, dimensions: int) -> _Noise:
    """Standard normal numbers by position in the document, whatever part of it is drawn.

    ``residual`` (ATTEMPTS, count, dimensions); ``choice`` (count,) uniform; ``pressure`` (count,) a slow stationary
    process of unit variance: a moving average over ``PRESSURE_SPAN`` glyphs.
    """
    lead = int(3 * PRESSURE_SPAN)
    blocks = range(max(0, first - lead) // BLOCK, (first + count + lead) // BLOCK + 1)
    residual, choice, slow = [], [], []
    for block in blocks:
        rng = stream(seed, document, "glyphs", block)
        residual.append(rng.standard_normal((ATTEMPTS, BLOCK, dimensions), dtype=np.float32))
        choice.append(rng.random(BLOCK))
        slow.append(rng.standard_normal(BLOCK))
    start = first - blocks[0] * BLOCK
    part = slice(start, start + count)
    taps = np.exp(-0.5 * (np.arange(-lead, lead + 1) / PRESSURE_SPAN) ** 2)
    taps /= np.sqrt((taps**2).sum())
    smooth = np.convolve(np.concatenate([np.zeros(lead), *slow, np.zeros(lead)]), taps, mode="valid")
    return _Noise(np.concatenate(residual, axis=1)[:, part], np.concatenate(choice)[part],
                  smooth[part].astype(np.float32))


