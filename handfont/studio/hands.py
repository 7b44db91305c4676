"""Hands that are ready at once: what was found out about a style is kept while its sliders are moved."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Any

import numpy as np

from handfont.gaussian import Gaussian
from handfont.glyph import FloatArray
from handfont.hand import Hand
from handfont.noise import Noise
from handfont.recipes import Ways
from handfont.streams import stream
from handfont.style.posterior import StylePosterior

KEPT = 24
CERTAIN = 1e-6


class FreshHand(Hand):
    """Every glyph is drawn in a style of its own from the posterior: how unlike hands the writer's may still be."""

    def _latents(self, noise: Noise) -> FloatArray:
        # A position's own uniform number names its stream, so that it is the same in whatever part it is drawn.
        draws = [stream(0, "style", float(number).hex()).standard_normal(len(self._z)) for number in noise.choice]
        deviation = np.sqrt(self.style.writer.variance)
        return np.asarray(self._z + deviation * np.stack(draws), np.float32)


def drawn_style(style: StylePosterior, seed: int) -> StylePosterior:
    """One style from the posterior, another for each seed, as one that is known for certain."""
    writer = style.writer
    noise = stream(seed, "style").standard_normal(len(writer.mean))
    z = style.latent + np.sqrt(writer.variance) * noise
    return replace(style, writer=Gaussian(z, np.full(len(z), CERTAIN)))


class Hands:
    """Makes hands, and keeps the recipes of the styles used last.

    Seed, ink, slant, width, size and neatness leave recipes as they are; only the latents, the characters that were
    seen and the pen make them.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], tuple[Any, dict[str, Ways]]] = OrderedDict()

    def average(self, style: StylePosterior, neatness: float) -> Hand:
        return Hand(style, neatness, recipes=self._recipes(style))

    def fresh(self, style: StylePosterior, neatness: float) -> Hand:
        return FreshHand(style, neatness, recipes=self._recipes(style))

    def _recipes(self, style: StylePosterior) -> dict[str, Ways]:
        # The characters are kept, too, so that their identity stays their own.
        key = (style.latent.tobytes(), id(style.characters), style.pen.width)
        found = self._kept.pop(key, None) or (style.characters, {})
        self._kept[key] = found
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found[1]
