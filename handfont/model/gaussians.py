"""Gaussians of the network: diagonal ones, mixtures of them, and their product."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

LOG_VARIANCE = (-8.0, 3.0)


class Gaussian(NamedTuple):
    """Diagonal Gaussian: mean and log variance of equal shape."""

    mean: Tensor
    log_variance: Tensor

    def sample(self, generator: torch.Generator | None = None, temperature: float | Tensor = 1.0) -> Tensor:
        """One draw for each row; ``temperature`` scales the standard deviation."""
        noise = torch.randn(self.mean.shape, generator=generator, device=self.mean.device)
        return self.mean + temperature * noise * (0.5 * self.log_variance).exp()

    def log_prob(self, value: Tensor) -> Tensor:
        """Log density up to the constant, summed over the last axis."""
        return -0.5 * ((value - self.mean) ** 2 * (-self.log_variance).exp() + self.log_variance).sum(-1)


class Mixture(NamedTuple):
    """Mixture of diagonal Gaussians: logits (..., K), means and log variances (..., K, D)."""

    logits: Tensor
    means: Tensor
    log_variances: Tensor

    def log_prob(self, value: Tensor) -> Tensor:
        each = Gaussian(self.means, self.log_variances).log_prob(value.unsqueeze(-2))
        return torch.logsumexp(F.log_softmax(self.logits, -1) + each, -1)

    def at(self, rows: Tensor) -> Mixture:
        """The mixtures of some rows."""
        return Mixture(self.logits[rows], self.means[rows], self.log_variances[rows])

    def pick(self, component: Tensor) -> Gaussian:
        """The Gaussian of one component for each row; component (N,)."""
        index = component[:, None, None].expand(-1, 1, self.means.shape[-1])
        return Gaussian(self.means.gather(1, index)[:, 0], self.log_variances.gather(1, index)[:, 0])


def pool(evidence: Gaussian, mask: Tensor) -> Gaussian:
    """Style posteriors from subsets of evidence: the product of the prior N(0, I) and the chosen Gaussians.

    Args:
        evidence: Gaussians over z of G glyphs, (..., G, Z).
        mask: (..., T, G), 1 where glyph g counts for target t.

    Returns:
        Gaussian (..., T, Z).
    """
    precision = (-evidence.log_variance).exp()
    total = 1 + mask @ precision
    mean = (mask @ (precision * evidence.mean)) / total
    return Gaussian(mean, -total.log())


def pool_each(evidence: Gaussian, mask: Tensor) -> Gaussian:
    """:func:`pool` for an episode: evidence (W * G, Z), mask (W, G, G), the posterior for each glyph (W * G, Z)."""
    writers, glyphs, _ = mask.shape
    style = pool(Gaussian(*(part.view(writers, glyphs, -1) for part in evidence)), mask)
    return Gaussian(*(part.flatten(0, 1) for part in style))
