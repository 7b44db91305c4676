"""What a glyph says of its writer's style: factor analysis over the embedder's view and the glyph's metrics.

A glyph of character c by a writer of style z is seen (embedding, size and height on the line) as

    y = centre_c + loading_c z + noise,   noise ~ N(0, diag(noise_c)),   z ~ N(0, I)

so that each glyph is one Gaussian factor over z and a writer's posterior their product. A linear model with few
numbers for each character learns from some hundred hands what carries over to others; a network in its place learnt
the training hands by heart (Rubin, Thayer 1982; in speech, eigenvoices: Kuhn, Junqua, Nguyen, Niedzielski 2000).
:mod:`handfont.train.factors` fits it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from handfont.model.gaussians import Gaussian

PLACES = 2
"""Metrics that style is told by: log size and centre height."""


class Evidence(nn.Module):
    """The likelihood of z for glyphs, with the style's axes turned so that its precision is nearly diagonal."""

    centre: Tensor
    loading: Tensor
    noise: Tensor

    def __init__(self, characters: int, embedded: int, style: int) -> None:
        super().__init__()
        seen = embedded + PLACES
        self.register_buffer("centre", torch.zeros(characters, seen))
        self.register_buffer("loading", torch.zeros(characters, seen, style))
        self.register_buffer("noise", torch.ones(characters, seen))

    def forward(self, embedding: Tensor, character: Tensor, metrics: Tensor, known: Tensor) -> Gaussian:
        """Gaussians over z: embedding (N, E), character (N,), metrics and known (N, M)."""
        given = torch.cat([torch.ones_like(embedding), known[:, :PLACES]], -1)
        seen = torch.cat([embedding, metrics[:, :PLACES]], -1)
        weight = given / self.noise[character]
        loading = self.loading[character]
        precision = (weight[..., None] * loading.square()).sum(1).clamp(min=1e-3)
        told = ((weight * (seen - self.centre[character]))[..., None] * loading).sum(1)
        return Gaussian(told / precision, -precision.log())

    def expected(self, z: Tensor, character: Tensor) -> Tensor:
        """The embedding (N, E) of a character (N,) in a style z (N, Z)."""
        seen = self.centre[character] + (self.loading[character] @ z[..., None])[..., 0]
        return seen[:, :-PLACES]
