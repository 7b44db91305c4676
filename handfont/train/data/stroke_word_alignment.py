"""The letters of a word found in its pen strokes: all alignments of text and pieces weighed together.

Forward-backward; a move is one letter that takes some neighboring pieces, or several joined letters that take some.
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.charset import INDEX
from handfont.train.data.stroke_words import PIECES, PenWord, Usual

CERTAIN = 0.97
"""Share of the weight of all alignments that has to agree on a character."""
LONGEST_JOIN = 12
"""Letters that are skipped as joined at a time, at most."""
JOIN = -4.5
"""Log weight of skipping letters that are joined or that cannot be read, before what every letter costs."""


def fit(word: PenWord, usual: Usual) -> None:
    """Sets which runs of a word are certain letters, and by them its x-height and baseline, in two rounds."""
    for _ in range(2):
        _align(word, usual)
        _place(word, usual)


def _weights(word: PenWord, usual: Usual) -> dict[tuple[int, int, int], DoubleArray]:
    """Log weight of every run for every letter of the text."""
    boxes = usual.boxes(word.text)
    dotted = np.array([c in "ij" for c in word.text])
    letters = [INDEX[c] for c in word.text]
    measured = word.boxes - np.array([0, word.baseline, 0, word.baseline])
    measured = measured / word.x_height
    result = {}
    for run, row in word.runs.items():
        first, count, dot = run
        left, low, right, high = measured[row]
        width = np.log((right - left + 0.3) / (boxes[:, 0] + 0.3)) / 0.35
        tall = (high - low - boxes[:, 1] + boxes[:, 2]) / (0.15 * (boxes[:, 1] - boxes[:, 2]) + 0.25)
        place = (low - boxes[:, 2]) / 0.5
        spans = word.spans[first : first + count] / word.x_height
        ends = np.maximum.accumulate(spans[:-1, 1])
        gap = max(0.0, float((spans[1:, 0] - ends).max())) if count > 1 else 0.0
        misfit = np.minimum(width**2, 12) + np.minimum(tall**2, 12) + np.minimum(place**2, 6)
        misfit += min((gap / 0.2) ** 2, 12)
        weight = np.log(word.seen[row, letters] + 1e-4) - 0.25 * misfit
        if dot >= 0:
            weight[~dotted] = -np.inf
        result[run] = weight
    return result


def _align(word: PenWord, usual: Usual) -> None:
    """Sets ``word.certain``: the runs that are one letter in nearly all of the weight of all alignments."""
    n, m = len(word.text), len(word.pieces)
    longest, most = min(LONGEST_JOIN, n), min(PIECES, m)
    letters = np.concatenate([[0], np.cumsum(usual.boxes(word.text)[:, 0] + 0.2)])
    spans = np.zeros((most, m))
    for s in range(most):
        for j in range(m - s):
            spans[s, j] = word.spans[j : j + s + 1, 1].max() - word.spans[j : j + s + 1, 0].min()
    # moves[i, k, s, j]: weight of going from letter i on by k + 1 letters, from piece j on by s + 1 pieces.
    last = np.minimum(np.arange(n)[:, None] + np.arange(longest) + 1, n)
    wide = np.log(spans / word.x_height + 0.3) - np.log(letters[last] - letters[:n, None] + 0.3)[:, :, None, None]
    number = np.arange(longest)[:, None, None] + 1
    moves = np.exp(JOIN - 1.2 * number - 0.7 * np.arange(most)[:, None] - 0.3 * np.minimum((wide / 0.35) ** 2, 12.0))
    weights = {run: np.exp(weight) for run, weight in _weights(word, usual).items()}
    for (j, count, _), weight in weights.items():
        moves[:, 0, count - 1, j] += weight
    forward, backward = np.zeros((n + 1, m + 1)), np.zeros((n + 1, m + 1))
    forward[0, 0] = backward[n, m] = 1.0
    for i in range(n):
        reach = min(longest, n - i)
        for s in range(most):
            forward[i + 1 : i + 1 + reach, s + 1 :] += moves[i, :reach, s, : m - s] * forward[i, : m - s]
    for i in reversed(range(n)):
        reach = min(longest, n - i)
        for s in range(most):
            backward[i, : m - s] += (moves[i, :reach, s, : m - s] * backward[i + 1 : i + 1 + reach, s + 1 :]).sum(
                axis=0
            )
    total = forward[n, m]
    word.certain, word.total = [], float(np.log(max(total, 1e-300)))
    if total < 1e-250:
        return
    for run, weight in weights.items():
        share = forward[:n, run[0]] * weight * backward[1:, run[0] + run[1]] / total
        word.certain += [(int(i), run) for i in np.flatnonzero(share > CERTAIN)]
    word.certain.sort()


def _place(word: PenWord, usual: Usual) -> None:
    """Sets x-height and baseline from the certain letters, where there are some."""
    sure = [(word.boxes[word.runs[run]], word.text[i]) for i, run in word.certain]
    tall = [(box[3] - box[1]) / usual.height[c] for box, c in sure if usual.height[c] > 0.7]
    if len(tall) >= 3:
        word.x_height = float(np.median(tall))
        word.baseline = float(np.median([box[1] - usual.bottom[c] * word.x_height for box, c in sure]))
