"""Distillation: a decoder three times faster learns to draw what the wide one draws.

Pupil and teacher see the same styles and residuals, all that hands are drawn from: those of the corpus, styles told by
few glyphs or many, mixtures of writers, residuals of real glyphs and of the prior, and farther out than both. So
latents keep their meaning, and everything else that was trained stays as it is. (Hinton, Vinyals, Dean, "Distilling
the knowledge in a neural network", 2015; here of drawings.)
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor, nn

from handfont.model.gaussians import Gaussian, pool_each
from handfont.model.network import Decoder, HandModel, channels_last
from handfont.style.posterior import PRIOR
from handfont.train.config import TrainConfig
from handfont.train.corpus import Corpus
from handfont.train.device import autocast
from handfont.train.episodes import EpisodeSampler
from handfont.train.fitting import fit
from handfont.train.prior import latents

LAYOUT = (32, 8)
"""Writers in a batch, and glyphs of each."""
MIXED, OF_PRIOR = 0.25, 0.5
"""Shares of a batch in a mixture of two writers' styles, and with residuals of the prior."""
SPREAD = 0.4
"""Residuals of real glyphs are moved by noise of up to this deviation."""
HOTTEST = 1.2
"""Residuals are drawn at temperatures up to this."""
EDGE = 1.5
"""The pupil must be exact within about so many samples of an outline; farther out a tenth as much counts."""


class Pupil(nn.Module):
    """What is learnt: the condition, which begins as the teacher's, and the decoder."""

    def __init__(self, network: HandModel) -> None:
        super().__init__()
        config = network.config
        self.condition = deepcopy(network.condition).requires_grad_(True)
        self.decoder = Decoder(config.decoder, config.features, len(config.characters))

    def forward(self, joint: Tensor, character: Tensor) -> Tensor:
        field: Tensor = self.decoder(self.condition(joint), character)
        return field


class Situations:
    """Styles, residuals and characters that hands are drawn from, a batch for each step."""

    def __init__(self, network: HandModel, corpus: Corpus, config: TrainConfig, device: torch.device) -> None:
        self.network, self.device = network, device
        self.evidence, self.residual = latents(network, corpus, device, fast=True)
        self.labels = torch.from_numpy(corpus.labels)
        self.sampler = EpisodeSampler(corpus, config.seed + 6000, config.batch)
        self.seed = config.seed + 7

    def draw(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Style (N, Z), residual (N, U) and character (N,) of each glyph; the same for a step whatever was drawn
        before, so that an interrupted run goes on as it would have.
        """
        generator = torch.Generator(self.device).manual_seed(self.seed * 1_000_003 + step)
        rows, mask = self.sampler.places(step, LAYOUT)
        style = pool_each(Gaussian(*(part[rows] for part in self.evidence)), mask.to(self.device))
        count = len(rows)

        def uniform(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=generator, device=self.device)

        # As hands are drawn: with all of the prior counted, or little of it.
        counted = PRIOR + (1 - PRIOR) * uniform(count, 1)
        told = style.sample(generator, uniform(count, 1))
        z = told / (1 - (1 - counted) * style.log_variance.exp().clamp(max=1))
        share = uniform(count, 1) * (uniform(count, 1) < MIXED)
        other = z[torch.randperm(count, generator=generator, device=self.device)]
        z = z + share * (other - z)
        invented = uniform(count) < OF_PRIOR
        any_character = torch.randint(len(self.network.config.characters), (count,), generator=generator,
                                      device=self.device)
        character = torch.where(invented, any_character, self.labels[rows].to(self.device))
        mixture = self.network.prior(z, character)
        way = torch.multinomial(mixture.logits.softmax(-1), 1, generator=generator)[:, 0]
        drawn = mixture.pick(way).sample(generator, HOTTEST * uniform(count, 1))
        real = Gaussian(*(part[rows] for part in self.residual)).sample(generator, HOTTEST * uniform(count, 1))
        noise = torch.randn(real.shape, generator=generator, device=self.device)
        real = real + SPREAD * uniform(count, 1) * noise
        return z, torch.where(invented[:, None], drawn, real), character


def distil(
    network: HandModel, situations: Situations, config: TrainConfig, report: Callable[[str], None]
) -> Pupil:
    """A pupil of the network and its wide decoder."""
    torch.manual_seed(config.seed + 8)
    device = situations.device
    pupil = channels_last(Pupil(network).to(device))
    average = torch.optim.swa_utils.AveragedModel(
        pupil, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(config.average))

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        with torch.no_grad(), autocast(device):
            z, u, character = situations.draw(step)
            joint = torch.cat([z, u, network.character(character)], -1)
            target = network.decoder(network.condition(joint), character)
        with autocast(device):
            field = pupil(joint, character)
        error = field - target
        weight = 0.1 + torch.exp(-(target / EDGE) ** 2)
        near = target.abs() < 1
        off = (error.detach().abs() * near).sum((1, 2)) / near.sum((1, 2)).clamp(min=1)
        return (weight * error**2).mean(), {"samples off at the edge": off}

    fit("pupil", pupil, batch, config.distil_steps, config.distil_rate, report,
        after=lambda: average.update_parameters(pupil), decay=0.0)
    learnt = average.module
    assert isinstance(learnt, Pupil)
    return learnt.eval()
