"""The training run: data, reader, embedder, aligners, evidence, strokes; every stage is resumed where it stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from torch import nn

from handfont.errors import DataError, ModelError, TrainingError, parameter
from handfont.model.config import ModelConfig
from handfont.model.embedder import Embedder, new_embedder
from handfont.model.evidence import Evidence
from handfont.model.ink_aligner import InkAligner
from handfont.model.loading import Weights
from handfont.model.networks import Networks, channels_last, load_networks, save_weights
from handfont.model.reader import Reader, folded, new_reader
from handfont.train import factor_analysis, joins, strokes, words
from handfont.train.classifier import doubtful, train_reader
from handfont.train.config import TrainConfig
from handfont.train.data import corpus as corpora
from handfont.train.data import emnist as pictures
from handfont.train.data import trajectories
from handfont.train.data.word_paths import WordPath
from handfont.train.device import choose
from handfont.train.embedder import steadied, train_embedder
from handfont.train.fit_ink_aligner import Words, train_ink_aligner
from handfont.train.population import measure
from handfont.train.trajectory_aligner import TrajectoryAligner

Report = Callable[[str], None]
STAGES = (
    "first-reader.pt", "reader.pt", "wrong-*.npy", "embedder.pt", "steady.pt", "aligner.pt", "ink-aligner.pt",
    "evidence-*.safetensors",
)  # fmt: skip
"""What a run leaves in its folder besides the prepared data, in the order they are made. What networks said of the data
is named after the networks, which may be those of other weights.
"""
MIN_WRITERS = 2
"""Writers in the data, at least: fewer teach nothing of how hands differ."""


@dataclass(frozen=True, eq=False)
class _Eyes:
    """The trained networks, and the corpus without the glyphs that they found to be mislabelled."""

    networks: Networks
    clean: corpora.Corpus


def build_weights(
    data: Path,
    work: Path,
    out: Path,
    config: TrainConfig,
    device_name: str | None = None,
    emnist: Path | None = None,
    fresh: bool = False,
    report: Report = print,
    limit: int | None = None,
    networks: Path | None = None,
) -> Weights:
    """The whole way from data to weights in ``out``.

    Args:
        data: folder with ``unipen/`` and ``fonts/``, and ``dhsd/`` and ``fonts_joined/`` if they are there.
        work: folder for the prepared data and what stages leave.
        emnist: folder with EMNIST, one more source for the reader.
        fresh: starts from nothing, instead of going on where an earlier run stopped.
        limit: number of writers and faces, all if None (for tests).
        networks: weights whose reader, embedder and aligner of ink are taken as they are, instead of training them.

    Raises:
        DataError: the data folder lacks something, or holds too little.
        TrainingError: what a stage left is damaged or of another run.
        ModelError: the weights with networks cannot be read.
    """
    if fresh:
        for stage in STAGES:
            for path in work.glob(stage):
                path.unlink()
    device = choose(device_name)
    work.mkdir(parents=True, exist_ok=True)
    train = corpora.build(data, "train", work, limit=limit)
    if len(train.names) < MIN_WRITERS:
        raise DataError(f"the data folder {data} holds {len(train.names)} writer; at least {MIN_WRITERS} are needed")
    report(f"{len(train.labels)} glyphs by {len(train.names)} writers, virtual ones included")
    shape = ModelConfig(name=config.name)
    found = cache(lambda: _words(data, work, config, report, limit))
    eyes = _eyes(data, work, train, shape, config, device, emnist, report, limit, networks, found)
    evidence = _evidence(work / f"evidence-{_digest(*eyes.networks[:2])}.safetensors", eyes, shape, config, device)
    report("measuring how large and how high characters are")
    population = measure(eyes.clean.subset(eyes.clean.real), len(shape.characters))
    report("fitting strokes")
    model = strokes.fit(
        trajectories.training_data(data, limit), eyes.networks, evidence, fonts=trajectories.font_data(data, limit)
    )
    report("fitting joined letters")
    letters = words.letters(found())
    report(f"{len(letters)} letters in {len(found())} words")
    habits = joins.fit(words.pairs(found()), words.ports(letters))
    model = strokes.with_joined(model, letters, eyes.networks, evidence)
    shape = replace(
        shape,
        strokes=model.dimensions,
        directions=int(model.within.shape[1]),
        forms="".join(form.character for form in model.forms),
    )
    weights = Weights(shape, model, evidence, population, habits, lambda: eyes.networks)
    save_weights(weights, out)
    return weights


def _words(data: Path, work: Path, config: TrainConfig, report: Report, limit: int | None) -> list[WordPath]:
    """The words of training writers, their letters found."""
    known = words.TrainingWords(data, limit)
    return known.labeled(_stage(work / "aligner.pt", TrajectoryAligner, lambda: known.train(config, report)))


def _eyes(
    data: Path,
    work: Path,
    train: corpora.Corpus,
    shape: ModelConfig,
    config: TrainConfig,
    device: torch.device,
    emnist: Path | None,
    report: Report,
    limit: int | None,
    networks: Path | None,
    found: Callable[[], list[WordPath]],
) -> _Eyes:
    """The networks, trained or taken over, on the processor."""
    known = _taken(networks, shape) if networks else None
    more = pictures.read(emnist) if emnist else None
    first = (
        known.reader
        if known
        else _stage(
            work / "first-reader.pt",
            lambda: new_reader(shape),
            lambda: train_reader(train, shape, config, config.first_reader_steps, device, report, more),
        )
    )
    cut = corpora.cut_words(data, folded(deepcopy(first)).cpu(), work, limit=limit)
    if cut is not None:
        train = corpora.joined([train, cut])
        report(f"{len(cut.labels)} more glyphs by {len(cut.names)} writers, cut from words")
    reader = (
        known.reader.to(device)
        if known
        else _stage(
            work / "reader.pt",
            lambda: new_reader(shape),
            lambda: train_reader(train, shape, config, config.reader_steps, device, report, more, first),
        ).to(device)
    )
    wrong = _wrong(work / f"wrong-{_digest(reader)}.npy", reader, train, device)
    report(f"{int(wrong.sum())} glyphs left out: read as another character with certainty")
    clean = train.subset(~wrong)
    embedder = known.embedder if known else _embedder(work, clean, reader, shape, config, device, report)
    for network in (reader, embedder):
        network.requires_grad_(False)
    aligner = (
        known.ink_aligner
        if known
        else _stage(
            work / "ink-aligner.pt",
            InkAligner,
            lambda: train_ink_aligner(
                Words(
                    words.with_fonts(found(), data, config.seed, report, limit),
                    words.photographed(data, report, limit),
                ),
                config.ink_aligner_steps,
                config.ink_aligner_batch,
                config.seed,
                report,
            ),
        )
    )
    return _Eyes(Networks(folded(reader).cpu().float(), folded(embedder).cpu().float(), aligner.float()), clean)


def _embedder(
    work: Path,
    clean: corpora.Corpus,
    reader: Reader,
    shape: ModelConfig,
    config: TrainConfig,
    device: torch.device,
    report: Report,
) -> Embedder:
    first = _stage(
        work / "embedder.pt",
        lambda: new_embedder(shape),
        lambda: train_embedder(clean, reader, shape, config, config.seed, device, report),
    ).to(device)
    return _stage(
        work / "steady.pt", lambda: folded(new_embedder(shape)), lambda: steadied(first, clean, config, device, report)
    )


def _taken(path: Path, shape: ModelConfig) -> Networks:
    try:
        return load_networks(path, shape)
    except ModelError as error:
        raise ModelError(
            f"{path} holds no reader and embedder of this handfont's sizes; give the .safetensors file "
            "that handfont train wrote"
        ) from error


def _digest(*networks: nn.Module) -> str:
    """A short word for the parameters of networks."""
    state = hashlib.sha256()
    for network in networks:
        for value in network.state_dict().values():
            state.update(value.detach().cpu().contiguous().numpy().tobytes())
    return state.hexdigest()[:12]


_Network = TypeVar("_Network", bound=nn.Module)


def _stage(path: Path, new: Callable[[], _Network], train: Callable[[], _Network]) -> _Network:
    """The network of an earlier stage: from its file, or trained and saved there."""
    if not path.exists():
        trained = train()
        temporary = path.with_suffix(".tmp")
        torch.save(trained.state_dict(), temporary)
        temporary.replace(path)
        return trained.eval()
    network = new()
    try:
        network.load_state_dict(torch.load(path, weights_only=True))
    except (OSError, RuntimeError, KeyError, ValueError, EOFError, UnpicklingError) as error:
        raise TrainingError(_damaged(path, error)) from error
    return channels_last(network).eval()


def _evidence(path: Path, eyes: _Eyes, shape: ModelConfig, config: TrainConfig, device: torch.device) -> Evidence:
    """What the embedder sees in the corpus says of styles: measured, or from the file where it was left."""
    if path.exists():
        try:
            return Evidence(**load_file(path))
        except (OSError, ValueError, TypeError, SafetensorError) as error:
            raise TrainingError(_damaged(path, error)) from error
    embedded = factor_analysis.embed(eyes.networks.embedder.to(device), eyes.clean, config.seed, device)
    eyes.networks.embedder.cpu()
    evidence = factor_analysis.fit(embedded, eyes.clean, len(shape.characters), shape.style)
    arrays: dict[str, Any] = {name: getattr(evidence, name) for name in ("centre", "loading", "noise")}
    temporary = path.with_suffix(".tmp")
    save_file(arrays, temporary)
    temporary.replace(path)
    return evidence


def _damaged(path: Path, error: Exception) -> str:
    reason = str(error).splitlines()[0]
    return f"{path} is damaged or from another version ({reason}); delete it, or train with {parameter('fresh')}"


def _wrong(path: Path, model: Reader, train: corpora.Corpus, device: torch.device) -> np.ndarray:
    if not path.exists():
        np.save(path, doubtful(model, train, device))
    wrong: np.ndarray = np.load(path)
    if len(wrong) != len(train.labels):
        raise TrainingError(
            f"{path} belongs to other data; train with {parameter('fresh')} or in another {parameter('work')} folder"
        )
    return wrong
