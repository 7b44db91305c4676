"""The training objective of one episode: every glyph decoded from its writer's other glyphs."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from handfont.model.network import Gaussian, HandModel, pool
from handfont.train.augment import as_scanned, metrics_as_measured
from handfont.train.config import TrainConfig
from handfont.train.episodes import Episode
from handfont.train.recogniser import reading_loss


def field_loss(decoded: Tensor, target: Tensor) -> Tensor:
    """(N,) smooth L1 near the edge plus cross-entropy of the occupancy, in nats a glyph; small parts weigh more."""
    near = torch.exp(-target.abs() / 2.5) + 0.05
    distance = (F.smooth_l1_loss(decoded, target, reduction="none", beta=0.7) * near).sum((1, 2))
    inside = (target > 0).float()
    occupancy = (F.binary_cross_entropy_with_logits(2 * decoded, inside, reduction="none") * near).sum((1, 2))
    ink = inside.sum((1, 2))
    small = (250 / (ink + 60)).clamp(0.7, 2.0)
    return (distance + occupancy) * small


def episode_loss(
    model: HandModel,
    read: Callable[[Tensor], Tensor],
    alike: Tensor,
    episode: Episode,
    config: TrainConfig,
    step: int,
    generator: torch.Generator,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss (scalar) and its parts for the log.

    ``read`` is the frozen recogniser, ``alike`` the matrix of characters that look the same.
    """
    target, labels, known = episode.fields, episode.labels, episode.known
    seen_metrics, seen = metrics_as_measured(episode.metrics, known, generator)
    h = model.encode(as_scanned(target, generator))
    logits = model.classify(h)
    evidence = model.evidence(h, labels, seen_metrics, seen)
    writers, glyphs, _ = episode.mask.shape
    shaped = Gaussian(evidence.mean.view(writers, glyphs, -1), evidence.log_variance.view(writers, glyphs, -1))
    style = pool(shaped, episode.mask)
    style = Gaussian(style.mean.flatten(0, 1), style.log_variance.flatten(0, 1))
    z = style.sample(generator)
    posterior = model.residual(h, labels, seen_metrics, seen, z)
    u = posterior.sample(generator)
    prior = model.prior(z, labels)
    field, metrics = model.decode(z, u, labels)

    kl_style = 0.5 * (style.mean**2 + style.log_variance.exp() - 1 - style.log_variance).sum(-1)
    kl_residual = posterior.log_prob(u) - prior.log_prob(u)
    reconstruction = field_loss(field, target)
    metrics_loss = (F.smooth_l1_loss(metrics, episode.metrics, reduction="none", beta=0.1) * known).sum(-1)
    classify = F.cross_entropy(logits, labels, label_smoothing=0.02, reduction="none")

    # What is drawn from the prior must be readable too: it is how unseen characters will be written.
    drawn = int(len(labels) * config.recognise_share)
    chosen = torch.randperm(len(labels), generator=generator, device=labels.device)[:drawn]
    mixture = type(prior)(prior.logits[chosen], prior.means[chosen], prior.log_variances[chosen])
    component = torch.multinomial(mixture.logits.detach().softmax(-1), 1, generator=generator)[:, 0]
    invented, _ = model.decode(z[chosen], mixture.pick(component).sample(generator), labels[chosen])
    recognise = reading_loss(read(invented), labels[chosen], alike)

    ramp = min(1.0, (step + 1) / config.kl_warm_up)
    loss = (
        config.reconstruction * reconstruction.mean() + config.metrics * metrics_loss.mean()
        + ramp * config.kl_residual * kl_residual.mean() + ramp * config.kl_style * kl_style.mean() / 16
        + config.classify * classify.mean() + ramp * config.recognise * recognise.mean()
    )
    with torch.no_grad():
        parts = {
            "reconstruction": reconstruction.mean(), "kl_u": kl_residual.mean(), "kl_z": kl_style.mean(),
            "metrics": metrics_loss.mean(), "read": (logits.argmax(-1) == labels).float().mean(),
            "prior_read": alike[labels[chosen], read(invented).argmax(-1)].float().mean(),
        }
    return loss, parts
