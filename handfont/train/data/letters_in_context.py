"""Letters as they are written in words: from the middle of the join before to the middle of the join after.

They are cut from words whose letters are known point by point, or were found by
:mod:`handfont.train.trajectory_aligner`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.forms import Joins
from handfont.core.pairs import SeenPair, SeenPort
from handfont.train.data.unipen import Trajectory
from handfont.train.data.word_paths import NONE, WordPath, on_line

FEWEST = 3
"""Points of the body of a letter, at least."""
FINER = 3
"""Points along a letter's strokes to one of the word's."""
DOTTED = "ij"
"""Letters that have a mark; where none was found, it went to another letter."""


@dataclass(frozen=True, eq=False)
class _Body:
    """A word without its marks: (N, 2) points, stroke and letter (N,) of each, and the first and last point of each
    letter whose points follow each other.
    """

    points: DoubleArray
    stroke: IntArray
    letter: IntArray
    spans: dict[int, tuple[int, int]]

    @classmethod
    def of(cls, word: WordPath) -> _Body:
        body = ~word.mark
        points, stroke, letter = word.points[body].astype(np.float64), word.stroke[body], word.letter[body]
        spans = {}
        for index in range(len(word.text)):
            own = np.flatnonzero(letter == index)
            if len(own) >= FEWEST and own[-1] - own[0] + 1 == len(own):
                spans[index] = (int(own[0]), int(own[-1]))
        return cls(points, stroke, letter, spans)

    def meets(self, index: int) -> bool:
        """Whether a letter and the next one are known, and nothing but the stroke that joins them is between them."""
        if index not in self.spans or index + 1 not in self.spans:
            return False
        end, begin = self.spans[index][1], self.spans[index + 1][0]
        return bool(
            (self.letter[end + 1 : begin] == NONE).all() and (self.stroke[end:begin] == self.stroke[begin]).all()
        )

    def half_join(self, index: int) -> tuple[DoubleArray, DoubleArray]:
        """The join of a letter and the next: its points up to the middle, that included, and from it on."""
        between = self.points[self.spans[index][1] : self.spans[index + 1][0] + 1]
        if len(between) % 2:
            middle = between[len(between) // 2]
        else:
            middle = (between[len(between) // 2 - 1] + between[len(between) // 2]) / 2
        half = (len(between) - 1) // 2
        return np.vstack([between[1 : half + 1], middle]), np.vstack([middle, between[len(between) - half - 1 : -1]])


def letters_of(word: WordPath) -> Iterator[Trajectory]:
    """The letters of a word that are known whole, on its line."""
    if word.joined is None:
        return
    joined = [False, *map(bool, word.joined), False]
    word = on_line(word)
    body = _Body.of(word)
    for index, (first, last) in body.spans.items():
        joins = Joins(joined[index], joined[index + 1])
        if (joins.left and not body.meets(index - 1)) or (joins.right and not body.meets(index)):
            continue
        points, stroke = body.points[first : last + 1], body.stroke[first : last + 1]
        if joins.left:
            before = body.half_join(index - 1)[1]
            points, stroke = np.vstack([before, points]), np.append(np.full(len(before), stroke[0]), stroke)
        if joins.right:
            after = body.half_join(index)[0]
            points, stroke = np.vstack([points, after]), np.append(stroke, np.full(len(after), stroke[-1]))
        strokes = [points[stroke == number] for number in np.unique(stroke)]
        marks = [word.points[own].astype(np.float64) for own in word.late() if (word.letter[own] == index).any()]
        if marks or word.text[index] not in DOTTED or len(strokes) > 1:
            smooth = [_fine(own) for own in (*strokes, *marks)]
            around = word.text[index - 1 : index], word.text[index + 1 : index + 2]
            yield Trajectory(word.writer, word.text[index], smooth, True, joins, len(strokes), around)


def ports_of(letter: Trajectory) -> Iterator[SeenPort]:
    """Where a letter is joined to its neighbors."""
    body = np.concatenate(letter.strokes[: letter.body])
    middle = float(body[:, 0].mean())
    for onward, (joined, neighbor) in enumerate(zip(letter.joins, letter.neighbors, strict=True)):
        if joined:
            x, y = body[-1 if onward else 0].tolist()
            yield SeenPort(letter.label, letter.joins, bool(onward), neighbor, x - middle, y)


def pairs_of(word: WordPath) -> Iterator[SeenPair]:
    """The pairs of letters of a word of which it is known whether they are joined."""
    body = _Body.of(word)
    for index, joined in enumerate(word.joined or ()):
        if index in body.spans and index + 1 in body.spans:
            yield SeenPair(word.text[index], word.text[index + 1], joined)


def _fine(stroke: DoubleArray) -> FloatArray:
    """A stroke with further points between its own, on the smooth curve through them."""
    if len(stroke) < 3:
        return stroke.astype(np.float32)
    tangents = np.gradient(stroke, axis=0)
    t = (np.arange(FINER) / FINER)[:, None, None]
    u = 1 - t
    between = (
        u * u * (1 + 2 * t) * stroke[:-1]
        + t * u * u * tangents[:-1]
        - t * t * u * tangents[1:]
        + t * t * (3 - 2 * t) * stroke[1:]
    )
    return np.vstack([between.transpose(1, 0, 2).reshape(-1, 2), stroke[-1:]]).astype(np.float32)
