"""Ways to draw characters that a writer was never seen to write, and why the hand draws them as it does.

The average over all forms is blurred; the mean of the likeliest form is sharp but the same every time; full samples of
the prior vary as people do, but change their form from glyph to glyph and sometimes break. The hand chooses one form
for a writer, samples it at a reduced temperature, and checks what it drew.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from handfont.charset import INDEX
from handfont.evaluate.writers import glyph_of, written
from handfont.glyph import FloatArray, GlyphSample
from handfont.hand import Hand
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.style.posterior import StylePosterior

Way = Callable[[Weights, StylePosterior, list[str], int], list[GlyphSample]]


def average(weights: Weights, style: StylePosterior, characters: list[str], seed: int) -> list[GlyphSample]:
    """The mean of all of the prior's components together."""
    return _decoded(weights, style, characters, lambda share, means, variances: share @ means)


def likeliest(weights: Weights, style: StylePosterior, characters: list[str], seed: int) -> list[GlyphSample]:
    """The mean of the likeliest component."""
    return _decoded(weights, style, characters, lambda share, means, variances: means[share.argmax()])


def full(weights: Weights, style: StylePosterior, characters: list[str], seed: int) -> list[GlyphSample]:
    """A full sample of the prior, unchecked."""
    rng = np.random.default_rng(seed)

    def draw(share: FloatArray, means: FloatArray, variances: FloatArray) -> FloatArray:
        chosen = rng.choice(len(share), p=share.astype(float) / share.astype(float).sum())
        noise = rng.standard_normal(means.shape[1])
        return np.asarray(means[chosen] + np.sqrt(variances[chosen]) * noise, np.float32)

    return _decoded(weights, style, characters, draw)


def hand(weights: Weights, style: StylePosterior, characters: list[str], seed: int) -> list[GlyphSample]:
    """As the hand writes it."""
    return written(Hand(style, weights=weights), characters, seed)


WAYS: dict[str, Way] = {"average of all forms": average, "mean of the likeliest form": likeliest,
                        "full samples, unchecked": full, "as the hand draws it": hand}


def _decoded(
    weights: Weights, style: StylePosterior, characters: list[str],
    choose: Callable[[FloatArray, FloatArray, FloatArray], FloatArray],
) -> list[GlyphSample]:
    z = style.latent
    labels = np.array([INDEX[character] for character in characters])
    u = np.stack([choose(*mixture) for mixture in inference.prior(weights.network, z, labels)])
    fields, metrics = inference.decode(weights.network, z, u.astype(np.float32), labels)
    return [glyph_of(character, shape, float(np.exp(metric[0])), float(metric[1]), style.pen.width)
            for character, shape, metric in zip(characters, fields, metrics, strict=True)]
