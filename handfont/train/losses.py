"""The training objective of one episode: every glyph decoded from its writer's other glyphs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from handfont.model.embedder import Embedder
from handfont.model.gaussians import pool_each
from handfont.model.network import HandModel
from handfont.model.objective import shape_error
from handfont.model.reader import Reader
from handfont.train.augment import as_scanned, metrics_as_measured
from handfont.train.config import TrainConfig
from handfont.train.episodes import Episode
from handfont.train.reading import reading_loss


def field_loss(decoded: Tensor, target: Tensor) -> Tensor:
    """(N,) the shape's error; small parts weigh more."""
    ink = (target > 0).float().sum((1, 2))
    return shape_error(decoded, target) * (250 / (ink + 60)).clamp(0.7, 2.0)


@dataclass(frozen=True)
class Judges:
    """Frozen networks that look at what is decoded: a reader, and embedders each with the homes (W, E) of all training
    writers; and the matrix of characters that look the same.
    """

    reader: Reader
    embedders: list[tuple[Embedder, Tensor]]
    alike: Tensor


def feature_loss(reader: Reader, decoded: Tensor, target: Tensor) -> Tensor:
    """(N,) how differently the reader sees two fields, at 12 x 12 and 6 x 6: it tells a closed loop from a filled one
    and a gap from a stroke, which weigh little in the fields (Johnson, Alahi, Fei-Fei 2016).
    """
    with torch.no_grad():
        wanted = reader.maps(target)[:2]
    total = decoded.new_zeros(len(decoded))
    for seen, true in zip(reader.maps(decoded)[:2], wanted, strict=True):
        total = total + (seen.float() - true.float()).square().mean((1, 2, 3))
    return total


def likeness_loss(
    judges: Judges, invented: Tensor, labels: Tensor, writers: Tensor, per_writer: int
) -> tuple[Tensor, Tensor]:
    """Loss (scalar) of finding the writers (W,) of invented glyphs (W * per_writer rows) among all training writers,
    and the hits.

    Nothing where no embedder judges. Mostly by the mean over a writer's glyphs: single ones may differ as they like
    while the hand is the writer's. A writer loss as in Emuru (Pippi, Quattrini, Cascianelli, Cucchiara 2025).
    """
    if not judges.embedders:
        return invented.new_zeros(()), invented.new_zeros(1)
    loss, hits = invented.new_zeros(()), []
    for embedder, homes in judges.embedders:
        seen = embedder(invented, labels).view(len(writers), per_writer, -1)
        together = 2 * embedder.whose(F.normalize(seen.mean(1), dim=-1), homes)
        each = embedder.whose(seen.flatten(0, 1), homes)
        loss = loss + F.cross_entropy(together, writers)
        loss = loss + 0.5 * F.cross_entropy(each, writers.repeat_interleave(per_writer))
        hits.append(together.argmax(-1) == writers)
    return loss / len(hits), torch.stack(hits).float().mean(0)


def episode_loss(
    model: HandModel, judges: Judges, episode: Episode, config: TrainConfig, step: int, generator: torch.Generator
) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss (scalar) and its parts for the log."""
    target, labels, known = episode.fields, episode.labels, episode.known
    seen_metrics, seen = metrics_as_measured(episode.metrics, known, generator)
    scanned = as_scanned(target, generator)
    h = model.encode(scanned)
    with torch.no_grad():
        evidence = model.evidence(scanned, labels, seen_metrics, seen)
    writers, glyphs, _ = episode.mask.shape
    z = pool_each(evidence, episode.mask).sample(generator)
    posterior = model.residual(h, labels, seen_metrics, seen, z)
    u = posterior.sample(generator)
    prior = model.prior(z, labels)

    # What is drawn from the prior must be readable, and the writer's: it is how unseen characters will be written. As
    # many glyphs of each writer, from the middle of the prior to its full width.
    drawn = max(1, int(glyphs * config.drawn_share))
    order = torch.rand(writers, glyphs, generator=generator, device=target.device).argsort(1)[:, :drawn]
    chosen = (order + glyphs * torch.arange(writers, device=target.device)[:, None]).flatten()
    mixture = prior.at(chosen)
    component = torch.multinomial(mixture.logits.detach().softmax(-1), 1, generator=generator)[:, 0]
    temperature = 0.2 + 0.8 * torch.rand(len(chosen), 1, generator=generator, device=target.device)
    invented_u = mixture.pick(component).sample(generator, temperature)
    both, metrics = model.decode(torch.cat([z, z[chosen]]), torch.cat([u, invented_u]),
                                 torch.cat([labels, labels[chosen]]))
    field, invented, metrics = both[: len(labels)], both[len(labels) :], metrics[: len(labels)]

    kl_residual = posterior.log_prob(u) - prior.log_prob(u)
    reconstruction = field_loss(field, target)
    metrics_loss = (F.smooth_l1_loss(metrics, episode.metrics, reduction="none", beta=0.1) * known).sum(-1)
    features = feature_loss(judges.reader, field, target)
    reading = judges.reader(invented)
    recognise = reading_loss(reading, labels[chosen], judges.alike)
    likeness, found = likeness_loss(judges, invented, labels[chosen], episode.writers, drawn)

    ramp = min(1.0, (step + 1) / config.kl_warm_up)
    loss = (
        config.reconstruction * reconstruction.mean() + config.metrics * metrics_loss.mean()
        + ramp * config.kl_residual * kl_residual.mean() + config.features * features.mean()
        + ramp * (config.recognise * recognise.mean() + config.likeness * likeness)
    )
    with torch.no_grad():
        parts = {
            "reconstruction": reconstruction.mean(), "kl_u": kl_residual.mean(), "metrics": metrics_loss.mean(),
            "features": features.mean(), "read": judges.alike[labels[chosen], reading.argmax(-1)].float().mean(),
            "likeness": likeness, "found": found.mean(),
        }
    return loss, parts
