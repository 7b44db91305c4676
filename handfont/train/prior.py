"""Fitting the residual's prior p(u | z, c) by itself, when everything else is trained.

Trained only together with the rest, under losses that look at what is drawn from it, the prior learns shapes that
please the networks which judge it and that nobody writes: dots that were never there, broken strokes. Here it sees
nothing but the residuals of real glyphs, and maximises their likelihood, each under styles told by some of its writer's
other characters.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handfont.model.gaussians import Gaussian, pool
from handfont.model.network import HandModel
from handfont.train.config import TrainConfig
from handfont.train.corpus import Corpus
from handfont.train.device import autocast
from handfont.train.episodes import EpisodeSampler

LAYOUT = (48, 32)
"""Writers in a batch, and glyphs of each."""
FLOOR = -4.0
"""Least log variance at the start."""


@torch.no_grad()
def latents(network: HandModel, corpus: Corpus, device: torch.device, batch: int = 512) -> dict[str, Gaussian]:
    """``style``: the evidence of every glyph; ``residual``: q(u | x, c, z), z from all glyphs of its writer."""
    means, log_variances, us, vs = [], [], [], []
    for writer in np.split(np.arange(len(corpus.labels)), np.flatnonzero(np.diff(corpus.writers)) + 1):
        parts = []
        for start in range(0, len(writer), batch):
            fields, labels, metrics, known = (x.to(device) for x in corpus.rows(writer[start : start + batch]))
            with autocast(device):
                told = network.evidence(fields, labels, metrics, known)
                parts.append((network.encode(fields), labels, metrics, known, told))
        evidence = Gaussian(torch.cat([p[4].mean for p in parts]), torch.cat([p[4].log_variance for p in parts]))
        z = pool(evidence, torch.ones(1, len(writer), device=device)).mean
        for h, labels, metrics, known, _ in parts:
            with autocast(device):
                u = network.residual(h, labels, metrics, known, z.expand(len(labels), -1))
            us.append(u.mean.cpu())
            vs.append(u.log_variance.cpu())
        means.append(evidence.mean.cpu())
        log_variances.append(evidence.log_variance.cpu())
    return {"style": Gaussian(torch.cat(means), torch.cat(log_variances)),
            "residual": Gaussian(torch.cat(us), torch.cat(vs))}


def fit_prior(
    network: HandModel, corpus: Corpus, config: TrainConfig, device: torch.device, report: Callable[[str], None]
) -> None:
    """Fit ``network.prior`` anew, in place, to the residuals of a corpus."""
    torch.manual_seed(config.seed + 5)
    seen = latents(network, corpus, device)
    prior = network.prior
    _begin(prior.base.weight, seen["residual"].mean, corpus.labels, network.config.modes, config.seed)
    torch.nn.init.normal_(prior.out.weight, std=0.01)
    prior.requires_grad_(True)
    sampler = EpisodeSampler(corpus, config.seed + 3000, config.batch)
    optimiser = torch.optim.AdamW(prior.parameters(), lr=config.prior_rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, config.prior_rate, config.prior_steps, pct_start=0.1)
    generator = torch.Generator().manual_seed(config.seed)
    running = 0.0
    for step in range(config.prior_steps):
        rows, mask = sampler.places(step, LAYOUT)
        writers, glyphs, _ = mask.shape
        told = Gaussian(*(part[rows].view(writers, glyphs, -1) for part in seen["style"]))
        style = pool(told, mask)
        z = Gaussian(style.mean.flatten(0, 1), style.log_variance.flatten(0, 1)).sample(generator)
        u = Gaussian(*(part[rows] for part in seen["residual"])).sample(generator)
        labels = torch.from_numpy(corpus.labels[rows])
        loss = -prior(z.to(device), labels.to(device)).log_prob(u.to(device)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if step % 200 == 0:
            report(f"prior step {step}: {running:.2f} nats")


def _begin(base: Tensor, means: Tensor, labels: NDArray[np.int64], modes: int, seed: int) -> None:
    """Components start at the clusters that the residuals of each character fall into (k-means), equally likely."""
    import cv2

    cv2.setRNGSeed(seed)
    dimensions = means.shape[1]
    with torch.no_grad():
        base.zero_()
        base[:, modes * (1 + dimensions) :] = 0.0
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
