"""The training corpus: every glyph of every writer as (shape, metrics), made once and cached as one file.

Each writer is stored as written and as ``VIRTUAL`` virtual writers: the same hand under one random slant and width,
which multiplies the hands the model sees. Virtual writers stay in their writer's split.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handfont import sdf
from handfont.charset import INDEX
from handfont.train import fonts, unipen

CORPUS_VERSION = 3
PER_CHARACTER = 16
"""At most so many samples of one character by one writer; heavy contributors do not drown the others."""
VIRTUAL = 2
METRICS = 4
"""log size, centre y, left and right side bearing: all in x-heights (see :class:`handfont.glyph.Metrics`)."""
FIELD_SCALE = 127 / sdf.TRUNCATE


@dataclass
class Corpus:
    """Arrays over N glyphs; rows of one writer are contiguous.

    fields (N, GRID, GRID) int8, field in samples times ``FIELD_SCALE``; labels (N,) int64 into the character set;
    writers (N,) int64 into ``names``; metrics (N, METRICS) float32 with known (N, METRICS) bool.
    """

    fields: NDArray[np.int8]
    labels: NDArray[np.int64]
    writers: NDArray[np.int64]
    metrics: NDArray[np.float32]
    known: NDArray[np.bool_]
    names: list[str]

    def save(self, path: Path) -> None:
        temporary = path.with_suffix(".tmp.npz")
        np.savez(temporary, fields=self.fields, labels=self.labels, writers=self.writers, metrics=self.metrics,
                 known=self.known, names=np.array(json.dumps(self.names)))
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> Corpus:
        with np.load(path, allow_pickle=False) as data:
            return cls(data["fields"], data["labels"], data["writers"], data["metrics"], data["known"],
                       json.loads(str(data["names"])))

    def subset(self, keep: NDArray[np.bool_]) -> Corpus:
        return Corpus(self.fields[keep], self.labels[keep], self.writers[keep], self.metrics[keep], self.known[keep],
                      self.names)


_Row = tuple[NDArray[np.int8], int, tuple[float, ...], tuple[bool, ...]]


def build(data: Path, split: str, cache: Path, workers: int = 2, limit: int | None = None) -> Corpus:
    """The corpus of a split (``train``: UNIPEN train and all fonts; ``dev``: UNIPEN dev), from cache if it is there.

    Args:
        data: folder with ``unipen/`` and ``fonts/``.
        limit: only so many writers and faces (for tests).
    """
    stamp = hashlib.sha256(f"{CORPUS_VERSION} {split} {limit} {PER_CHARACTER} {VIRTUAL}".encode()).hexdigest()[:12]
    path = cache / f"corpus-{split}-{stamp}.npz"
    if path.exists():
        return Corpus.load(path)
    jobs = list(_jobs(data, split, limit))
    names: list[str] = []
    rows: list[_Row] = []
    owners: list[int] = []
    with ProcessPoolExecutor(workers) as pool:
        for name, made in pool.map(_run, jobs, chunksize=4):
            if made:
                owners += [len(names)] * len(made)
                names.append(name)
                rows += made
    corpus = Corpus(
        np.stack([row[0] for row in rows]), np.array([row[1] for row in rows], np.int64), np.array(owners, np.int64),
        np.array([row[2] for row in rows], np.float32), np.array([row[3] for row in rows], bool), names,
    )
    cache.mkdir(parents=True, exist_ok=True)
    corpus.save(path)
    return corpus


@dataclass
class _Job:
    name: str
    slant: float
    width: float
    strokes: list[unipen.StrokeGlyph] | None
    font: tuple[Path, str] | None


def _jobs(data: Path, split: str, limit: int | None) -> Iterator[_Job]:
    by_writer: dict[str, list[unipen.StrokeGlyph]] = {}
    for glyph in unipen.read(data / "unipen", split):
        by_writer.setdefault(glyph.writer, []).append(glyph)
    hands = sorted(by_writer)[:limit]
    copies = VIRTUAL if split == "train" else 0
    for writer in hands:
        chosen = _thin(by_writer[writer], writer)
        for name, slant, width in _virtual(writer, copies):
            yield _Job(name, slant, width, chosen, None)
    if split == "train":
        for path, style in fonts.licensed_fonts(data / "fonts")[:limit]:
            for name, slant, width in _virtual(f"font:{path.stem}", copies):
                yield _Job(name, slant, width, None, (path, style))


def _stream(*keys: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256("/".join(keys).encode()).digest()[:8], "big"))


def _virtual(writer: str, copies: int) -> Iterator[tuple[str, float, float]]:
    yield writer, 0.0, 1.0
    rng = _stream("virtual", writer)
    for copy in range(copies):
        yield f"{writer}~{copy + 1}", float(rng.uniform(-0.25, 0.35)), float(np.exp(rng.uniform(-0.3, 0.3)))


def _thin(glyphs: list[unipen.StrokeGlyph], writer: str) -> list[unipen.StrokeGlyph]:
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
    assert job.font is not None
    return job.name, [_font_row(glyph) for glyph in fonts.read(*job.font, job.slant, job.width)]


def quantise(field: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.clip(np.rint(field * FIELD_SCALE), -127, 127).astype(np.int8)


def _stroke_row(glyph: unipen.StrokeGlyph, slant: float, width: float) -> _Row:
    warp = np.array([[width, 0.0], [slant, 1.0]], np.float32)
    field, _, centre_y, side = sdf.from_strokes([stroke @ warp for stroke in glyph.strokes], sdf.MIN_SIZE)
    metrics = (float(np.log(side)), float(centre_y), 0.0, 0.0)
    return quantise(field), INDEX[glyph.label], metrics, (True, glyph.baseline, False, False)


def _font_row(glyph: fonts.FontGlyph) -> _Row:
    field, _, row, side = sdf.from_ink(glyph.ink, glyph.x_height, glyph.pen)
    metrics = np.array([0.0, glyph.baseline - row, glyph.left, glyph.right]) / glyph.x_height
    metrics[0] = np.log(side / glyph.x_height)
    return quantise(field), INDEX[glyph.label], tuple(float(m) for m in metrics), (True, True, True, True)
