"""Whose hand is it: an embedding of single glyphs in which glyphs of one writer lie together, whatever they say.

Frozen, it tells the model in training whether what it invents for a writer could be the writer's (a writer loss, as in
Emuru: Pippi, Quattrini, Cascianelli, Cucchiara 2025).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handfont.model.config import ModelConfig
from handfont.model.network import channels_last
from handfont.model.reader import Reader
from handfont.train.augment import as_scanned
from handfont.train.config import TrainConfig
from handfont.train.corpus import Corpus
from handfont.train.device import autocast
from handfont.train.episodes import EpisodeSampler
from handfont.train.fitting import fit

LAYOUT = (24, 16)
"""Writers in a batch, and glyphs of each."""


class Embedder(nn.Module):
    """Fields (N, grid, grid), characters (N,) -> unit vectors (N, 64)."""

    def __init__(self, characters: int, widths: tuple[int, int, int, int], size: int = 64) -> None:
        super().__init__()
        self.body = Reader(1, widths, 192, 1)
        self.character = nn.Embedding(characters, 48)
        self.head = nn.Sequential(nn.Linear(192 + 48, 192), nn.SiLU(), nn.Linear(192, size))
        self.log_scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, field: Tensor, character: Tensor) -> Tensor:
        h = F.silu(self.body.feature(self.body.maps(field)[-1].flatten(1)))
        return F.normalize(self.head(torch.cat([h, self.character(character)], -1)).float(), dim=-1)

    def whose(self, glyphs: Tensor, homes: Tensor) -> Tensor:
        """Logits (N, W) of which of W homes glyphs belong to."""
        return self.log_scale.exp() * glyphs @ F.normalize(homes, dim=-1).transpose(-1, -2)


def new_embedder(shape: ModelConfig) -> Embedder:
    return Embedder(len(shape.characters), shape.reader)


def homes(embedded: Tensor, labels: Tensor, writers: int) -> tuple[Tensor, Tensor]:
    """Means over each writer's glyphs: (W, D) of all of them, and (W, G, D) for each glyph without its character."""
    each = embedded.view(writers, -1, embedded.shape[-1])
    own = labels.view(writers, -1)
    others = (own[:, :, None] != own[:, None, :]).float()
    return each.mean(1), others @ each


def whose_loss(embedder: Embedder, embedded: Tensor, labels: Tensor, writers: int) -> tuple[Tensor, Tensor]:
    """Cross-entropy of finding a glyph's writer among the batch's by the writer's other glyphs, and (N,) the hits.
    """
    whole, without = homes(embedded, labels, writers)
    glyphs = without.shape[1]
    own = torch.arange(writers, device=labels.device).repeat_interleave(glyphs)
    logits = embedder.whose(embedded, whole)
    fair = (embedded * F.normalize(without.flatten(0, 1), dim=-1)).sum(-1) * embedder.log_scale.exp()
    logits = logits.scatter(1, own[:, None], fair[:, None])
    return F.cross_entropy(logits, own), logits.argmax(-1) == own


def train_embedder(
    corpus: Corpus, reader: Reader, shape: ModelConfig, config: TrainConfig, device: torch.device,
    report: Callable[[str], None],
) -> Embedder:
    """An embedding trained for ``config.embedder_steps`` batches, from where the reader's convolutions are."""
    torch.manual_seed(config.seed)
    model = new_embedder(shape)
    model.body.first.load_state_dict(reader.first.state_dict())
    model.body.stages.load_state_dict(reader.stages.state_dict())
    model = channels_last(model.to(device))
    sampler = EpisodeSampler(corpus, config.seed + 2000, config.batch)
    generator = torch.Generator(device).manual_seed(config.seed)

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        episode = sampler.draw(step, LAYOUT)
        labels = episode.labels.to(device)
        with autocast(device):
            embedded = model(as_scanned(episode.fields.to(device), generator, loose=0.5), labels)
        loss, hit = whose_loss(model, embedded, labels, LAYOUT[0])
        return loss, {"writer found": hit}

    fit("embedder", model, batch, config.embedder_steps, 2e-3, report)
    return model.eval()
