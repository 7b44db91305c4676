"""Which letter a mark belongs to: a dot or bar that was written after letters to its right.

For each character the share of its letters that have marks, and where marks lie to the letter's body, are measured on
words whose letters are known; a mark goes to the letter that explains it best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.train.data.word_paths import WordPath

PRIOR = 8.0
"""How many marks everybody's characters count for beside those of one character."""
LEAST_DEVIATION = 0.12
"""Places of marks deviate at least so far, in x-heights: bodies are cut no more exactly."""
RARE = 0.002
"""Share of the letters with marks where none was seen."""


@dataclass(frozen=True, eq=False)
class MarkPlaces:
    """For each character: log share of letters with a mark; mean (2,) and deviation (2,) of a mark's middle from the
    middle of the body sideways and from the baseline, in x-heights.
    """

    share: dict[str, float]
    mean: dict[str, DoubleArray]
    deviation: dict[str, DoubleArray]

    @classmethod
    def measure(cls, words: Iterable[WordPath]) -> MarkPlaces:
        """From words whose letters are known."""
        letters: dict[str, int] = defaultdict(int)
        places: dict[str, list[DoubleArray]] = defaultdict(list)
        for word in words:
            for c in word.text:
                letters[c] += 1
            for own in word.late():
                owners = word.letter[own]
                owner = int(np.bincount(owners[owners >= 0]).argmax()) if (owners >= 0).any() else -1
                if owner >= 0 and ((word.letter == owner) & ~word.mark).any():
                    body = word.points[(word.letter == owner) & ~word.mark]
                    places[word.text[owner]].append(_place(word.points[own].astype(np.float64), body))
        everybody = np.concatenate(list(places.values()))
        mean, deviation, share = {}, {}, {}
        for c, count in letters.items():
            own = np.reshape(places[c], (-1, 2))
            n = len(own) + PRIOR
            mean[c] = (own.sum(axis=0) + PRIOR * everybody.mean(axis=0)) / n
            spread = ((own - mean[c]) ** 2).sum(axis=0) + PRIOR * everybody.var(axis=0)
            deviation[c] = np.maximum(np.sqrt(spread / n), LEAST_DEVIATION)
            share[c] = float(np.log(max(len(own) / count, RARE)))
        return cls(share, mean, deviation)

    def give(self, word: WordPath, letter: IntArray) -> IntArray:
        """(N,) the letters of all points of a word, given those of its body (of marks they are not looked at)."""
        result = letter.copy()
        bodies = {k: word.points[(letter == k) & ~word.mark] for k in range(len(word.text))}
        for own in word.late():
            points = word.points[own].astype(np.float64)
            scores = [self._score(word.text[k], points, bodies[k]) for k in bodies]
            result[own] = int(np.argmax(scores))
        return result

    def _score(self, character: str, points: DoubleArray, body: FloatArray) -> float:
        if not len(body) or character not in self.mean:
            return -np.inf
        off = (_place(points, body) - self.mean[character]) / self.deviation[character]
        return self.share[character] - 0.5 * float(off @ off) - float(np.log(self.deviation[character]).sum())


def middle_of(points: FloatArray | DoubleArray) -> FloatArray | DoubleArray:
    """The middle (2,) of the box around points."""
    return np.asarray((points.max(axis=0) + points.min(axis=0)) / 2)


def _place(points: DoubleArray, body: FloatArray) -> DoubleArray:
    middle = middle_of(points)
    return np.array([middle[0] - middle_of(body)[0], middle[1]], np.float64)
