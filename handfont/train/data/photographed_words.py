"""Photographed words of DHSD as the aligner of ink sees lines: real ink, of which only the text is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from handfont.core.arrays import FloatArray
from handfont.model.ink_aligner import ABOVE, CHARACTERS, ROWS, X_HEIGHT
from handfont.train.data.dhsd import read_words
from handfont.train.data.ink_words import BORDER, SCALE, InkWord, darkness_of
from handfont.train.data.writers import by_writer

MARGIN = (0.4, 1.6)
"""Paper left and right of the ink, in x-heights."""
SLANTS = np.linspace(-0.4, 1.0, 29)
"""Slants that a hand may have, x over y."""
SLANT_WORDS = 40
"""Words that show the slant of a hand, at most."""
SIZE, LEAN, SHIFT = 0.1, 0.1, 0.1
"""Deviations of the logarithm of size, of the slant that is left, and of the height over the baseline in x-heights,
with which a word is seen each time."""
DARKNESS = (0.7, 1.0)
"""Of ink, from pale to full."""


@dataclass(frozen=True, eq=False)
class PhotographedWord:
    """A word, perhaps of several parts.

    Attributes:
        writer: whose word.
        text: what it says, accents left off.
        dark: (height, width) darkness of the picture, ink about one.
        x_height: in its pixels.
        line: slope and offset of its baseline, row = slope * column + offset.
        slant: of the hand, x over y.
    """

    writer: str
    text: str
    dark: FloatArray
    x_height: float
    line: tuple[float, float]
    slant: float = 0.0


@dataclass(frozen=True, eq=False)
class SeenWord:
    """A word's picture (ROWS, width), darkness from 0 to 1, and its text, a space before and after it."""

    picture: FloatArray
    text: str


def read(folder: Path, split: str) -> list[PhotographedWord]:
    """The words of a split (``train`` or ``dev``, by writer) that have letters of ASCII only and a known baseline.

    Raises:
        DataError: the folder has no ``data.csv``.
    """
    words = [_word(word) for word in read_words(folder, split) if word.certain and set(word.letters) <= set(CHARACTERS)]
    result = []
    for own in by_writer(words).values():
        slant = _slant(own)
        result += [replace(word, slant=slant) for word in own]
    return result


def seen(word: PhotographedWord, rng: np.random.Generator | None = None) -> SeenWord:
    """A word set level and upright at the size of lines' pictures; with ``rng`` a little off, as lines are found."""
    size, lean, shift, left, right = 1.0, word.slant, 0.0, 1.0, 1.0
    if rng is not None:
        size, lean = float(np.exp(rng.normal(0, SIZE))), lean + rng.normal(0, LEAN)
        shift, left, right = rng.normal(0, SHIFT), rng.uniform(*MARGIN), rng.uniform(*MARGIN)
    unit = word.x_height * size
    slope, offset = word.line
    columns = np.flatnonzero((word.dark > 0.5).any(axis=0))
    start, stop = columns[0] - left * unit, columns[-1] + right * unit
    width = 2 * int(np.ceil((stop - start) / unit * X_HEIGHT / 2))
    step = unit / X_HEIGHT
    # From pixels of the line's picture to those of the photograph.
    over = ABOVE * X_HEIGHT
    matrix = np.array([
        [step, -lean * step, start + lean * step * (over + 0.5)],
        [slope * step, step, slope * start + offset - step * over + shift * unit],
    ])  # fmt: skip
    picture = cv2.warpAffine(
        word.dark, matrix, (width, ROWS), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=0
    )
    if rng is not None:
        picture = picture * rng.uniform(*DARKNESS)
    return SeenWord(np.clip(np.asarray(picture, np.float32), 0, 1), f" {word.text} ")


def _word(word: InkWord) -> PhotographedWord:
    dark = darkness_of(word.file).astype(np.float32)
    ink = dark[dark > 0.5 * np.percentile(dark, 99)]
    core = float(np.median(ink)) if len(ink) else 1.0
    text = "".join(" " * bool(apart) + c for c, apart in zip(word.letters, word.spaced, strict=True))
    slope, offset = word.line
    row = (offset + slope * BORDER - BORDER) / SCALE
    return PhotographedWord(
        f"dhsd:{word.writer}", text, np.asarray(dark / max(core, 1.0), np.float32), word.x_height / SCALE, (slope, row)
    )


def _slant(words: list[PhotographedWord]) -> float:
    """The slant at which the ink of a writer's words gathers in columns most."""
    best = np.zeros(len(SLANTS))
    for word in words[:SLANT_WORDS]:
        for number, slant in enumerate(SLANTS):
            columns = seen(replace(word, slant=float(slant))).picture.sum(axis=0)
            best[number] += float((columns**2).sum())
    return float(SLANTS[int(best.argmax())])
