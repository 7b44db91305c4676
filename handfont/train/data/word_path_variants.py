"""Words as other people might have written them: stretched, slanted, wandering, and joined where the pen was lifted.

Few words with known letters are joined; letters written apart, joined by a smooth stroke, teach the aligner where
joined letters begin and end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray, IntArray
from handfont.train.data.word_paths import NONE, STEP, WordPath, evenly

SIZE_DEVIATION = 0.12
"""Of the logarithm of the size, and of that of the width beside it."""
SLANT_DEVIATION = 0.2
"""Of the change of slant, x per y."""
SHIFT_DEVIATION = 0.12
"""Of the height over the baseline, in x-heights: baselines are read no more exactly."""
WANDER_DEVIATION = 0.08
"""Of the height of the waves that a line goes in, in x-heights."""
FARTHEST_JOIN = 1.6
"""Only letters at most so far apart, in x-heights, are joined."""
FARTHEST_BACK = 0.3
"""Nor are those that begin so far to the left, in x-heights, of the end of the one before."""
JOINED = 0.8
"""Share of the letters that can be joined which are, in a word that is written joined."""


class _Stroke(NamedTuple):
    points: DoubleArray
    letter: IntArray
    mark: bool


def varied(word: WordPath, rng: np.random.Generator, joining: float = 0.0) -> WordPath:
    """A word stretched, slanted, shifted and bent at random; with the probability ``joining`` joined, too."""
    strokes = [
        _Stroke(word.points[own].astype(np.float64), word.letter[own], bool(word.mark[own][0]))
        for own in (word.stroke == number for number in range(int(word.stroke.max()) + 1))
    ]
    if rng.random() < joining:
        strokes = _joined(strokes, word.joined or (), rng)
    size = np.exp(rng.normal(0, SIZE_DEVIATION))
    width = size * np.exp(rng.normal(0, SIZE_DEVIATION))
    slant, shift = rng.normal(0, SLANT_DEVIATION), rng.normal(0, SHIFT_DEVIATION)
    wave, length, phase = rng.normal(0, WANDER_DEVIATION), rng.uniform(1.5, 4.0), rng.uniform(0, 2 * np.pi)
    paths, letters, marks = [], [], []
    for points, letter, mark in strokes:
        x = points[:, 0] * width + slant * points[:, 1] * size
        y = points[:, 1] * size + shift + wave * np.sin(x / length + phase)
        path, source = evenly(np.column_stack([x, y]))
        paths.append(path)
        letters.append(letter[source])
        marks.append(np.full(len(path), mark))
    return replace(
        word,
        points=np.concatenate(paths).astype(np.float32),
        stroke=np.repeat(np.arange(len(paths)), [len(path) for path in paths]),
        letter=np.concatenate(letters),
        mark=np.concatenate(marks),
    )


def _joined(strokes: list[_Stroke], joined: tuple[bool, ...], rng: np.random.Generator) -> list[_Stroke]:
    """Most letters that end near where the next begins, joined by a stroke of no letter, but for those that are
    ``joined`` already.
    """
    result: list[_Stroke] = []
    body = -1  # in the result, the last stroke that is no mark
    for stroke in strokes:
        if not stroke.mark and body >= 0 and _joinable(result[body], stroke, joined) and rng.random() < JOINED:
            before = result[body]
            between = _join(before.points, stroke.points, rng)
            result[body] = _Stroke(
                np.concatenate([before.points, between, stroke.points]),
                np.concatenate([before.letter, np.full(len(between), NONE), stroke.letter]),
                False,
            )
            continue
        result.append(stroke)
        body = body if stroke.mark else len(result) - 1
    return result


def _joinable(a: _Stroke, b: _Stroke, joined: tuple[bool, ...]) -> bool:
    gap = b.points[0] - a.points[-1]
    known = a.letter[-1] >= 0 and b.letter[0] == a.letter[-1] + 1 and not (joined and joined[a.letter[-1]])
    return bool(
        known
        and STEP < np.hypot(*gap) < FARTHEST_JOIN
        and gap[0] > -FARTHEST_BACK
        and min(len(a.points), len(b.points)) > 3
    )


def _join(a: DoubleArray, b: DoubleArray, rng: np.random.Generator) -> DoubleArray:
    """Points between the end of ``a`` and the start of ``b`` on a cubic with their directions (Hermite)."""
    start, end = a[-1], b[0]
    far = np.hypot(*(end - start))
    leaving, coming = a[-1] - a[-3], b[2] - b[0]
    leaving, coming = (rng.uniform(0.2, 0.9) * far * way / (np.hypot(*way) + 1e-6) for way in (leaving, coming))
    count = max(2, round(1.1 * far / STEP))
    s = np.linspace(0, 1, count + 1)[1:-1, None]
    return np.asarray(
        (2 * s**3 - 3 * s**2 + 1) * start
        + (s**3 - 2 * s**2 + s) * leaving
        + (3 * s**2 - 2 * s**3) * end
        + (s**3 - s**2) * coming
    )
