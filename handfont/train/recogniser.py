"""The frozen reader: a classifier trained first, that cleans labels and then judges what the decoder writes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handfont import charset
from handfont.charset import CHARACTERS
from handfont.model.network import Encoder, channels_last
from handfont.train.augment import as_scanned
from handfont.train.config import TrainConfig
from handfont.train.corpus import FIELD_SCALE, Corpus
from handfont.train.device import autocast
from handfont.train.episodes import EpisodeSampler


class Recogniser(nn.Module):
    """q(c | x) of its own: a smaller encoder and a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder((24, 48, 64, 96), 192)
        self.head = nn.Linear(192, len(CHARACTERS))

    def forward(self, field: Tensor) -> Tensor:
        x = field.unsqueeze(1).contiguous(memory_format=torch.channels_last)
        logits: Tensor = self.head(self.encoder(x))
        return logits.float()


def reading_loss(logits: Tensor, labels: Tensor, alike: Tensor) -> Tensor:
    """Cross-entropy of reading the intended character or one that looks the same; (N,)."""
    allowed = alike[labels]
    return torch.logsumexp(logits, -1) - torch.logsumexp(logits.masked_fill(~allowed, -1e4), -1)


def train_recogniser(
    corpus: Corpus, config: TrainConfig, device: torch.device, report: Callable[[str], None],
    more: Corpus | None = None,
) -> Recogniser:
    """A recogniser trained for ``config.recogniser_steps`` batches; ``more`` glyphs without writers join every one."""
    torch.manual_seed(config.seed)
    model = channels_last(Recogniser().to(device))
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=config.recogniser_steps, pct_start=0.1)
    sampler = EpisodeSampler(corpus, config.seed + 1000, config.batch)
    generator = torch.Generator(device).manual_seed(config.seed)
    alike = torch.from_numpy(charset.alike()).to(device)
    hits = 0.0
    for step in range(config.recogniser_steps):
        episode = sampler.draw(step)
        fields, labels = episode.fields.to(device), episode.labels.to(device)
        if more is not None:
            rows = np.random.default_rng([config.seed, step]).choice(len(more.labels), config.batch // 4)
            extra = torch.from_numpy(more.fields[rows].astype(np.float32) / FIELD_SCALE).to(device)
            fields = torch.cat([fields, extra])
            labels = torch.cat([labels, torch.from_numpy(more.labels[rows]).to(device)])
        with autocast(device):
            logits = model(as_scanned(fields, generator))
        loss = 0.5 * F.cross_entropy(logits, labels, label_smoothing=0.05) + 0.5 * reading_loss(
            logits, labels, alike).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        read = alike[labels, logits.argmax(-1)].float().mean().item()
        hits = read if step == 0 else 0.98 * hits + 0.02 * read
        if step % 200 == 0:
            report(f"recogniser step {step} loss {loss.item():.3f} read {hits:.3f}")
    return model.eval()


@torch.no_grad()
def doubtful(model: Recogniser, corpus: Corpus, device: torch.device, batch: int = 512) -> np.ndarray:
    """(N,) bool: glyphs the recogniser is sure are another character than their label says: wrong labels."""
    alike = torch.from_numpy(charset.alike()).to(device)
    wrong = np.zeros(len(corpus.labels), bool)
    for start in range(0, len(wrong), batch):
        part = slice(start, start + batch)
        fields = torch.from_numpy(corpus.fields[part].astype(np.float32) / FIELD_SCALE).to(device)
        labels = torch.from_numpy(corpus.labels[part]).to(device)
        with autocast(device):
            probability = model(fields).softmax(-1)
        own = (probability * alike[labels]).sum(-1)
        wrong[part] = ((own < 0.02) & (probability.amax(-1) > 0.6)).cpu().numpy()
    return wrong
