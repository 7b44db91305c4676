"""The multi-level conditional VAE, bottom up: blocks, encoder, decoder, the heads, the whole.

    N(m_i, s_i^2) = evidence(embedder(x_i), c_i, metrics_i)  one Gaussian a glyph, see handfont.model.evidence
    q(z | x_1..x_k) = N(0, I) * product of evidence          the writer's style, closed form
    h = encoder(x),  q(u | h, c, z)                          residual of one glyph; shape only: the classifier
                                                             q(c | x) is handfont.model.reader
    p(u | z, c)                                              its learned prior, a mixture
    field = decoder(z, u, c),  metrics = M(z, u, c)

Sources: multi-level VAE (Bouchacourt, Tomioka, Nowozin 2018); neural statistician (Edwards, Storkey 2017); conditional
prior (Sohn, Lee, Yan 2015). Fields enter and leave in samples (see :mod:`handfont.sdf`).
"""

from __future__ import annotations

from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handfont.model.config import ModelConfig
from handfont.model.embedder import new_embedder
from handfont.model.evidence import Evidence
from handfont.model.gaussians import LOG_VARIANCE, Gaussian, Mixture
from handfont.model.reader import INPUT_SCALE, folded
from handfont.sdf import GRID, TRUNCATE


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


class Decoder(nn.Module):
    """Condition (N, features), character (N,) -> field (N, 48, 48).

    A perceptron, steered by the character (FiLM: Perez and others 2018), says how much there is of each of some basis
    fields, beginning from a template that every character has of its own. It is made by distillation of a
    convolutional decoder ten times slower, see :mod:`handfont.train.distil`: matrix products of whole batches are what
    processors do best.
    """

    def __init__(self, widths: tuple[int, int, int], features: int, characters: int) -> None:
        super().__init__()
        hidden, layers, basis = widths
        self.steer = nn.Embedding(characters, 2 * hidden)
        nn.init.normal_(self.steer.weight, std=0.1)
        self.first = nn.Linear(features, hidden)
        self.layers = nn.ModuleList([nn.Linear(hidden, hidden) for _ in range(layers)])
        self.shares = nn.Linear(hidden, basis)
        self.template = nn.Embedding(characters, basis)
        nn.init.normal_(self.template.weight, std=0.1)
        self.basis = nn.Linear(basis, GRID * GRID)

    def forward(self, condition: Tensor, character: Tensor) -> Tensor:
        scale, shift = self.steer(character).to(condition.dtype).chunk(2, -1)
        h = F.relu(torch.addcmul(shift, self.first(condition), 1 + scale))
        for layer in self.layers:
            h = h + F.relu(layer(h))
        shares = self.shares(h) + self.template(character).to(h.dtype)
        field: Tensor = self.basis(shares).float().view(-1, GRID, GRID)
        return field.clamp(-1.5 * TRUNCATE, 1.5 * TRUNCATE)


class Prior(nn.Module):
    """p(u | z, c): for every character some forms (allographs), each a Gaussian whose mean, like the logit of its
    share, is *linear* in the style.

    Hands are few: with a free function of the style in its place, the prior learnt the training hands by heart, and
    gave a new writer forms of whichever of them were near.
    """

    def __init__(self, characters: int, config: ModelConfig, rank: int = 160) -> None:
        super().__init__()
        self.modes, self.residual = config.modes, config.residual
        k, u = config.modes, config.residual
        self.base = nn.Embedding(characters, k * (1 + 2 * u))
        nn.init.normal_(self.base.weight, std=0.3)
        self.style = nn.Linear(config.style, rank, bias=False)
        self.letter = nn.Embedding(characters, rank)
        nn.init.normal_(self.letter.weight, mean=0.5, std=0.5)
        self.out = nn.Linear(rank, k * (1 + u), bias=False)
        nn.init.normal_(self.out.weight, std=0.3 * rank**-0.5)

    def forward(self, z: Tensor, character: Tensor) -> Mixture:
        k, u = self.modes, self.residual
        logits, means, log_variances = self.base(character).float().split([k, k * u, k * u], -1)
        tilt, moved = self.out(self.style(z) * self.letter(character)).float().split([k, k * u], -1)
        return Mixture(logits + tilt, (means + moved).view(-1, k, u), log_variances.view(-1, k, u).clamp(*LOG_VARIANCE))


class HandModel(nn.Module):
    """The whole model. Characters are indices into ``config.characters``."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        c, f, z, u, e = len(config.characters), config.features, config.style, config.residual, config.embedding
        self.encoder = Encoder(config.encoder, f)
        self.character = nn.Embedding(c, e)
        self.embedder = folded(new_embedder(config))
        self.evidence_head = Evidence(c, config.embedded, z)
        self.residual_head = mlp(f + e + 2 * config.metrics + z, f, 2 * u)
        self.prior = Prior(c, config)
        self.condition = nn.Sequential(nn.Linear(z + u + e, f), nn.SiLU(), nn.Linear(f, f), nn.SiLU())
        self.decoder: nn.Module = Decoder(config.decoder, f, c)
        self.metrics_head = mlp(z + u + e, 128, config.metrics)

    def encode(self, field: Tensor) -> Tensor:
        """Fields (N, grid, grid) in samples -> features (N, features)."""
        x = field.unsqueeze(1)
        h: Tensor = self.encoder(x.contiguous(memory_format=torch.channels_last))
        return h

    def evidence(self, field: Tensor, character: Tensor, metrics: Tensor, known: Tensor) -> Gaussian:
        """What one glyph says of the style: a Gaussian likelihood over z. metrics, known (N, metrics)."""
        told: Gaussian = self.evidence_head(self.embedder(field, character), character, metrics, known)
        return told

    def residual(self, h: Tensor, character: Tensor, metrics: Tensor, known: Tensor, z: Tensor) -> Gaussian:
        """q(u | x, c, z)."""
        return _split(self.residual_head(torch.cat([h, self.character(character), metrics * known, known, z], -1)))

    def decode(self, z: Tensor, u: Tensor, character: Tensor) -> tuple[Tensor, Tensor]:
        """Fields (N, grid, grid) in samples and metrics (N, metrics)."""
        joint = torch.cat([z, u, self.character(character)], -1)
        return self.decoder(self.condition(joint), character), self.metrics_head(joint).float()
