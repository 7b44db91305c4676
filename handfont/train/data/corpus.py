"""The training corpus: every glyph of every writer as (shape, metrics), made once and cached as one file.

Each writer is stored as written and as ``VIRTUAL`` virtual writers: the same hand under one random slant and width,
which multiplies the hands the model sees. Virtual writers stay in their writer's split.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handfont.core import sdf
from handfont.core.arrays import BoolArray, FloatArray, IntArray
from handfont.core.charset import ASCII, CHARACTERS, INDEX, MARKS
from handfont.errors import DataError
from handfont.model.reader import Reader
from handfont.train.data import dhsd, fonts, unipen, unipen_words

CORPUS_VERSION = 3
PER_CHARACTER = 16
"""At most so many samples of one character by one writer; heavy contributors do not drown the others."""
VIRTUAL = 2
METRICS = 4
"""log size, centre y, left and right side bearing: all in x-heights (see :class:`handfont.core.glyph.Metrics`)."""


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

    def rows(self, index: IntArray | slice) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(fields in samples, labels, metrics, known) of some glyphs, as tensors."""
        return (
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


_Row = tuple[NDArray[np.int8], int, tuple[float, ...], tuple[bool, ...]]


def build(data: Path, split: str, cache: Path, workers: int = 2, limit: int | None = None) -> Corpus:
    """The corpus of a split, from cache where it is there: ``train`` is UNIPEN train, all fonts, and the real ink of
    DHSD where the folder has it; ``dev`` is UNIPEN dev; ``ink`` is DHSD's own dev writers.

    Args:
        data: folder with ``unipen/`` and ``fonts/``, and ``dhsd/`` if there is one.
        limit: only so many writers and faces (for tests).

    Raises:
        DataError: the folder lacks a source, or a source holds no usable glyph.
    """
    sources = SOURCES[split]
    if (data / "dhsd").is_dir() and split == "train":
        sources = (*sources, "dhsd")
    return joined([_part(data, source, split, cache, workers, limit) for source in sources])


SOURCES = {"train": ("unipen", "fonts"), "dev": ("unipen",), "ink": ("dhsd",)}


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
        by_writer = _by_writer(unipen_words.read(folder, reader, limit=limit))
        if not by_writer:
            return None
        _make(_stroke_jobs(by_writer, VIRTUAL), folder, path, workers)
    return Corpus.load(path)


def _cached(cache: Path, name: str, known: str, limit: int | None) -> Path:
    stamp = hashlib.sha256(f"{CORPUS_VERSION} {known} {limit} {PER_CHARACTER} {VIRTUAL}".encode()).hexdigest()[:12]
    return cache / f"{name}-{stamp}.npz"


def _part(data: Path, source: str, split: str, cache: Path, workers: int, limit: int | None) -> Corpus:
    if not (data / source).is_dir():
        raise DataError(f"the data folder {data} has no folder '{source}'; see the README on where the data comes from")
    path = _cached(cache, f"{source}-{split}", CHARACTERS if source == "fonts" else ASCII, limit)
    if not path.exists():
        _make(_jobs(data / source, source, split, limit), data / source, path, workers)
    return Corpus.load(path)


def _make(jobs: Iterator[_Job], folder: Path, path: Path, workers: int) -> None:
    """Write the corpus that jobs make."""
    names: list[str] = []
    rows: list[_Row] = []
    owners: list[int] = []
    with ProcessPoolExecutor(workers) as pool:
        for name, made in pool.map(_run, list(jobs), chunksize=4):
            if made:
                owners += [len(names)] * len(made)
                names.append(name)
                rows += made
    if not rows:
        raise DataError(f"the data folder {folder} holds no usable glyph")
    corpus = Corpus(
        np.stack([row[0] for row in rows]),
        np.array([row[1] for row in rows], np.int64),
        np.array(owners, np.int64),
        np.array([row[2] for row in rows], np.float32),
        np.array([row[3] for row in rows], bool),
        names,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    corpus.save(path)


@dataclass
class _Job:
    """One writer's glyphs to be made: pen strokes, a font's file and style class, or ink cut from photographs."""

    name: str
    slant: float
    width: float
    strokes: list[unipen.Trajectory] | None = None
    font: tuple[Path, str] | None = None
    ink: list[fonts.FontGlyph] | None = None


def _jobs(folder: Path, source: str, split: str, limit: int | None) -> Iterator[_Job]:
    copies = VIRTUAL if split == "train" else 0
    if source == "unipen":
        yield from _stroke_jobs(_by_writer(unipen.read(folder, split))[:limit], copies)
    elif source == "fonts":
        for path, style in fonts.licensed_fonts(folder)[:limit]:
            for name, slant, width in _virtual(f"font:{path.stem}", copies):
                yield _Job(name, slant, width, font=(path, style))
    else:
        for writer, inked in _by_writer(dhsd.read(folder, "train" if split == "train" else "dev"))[:limit]:
            yield _Job(writer, 0.0, 1.0, ink=_thin(inked, writer))


def _stroke_jobs(by_writer: list[tuple[str, list[unipen.Trajectory]]], copies: int) -> Iterator[_Job]:
    for writer, glyphs in by_writer:
        chosen = _thin(glyphs, writer)
        for name, slant, width in _virtual(writer, copies):
            yield _Job(name, slant, width, strokes=chosen)


_Glyph = TypeVar("_Glyph", unipen.Trajectory, fonts.FontGlyph)


def _by_writer(glyphs: Iterable[_Glyph]) -> list[tuple[str, list[_Glyph]]]:
    result: dict[str, list[_Glyph]] = {}
    for glyph in glyphs:
        result.setdefault(glyph.writer, []).append(glyph)
    return sorted(result.items())


def _stream(*keys: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256("/".join(keys).encode()).digest()[:8], "big"))


def _virtual(writer: str, copies: int) -> Iterator[tuple[str, float, float]]:
    yield writer, 0.0, 1.0
    rng = _stream("virtual", writer)
    for copy in range(copies):
        yield f"{writer}~{copy + 1}", float(rng.uniform(-0.25, 0.35)), float(np.exp(rng.uniform(-0.3, 0.3)))


def _thin(glyphs: list[_Glyph], writer: str) -> list[_Glyph]:
    """At most ``PER_CHARACTER`` samples of each character, spread over the writer's records."""
    by_label: dict[str, list[int]] = {}
    for position, glyph in enumerate(glyphs):
        by_label.setdefault(glyph.label, []).append(position)
    keep: set[int] = set()
    rng = _stream("thin", writer)
    for positions in by_label.values():
        size = min(len(positions), PER_CHARACTER)
        keep.update(int(p) for p in rng.choice(np.array(positions), size, replace=False))
    return [glyph for position, glyph in enumerate(glyphs) if position in keep]


def _run(job: _Job) -> tuple[str, list[_Row]]:
    if job.strokes is not None:
        return job.name, [_stroke_row(glyph, job.slant, job.width) for glyph in job.strokes]
    if job.ink is not None:
        return job.name, [_ink_row(glyph, spaced=False) for glyph in job.ink]
    assert job.font is not None
    return job.name, [
        _ink_row(glyph, spaced=glyph.label not in MARKS) for glyph in fonts.read(*job.font, job.slant, job.width)
    ]


def _stroke_row(glyph: unipen.Trajectory, slant: float, width: float) -> _Row:
    warp = np.array([[width, 0.0], [slant, 1.0]], np.float32)
    field, _, centre_y, side = sdf.from_strokes([stroke @ warp for stroke in glyph.strokes], sdf.MIN_SIZE)
    metrics = (float(np.log(side)), float(centre_y), 0.0, 0.0)
    return sdf.quantize(field), INDEX[glyph.label], metrics, (True, glyph.baseline, False, False)


def _ink_row(glyph: fonts.FontGlyph, spaced: bool) -> _Row:
    """A row from ink; ``spaced`` where its side bearings mean something."""
    field, _, row, side = sdf.from_ink(glyph.ink, glyph.x_height, glyph.pen)
    metrics = np.array([0.0, glyph.baseline - row, glyph.left, glyph.right]) / glyph.x_height
    metrics[0] = np.log(side / glyph.x_height)
    return sdf.quantize(field), INDEX[glyph.label], tuple(float(m) for m in metrics), (True, True, spaced, spaced)
