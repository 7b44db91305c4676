"""Distillation: a decoder ten times faster learns to draw what the wide one draws.

Pupil and teacher see the same styles and residuals, all that hands are drawn from: those of the corpus, styles told by
few glyphs or many, mixtures of writers, residuals of real glyphs and of the prior, and farther out than both. So
latents keep their meaning, and everything else that was trained stays as it is. (Hinton, Vinyals, Dean, "Distilling
the knowledge in a neural network", 2015; here of drawings.)
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from handfont.model.gaussians import Gaussian, pool
from handfont.model.network import Decoder, HandModel
from handfont.style.posterior import PRIOR
from handfont.train.config import TrainConfig
from handfont.train.corpus import Corpus
from handfont.train.device import autocast
from handfont.train.fitting import fit
from handfont.train.prior import latents

MOST, ALL = 48, 0.25
"""Styles are told by 1 to 16 glyphs, or, this share of them, by as many as this."""
FEWEST = 8
"""Only writers of so many different characters tell one."""
MIXED, OF_PRIOR = 0.25, 0.5
"""Shares of a batch in a mixture of two writers' styles, and with residuals of the prior."""
SPREAD = 0.4
"""Residuals of real glyphs are moved by noise of up to this deviation."""
HOTTEST = 1.2
"""Residuals are drawn at temperatures up to this."""
EDGE = 1.5
"""The pupil must be exact in the ink and within about so many samples of it; farther out a tenth as much counts."""


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
    """Styles, residuals and characters that hands are drawn from, any number for each step, drawn on the device."""

    def __init__(
        self, network: HandModel, evidence: Gaussian, residual: Gaussian, labels: NDArray[np.int64],
        writers: NDArray[np.int64], seed: int,
    ) -> None:
        """Of N glyphs what each tells of its writer's style (N, Z), its residual (N, U), character and writer (N,)."""
        self.network, self.evidence, self.residual, self.seed = network, evidence, residual, seed
        self.device = device = evidence.mean.device
        self.labels = torch.from_numpy(labels).to(device)
        # Glyphs in groups of one character by one writer, the groups of a writer together.
        order = np.lexsort((labels, writers))
        of, begins = np.unique(np.stack([writers[order], labels[order]]), axis=1, return_index=True)
        _, first, groups = np.unique(of[0], return_index=True, return_counts=True)
        glyphs = np.diff(np.append(begins[first], len(order)))
        known = np.flatnonzero(groups >= FEWEST)
        sizes = np.diff(np.append(begins, len(order)))
        self.order, self.begins, self.sizes, self.first, self.groups = (
            torch.from_numpy(table).to(device) for table in (order, begins, sizes, first[known], groups[known]))
        self.weights = torch.from_numpy(np.sqrt(np.minimum(glyphs[known], 400))).to(device)

    @classmethod
    def of(cls, network: HandModel, corpus: Corpus, config: TrainConfig, device: torch.device) -> Situations:
        """Those of a corpus."""
        return cls(network, *latents(network, corpus, device, fast=True), corpus.labels, corpus.writers,
                   config.seed + 7)

    def draw(self, step: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Style (N, Z), residual (N, U) and character (N,) of each glyph; the same for a step whatever was drawn
        before, so that an interrupted run goes on as it would have.
        """
        generator = torch.Generator(self.device).manual_seed(self.seed * 1_000_003 + step)

        def uniform(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=generator, device=self.device)

        def one_of(counts: Tensor) -> Tensor:
            return (uniform(*counts.shape) * counts).long().clamp(max=counts - 1)

        writer = torch.multinomial(self.weights, count, replacement=True, generator=generator)
        # Characters evenly, so that rare signs are learnt as well as the letter e; then one of the glyphs.
        many = writer[:, None].expand(-1, 1 + MOST)
        group = self.first[many] + one_of(self.groups[many])
        rows = self.order[self.begins[group] + one_of(self.sizes[group])]
        row, told_by = rows[:, 0], rows[:, 1:]
        heard = torch.where(uniform(count) < ALL, MOST, 1 + one_of(torch.full((count,), 16, device=self.device)))
        mask = (torch.arange(MOST, device=self.device) < heard[:, None]).float()
        style = pool(Gaussian(*(part[told_by] for part in self.evidence)), mask[:, None])
        style = Gaussian(*(part[:, 0] for part in style))
        # As hands are drawn: with all of the prior counted, or little of it.
        counted = PRIOR + (1 - PRIOR) * uniform(count, 1)
        told = style.sample(generator, uniform(count, 1))
        z = told / (1 - (1 - counted) * style.log_variance.exp().clamp(max=1))
        share = uniform(count, 1) * (uniform(count, 1) < MIXED)
        other = z[torch.randperm(count, generator=generator, device=self.device)]
        z = z + share * (other - z)
        any_character = torch.randint(len(self.network.config.characters), (count,), generator=generator,
                                      device=self.device)
        invented = uniform(count) < OF_PRIOR
        character = torch.where(invented, any_character, self.labels[row])
        mixture = self.network.prior(z, character)
        way = torch.multinomial(mixture.logits.softmax(-1), 1, generator=generator)[:, 0]
        drawn = mixture.pick(way).sample(generator, HOTTEST * uniform(count, 1))
        real = Gaussian(*(part[row] for part in self.residual)).sample(generator, HOTTEST * uniform(count, 1))
        noise = torch.randn(real.shape, generator=generator, device=self.device)
        real = real + SPREAD * uniform(count, 1) * noise
        return z, torch.where(invented[:, None], drawn, real), character


def distil(
    network: HandModel, situations: Situations, config: TrainConfig, report: Callable[[str], None]
) -> Pupil:
    """A pupil of the network and its wide decoder."""
    torch.manual_seed(config.seed + 8)
    device = situations.device
    pupil = Pupil(network).to(device)
    average = torch.optim.swa_utils.AveragedModel(
        pupil, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(config.average))

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        z, u, character, target = asked(network, situations, step, config.distil_batch)
        with autocast(device):
            field = pupil(torch.cat([z, u, network.character(character)], -1), character)
        return apart(field, target), {"samples off at the edge": off_at_the_edge(field, target)}

    fit("pupil", pupil, batch, config.distil_steps, config.distil_rate, report,
        after=lambda: average.update_parameters(pupil), decay=0.0)
    learnt = average.module
    assert isinstance(learnt, Pupil)
    return learnt.eval()


@torch.no_grad()
def asked(network: HandModel, situations: Situations, step: int, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Styles, residuals, characters, and what the teacher draws of them (N, grid, grid)."""
    with autocast(situations.device):
        z, u, character = situations.draw(step, count)
        return z, u, character, network.decode(z, u, character)[0]


def apart(field: Tensor, target: Tensor) -> Tensor:
    """The loss: squares of differences, in full inside the ink, where the edges of thin pens lie, and near it."""
    weight = torch.where(target > 0, 1.0, 0.1 + torch.exp(-((target / EDGE) ** 2)))
    return (weight * (field - target) ** 2).mean()


def off_at_the_edge(field: Tensor, target: Tensor) -> Tensor:
    """How far fields are from their targets within a sample of the outline, (N,) in samples."""
    near = target.abs() < 1
    return ((field - target).detach().abs() * near).sum((1, 2)) / near.sum((1, 2)).clamp(min=1)
