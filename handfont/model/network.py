"""The multi-level conditional VAE, bottom up: blocks, encoder, decoder, the heads, the whole.

    h = encoder(x)                                   shape only; the classifier q(c | x) is handfont.model.reader
    N(m_i, s_i^2) = evidence(h_i, c_i, metrics_i)    one Gaussian a glyph
    q(z | x_1..x_k) = N(0, I) * product of evidence  the writer's style, closed form
    q(u | x, c, z),  p(u | z, c) a mixture           residual of one glyph, and its learned conditional prior
    field = decoder(z, u, c),  metrics = M(z, u, c)

Sources: multi-level VAE (Bouchacourt, Tomioka, Nowozin 2018); neural statistician (Edwards, Storkey 2017); conditional
prior (Sohn, Lee, Yan 2015). Fields enter and leave in samples (see :mod:`handfont.sdf`).
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handfont.model.config import ModelConfig
from handfont.model.reader import INPUT_SCALE
from handfont.sdf import TRUNCATE

LOG_VARIANCE = (-8.0, 3.0)


class Gaussian(NamedTuple):
    """Diagonal Gaussian: mean and log variance of equal shape."""

    mean: Tensor
    log_variance: Tensor

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        noise = torch.randn(self.mean.shape, generator=generator, device=self.mean.device)
        return self.mean + noise * (0.5 * self.log_variance).exp()

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


def _split(packed: Tensor) -> Gaussian:
    mean, log_variance = packed.float().chunk(2, -1)
    return Gaussian(mean, log_variance.clamp(*LOG_VARIANCE))


_Module = TypeVar("_Module", bound=nn.Module)


def channels_last(module: _Module) -> _Module:
    """The module with convolution weights laid out as the processor's fast kernels want them."""
    return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def mlp(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(),
                         nn.Linear(hidden, outputs))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with GroupNorm."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, channels), nn.GroupNorm(8, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return x + y


class Encoder(nn.Module):
    """Field (N, 1, 48, 48) -> features (N, features)."""

    def __init__(self, widths: tuple[int, int, int, int], features: int) -> None:
        super().__init__()
        a, b, c, d = widths
        self.body = nn.Sequential(
            nn.Conv2d(1, a, 5, stride=2, padding=2), nn.SiLU(),  # 24
            nn.Conv2d(a, b, 3, stride=2, padding=1), ResidualBlock(b),  # 12
            nn.Conv2d(b, c, 3, stride=2, padding=1), ResidualBlock(c),  # 6
            nn.Conv2d(c, d, 3, stride=2, padding=1), nn.GroupNorm(8, d), nn.SiLU(), nn.Flatten(),  # 3
            nn.Linear(9 * d, features), nn.SiLU(),
        )

    def forward(self, field: Tensor) -> Tensor:
        h: Tensor = self.body(field * INPUT_SCALE)
        return h


class Modulated(nn.Module):
    """Residual block of the decoder: two 3x3 convolutions, the condition scales and shifts between them (FiLM).

    It has no normalisation, which would cost a third of the decoder's time; the zero-initialised last convolution
    keeps training steady instead (Zhang, Dauphin, Ma 2019).
    """

    def __init__(self, channels: int, condition: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.film = nn.Linear(condition, 2 * channels)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.film(condition)[:, :, None, None].chunk(2, 1)
        y = torch.addcmul(shift, self.conv1(F.silu(x)), 1 + scale)
        return x + self.conv2(F.silu(y))


class Decoder(nn.Module):
    """Condition (N, features), character (N,) -> field (N, 48, 48); most of the work at 12 x 12 and below.

    Every character has a template of its own at 6 x 6, from which the condition departs.
    """

    def __init__(self, widths: tuple[int, int, int], features: int, characters: int) -> None:
        super().__init__()
        a, b, c = widths
        self.start = nn.Linear(features, a * 36)
        self.template = nn.Embedding(characters, a * 36)
        nn.init.normal_(self.template.weight, std=0.1)
        self.block6 = Modulated(a, features)
        self.up12 = nn.Conv2d(a, b * 4, 1)
        self.block12 = Modulated(b, features)
        self.up24 = nn.Conv2d(b, c * 4, 1)
        self.conv24 = nn.Conv2d(c, c, 3, padding=1)
        self.last = nn.Conv2d(c, 4, 3, padding=1)

    def forward(self, condition: Tensor, character: Tensor) -> Tensor:
        x = self.start(condition) + self.template(character).to(condition.dtype)
        x = x.view(len(condition), -1, 6, 6).contiguous(memory_format=torch.channels_last)
        x = F.pixel_shuffle(self.up12(self.block6(x, condition)), 2)
        x = F.pixel_shuffle(self.up24(self.block12(x, condition)), 2)
        x = x + self.conv24(F.silu(x))
        field: Tensor = F.pixel_shuffle(self.last(F.silu(x)), 2)[:, 0].float()
        return field.clamp(-1.5 * TRUNCATE, 1.5 * TRUNCATE)


class HandModel(nn.Module):
    """The whole model. Characters are indices into ``config.characters``."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        c, f, z, u, e = len(config.characters), config.features, config.style, config.residual, config.embedding
        self.encoder = Encoder(config.encoder, f)
        self.character = nn.Embedding(c, e)
        self.evidence_head = mlp(f + e + 2 * config.metrics, f, 2 * z)
        self.residual_head = mlp(f + e + 2 * config.metrics + z, f, 2 * u)
        self.prior_head = mlp(z + e, f, config.modes * (1 + 2 * u))
        self.condition = nn.Sequential(nn.Linear(z + u + e, f), nn.SiLU(), nn.Linear(f, f), nn.SiLU())
        self.decoder = Decoder(config.decoder, f, c)
        self.metrics_head = mlp(z + u + e, 128, config.metrics)

    def encode(self, field: Tensor) -> Tensor:
        """Fields (N, grid, grid) in samples -> features (N, features)."""
        x = field.unsqueeze(1)
        h: Tensor = self.encoder(x.contiguous(memory_format=torch.channels_last))
        return h

    def evidence(self, h: Tensor, character: Tensor, metrics: Tensor, known: Tensor) -> Gaussian:
        """What one glyph says of the style: a Gaussian likelihood over z. metrics, known (N, metrics)."""
        return _split(self.evidence_head(torch.cat([h, self.character(character), metrics * known, known], -1)))

    def residual(self, h: Tensor, character: Tensor, metrics: Tensor, known: Tensor, z: Tensor) -> Gaussian:
        """q(u | x, c, z)."""
        return _split(self.residual_head(torch.cat([h, self.character(character), metrics * known, known, z], -1)))

    def prior(self, z: Tensor, character: Tensor) -> Mixture:
        """p(u | z, c)."""
        packed = self.prior_head(torch.cat([z, self.character(character)], -1)).float()
        k, u = self.config.modes, self.config.residual
        logits, rest = packed.split([k, 2 * k * u], -1)
        means, log_variances = rest.view(-1, k, 2 * u).chunk(2, -1)
        return Mixture(logits, means, log_variances.clamp(*LOG_VARIANCE))

    def decode(self, z: Tensor, u: Tensor, character: Tensor) -> tuple[Tensor, Tensor]:
        """Fields (N, grid, grid) in samples and metrics (N, metrics)."""
        joint = torch.cat([z, u, self.character(character)], -1)
        return self.decoder(self.condition(joint), character), self.metrics_head(joint).float()


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
