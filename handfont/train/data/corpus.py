"""The training corpus: every glyph of every writer as (shape, metrics), made once and cached as one file.

Each writer is stored as written and as virtual writers: the same hand under one random slant and width,
which multiplies the hands the model sees. Virtual writers stay in their writer's split.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handfont.core import sdf
from handfont.core.arrays import BoolArray, FloatArray, IntArray
from handfont.core.charset import ASCII, CHARACTERS
from handfont.errors import DataError
from handfont.model.reader import Reader
from handfont.train.data import unipen_words
from handfont.train.data.corpus_rows import (
    PER_CHARACTER,
    VIRTUAL,
    GlyphRow,
    WriterJob,
    jobs_of,
    rows_of,
    stroke_jobs,
)
from handfont.train.data.writers import by_writer

CORPUS_VERSION = 3
"""Of how glyphs are prepared: a change of it prepares them again."""
METRICS = 4
"""A glyph has log size, center y and side bearings, in x-heights (:class:`handfont.core.glyph.Metrics`)."""


class GlyphBatch(NamedTuple):
    """N glyphs as tensors: fields (N, GRID, GRID) in samples; labels (N,); metrics, known (N, METRICS)."""

    fields: Tensor
    labels: Tensor
    metrics: Tensor
    known: Tensor

    def to(self, device: torch.device) -> GlyphBatch:
        """The same on another device."""
        return GlyphBatch(*(tensor.to(device) for tensor in self))


@dataclass
class Corpus:
    """Arrays over N glyphs; rows of one writer are contiguous.

    fields (N, GRID, GRID) int8, in steps (see :func:`handfont.core.sdf.quantize`); labels (N,) int64 into the character
    set; writers (N,) int64 into ``names``; metrics (N, METRICS) float32 with known (N, METRICS) bool.
    """

    fields: NDArray[np.int8]
    labels: IntArray
    writers: IntArray
    metrics: FloatArray
    known: BoolArray
    names: list[str]

    @property
    def real(self) -> BoolArray:
        """(N,) whether a glyph is as it was written, by no virtual writer."""
        return np.array(["~" not in name for name in self.names])[self.writers]

    def save(self, path: Path) -> None:
        """Writes the corpus to an ``.npz`` file, whole or not at all."""
        temporary = path.with_suffix(".tmp.npz")
        np.savez(
            temporary,
            fields=self.fields,
            labels=self.labels,
            writers=self.writers,
            metrics=self.metrics,
            known=self.known,
            names=np.array(json.dumps(self.names)),
        )
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> Corpus:
        """The corpus of a file that :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(
                data["fields"],
                data["labels"],
                data["writers"],
                data["metrics"],
                data["known"],
                json.loads(str(data["names"])),
            )

    def rows(self, index: IntArray | slice) -> GlyphBatch:
        """Some of the glyphs as tensors."""
        return GlyphBatch(
            torch.from_numpy(sdf.dequantize(self.fields[index])),
            torch.from_numpy(self.labels[index]),
            torch.from_numpy(self.metrics[index]),
            torch.from_numpy(self.known[index].astype(np.float32)),
        )

    def subset(self, keep: BoolArray) -> Corpus:
        """The glyphs where ``keep`` (N,) is true; the names of all writers stay."""
        return Corpus(
            self.fields[keep], self.labels[keep], self.writers[keep], self.metrics[keep], self.known[keep], self.names
        )


def build(data: Path, split: str, cache: Path, workers: int = 2, limit: int | None = None) -> Corpus:
    """The corpus of a split, from cache where it is there: ``train`` is UNIPEN train, all fonts, and the real ink of
    DHSD where the folder has it; ``dev`` is UNIPEN dev; ``ink`` is DHSD's own dev writers.

    Args:
        data: folder with ``unipen/`` and ``fonts/``, and ``dhsd/`` if there is one.
        limit: number of writers and faces, all if None (for tests).

    Raises:
        DataError: the folder lacks a source, or a source holds no usable glyph.
    """
    sources = SOURCES[split]
    if (data / "dhsd").is_dir() and split == "train":
        sources = (*sources, "dhsd")
    return joined([_part(data, source, split, cache, workers, limit) for source in sources])


SOURCES = {"train": ("unipen", "fonts"), "dev": ("unipen",), "ink": ("dhsd",)}
"""Folders of the data that each split is made of."""


def joined(parts: list[Corpus]) -> Corpus:
    """One corpus of several, writers renumbered."""
    starts = np.cumsum([0] + [len(part.names) for part in parts])
    return Corpus(
        np.concatenate([part.fields for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.writers + start for part, start in zip(parts, starts, strict=False)]),
        np.concatenate([part.metrics for part in parts]),
        np.concatenate([part.known for part in parts]),
        [name for part in parts for name in part.names],
    )


def cut_words(data: Path, reader: Reader, cache: Path, workers: int = 2, limit: int | None = None) -> Corpus | None:
    """Letters cut from words by UNIPEN's train writers who wrote no isolated ones, from cache where they are there;
    None if the folder has no words, or nothing could be cut from them.
    """
    folder = data / "unipen"
    if not (folder / "words.train.jsonl.gz").is_file():
        return None
    state = b"".join(value.detach().cpu().numpy().tobytes() for value in reader.state_dict().values())
    path = _cached(cache, "words-train", hashlib.sha256(state).hexdigest(), limit)
    if not path.exists():
        cut = sorted(by_writer(unipen_words.read(folder, reader, limit=limit)).items())
        if not cut:
            return None
        _make(stroke_jobs(cut, VIRTUAL), folder, path, workers)
    return Corpus.load(path)


def _cached(cache: Path, name: str, known: str, limit: int | None) -> Path:
    stamp = hashlib.sha256(f"{CORPUS_VERSION} {known} {limit} {PER_CHARACTER} {VIRTUAL}".encode()).hexdigest()[:12]
    return cache / f"{name}-{stamp}.npz"


def _part(data: Path, source: str, split: str, cache: Path, workers: int, limit: int | None) -> Corpus:
    if not (data / source).is_dir():
        raise DataError(f"the data folder {data} has no folder '{source}'; see the README on where the data comes from")
    path = _cached(cache, f"{source}-{split}", CHARACTERS if source == "fonts" else ASCII, limit)
    if not path.exists():
        _make(jobs_of(data / source, source, split, limit), data / source, path, workers)
    return Corpus.load(path)


def _make(jobs: Iterator[WriterJob], folder: Path, path: Path, workers: int) -> None:
    """Write the corpus that jobs make."""
    names: list[str] = []
    rows: list[GlyphRow] = []
    owners: list[int] = []
    with ProcessPoolExecutor(workers) as pool:
        for name, made in pool.map(rows_of, list(jobs), chunksize=4):
            if made:
                owners += [len(names)] * len(made)
                names.append(name)
                rows += made
    if not rows:
        raise DataError(f"the data folder {folder} holds no usable glyph")
    corpus = Corpus(
        np.stack([row.field for row in rows]),
        np.array([row.label for row in rows], np.int64),
        np.array(owners, np.int64),
        np.array([row.metrics for row in rows], np.float32),
        np.array([row.known for row in rows], bool),
        names,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    corpus.save(path)
