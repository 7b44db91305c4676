"""The training run: data, recogniser, model, checkpoints; every stage is resumed where it stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from handfont import charset
from handfont.model.config import ModelConfig
from handfont.model.loading import Weights
from handfont.model.network import HandModel, channels_last
from handfont.train import corpus as corpora
from handfont.train import emnist as reader
from handfont.train.config import TrainConfig
from handfont.train.device import autocast, choose
from handfont.train.episodes import Episode, EpisodeSampler
from handfont.train.export import export
from handfont.train.losses import episode_loss
from handfont.train.recogniser import Recogniser, doubtful, train_recogniser

Report = Callable[[str], None]
STAGES = ("recogniser.pt", "wrong.npy", "checkpoint.pt")
"""What a run leaves in its folder besides the prepared data."""


def run(
    data: Path, work: Path, config: TrainConfig, device_name: str | None = None, report: Report = print,
    limit: int | None = None, emnist: Path | None = None,
) -> tuple[HandModel, corpora.Corpus]:
    """Train, or go on with, the model.

    Args:
        data: folder with ``unipen/`` and ``fonts/``.
        work: folder for the prepared data and checkpoints.
        limit: only so many writers and faces (for tests).
        emnist: folder with EMNIST, one more source for the recogniser.

    Returns:
        The model with averaged weights, on the processor and in evaluation mode, and what it was trained on.
    """
    device = choose(device_name)
    work.mkdir(parents=True, exist_ok=True)
    train = corpora.build(data, "train", work, limit=limit)
    report(f"{len(train.labels)} glyphs by {len(train.names)} writers, virtual ones included")
    recogniser = _recogniser(work / "recogniser.pt", train, config, device, report, emnist)
    wrong = _wrong(work / "wrong.npy", recogniser, train, device)
    report(f"{int(wrong.sum())} glyphs left out: read as another character with certainty")
    clean = train.subset(~wrong)
    return _train(clean, recogniser, work / "checkpoint.pt", config, device, report).cpu(), clean


def build_weights(
    data: Path, work: Path, out: Path, config: TrainConfig, device_name: str | None = None, emnist: Path | None = None,
    resume: bool = True, report: Report = print, limit: int | None = None,
) -> Weights:
    """The whole way from data to weights in ``out``; with ``resume`` an interrupted run goes on where it stopped."""
    if not resume:
        for name in STAGES:
            (work / name).unlink(missing_ok=True)
    model, train = run(data, work, config, device_name, report, limit, emnist)
    report("measuring the population")
    return export(model, train, out)


def _recogniser(
    path: Path, train: corpora.Corpus, config: TrainConfig, device: torch.device, report: Report, emnist: Path | None
) -> Recogniser:
    if path.exists():
        model = Recogniser()
        model.load_state_dict(torch.load(path, weights_only=True))
        return channels_last(model.to(device)).eval()
    model = train_recogniser(train, config, device, report, reader.read(emnist) if emnist else None)
    _save(path, model.state_dict())
    return model


def _wrong(path: Path, model: Recogniser, train: corpora.Corpus, device: torch.device) -> np.ndarray:
    if not path.exists():
        np.save(path, doubtful(model, train, device))
    wrong: np.ndarray = np.load(path)
    return wrong


def _save(path: Path, state: dict[str, Any]) -> None:
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    temporary.replace(path)


def _to(episode: Episode, device: torch.device) -> Episode:
    return Episode(*(getattr(episode, name).to(device) for name in ("fields", "labels", "metrics", "known", "mask")))


def _train(
    train: corpora.Corpus, recogniser: Recogniser, checkpoint: Path, config: TrainConfig, device: torch.device,
    report: Report,
) -> HandModel:
    torch.manual_seed(config.seed)
    model = channels_last(HandModel(ModelConfig(name=config.name)).to(device))
    optimiser = torch.optim.AdamW(model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        average, first = state["average"], state["step"]
        report(f"resumed at step {first}")
    sampler = EpisodeSampler(train, config.seed, config.batch)
    alike = torch.from_numpy(charset.alike()).to(device)
    for parameter in recogniser.parameters():
        parameter.requires_grad_(False)

    def save(step: int) -> None:
        _save(checkpoint, {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "average": average,
                           "step": step, "config": asdict(config)})

    started = saved = time.monotonic()
    running: dict[str, float] = {}
    step = first
    for step in range(first, config.steps):
        for group in optimiser.param_groups:
            group["lr"] = config.learning_rate * _schedule(step, config)
        generator = torch.Generator(device).manual_seed(config.seed * 1_000_003 + step)
        episode = _to(sampler.draw(step), device)
        with autocast(device):
            loss, parts = episode_loss(model, recogniser, alike, episode, config, step, generator)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        decay = min(config.average, (1 + step) / (10 + step))
        with torch.no_grad():
            values = model.state_dict()
            torch._foreach_lerp_(list(average.values()), [values[name] for name in average], 1 - decay)
        for name, value in parts.items():
            running[name] = 0.98 * running.get(name, value.item()) + 0.02 * value.item()
        now = time.monotonic()
        if step % config.report_every == 0:
            rate = (step + 1 - first) * config.batch / (now - started)
            shown = " ".join(f"{name} {value:.3f}" for name, value in running.items())
            report(f"step {step} {shown} ({rate:.0f} glyphs/s)")
        if now - saved >= config.checkpoint_seconds:
            save(step + 1)
            saved = now
    save(min(step + 1, config.steps))
    model.load_state_dict(average)
    return model.eval()


def _schedule(step: int, config: TrainConfig) -> float:
    """Linear warm-up, then a cosine to a hundredth."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    progress = (step - config.warm_up) / max(1, config.steps - config.warm_up)
    return float(0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * min(1.0, progress))))
