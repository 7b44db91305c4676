"""Letters become a style: at once while somebody draws, exactly once they pause; and letters are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.charset import ASCII, INDEX
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan.estimation import style_of
from handfont.studio.errors import LineError
from handfont.studio.requests import DrawnLetter
from handfont.studio.stroke_input import begins_word, letters, sample, shaped
from handfont.style.posterior import Origin, Pen, StylePosterior
from handfont.util.wording import counted

CANDIDATES = 4
"""Characters that are offered for a drawn letter."""
MIN_READ_REGROUPED = 0.5
"""Probability at which a group of strokes that lie apart must read as the letter that was typed."""
MIN_READ = 0.2
"""Probability at which each other group must read as the letter that was typed."""
_READABLE = np.array([INDEX[character] for character in ASCII])
"""Indices of the characters that are read; any other that the model knows can be typed as a correction."""


@dataclass(frozen=True)
class LetterReading:
    """The likeliest characters of a drawn letter, the best first, each with its probability."""

    candidates: tuple[tuple[str, float], ...]

    @property
    def best(self) -> str:
        """The likeliest character."""
        return self.candidates[0][0]


def read(drawn: list[list[FloatArray]], weights: Weights) -> list[LetterReading]:
    """What drawn letters are, by their shape and by their size and place."""
    rows = _rows(drawn, weights)[:, _READABLE]
    order = np.argsort(-rows, axis=1)[:, :CANDIDATES]
    return [
        LetterReading(tuple((ASCII[i], round(float(row[i]), 4)) for i in best))
        for row, best in zip(rows, order, strict=True)
    ]


def _rows(drawn: list[list[FloatArray]], weights: Weights) -> FloatArray:
    """Probabilities (N, characters) of drawn letters."""
    shapes, places = zip(*map(shaped, drawn), strict=True)
    values, known = zip(*(metrics.packed() for metrics in places), strict=True)
    return inference.read(weights.reader, np.stack(shapes), np.stack(values), np.stack(known))


class LineReading(NamedTuple):
    """A line's strokes, by their numbers, in groups of a letter each; what each letter is; and the text with spaces."""

    groups: list[list[int]]
    letters: list[LetterReading]
    text: str


def read_line(strokes: list[FloatArray], typed: str, weights: Weights) -> LineReading:
    """What is written in a line of drawn strokes.

    ``typed`` is what the line says, without spaces, or empty: if there are more or fewer letters in it than can be made
    out, strokes are grouped into as many, as long as that makes the letters that were typed.

    Raises:
        LineError: it does not.
    """
    groups = letters(strokes)
    if typed and len(groups) != len(typed):
        groups = _grouped_as(strokes, typed, groups, weights)
    readings = read([[strokes[i] for i in group] for group in groups], weights)
    text = "".join(
        " " * space + reading.best for space, reading in zip(begins_word(strokes, groups), readings, strict=True)
    )
    return LineReading(groups, readings, text)


def _grouped_as(strokes: list[FloatArray], typed: str, found: list[list[int]], weights: Weights) -> list[list[int]]:
    """As many groups as letters were typed; those that are not among the ``found`` ones must read as typed."""
    groups = letters(strokes, len(typed))
    if len(groups) == len(typed):
        rows = _rows([[strokes[i] for i in group] for group in groups], weights)
        read_as_typed = inference.legibility(rows, np.array([INDEX[character] for character in typed]))
        least = np.array([MIN_READ if group in found else MIN_READ_REGROUPED for group in groups])
        if (read_as_typed >= least).all():
            return groups
    raise LineError(
        f"{counted(len(found), 'letter')} can be made out in the line, but {counted(len(typed), 'letter')} "
        f"{'was' if len(typed) == 1 else 'were'} typed; correct the text, or write letters further apart "
        "and the strokes of a letter closer together"
    )


def learn(drawn: list[DrawnLetter], weights: Weights) -> StylePosterior:
    """The style of drawn letters."""
    used = [sample(letter.character, letter.strokes, letter.pen) for letter in drawn]
    origin = Origin("Drawn in the studio.", sources=("drawn",))
    return style_of(used, "mine", Pen.ink, origin, weights)
