"""Hands that show how sure a style is: drawn from its posterior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handfont.gaussian import Gaussian
from handfont.glyph import FloatArray
from handfont.hand import Hand
from handfont.noise import Noise
from handfont.streams import stream
from handfont.style.posterior import StylePosterior

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
