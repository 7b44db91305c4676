"""Punctuation and accents for words of UNIPEN, which have few: strokes made by hand, varied at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.train.data.word_paths import WordPath, evenly, on_line

ENDING = 0.25
"""Share of the words that get punctuation."""
ACCENTED = 0.08
"""Share of the words of which a vowel gets an accent."""
SIGNS = ".,.,.,;:!?-'\")"
"""What may follow a word, as often as it stands here."""
AWAY = (0.15, 0.6)
"""Clear distance of punctuation from the word, in x-heights."""

_DOT = [[(0.0, 0.02), (0.04, 0.06), (0.05, 0.0)]]
_COMMA = [[(0.06, 0.12), (0.1, -0.05), (-0.08, -0.38)]]
_STROKES: dict[str, list[list[tuple[float, float]]]] = {
    ".": _DOT,
    ",": _COMMA,
    ":": [[(x, y + 0.75) for x, y in _DOT[0]], _DOT[0]],
    ";": [[(x, y + 0.75) for x, y in _DOT[0]], _COMMA[0]],
    "!": [[(0.08, 1.7), (0.0, 0.45)], _DOT[0]],
    "?": [
        [(-0.25, 1.4), (0.0, 1.75), (0.35, 1.65), (0.4, 1.3), (0.1, 0.95), (0.05, 0.5)],
        [(x + 0.05, y) for x, y in _DOT[0]],
    ],
    "-": [[(0.0, 0.5), (0.55, 0.52)]],
    "'": [[(0.06, 1.75), (0.0, 1.35)]],
    '"': [[(0.05, 1.75), (0.0, 1.35)], [(0.3, 1.75), (0.25, 1.35)]],
    ")": [[(0.0, 1.8), (0.3, 1.1), (0.28, 0.4), (0.0, -0.3)]],
}
_ACCENTS: list[list[list[tuple[float, float]]]] = [
    [[(-0.2, 0.0), (-0.19, 0.04)], [(0.2, 0.0), (0.21, 0.04)]],
    [[(-0.2, -0.05), (-0.17, 0.15)], [(0.15, -0.05), (0.18, 0.15)]],
    [[(0.2, 0.25), (-0.1, 0.0)]],
    [[(-0.2, 0.25), (0.1, 0.0)]],
    [[(-0.25, 0.0), (0.0, 0.22), (0.25, 0.0)]],
]


def punctuated(word: WordPath, rng: np.random.Generator) -> WordPath:
    """A word, on its line, with a sign after it or an accent on one of its vowels, or as it was."""
    if rng.random() < ENDING and word.text[-1].isalnum():
        sign = SIGNS[rng.integers(len(SIGNS))]
        strokes = _varied(_STROKES[sign], rng)
        right = word.points[:, 0].max() + rng.uniform(*AWAY) - min(float(s[:, 0].min()) for s in strokes)
        return _with(on_line(word), [s + np.array([right, 0]) for s in strokes], len(word.text), sign)
    vowels = [i for i, c in enumerate(word.text) if c in "aeouAOU" and (word.letter == i).any()]
    if rng.random() < ACCENTED and vowels:
        index = vowels[rng.integers(len(vowels))]
        own = word.points[word.letter == index]
        middle = [own[:, 0].mean() + rng.normal(0, 0.1), own[:, 1].max() + rng.uniform(0.2, 0.6)]
        strokes = _varied(_ACCENTS[rng.integers(len(_ACCENTS))], rng)
        return _with(word, [s + np.array(middle) for s in strokes], index, "")
    return word


def _varied(strokes: list[list[tuple[float, float]]], rng: np.random.Generator) -> list[DoubleArray]:
    size = np.exp(rng.normal(0, 0.2, 2))
    lean = rng.normal(0, 0.15)
    made = []
    for stroke in strokes:
        points = (np.array(stroke) + rng.normal(0, 0.03, (len(stroke), 2))) * size
        made.append(evenly(points + np.column_stack([lean * points[:, 1], np.zeros(len(points))]))[0])
    return made


def _with(word: WordPath, strokes: list[DoubleArray], letter: int, sign: str) -> WordPath:
    """The word with strokes of a letter, which its text is to have, after its own."""
    count = sum(map(len, strokes))
    number = int(word.stroke.max()) + 1
    joined = word.joined if word.joined is None else (*word.joined, *(False,) * len(sign))
    return replace(
        word,
        text=word.text + sign,
        points=np.concatenate([word.points, *strokes]).astype(np.float32),
        stroke=np.concatenate([word.stroke, np.repeat(np.arange(len(strokes)) + number, [len(s) for s in strokes])]),
        letter=np.concatenate([word.letter, np.full(count, letter)]),
        mark=np.concatenate([word.mark, np.full(count, not sign)]),
        joined=joined,
    )
