"""Training the embedder (:mod:`handfont.model.embedder`): whose glyph is it, among a batch of writers?"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from handfont.model.config import ModelConfig
from handfont.model.embedder import Embedder, new_embedder
from handfont.model.networks import channels_last
from handfont.model.reader import Reader, folded
from handfont.train.classifier import take_over
from handfont.train.config import TrainConfig
from handfont.train.data.augment import as_scanned, photographed
from handfont.train.data.corpus import Corpus
from handfont.train.data.episodes import EpisodeSampler
from handfont.train.device import autocast
from handfont.train.fit_loop import fit

LAYOUT = (24, 16)
"""Writers in a batch, and glyphs of each."""


def homes(embedded: Tensor, labels: Tensor, writers: int) -> tuple[Tensor, Tensor]:
    """Means over each writer's glyphs: (W, D) of all of them, and (W, G, D) for each glyph without its character."""
    each = embedded.view(writers, -1, embedded.shape[-1])
    own = labels.view(writers, -1)
    others = (own[:, :, None] != own[:, None, :]).float()
    return each.mean(1), others @ each


def whose_loss(embedder: Embedder, embedded: Tensor, labels: Tensor, writers: int) -> tuple[Tensor, Tensor]:
    """Cross-entropy of finding a glyph's writer among the batch's by the writer's other glyphs, and (N,) the hits."""
    whole, without = homes(embedded, labels, writers)
    glyphs = without.shape[1]
    own = torch.arange(writers, device=labels.device).repeat_interleave(glyphs)
    logits = embedder.whose(embedded, whole)
    fair = (embedded * F.normalize(without.flatten(0, 1), dim=-1)).sum(-1) * embedder.log_scale.exp()
    logits = logits.scatter(1, own[:, None], fair[:, None])
    return F.cross_entropy(logits, own), logits.argmax(-1) == own


def train_embedder(
    corpus: Corpus,
    reader: Reader,
    shape: ModelConfig,
    config: TrainConfig,
    seed: int,
    device: torch.device,
    report: Callable[[str], None],
) -> Embedder:
    """An embedder trained for ``config.embedder_steps`` batches, from where the reader's convolutions are."""
    torch.manual_seed(seed)
    model = new_embedder(shape)
    take_over(model.body, reader)
    model = channels_last(model.to(device))
    sampler = EpisodeSampler(corpus, seed + 2000, config.batch)
    generator = torch.Generator(device).manual_seed(seed)

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        episode = sampler.draw(step, LAYOUT)
        labels = episode.labels.to(device)
        with autocast(device):
            embedded = model(as_scanned(episode.fields.to(device), generator, loose=0.5), labels)
        loss, hit = whose_loss(model, embedded, labels, LAYOUT[0])
        return loss, {"writer found": hit}

    fit("embedder", model, batch, config.embedder_steps, 2e-3, report)
    return model.eval()


def steadied(
    embedder: Embedder, corpus: Corpus, config: TrainConfig, device: torch.device, report: Callable[[str], None]
) -> Embedder:
    """An embedder that sees a spoiled glyph as the given one sees it clean, so that a style means the same whatever
    pen and camera it came through.

    Contrast alone does not get there: the glyphs of a writer vary more than a mild scan spoils them, and with harder
    spoiling it learns less of hands. The clean view teaches the spoiled one instead (distillation: Hinton, Vinyals,
    Dean 2015).
    """
    teacher = folded(deepcopy(embedder).eval())
    student = deepcopy(teacher).requires_grad_(True)
    sampler = EpisodeSampler(corpus, config.seed + 4000, config.batch)
    generator = torch.Generator(device).manual_seed(config.seed + 4)

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        episode = sampler.draw(step, LAYOUT)
        labels, clean = episode.labels.to(device), episode.fields.to(device)
        spoiled = photographed(episode.fields, episode.metrics[:, 0], np.random.default_rng([config.seed, 8, step]))
        with torch.no_grad(), autocast(device):
            wanted = teacher(clean, labels)
        with autocast(device):
            seen = student(as_scanned(spoiled.to(device), generator, loose=0.5), labels)
        apart = 1 - (seen * wanted).sum(-1)
        return apart.mean(), {"apart": apart}

    fit("steadying", student, batch, config.steady_steps, config.steady_rate, report)
    return student.eval()
