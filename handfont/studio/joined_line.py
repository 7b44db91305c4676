"""A drawn line of joined words parted into letters: the network that reads pages says which letter each point of the
strokes is of.

Unlike on paper, the strokes and their order are known exactly: letters are cut out of them where one ends and the next
begins, and two letters are joined where one stroke goes from one to the other.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
import torch

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.core.forms import Joins
from handfont.core.strokes import length, resampled
from handfont.model.ink_aligner import ABOVE, ROWS, X_HEIGHT, InkAligner, cells_at, choose, codes, ink_scores
from handfont.model.letter_cuts import cut
from handfont.scan.freeform.language import without_accents
from handfont.scan.freeform.line_reader import line_text

STEP = 0.05
"""Distance of the points along strokes, in x-heights."""
PEN = 0.12
"""Width of the ink as the network sees it, in x-heights."""
MARGIN = 1.0
"""Paper before and after the ink, in x-heights."""
FINE = 4
"""Pixels that are drawn to one of the picture."""
LEAN = 0.8
"""Greatest slant that is taken out, x over y."""
STEEP = 1.2
"""Ink shows the slant of a hand where it rises this much faster than it goes sideways."""
SMALL, WIDE, HIGH = 0.7, 2.0, 0.85
"""Height and width of dots, bars and accents, at most, and height of their foot, at least, in x-heights."""
READ = -1.5
"""Mean log probability of a word's letters in their columns from which on the line says what was typed."""
SURE, SEEN = 0.8, 0.2
"""How sure a letter is of its points, and the probability that the network gives to it there, at least."""
SHORT = 0.12
"""Length, in x-heights, up to which a part of a stroke between two of one letter is that letter's."""


class PartedLetter(NamedTuple):
    """A letter of a line.

    Attributes:
        character: what it is.
        strokes: each (points, 2), in the order of writing; a joined one from or to the middle of its join.
        joins: to which neighbors it is joined.
        word: number of the word that it is in.
        sure: whether its strokes are certain.
    """

    character: str
    strokes: list[FloatArray]
    joins: Joins
    word: int
    sure: bool


class JoinedLine:
    """A line of strokes, each (points, 2) in x-heights, as the network sees it."""

    def __init__(self, strokes: list[FloatArray], network: InkAligner) -> None:
        paths = [_even(stroke) for stroke in strokes]
        self._stroke = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
        self._points = np.concatenate(paths)
        self._lean = _lean(paths)
        picture, self._places = _picture(paths, self._lean)
        with torch.inference_mode():
            seen = network(torch.from_numpy(picture)[None, None])
        self._columns, self._cells = seen.columns[0].numpy(), seen.cells[0].numpy()

    def text(self) -> str:
        """What it says, as far as that can be read, without accents; letters may be joined."""
        return without_accents(line_text(self._columns))

    def part(self, typed: str) -> list[PartedLetter] | None:
        """The letters of the line, which says ``typed``; None if it does not look like that."""
        text = f" {' '.join(typed.split())} "
        try:
            at = codes(text)
        except ValueError:
            return None
        shares = cut(self._columns, at)
        if not np.isfinite(shares.total) or not self._reads(shares.within, at, text):
            return None
        letter, sure = self._placed(shares.within, at)
        return self._letters(text, letter, sure)

    def _reads(self, within: DoubleArray, at: list[int], text: str) -> bool:
        chance = np.exp(self._columns[0, at]).T
        read = (chance * within).sum(axis=0) / np.maximum(within.sum(axis=0), 1e-9)
        log = np.log(read + 0.01)
        word = np.cumsum([c == " " for c in text])
        letters = np.array([c != " " for c in text])
        return all(log[letters & (word == number)].mean() > READ for number in np.unique(word[letters]))

    def _placed(self, within: DoubleArray, at: list[int]) -> tuple[IntArray, BoolArray]:
        """The letter (P,) of each point, and whether each (n,) is certain of its own."""
        marks = self._marks()
        seen = cells_at(self._cells, self._places)[:, at]
        score = ink_scores(within, seen, self._places, marks)
        score[:, [code == codes(" ")[0] for code in at]] = -np.inf
        for number in np.unique(self._stroke[marks]):
            own = self._stroke == number
            score[own] = score[own].mean(axis=0)
        found = choose(score, self._stroke)
        letter = _without_slivers(found.letter, self._stroke)
        count = np.maximum(np.bincount(letter, minlength=len(at)), 1)
        chance = np.bincount(letter, np.exp(seen)[np.arange(len(letter)), letter], minlength=len(at)) / count
        return letter, (found.sure > SURE) & (chance > SEEN)

    def _marks(self) -> BoolArray:
        """(P,) points of small strokes over small letters."""
        own = [self._points[self._stroke == number] for number in range(self._stroke[-1] + 1)]
        small = [
            bool((np.ptp(path, axis=0) < (WIDE, SMALL)).all() and path[:, 1].min() > HIGH) if len(path) else False
            for path in own
        ]
        return np.array(small)[self._stroke]

    def _letters(self, text: str, letter: IntArray, sure: BoolArray) -> list[PartedLetter]:
        word = np.cumsum([c == " " for c in text])
        parts: dict[int, list[FloatArray]] = {place: [] for place, c in enumerate(text) if c != " "}
        joined: set[int] = set()
        broken: set[int] = set()
        for number in range(int(self._stroke[-1]) + 1):
            rows = np.flatnonzero(self._stroke == number)
            runs = np.split(rows, np.flatnonzero(np.diff(letter[rows])) + 1)
            own = [int(letter[run[0]]) for run in runs]
            for a, b in pairwise(own):
                joined.add(a) if b == a + 1 else broken.update((a, b))
            for k, (run, place) in enumerate(zip(runs, own, strict=True)):
                parts[place].append(self._path(run, k > 0, k + 1 < len(runs)))
        return [
            PartedLetter(
                text[place], strokes, Joins(place - 1 in joined, place in joined), int(word[place]),
                bool(strokes) and bool(sure[place]) and place not in broken,
            )
            for place, strokes in parts.items()
        ]  # fmt: skip

    def _path(self, run: IntArray, entered: bool, left: bool) -> FloatArray:
        """The points of a run of a stroke, up to halfway to the points beside it."""
        parts = [self._points[run].astype(np.float64)]
        if entered:
            parts.insert(0, (self._points[run[:1] - 1] + self._points[run[:1]]) / 2)
        if left:
            parts.append((self._points[run[-1:]] + self._points[run[-1:] + 1]) / 2)
        return np.asarray(np.concatenate(parts), np.float32)


def _even(stroke: FloatArray) -> FloatArray:
    """A stroke as points at even distances, at least two."""
    if len(stroke) < 2:
        return np.repeat(stroke[:1], 2, axis=0)
    return resampled(stroke, max(2, round(length(stroke) / STEP) + 1))


def _lean(paths: list[FloatArray]) -> float:
    """The median slant of steep ink, x over y."""
    step = np.concatenate([np.diff(path, axis=0) for path in paths])
    steep = step[np.abs(step[:, 1]) > STEEP * np.abs(step[:, 0])]
    return float(np.clip(np.median(steep[:, 0] / steep[:, 1]), -LEAN, LEAN)) if len(steep) else 0.0


def _picture(paths: list[FloatArray], lean: float) -> tuple[FloatArray, DoubleArray]:
    """Darkness (ROWS, width) of a line set upright, and the pixels x, y (P, 2) of all its points."""
    points = np.concatenate(paths).astype(np.float64)
    upright = np.column_stack([points[:, 0] - lean * points[:, 1], points[:, 1]])
    left, right = upright[:, 0].min() - MARGIN, upright[:, 0].max() + MARGIN
    width = 2 * int(np.ceil((right - left) * X_HEIGHT / 2))
    places = np.column_stack([upright[:, 0] - left, ABOVE - upright[:, 1]]) * X_HEIGHT
    ink = np.zeros((ROWS * FINE, width * FINE), np.uint8)
    for path in np.split(places, np.cumsum([len(path) for path in paths])[:-1]):
        fine = np.round(path * FINE * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(ink, [fine], False, 255, round(PEN * X_HEIGHT * FINE), cv2.LINE_AA, 4)
    small = cv2.resize(ink, (width, ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(small / 255.0, np.float32), places


def _without_slivers(letter: IntArray, stroke: IntArray) -> IntArray:
    """Letters (P,) of points where short stretches between two of the same letter, in one stroke, are of that one."""
    found = letter.copy()
    edges = np.flatnonzero((np.diff(letter) != 0) | (np.diff(stroke) != 0)) + 1
    bounds = list(pairwise([0, *edges.tolist(), len(letter)]))
    for (a, _), (b, c), (d, _) in zip(bounds, bounds[1:], bounds[2:], strict=False):
        same = stroke[a] == stroke[b] == stroke[d] and letter[a] == letter[d]
        if same and (c - b) * STEP < SHORT:
            found[b:c] = letter[a]
    return found
