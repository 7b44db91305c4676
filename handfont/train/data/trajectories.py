"""The pen paths that strokes are learned from: those of people, and handwriting fonts traced."""

from __future__ import annotations

from pathlib import Path

from handfont.core.charset import CHARACTERS
from handfont.train.data import traced_fonts, unipen
from handfont.train.data.unipen import Trajectory
from handfont.train.data.writers import of_first


def training_data(data: Path, limit: int | None = None) -> list[Trajectory]:
    """The pen's paths of all training writers, or of the first ``limit`` of them."""
    return of_first(read_trajectories(data, "train"), limit)


def font_data(data: Path, limit: int | None = None) -> list[Trajectory]:
    """The characters of all handwriting fonts as strokes, or of the first ``limit`` faces."""
    return list(traced_fonts.read(data / "fonts", CHARACTERS, limit))


def read_trajectories(data: Path, split: str) -> list[Trajectory]:
    """UNIPEN's trajectories of a split, without writers who are in another split under another name."""
    out = unipen.aliases(data / "unipen", split)
    return [glyph for glyph in unipen.read(data / "unipen", split) if glyph.writer not in out]
