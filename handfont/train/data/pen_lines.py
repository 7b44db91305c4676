"""Lines of UNIPEN writing whose letters are known with their places: transcribed lines (``text``) matched to the
characters that were cut from them (``chars_in_context``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.train.data import unipen

BACK = 3.0
"""Distance to the left of the letter before from which on a letter begins a new line, in x-heights."""

UPRIGHT = "HIOTXlox"
"""Letters that are symmetrical when upright show the slant of a hand."""
LEAST_TALL = 0.2
"""Letters whose points' heights deviate less, in x-heights, show no slant."""
FEW = 5
"""Letters from which on a slant is measured."""


@dataclass(frozen=True)
class PenLetter:
    """A letter at its place: points (N, 2) of its strokes in x-heights, y up; ``spaced`` after a space."""

    character: str
    strokes: tuple[DoubleArray, ...]
    spaced: bool

    @property
    def points(self) -> DoubleArray:
        """Points (N, 2) of all strokes, in the order of writing."""
        return np.concatenate(self.strokes)


@dataclass(frozen=True)
class PenText:
    """A transcribed text: its lines from the top down. Heights are above any line of the page, not the baseline."""

    lines: tuple[tuple[PenLetter, ...], ...]


def read(folder: Path, split: str) -> dict[str, list[PenText]]:
    """The texts of each writer whose letters are known, in the order of the files.

    Raises:
        DataError: the folder holds no UNIPEN files of this split, or they are damaged.
    """
    records = unipen.read_records(folder, split)
    height, _ = unipen.expected(records)
    transcripts: dict[str, list[str]] = defaultdict(list)
    for data in unipen.read_lines(folder / f"text.{split}.jsonl.gz"):
        if data["q"] != "BAD":
            transcripts[data["w"]].append(data["l"])
    found = {}
    for writer, own in sorted(transcripts.items()):
        context = [record for record in records.get(writer, []) if record.in_context]
        if len(context) >= unipen.MIN_RECORDS:
            texts = list(_texts(own, context, unipen.scales(context, height)))
            if texts:
                found[writer] = texts
    return found


def slant_of(letters: Sequence[PenLetter]) -> float:
    """Slant of a hand, x per y, from its letters that are symmetrical when upright; 0 if there are too few."""
    slants = []
    for letter in letters:
        if letter.character in UPRIGHT:
            points = np.concatenate([unipen.smooth(stroke.astype(np.float32), 0.03) for stroke in letter.strokes])
            x, y = (points - points.mean(axis=0)).T
            if y.std() > LEAST_TALL:
                slants.append(float((x * y).sum() / (y * y).sum()))
    return float(np.median(slants)) if len(slants) >= FEW else 0.0


def _texts(transcripts: list[str], records: list[unipen.Record], scales: DoubleArray) -> Iterator[PenText]:
    written = "".join(record.label for record in records)
    start = 0
    for transcript in transcripts:
        words = re.sub(r"\\(.)", r"\1", transcript).split()
        letters = "".join(words)
        at = written.find(letters, start)
        if at < 0 or not letters:
            continue
        start = at + len(letters)
        first = set(np.cumsum([0, *map(len, words)]).tolist()) - {0}
        unit = float(np.median(scales[at:start]))
        lines: list[list[PenLetter]] = [[]]
        left = -np.inf
        for index, record in enumerate(records[at:start]):
            shift = np.array([record.origin_x, 0.0])
            letter = PenLetter(
                record.label, tuple((stroke + shift) / unit for stroke in record.strokes), index in first
            )
            if letter.points[:, 0].min() < left - BACK:
                lines.append([])
            left = float(letter.points[:, 0].min())
            lines[-1].append(letter)
        yield PenText(tuple(tuple(line) for line in lines))
