"""The hand: fresh glyphs of a writer, each its own sample of the model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from handfont import accents
from handfont.accents import Part
from handfont.candidates import SHRINK, Candidates
from handfont.charset import INDEX
from handfont.composition import Shake, compose, slant_of
from handfont.errors import StyleError
from handfont.geometry import formed
from handfont.glyph import FloatArray, Glyph, Metrics
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.noise import Noise, noise_of
from handfont.outline import trace
from handfont.recipes import Checker, Recipe, Ways, enrolled, inferred
from handfont.streams import stream
from handfont.style.posterior import StylePosterior

UNREADABLE = 0.3
"""Characters whose mean glyph reads as intended with less than this probability are doubtful."""
UPRIGHT = "HIOTXlox"
"""Letters that are symmetrical when upright show the slant of a hand."""


@dataclass(frozen=True)
class Drawn:
    """Glyphs before outlines are traced: fields (N, GRID, GRID) in samples; the rest (N,) in x-heights."""

    fields: FloatArray
    size: FloatArray
    centre_y: FloatArray
    pen: FloatArray


class Hand:
    """A style ready to write. ``neatness`` scales all variation: 0 the mean glyph, 1 the style's own, 2 twice it.

    ``recipes`` are those found by another hand of the same latents, characters and pen; what is found is added.
    """

    def __init__(
        self, style: StylePosterior, neatness: float = 1.0, weights: Weights | None = None,
        recipes: dict[str, Ways] | None = None,
    ) -> None:
        self.style, self.neatness = style, neatness * style.neatness
        self.weights = weights or load_weights(style.model)
        self._z = style.latent
        self._recipes: dict[str, Ways] = {} if recipes is None else recipes
        self._checker = Checker(self.weights)
        self._finding = Lock()

    def write(self, text: str, seed: int, document: str = "", first: int = 0) -> list[Glyph]:
        """A glyph for each character of ``text``, all of :data:`handfont.accents.WRITABLE`; ``first`` is the position
        of the first one in the document, so that a document drawn in parts is the same as one drawn at once.
        """
        if not text:
            return []
        recipes = [accents.parts(character) or (Part(character),) for character in text]
        # Marks are drawn in the same batches as letters, after all of them.
        further = [(i, slot) for i, recipe in enumerate(recipes) for slot in range(1, len(recipe))]
        parts = [recipe[0] for recipe in recipes] + [recipes[i][slot] for i, slot in further]
        noise = self._noise(seed, document, first, len(text))
        shakes: list[Shake] = []
        if further:
            streams = [stream(seed, document, "parts", first + i, slot) for i, slot in further]
            noise = noise.with_parts(streams, [i for i, _ in further])
            shakes = [Shake.drawn(rng, self.neatness) for rng in streams]
        glyphs = _traced(parts, self._sampled([part.character for part in parts], noise))
        result = glyphs[: len(text)]
        start = len(text)
        for i, (character, recipe) in enumerate(zip(text, recipes, strict=True)):
            if character not in INDEX:
                stop = start + len(recipe) - 1
                marks = slice(start - len(text), stop - len(text))
                result[i] = compose(character, recipe, [glyphs[i], *glyphs[start:stop]], shakes[marks], self.slant,
                                    self.style.rhythm.letter_gap)
                start = stop
        return formed(result, self.style.geometry)

    def ways(self, character: str) -> Ways:
        """How a character of the model is drawn: its ways of being formed, each with its share."""
        self.prepare([character])
        return self._recipes[character]

    def sample(self, text: str, seed: int, document: str = "", first: int = 0) -> Drawn:
        """Shapes, metrics and pens of N > 0 characters of the model as :meth:`write` traces them."""
        return self._sampled(list(text), self._noise(seed, document, first, len(text)))

    @cached_property
    def slant(self) -> float:
        """Slant of the hand, x per y."""
        self.prepare(list(UPRIGHT))
        means = np.stack([self._recipes[character][0][1].mean for character in UPRIGHT])
        labels = np.array([INDEX[character] for character in UPRIGHT])
        return slant_of(inference.decode(self.weights.network, self._z, means, labels)[0])

    def _noise(self, seed: int, document: str, first: int, count: int) -> Noise:
        return noise_of(seed, document, first, count, self.weights.network.config.residual, 1 + len(SHRINK))

    def _sampled(self, characters: list[str], noise: Noise) -> Drawn:
        self.prepare(sorted(set(characters)))
        picked = [self._pick(character, float(u)) for character, u in zip(characters, noise.choice, strict=True)]
        labels = np.array([INDEX[character] for character in characters])
        candidates = Candidates(self._checker, picked, labels, self._latents(noise))
        fields, metrics = candidates.best(self.neatness, noise.residual)
        blank = np.flatnonzero(fields.max(axis=(1, 2)) < 0.5)
        if len(blank):
            raise StyleError(f"the style '{self.style.name}' draws no ink for '{characters[blank[0]]}'; enrol it again "
                             "with a sample of that character")
        size = np.exp(metrics[:, 0] + [r.log_size_offset for r in picked])
        centre = metrics[:, 1] + np.array([r.centre_offset for r in picked], np.float32)
        pressure = np.exp(self.neatness * self.style.pen.variation * noise.pressure)
        # Upright strokes of letters made narrower are thinner, level ones not: the mean of both keeps the pen's width.
        pen = (self.style.pen.width / self.style.geometry.width**0.5 * pressure).astype(np.float32)
        return Drawn(fields, size.astype(np.float32), centre.astype(np.float32), pen)

    def _latents(self, noise: Noise) -> FloatArray:
        """The style z that glyphs are drawn in: one for all (Z,), or one for each of them (N, Z)."""
        return self._z

    def _pick(self, character: str, u: float) -> Recipe:
        ways = self._recipes[character]
        total = 0.0
        for share, recipe in ways:
            total += share
            if u < total:
                return recipe
        return ways[-1][1]

    def prepare(self, characters: list[str]) -> None:
        """Find the recipes of characters of the model not written before, all at once."""
        with self._finding:
            new = [character for character in characters if character not in self._recipes]
            for known, make in ((True, enrolled), (False, inferred)):
                chosen = [character for character in new if (character in self.style.characters) is known]
                if chosen:
                    self._recipes.update(make(self.style, chosen, self._checker))


def _traced(parts: list[Part], drawn: Drawn) -> list[Glyph]:
    """Glyphs of the fields of parts of characters."""
    scale = np.array([part.scale for part in parts], np.float32)
    size = drawn.size * scale
    centre = drawn.centre_y * scale + np.array([part.rise for part in parts], np.float32)

    def traced(part: slice) -> list[Glyph]:
        found = trace(drawn.fields[part], size[part], centre[part], drawn.pen[part])
        return [Glyph(own.character, *rest) for own, *rest in zip(
            parts[part], found.outlines, map(Metrics, size[part].tolist(), centre[part].tolist()),
            drawn.pen[part].tolist(), found.left, found.right, strict=True)]

    batches = inference.batches(len(parts))
    return [glyph for batch in inference.in_parallel(traced, batches) for glyph in batch]
