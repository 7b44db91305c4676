"""Fitting the residual's prior p(u | z, c) by itself, when everything else is trained.

Trained only together with the rest, under losses that look at what is drawn from it, the prior learns shapes that
please the networks which judge it and that nobody writes: dots that were never there, broken strokes. Here it sees
nothing but the residuals of real glyphs, and maximises their likelihood, each under styles told by some of its writer's
other characters.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handfont.model.gaussians import Gaussian, pool, pool_each
from handfont.model.network import HandModel
from handfont.train.config import TrainConfig
from handfont.train.corpus import Corpus
from handfont.train.device import autocast
from handfont.train.episodes import EpisodeSampler
from handfont.train.fitting import fit

LAYOUT = (48, 32)
"""Writers in a batch, and glyphs of each."""
FLOOR = -4.0
"""Least log variance at the start."""


@torch.no_grad()
def latents(
    network: HandModel, corpus: Corpus, device: torch.device, fast: bool, batch: int = 512
) -> tuple[Gaussian, Gaussian]:
    """Of every glyph its evidence of the style, and q(u | x, c, z), z from all glyphs of its writer; ``fast`` in
    bfloat16.
    """
    evidences, residuals = [], []
    for writer in np.split(np.arange(len(corpus.labels)), np.flatnonzero(np.diff(corpus.writers)) + 1):
        parts = []
        with autocast(device) if fast else nullcontext():
            for start in range(0, len(writer), batch):
                fields, labels, metrics, known = (x.to(device) for x in corpus.rows(writer[start : start + batch]))
                told = network.evidence(fields, labels, metrics, known)
                parts.append((network.encode(fields), labels, metrics, known, told))
            evidence = _joined([told for *_, told in parts])
            z = pool(evidence, torch.ones(1, len(writer), device=device)).mean
            residuals += [network.residual(h, labels, metrics, known, z.expand(len(h), -1))
                          for h, labels, metrics, known, _ in parts]
        evidences.append(evidence)
    return _joined(evidences), _joined(residuals)


def _joined(parts: list[Gaussian]) -> Gaussian:
    return Gaussian(torch.cat([part.mean for part in parts]), torch.cat([part.log_variance for part in parts]))


def fit_prior(
    network: HandModel, corpus: Corpus, config: TrainConfig, device: torch.device, report: Callable[[str], None]
) -> None:
    """Fit ``network.prior`` anew, in place, to the residuals of a corpus."""
    torch.manual_seed(config.seed + 5)
    evidence, residual = latents(network, corpus, device, fast=True)
    prior = network.prior.requires_grad_(True)
    _begin(prior.base.weight, residual.mean.cpu(), corpus.labels, network.config.modes, config.seed)
    torch.nn.init.normal_(prior.out.weight, std=0.01)
    sampler = EpisodeSampler(corpus, config.seed + 3000, config.batch)
    generator = torch.Generator(device).manual_seed(config.seed)

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        rows, mask = sampler.places(step, LAYOUT)
        z = pool_each(Gaussian(*(part[rows] for part in evidence)), mask.to(device)).sample(generator)
        u = Gaussian(*(part[rows] for part in residual)).sample(generator)
        nats = -prior(z, torch.from_numpy(corpus.labels[rows]).to(device)).log_prob(u)
        return nats.mean(), {"nats": nats}

    fit("prior", prior, batch, config.prior_steps, config.prior_rate, report, decay=0.02)


def _begin(base: Tensor, means: Tensor, labels: NDArray[np.int64], modes: int, seed: int) -> None:
    """Components start at the clusters that the residuals of each character fall into (k-means), equally likely."""
    cv2.setRNGSeed(seed)
    dimensions = means.shape[1]
    with torch.no_grad():
        base.zero_()
        for label in np.unique(labels):
            own = means[labels == label].numpy()
            if len(own) < 4 * modes:
                centres = np.repeat(own.mean(0, keepdims=True), modes, 0)
                spread = np.ones(dimensions)
            else:
                rule = (cv2.TERM_CRITERIA_MAX_ITER, 20, 0.0)
                _, place, centres = cv2.kmeans(own, modes, None, rule, 2, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
                spread = ((own - centres[place[:, 0]]) ** 2).mean(0)
            row = base[int(label)]
            row[modes : modes * (1 + dimensions)] = torch.from_numpy(centres.ravel())
            row[modes * (1 + dimensions) :] = torch.from_numpy(np.tile(np.log(spread), modes)).clamp(min=FLOOR)
