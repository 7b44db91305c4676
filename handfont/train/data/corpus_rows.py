"""What a corpus is made of: glyphs of a writer, and of virtual writers with the same hand, as rows of its arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from handfont.core import sdf
from handfont.core.charset import INDEX, MARKS
from handfont.train.data import dhsd, fonts, unipen
from handfont.train.data.writers import by_writer

PER_CHARACTER = 16
"""Samples of one character by one writer, at most; heavy contributors do not drown the others."""
VIRTUAL = 2
"""Virtual writers made of each writer."""


class GlyphRow(NamedTuple):
    """One glyph of a corpus as its arrays have it, before they are put together."""

    field: NDArray[np.int8]
    label: int
    metrics: tuple[float, ...]
    known: tuple[bool, ...]


@dataclass
class WriterJob:
    """One writer's glyphs to be made: pen strokes, a font's file and style class, or ink cut from photographs."""

    name: str
    slant: float
    width: float
    strokes: list[unipen.Trajectory] | None = None
    font: tuple[Path, str] | None = None
    ink: list[fonts.FontGlyph] | None = None


def jobs_of(folder: Path, source: str, split: str, limit: int | None) -> Iterator[WriterJob]:
    """The writers of a source of the data (``unipen``, ``fonts`` or ``dhsd``), virtual ones beside those who train."""
    copies = VIRTUAL if split == "train" else 0
    if source == "unipen":
        yield from stroke_jobs(sorted(by_writer(unipen.read(folder, split)).items())[:limit], copies)
    elif source == "fonts":
        for path, style in fonts.licensed_fonts(folder)[:limit]:
            for name, slant, width in _virtual(f"font:{path.stem}", copies):
                yield WriterJob(name, slant, width, font=(path, style))
    else:
        inked = by_writer(dhsd.read(folder, "train" if split == "train" else "dev"))
        for writer, glyphs in sorted(inked.items())[:limit]:
            yield WriterJob(writer, 0.0, 1.0, ink=_thin(glyphs, writer))


def stroke_jobs(writers: list[tuple[str, list[unipen.Trajectory]]], copies: int) -> Iterator[WriterJob]:
    """Writers whose glyphs are pen strokes, each with ``copies`` virtual ones."""
    for writer, glyphs in writers:
        chosen = _thin(glyphs, writer)
        for name, slant, width in _virtual(writer, copies):
            yield WriterJob(name, slant, width, strokes=chosen)


_Glyph = TypeVar("_Glyph", unipen.Trajectory, fonts.FontGlyph)


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


def rows_of(job: WriterJob) -> tuple[str, list[GlyphRow]]:
    """The writer's name and glyphs, drawn."""
    if job.strokes is not None:
        return job.name, [_stroke_row(glyph, job.slant, job.width) for glyph in job.strokes]
    if job.ink is not None:
        return job.name, [_ink_row(glyph, spaced=False) for glyph in job.ink]
    assert job.font is not None
    return job.name, [
        _ink_row(glyph, spaced=glyph.label not in MARKS) for glyph in fonts.read(*job.font, job.slant, job.width)
    ]


def _stroke_row(glyph: unipen.Trajectory, slant: float, width: float) -> GlyphRow:
    warp = np.array([[width, 0.0], [slant, 1.0]], np.float32)
    shape = sdf.from_strokes([stroke @ warp for stroke in glyph.strokes], sdf.MIN_SIZE)
    metrics = (float(np.log(shape.side)), float(shape.y), 0.0, 0.0)
    return GlyphRow(sdf.quantize(shape.field), INDEX[glyph.label], metrics, (True, glyph.baseline, False, False))


def _ink_row(glyph: fonts.FontGlyph, spaced: bool) -> GlyphRow:
    """A row from ink; ``spaced`` where its side bearings mean something."""
    shape = sdf.from_ink(glyph.ink, glyph.x_height, glyph.pen)
    metrics = np.array([0.0, glyph.baseline - shape.y, glyph.left, glyph.right]) / glyph.x_height
    metrics[0] = np.log(shape.side / glyph.x_height)
    measured = tuple(float(m) for m in metrics)
    return GlyphRow(sdf.quantize(shape.field), INDEX[glyph.label], measured, (True, True, spaced, spaced))
