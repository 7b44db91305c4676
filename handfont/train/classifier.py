"""Training the reader (:mod:`handfont.model.reader`), which then cleans the labels of the corpus."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from handfont.core import charset
from handfont.model.config import ModelConfig
from handfont.model.networks import channels_last
from handfont.model.reader import Reader, new_reader
from handfont.train.config import TrainConfig
from handfont.train.data.augment import as_scanned, metrics_as_measured, photographed
from handfont.train.data.corpus import Corpus
from handfont.train.data.episodes import EpisodeSampler
from handfont.train.device import autocast
from handfont.train.fit_loop import fit


def reading_loss(logits: Tensor, labels: Tensor, alike: Tensor) -> Tensor:
    """Cross-entropy of reading the intended character or one that looks the same; (N,)."""
    allowed = alike[labels]
    return torch.logsumexp(logits, -1) - torch.logsumexp(logits.masked_fill(~allowed, -1e4), -1)


def train_reader(
    corpus: Corpus,
    model: ModelConfig,
    config: TrainConfig,
    steps: int,
    device: torch.device,
    report: Callable[[str], None],
    more: Corpus | None = None,
    begin: Reader | None = None,
) -> Reader:
    """A reader trained for some batches (``steps``), from where ``begin`` is or from nothing; ``more`` glyphs without
    writers join every batch.

    Half the time it sees the line's metrics, half the time the shape alone.
    """
    torch.manual_seed(config.seed)
    reader = new_reader(model)
    if begin is not None:
        take_over(reader, begin)
    reader = channels_last(reader.to(device))
    sampler = EpisodeSampler(corpus, config.seed + 1000, config.batch)
    generator = torch.Generator(device).manual_seed(config.seed)
    alike = torch.from_numpy(charset.alike()).to(device)
    average = torch.optim.swa_utils.AveragedModel(
        reader, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True
    )

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        drawn = sampler.draw(step)
        fields = photographed(drawn.fields, drawn.metrics[:, 0], np.random.default_rng([config.seed, 7, step]))
        fields, labels, metrics, known = drawn._replace(fields=fields).to(device)
        if more is not None:
            rows = np.random.default_rng([config.seed, step]).choice(len(more.labels), config.batch // 4)
            fields, labels, metrics, known = (
                torch.cat([own, other])
                for own, other in zip((fields, labels, metrics, known), more.rows(rows).to(device), strict=True)
            )
        measured, seen = metrics_as_measured(metrics, known, generator, unknown=0.5)
        with autocast(device):
            logits = reader(as_scanned(fields, generator, loose=2.0), measured, seen)
        # The exact character where the metrics decide it, else one of those that look the same.
        strict = F.cross_entropy(logits, labels, label_smoothing=0.05, reduction="none")
        weight = torch.where(seen.sum(-1) > 0, 0.8, 0.4)
        loss = (weight * strict + (1 - weight) * reading_loss(logits, labels, alike)).mean()
        chosen = logits.argmax(-1)
        return loss, {"read": alike[labels, chosen], "strict": labels == chosen}

    fit("reader", reader, batch, steps, config.reader_rate, report, after=lambda: average.update_parameters(reader))
    trained = average.module
    assert isinstance(trained, Reader)
    return trained.eval()


def take_over(reader: Reader, other: Reader) -> None:
    """What fits of another reader: all of it, or all but the normalization where that is folded into convolutions."""
    own, known = reader.state_dict(), other.state_dict()
    own.update({key: known[key].cpu() for key in own if key in known and known[key].shape == own[key].shape})
    reader.load_state_dict(own)


@torch.no_grad()
def doubtful(reader: Reader, corpus: Corpus, device: torch.device, batch: int = 512) -> np.ndarray:
    """(N,) bool: glyphs the reader is sure are another character than their label says: wrong labels."""
    alike = torch.from_numpy(charset.alike()).to(device)
    wrong = np.zeros(len(corpus.labels), bool)
    for start in range(0, len(wrong), batch):
        part = slice(start, start + batch)
        glyphs = corpus.rows(part).to(device)
        with autocast(device):
            probability = reader(glyphs.fields).softmax(-1)
        own = (probability * alike[glyphs.labels]).sum(-1)
        wrong[part] = ((own < 0.03) & (probability.amax(-1) > 0.5)).cpu().numpy()
    return wrong
