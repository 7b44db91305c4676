"""Words of UNIPEN as pen paths: even steps along the strokes, late marks apart, letters where they are known.

A word is one sequence of points in the order of writing. Dots and bars that were written after the letters beside them
(*marks*) are taken out of the sequence, so that letters follow each other in it; :mod:`handfont.train.pen_marks` gives
them to their letters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.core.charset import ASCII, INDEX, SITS_ON_BASELINE, X_HEIGHT_LETTERS
from handfont.train.data import unipen
from handfont.train.data.stroke_words import Usual, box_of, sizes

STEP = 0.1
"""Distance of the points of a path along its strokes, in x-heights."""
NONE = -1
"""A point of no letter: of a stroke that joins two."""
UNKNOWN = -2
"""A point whose letter is not known."""
BEHIND = 0.35
"""How far left of what was written before the middle of a mark lies, at least, in x-heights."""
LARGE_MARK = 2.2
"""Marks are no larger than this either way, in x-heights."""
LONGEST = 900
"""Words of more points are left out: they are scribbles, or of a size that was not understood."""
JOINING_STROKE = r"\@"
"""How the contributor kai writes a stroke that joins two letters, in transcripts."""
SIZES = (0.5, 2.0)
"""A word's letters change its x-height by such factors, at most."""


@dataclass(frozen=True, eq=False)
class WordPath:
    """A word as the pen wrote it.

    Attributes:
        writer: whose word.
        text: what it says, n characters of ASCII without spaces.
        points: (N, 2) in x-heights, y up from about the baseline, in the order of writing.
        stroke: (N,) number of the stroke that each point lies on.
        letter: (N,) index into ``text`` of the letter that each point belongs to, NONE or UNKNOWN.
        mark: (N,) whether the point lies on a mark; ``points`` without marks are the body of the word.
        joined: (n - 1,) whether the pen stayed down from a letter to the next; None if that is not known.
    """

    writer: str
    text: str
    points: FloatArray
    stroke: IntArray
    letter: IntArray
    mark: BoolArray
    joined: tuple[bool, ...] | None = None

    @property
    def codes(self) -> list[int]:
        """The characters of the text as indices into the character set, n numbers."""
        return [INDEX[c] for c in self.text]

    def late(self) -> Iterator[BoolArray]:
        """Of each mark, which points (N,) lie on it."""
        for number in np.unique(self.stroke[self.mark]):
            yield self.stroke == number


def read_joined(folder: Path, split: str) -> Iterator[WordPath]:
    """Words whose letters are known point by point (``joined.*``).

    Raises:
        DataError: the folder holds no such file, or it is damaged.
    """
    usual = _usual(folder)
    by_writer: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for data in unipen.read_lines(folder / f"joined.{split}.jsonl.gz", {"w", "c", "l", "s", "letters", "joined"}):
        by_writer[data["w"]].append(data)
    yield from _words(by_writer, usual)


def read_transcribed(folder: Path, split: str) -> Iterator[WordPath]:
    """Words of which only the text is known (``words.*``), without those of writers who are in the other split, too,
    and of those whose letters measure the aligner (``joined.dev``).
    """
    usual = _usual(folder)
    left_out = unipen.aliases(folder, split)
    if split == "train":
        left_out |= {data["w"] for data in unipen.read_lines(folder / "joined.dev.jsonl.gz", {"w"})}
    by_writer: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for data in unipen.read_lines(folder / f"words.{split}.jsonl.gz"):
        text = plain(data["l"])
        if data["q"] != "BAD" and data["w"] not in left_out and text and set(text) <= set(ASCII):
            by_writer[data["w"]].append({**data, "l": text})
    yield from _words(by_writer, usual)


def plain(transcript: str) -> str:
    """A transcript without escapes and without marked joining strokes."""
    return re.sub(r"\\(.)", r"\1", transcript.replace(JOINING_STROKE, ""))


def _usual(folder: Path) -> Usual:
    return Usual(*unipen.expected(unipen.read_records(folder, "train")))


def _words(by_writer: dict[str, list[dict[str, Any]]], usual: Usual) -> Iterator[WordPath]:
    for writer, records in sorted(by_writer.items()):
        strokes = [
            [np.asarray(flat, np.float64).reshape(-1, 2) for flat in data["s"] if len(flat) >= 2] for data in records
        ]
        boxes = [box_of(own) for own in strokes]
        for data, own, (size, low) in zip(
            records, strokes, sizes(boxes, [d["l"] for d in records], usual), strict=True
        ):
            word = _word(writer, data, [(stroke - [0.0, low]) / size for stroke in own])
            if word is not None:
                yield word


def _word(writer: str, data: dict[str, Any], strokes: list[DoubleArray]) -> WordPath | None:
    text = data["l"]
    owners = _owners(data, strokes)
    paths, letters = [], []
    for stroke, owner in zip(strokes, owners, strict=True):
        path, source = evenly(stroke)
        paths.append(path)
        letters.append(owner[source])
    lengths = [len(path) for path in paths]
    if sum(lengths) > LONGEST or sum(lengths) < 2 * len(text):
        return None
    late = marks(paths)
    number = np.repeat(np.arange(len(paths)), lengths)
    return WordPath(
        writer, text, np.concatenate(paths).astype(np.float32), number, np.concatenate(letters), late[number],
        tuple(data["joined"]) if "joined" in data else None,
    )  # fmt: skip


def _owners(data: dict[str, Any], strokes: list[DoubleArray]) -> list[IntArray]:
    """The letter of each tablet point: of the given parts, else unknown."""
    if "letters" not in data:
        return [np.full(len(stroke), UNKNOWN) for stroke in strokes]
    owners = [np.full(len(stroke), NONE) for stroke in strokes]
    for index, letter in enumerate(data["letters"]):
        for stroke, first, last in letter["parts"]:
            owners[stroke][first : last + 1] = index
    # Whole strokes without a letter are late bars and dots that the contributor left out, not joins.
    return [np.full(len(own), UNKNOWN) if (own == NONE).all() else own for own in owners]


def evenly(stroke: DoubleArray) -> tuple[DoubleArray, IntArray]:
    """A stroke resampled every STEP and lightly smoothed, and for each new point the nearest old one."""
    from scipy.ndimage import gaussian_filter1d

    lengths = np.hypot(*np.diff(stroke, axis=0).T) if len(stroke) > 1 else np.zeros(0)
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(1, round(at[-1] / STEP) + 1)
    where = np.linspace(0.0, at[-1], count) if count > 1 else at[-1:] / 2
    path = np.stack([np.interp(where, at, stroke[:, axis]) for axis in (0, 1)], axis=1)
    if count > 4:
        ends = path[[0, -1]]
        path = gaussian_filter1d(path, 0.6, axis=0, mode="nearest")
        path[[0, -1]] = ends
    middle = (at[1:] + at[:-1]) / 2
    return path, np.searchsorted(middle, where)


def marks(paths: Sequence[DoubleArray]) -> BoolArray:
    """(S,) which strokes are marks: small, and written when the pen had gone on to their right."""
    late = np.zeros(len(paths), bool)
    right = -np.inf
    for i, path in enumerate(paths):
        (x0, y0), (x1, y1) = path.min(axis=0), path.max(axis=0)
        small = max(x1 - x0, y1 - y0) < LARGE_MARK
        late[i] = small and (x0 + x1) / 2 < right - BEHIND
        if not late[i]:
            right = max(right, x1) if np.isfinite(right) else x1
    return late


def on_line(word: WordPath) -> WordPath:
    """The word with the baseline and the x-height that its own known letters show, instead of those of its box."""
    boxes = {
        index: (word.points[own, 1].min(), word.points[own, 1].max())
        for index in range(len(word.text))
        if (own := (word.letter == index) & ~word.mark).any()
    }
    feet = [low for index, (low, _) in boxes.items() if word.text[index] in SITS_ON_BASELINE]
    heads = [high for index, (_, high) in boxes.items() if word.text[index] in X_HEIGHT_LETTERS]
    base = float(np.median(feet)) if feet else 0.0
    size = float(np.clip(np.median(heads) - base, *SIZES)) if heads else 1.0
    return replace(word, points=(word.points - np.array([0, base], np.float32)) / np.float32(size))
