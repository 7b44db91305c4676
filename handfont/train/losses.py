"""The training objective of one episode: every glyph decoded from its writer's other glyphs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from handfont.model.network import Gaussian, HandModel, pool
from handfont.model.objective import shape_error
from handfont.model.reader import Reader
from handfont.train.augment import as_scanned, metrics_as_measured
from handfont.train.config import TrainConfig
from handfont.train.episodes import Episode
from handfont.train.likeness import Embedder
from handfont.train.reading import reading_loss


def field_loss(decoded: Tensor, target: Tensor) -> Tensor:
    """(N,) the shape's error; small parts weigh more."""
    ink = (target > 0).float().sum((1, 2))
    return shape_error(decoded, target) * (250 / (ink + 60)).clamp(0.7, 2.0)


@dataclass(frozen=True)
class Judges:
    """Frozen networks that look at what is decoded, and the matrix of characters that look the same."""

    reader: Reader
    embedder: Embedder
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


def episode_loss(
    model: HandModel, judges: Judges, episode: Episode, config: TrainConfig, step: int, generator: torch.Generator
) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss (scalar) and its parts for the log."""
    target, labels, known = episode.fields, episode.labels, episode.known
    seen_metrics, seen = metrics_as_measured(episode.metrics, known, generator)
    h = model.encode(as_scanned(target, generator))
    evidence = model.evidence(h, labels, seen_metrics, seen)
    writers, glyphs, _ = episode.mask.shape
    shaped = Gaussian(evidence.mean.view(writers, glyphs, -1), evidence.log_variance.view(writers, glyphs, -1))
    style = pool(shaped, episode.mask)
    style = Gaussian(style.mean.flatten(0, 1), style.log_variance.flatten(0, 1))
    z = style.sample(generator)
    posterior = model.residual(h, labels, seen_metrics, seen, z)
    u = posterior.sample(generator)
    prior = model.prior(z, labels)

    # What is drawn from the prior must be readable, and the writer's: it is how unseen characters will be written.
    drawn = int(len(labels) * config.drawn_share)
    chosen = torch.randperm(len(labels), generator=generator, device=labels.device)[:drawn]
    mixture = prior.at(chosen)
    component = torch.multinomial(mixture.logits.detach().softmax(-1), 1, generator=generator)[:, 0]
    invented_u = mixture.pick(component).sample(generator)
    both, metrics = model.decode(torch.cat([z, z[chosen]]), torch.cat([u, invented_u]),
                                 torch.cat([labels, labels[chosen]]))
    field, invented, metrics = both[: len(labels)], both[len(labels) :], metrics[: len(labels)]

    kl_style = 0.5 * (style.mean**2 + style.log_variance.exp() - 1 - style.log_variance).sum(-1)
    kl_residual = posterior.log_prob(u) - prior.log_prob(u)
    reconstruction = field_loss(field, target)
    metrics_loss = (F.smooth_l1_loss(metrics, episode.metrics, reduction="none", beta=0.1) * known).sum(-1)
    features = feature_loss(judges.reader, field, target)
    reading = judges.reader(invented)
    recognise = reading_loss(reading, labels[chosen], judges.alike)
    with torch.no_grad():
        homes = judges.embedder(target, labels).view(writers, glyphs, -1).mean(1)
    whose = judges.embedder.whose(judges.embedder(invented, labels[chosen]), homes)
    likeness = F.cross_entropy(whose, chosen // glyphs, reduction="none")

    ramp = min(1.0, (step + 1) / config.kl_warm_up)
    loss = (
        config.reconstruction * reconstruction.mean() + config.metrics * metrics_loss.mean()
        + ramp * config.kl_residual * kl_residual.mean() + ramp * config.kl_style * kl_style.mean() / 16
        + config.features * features.mean()
        + ramp * (config.recognise * recognise.mean() + config.likeness * likeness.mean())
    )
    with torch.no_grad():
        parts = {
            "reconstruction": reconstruction.mean(), "kl_u": kl_residual.mean(), "kl_z": kl_style.mean(),
            "metrics": metrics_loss.mean(), "features": features.mean(),
            "prior_read": judges.alike[labels[chosen], reading.argmax(-1)].float().mean(),
            "prior_whose": (whose.argmax(-1) == chosen // glyphs).float().mean(),
        }
    return loss, parts
