"""What a glyph says of its writer's style: factor analysis over the embedder's view and the glyph's metrics.

A glyph of character c by a writer of style z is seen (embedding, size and height on the line) as

    y = centre_c + loading_c z + noise,   noise ~ N(0, diag(noise_c)),   z ~ N(0, I)

so that each glyph is one Gaussian factor over z and a writer's posterior their product. A linear model with few
numbers for each character learns from some hundred hands what carries over to others; a network in its place learned
the training hands by heart (Rubin, Thayer 1982; in speech, eigenvoices: Kuhn, Junqua, Nguyen, Niedzielski 2000).
:mod:`handfont.train.factor_analysis` fits it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import FloatArray, IntArray
from handfont.core.gaussian import Gaussian

PLACES = 2
"""Metrics that show style: log size and center height."""
LEAST_PRECISION = 1e-3
"""Of what one glyph says of a dimension of the style."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """The likelihood of z for glyphs, with the style's axes turned so that its precision is nearly diagonal.

    Attributes:
        centre: (C, E + PLACES) what is seen of each of C characters in the mean hand: embedding, log size, height.
        loading: (C, E + PLACES, Z) how that goes with the style.
        noise: (C, E + PLACES) variances of what the style does not explain.
    """

    centre: FloatArray
    loading: FloatArray
    noise: FloatArray

    def of(self, embedding: FloatArray, characters: IntArray, metrics: FloatArray, known: FloatArray) -> list[Gaussian]:
        """What each of N glyphs says of z: embedding (N, E), characters (N,), metrics and known (N, M)."""
        given = np.concatenate([np.ones_like(embedding), known[:, :PLACES]], axis=1).astype(np.float64)
        seen = np.concatenate([embedding, metrics[:, :PLACES]], axis=1)
        weight = given / self.noise[characters]
        loading = self.loading[characters].astype(np.float64)
        precision = np.maximum((weight[..., None] * loading**2).sum(axis=1), LEAST_PRECISION)
        shown = ((weight * (seen - self.centre[characters]))[..., None] * loading).sum(axis=1)
        return [Gaussian(mean, variance) for mean, variance in zip(shown / precision, 1 / precision, strict=True)]

    def expected(self, style: FloatArray, characters: IntArray) -> FloatArray:
        """Unit vectors (N, E): how the embedder should see characters (N,) written in a style (Z,)."""
        seen = (self.centre[characters] + self.loading[characters] @ style)[:, :-PLACES]
        return np.asarray(seen / np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-9), np.float32)
