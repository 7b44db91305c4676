"""Hands that show how sure a style is: drawn from its posterior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handfont.core.forms import Joins
from handfont.core.gaussian import Gaussian
from handfont.core.random_streams import stream
from handfont.style.posterior import StylePosterior
from handfont.synthesis.allographs import Allograph, inferred
from handfont.synthesis.hand import Hand

MIN_VARIANCE = 1e-6
"""Variance below which a style is certain and nothing is drawn."""


class FreshHand(Hand):
    """Every letter that the writer was not seen to write is drawn in a style of its own from the posterior: how unlike
    hands the writer's may still be.
    """

    def _choice(self, character: str, joins: Joins, u: float) -> Allograph:
        if character in self.style.characters:
            return super()._choice(character, joins, u)
        # A position's own uniform number names its stream, so that it is the same in whatever part it is drawn.
        noise = stream(0, "style", float(u).hex()).standard_normal(len(self.style.writer.mean))
        return inferred(_moved(self.style, noise), character, self.weights, joins)


def drawn_style(style: StylePosterior, seed: int) -> StylePosterior:
    """One style from the posterior, another for each seed, as one that is known for certain."""
    return _moved(style, stream(seed, "style").standard_normal(len(style.writer.mean)))


def _moved(style: StylePosterior, noise: np.ndarray) -> StylePosterior:
    z = style.latent + np.sqrt(style.writer.variance) * noise
    return replace(style, writer=Gaussian(z, np.full(len(z), MIN_VARIANCE)))
