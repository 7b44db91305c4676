"""The training run: data, reader, embedder, model; every stage is resumed where it stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn

from handfont import charset
from handfont.errors import DataError, TrainingError
from handfont.model.config import ModelConfig
from handfont.model.embedder import Embedder, new_embedder
from handfont.model.evidence import Evidence
from handfont.model.loading import Weights
from handfont.model.network import HandModel, channels_last
from handfont.model.proofreader import Proofreader, new_proofreader
from handfont.model.reader import Reader, folded, new_reader
from handfont.train import corpus as corpora
from handfont.train import emnist as pictures
from handfont.train import factors
from handfont.train import start as starts
from handfont.train.config import TrainConfig
from handfont.train.device import autocast, choose
from handfont.train.distil import Pupil, Situations, distil
from handfont.train.episodes import Episode, EpisodeSampler
from handfont.train.export import export
from handfont.train.likeness import steadied, train_embedder
from handfont.train.losses import Judges, episode_loss
from handfont.train.prior import fit_prior
from handfont.train.proofreading import train_proofreader
from handfont.train.reading import doubtful, train_reader
from handfont.train.wide import WideDecoder

Report = Callable[[str], None]
STAGES = ("first-reader.pt", "reader.pt", "wrong.npy", "embedder.pt", "critic.pt", "steady.pt", "style.pt",
          "checkpoint.pt", "settled.pt", "pupil.pt", "proofreader.pt")
"""What a run leaves in its folder besides the prepared data, in the order they are made."""
MIN_WRITERS = 2
"""Fewer writers teach nothing of how hands differ."""


def run(
    data: Path, work: Path, config: TrainConfig, device_name: str | None = None, report: Report = print,
    limit: int | None = None, emnist: Path | None = None, start: Path | None = None,
) -> tuple[HandModel, Reader, Proofreader, corpora.Corpus]:
    """Train, or go on with, the model.

    Args:
        data: folder with ``unipen/`` and ``fonts/``, and ``dhsd/`` if there is one.
        work: folder for the prepared data and checkpoints.
        limit: only so many writers and faces (for tests).
        emnist: folder with EMNIST, one more source for the reader.
        start: weights to start from, instead of from nothing.

    Returns:
        The model with averaged weights and the readers, on the processor and in evaluation mode, and the corpus.

    Raises:
        DataError: the data folder lacks something, or holds too little.
        TrainingError: a checkpoint is damaged or of another run, or the loss is no longer a number.
    """
    device = choose(device_name)
    work.mkdir(parents=True, exist_ok=True)
    train = corpora.build(data, "train", work, limit=limit)
    if len(train.names) < MIN_WRITERS:
        raise DataError(f"the data folder {data} holds {len(train.names)} writer; at least {MIN_WRITERS} are needed")
    report(f"{len(train.labels)} glyphs by {len(train.names)} writers, virtual ones included")
    shape = ModelConfig(name=config.name)
    more = pictures.read(emnist) if emnist else None
    known = starts.read(start) if start else None
    first = starts.reader_of(known, shape) if known else _stage(
        work / "first-reader.pt", lambda: new_reader(shape),
        lambda: train_reader(train, shape, config, config.first_reader_steps, device, report, more))
    cut = corpora.cut_words(data, folded(deepcopy(first)).cpu(), work, limit=limit)
    if cut is not None:
        train = corpora.joined([train, cut])
        report(f"{len(cut.labels)} more glyphs by {len(cut.names)} writers, cut from words")
    reader = _stage(work / "reader.pt", lambda: new_reader(shape),
                    lambda: train_reader(train, shape, config, config.reader_steps, device, report, more, first)
                    ).to(device)
    wrong = _wrong(work / "wrong.npy", reader, train, device)
    report(f"{int(wrong.sum())} glyphs left out: read as another character with certainty")
    clean = train.subset(~wrong)
    # One embedder is the style encoder's eye; the other one, trained apart, only judges: what pleases both is no quirk
    # of either.
    eyes = [_stage(work / f"{name}.pt", lambda: new_embedder(shape),
                   partial(train_embedder, clean, reader, shape, config, seed, device, report)).to(device)
            for name, seed in (("embedder", config.seed), ("critic", config.seed + 1))]
    eyes[0] = _stage(work / "steady.pt", lambda: folded(new_embedder(shape)),
                     lambda: steadied(eyes[0], clean, config, device, report)).to(device)
    for network in (reader, *eyes):
        network.requires_grad_(False)
        folded(network)
    style = _style(work / "style.pt", eyes, clean, shape, config, device)
    judges = Judges(reader, [(eye, home.to(device)) for eye, home in zip(eyes, style.homes, strict=True)],
                    torch.from_numpy(charset.alike()).to(device))

    def new() -> HandModel:
        network = HandModel(shape)
        if known:
            starts.adopt_network(network, known)
        network.decoder = WideDecoder(config.wide, shape.features, len(shape.characters))
        network.embedder.load_state_dict(eyes[0].state_dict())
        network.evidence_head.load_state_dict(style.evidence.state_dict())
        network.embedder.requires_grad_(False)
        return channels_last(network.to(device))

    model = _train(clean, judges, work / "checkpoint.pt", new, config, device, report)
    real = clean.subset(clean.real)
    fit_prior(model, real, config, device, report)

    def unsettled() -> HandModel:
        model.prior.requires_grad_(False)
        return model

    settling = replace(config, seed=config.seed + 6, steps=config.settle_steps, learning_rate=config.settle_rate,
                       warm_up=30, kl_warm_up=1, average=0.985)
    # What the decoder has learnt from the broken shapes of the first prior heals under the fitted one.
    model = _train(clean, replace(judges, embedders=[]), work / "settled.pt", unsettled, settling, device, report)
    fit_prior(model, real, config, device, report)
    situations = Situations.of(model, clean, config, device)
    if device.type == "cuda":
        config = replace(config, distil_batch=config.gpu_batch * config.distil_batch)
    pupil = _stage(work / "pupil.pt", lambda: Pupil(model), lambda: distil(model, situations, config, report))
    model.condition, model.decoder = pupil.condition, pupil.decoder
    model = channels_last(model.to(device)).requires_grad_(False)
    proofreader = _stage(work / "proofreader.pt", lambda: new_proofreader(shape), lambda: train_proofreader(
        model, reader, situations, clean, config, report))
    return model.cpu(), reader.cpu(), proofreader.cpu(), clean


def build_weights(
    data: Path, work: Path, out: Path, config: TrainConfig, device_name: str | None = None, emnist: Path | None = None,
    resume: bool = True, report: Report = print, limit: int | None = None, start: Path | None = None,
) -> Weights:
    """The whole way from data to weights in ``out``; with ``resume`` an interrupted run goes on where it stopped."""
    if not resume:
        for name in STAGES:
            (work / name).unlink(missing_ok=True)
    network, reader, proofreader, train = run(data, work, config, device_name, report, limit, emnist, start)
    report("measuring the population")
    return export(network, reader, proofreader, train, out)


_Network = TypeVar("_Network", bound=nn.Module)


def _stage(path: Path, new: Callable[[], _Network], train: Callable[[], _Network]) -> _Network:
    """The network of an earlier stage: from its file, or trained and saved there."""
    if not path.exists():
        trained = train()
        _save(path, trained.state_dict())
        return trained.eval()
    network = new()
    _restore(path, lambda state: network.load_state_dict(state))
    return channels_last(network).eval()


@dataclass
class _Style:
    """What the embedders see in the corpus: the style's evidence head, and for each embedder all writers' homes."""

    evidence: Evidence
    homes: list[torch.Tensor]


def _style(
    path: Path, eyes: list[Embedder], corpus: corpora.Corpus, shape: ModelConfig, config: TrainConfig,
    device: torch.device,
) -> _Style:
    """Measured, or from the file where it was kept."""
    style = _Style(Evidence(len(shape.characters), shape.embedded, shape.style), [])

    def restore(state: dict[str, Any]) -> None:
        style.evidence.load_state_dict(state["evidence"])
        style.homes = state["homes"]

    if path.exists():
        _restore(path, restore)
        return style
    embedded = [factors.embed(eye, corpus, config.seed, device) for eye in eyes]
    style.homes = [factors.homes(seen, corpus) for seen in embedded]
    style.evidence = factors.fit(embedded[0], corpus, len(shape.characters), shape.style)
    _save(path, {"evidence": style.evidence.state_dict(), "homes": style.homes})
    return style


def _restore(path: Path, use: Callable[[dict[str, Any]], object], device: torch.device | None = None) -> None:
    try:
        use(torch.load(path, weights_only=True, map_location=device))
    except (OSError, RuntimeError, KeyError, ValueError, EOFError, UnpicklingError) as error:
        raise TrainingError(f"{path} is damaged or from another version ({str(error).splitlines()[0]}); delete it, or "
                            "train with --fresh") from error


def _wrong(path: Path, model: Reader, train: corpora.Corpus, device: torch.device) -> np.ndarray:
    if not path.exists():
        np.save(path, doubtful(model, train, device))
    wrong: np.ndarray = np.load(path)
    if len(wrong) != len(train.labels):
        raise TrainingError(f"{path} belongs to other data; train with --fresh or in another --work folder")
    return wrong


def _save(path: Path, state: dict[str, Any]) -> None:
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    temporary.replace(path)


def _to(episode: Episode, device: torch.device) -> Episode:
    return Episode(*(getattr(episode, field.name).to(device) for field in fields(Episode)))


def _train(
    train: corpora.Corpus, judges: Judges, checkpoint: Path, new: Callable[[], HandModel], config: TrainConfig,
    device: torch.device, report: Report,
) -> HandModel:
    torch.manual_seed(config.seed)
    model = new()
    learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=config.learning_rate, weight_decay=config.weight_decay)
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    first = 0

    def restore(state: dict[str, Any]) -> None:
        nonlocal average, first
        if state["config"] != asdict(config) | {"steps": state["config"]["steps"]}:
            raise ValueError("the configuration differs")
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        average, first = state["average"], state["step"]

    if checkpoint.exists():
        _restore(checkpoint, restore, device)
        report(f"resumed at step {first}")
    sampler = EpisodeSampler(train, config.seed, config.batch)

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
            loss, parts = episode_loss(model, judges, episode, config, step, generator)
        if not torch.isfinite(loss):
            raise TrainingError(f"the loss is no longer a number at step {step}; the last checkpoint is kept: go on "
                                "from it, or lower learning_rate in TrainConfig")
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 20.0)
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
            left = (config.steps - step - 1) * config.batch / rate / 60
            shown = " ".join(f"{name} {value:.3f}" for name, value in running.items())
            report(f"step {step} {shown} ({rate:.0f} glyphs/s, {left:.0f} minutes left)")
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
