"""Letters become a style: at once while somebody draws, exactly once they pause; and letters are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import BoolArray, FloatArray
from handfont.core.charset import ASCII, INDEX
from handfont.core.forms import ALONE, Joins
from handfont.core.pairs import SeenPair
from handfont.enrollment import LEAST_JOINED
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan.estimation import style_of
from handfont.scan.freeform.language import sense
from handfont.studio.errors import LineError
from handfont.studio.joined_line import JoinedLine
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
UNLIKE = 0.02
"""Probability below which a group of strokes does not look like the letter that was typed: letters may be joined."""
LEGIBLE = 0.3
"""Probability of a letter of joined words, at least, by its strokes alone."""
CLEAR = 0.6
"""Probability at which all letters of a line must be read for it to be read letter by letter."""
WIDEST = 2.4
"""Width of a letter, in x-heights, at most: what is wider is several that are joined."""
SENSIBLE = 0.5
"""Share of the letters in known words from which on other lines are read as joined writing."""
FEWEST_JOINED = 3
"""Joins that show that a writer joins letters, at least; strokes show them for certain."""
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


class LineLetter(NamedTuple):
    """A letter of a line: what it is, its strokes, to which neighbors it is joined, whether the next letter is in the
    same word, and whether it is known for certain where it begins and ends.
    """

    character: str
    strokes: list[FloatArray]
    joins: Joins
    goes_on: bool
    sure: bool


def read_line(strokes: list[FloatArray], weights: Weights) -> str:
    """What a line of drawn strokes says: letter by letter, or as joined words where letters alone make less sense."""
    groups = letters(strokes)
    readings = read([[strokes[i] for i in group] for group in groups], weights)
    text = "".join(
        " " * space + reading.best for space, reading in zip(begins_word(strokes, groups), readings, strict=True)
    )
    wide = any(np.ptp(np.concatenate([strokes[i] for i in group])[:, 0]) > WIDEST for group in groups)
    if not wide and all(reading.candidates[0][1] >= CLEAR for reading in readings):
        return text
    joined = JoinedLine(strokes, weights.ink_aligner).text()
    return joined if joined and (wide or sense(joined) >= SENSIBLE) else text


def part_line(strokes: list[FloatArray], typed: str, weights: Weights) -> list[LineLetter]:
    """The letters of a line that says ``typed``, words parted by spaces.

    Letters that stand apart are groups of strokes. If there are more or fewer letters in the line than can be made out,
    strokes are grouped into as many, as long as that makes the letters that were typed; or else letters are joined, and
    strokes are cut where one letter ends and the next begins.

    Raises:
        LineError: the line does not look like that.
    """
    characters = typed.replace(" ", "")
    found = letters(strokes)
    groups = _grouped_as(strokes, characters, found, weights)
    if groups is None or not _legible(strokes, groups, characters, weights).all():
        joined = _joined(strokes, typed, weights)
        if joined is not None:
            return joined
    if groups is None:
        raise LineError(
            f"{counted(len(found), 'letter')} can be made out in the line, but {counted(len(characters), 'letter')} "
            f"{'was' if len(characters) == 1 else 'were'} typed; correct the text, or write letters further apart "
            "and the strokes of a letter closer together, or join all letters of a word"
        )
    ends = {at - number for number, at in enumerate(i for i, c in enumerate(typed) if c == " ")} | {len(characters)}
    return [
        LineLetter(character, [strokes[i] for i in group], ALONE, number not in ends, True)
        for number, (character, group) in enumerate(zip(characters, groups, strict=True), 1)
    ]


def _joined(strokes: list[FloatArray], typed: str, weights: Weights) -> list[LineLetter] | None:
    """The letters of a line of joined words; None if it is not one, or does not say what was typed.

    A letter whose strokes cannot be read as what it is may hold some of its neighbor's.
    """
    parted = JoinedLine(strokes, weights.ink_aligner).part(typed)
    if parted is None or not any(letter.joins.right for letter in parted):
        return None
    drawn = [number for number, letter in enumerate(parted) if letter.strokes]
    rows = _rows([parted[number].strokes for number in drawn], weights)
    chances = inference.legibility(rows, np.array([INDEX[parted[number].character] for number in drawn]))
    legible = {number for number, chance in zip(drawn, chances, strict=True) if chance >= LEGIBLE}
    after = [a.word == b.word for a, b in pairwise(parted)] + [False]
    return [
        LineLetter(letter.character, letter.strokes, letter.joins, on, letter.sure and number in legible)
        for number, (letter, on) in enumerate(zip(parted, after, strict=True))
    ]


def _grouped_as(
    strokes: list[FloatArray], typed: str, found: list[list[int]], weights: Weights
) -> list[list[int]] | None:
    """As many groups as letters were typed; those that are not among the ``found`` ones must read as typed."""
    if len(found) == len(typed):
        return found
    groups = letters(strokes, len(typed))
    if len(groups) != len(typed):
        return None
    read_as_typed = _chances(strokes, groups, typed, weights)
    least = np.array([MIN_READ if group in found else MIN_READ_REGROUPED for group in groups])
    return groups if (read_as_typed >= least).all() else None


def _legible(strokes: list[FloatArray], groups: list[list[int]], typed: str, weights: Weights) -> BoolArray:
    """(N,) whether groups of strokes look at all like the letters that were typed."""
    return _chances(strokes, groups, typed, weights) >= UNLIKE


def _chances(strokes: list[FloatArray], groups: list[list[int]], typed: str, weights: Weights) -> FloatArray:
    """(N,) probability that each group of strokes is the letter that was typed, or one that looks alike."""
    rows = _rows([[strokes[i] for i in group] for group in groups], weights)
    return np.asarray(inference.legibility(rows, np.array([INDEX[character] for character in typed])), np.float32)


def learn(drawn: list[DrawnLetter], weights: Weights) -> StylePosterior:
    """The style of drawn letters, and how they are joined if enough of them were."""
    used = [sample(letter.character, letter.strokes, letter.pen, letter.joins) for letter in drawn]
    origin = Origin("Drawn in the studio.", sources=("drawn",))
    style = style_of(used, "mine", Pen.ink, origin, weights)
    pairs = [
        SeenPair(letter.character, letter.after, letter.joins.right)
        for letter in drawn
        if letter.after and letter.character.isalpha() and letter.after.isalpha()
    ]
    joined = sum(pair.joined for pair in pairs)
    if joined >= FEWEST_JOINED and joined >= LEAST_JOINED * len(pairs):
        style = replace(style, joins=weights.joins.habit(pairs))
    return style
