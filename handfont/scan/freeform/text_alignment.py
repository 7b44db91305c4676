"""The text of a page laid along the ink of its lines, one after the other: the one likeliest way (Viterbi).

Ink may be of no letter, and words may have no ink, each at a cost, so that a line that cannot be read, or a word that
was left out, does not spoil the others.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import BoolArray, ByteArray, FloatArray, IntArray
from handfont.core.charset import INDEX
from handfont.model.ink_aligner import CHARACTERS
from handfont.util.jit import compiled

STRANGE = 1.2
"""What a column of ink that is of no letter costs more than being of its likeliest character, as a log weight."""
UNREAD = 8.0
"""What it costs to begin with ink of no letter."""
LEFT_OUT, OMITTED = 7.0, 1.5
"""What it costs to leave out some of the text, and more for each character of it."""
GAP, ROOM = 6, 10
"""Columns of ink of no letter between two letters that follow each other that are theirs, at most, and how many more
for each letter beside it that has hardly any columns."""
HARDLY = 2
"""Columns of a letter that is hardly there, at most."""
ANY = len(CHARACTERS)
"""Code of a character that the network does not know."""


@dataclass(frozen=True)
class PageText:
    """A transcript as it is laid along ink.

    Attributes:
        characters: of each of n places; words have one space between them, and there is one before and after all.
        codes: (n,) indices into the network's characters of the letters without their accents, or ANY.
        accented: (n,) whether the letter has an accent that is left off in ``plain``.
        plain: the characters of the model's set that the letters are samples of, or ''.
        begins: (n,) whether the letter begins a word.
        apart: whether there is space between all letters.
    """

    characters: list[str]
    codes: IntArray
    accented: BoolArray
    plain: list[str]
    begins: BoolArray
    apart: bool = False

    @classmethod
    def of(cls, text: str, apart: bool = False) -> PageText:
        """The letters of a transcript, with space between all of them if they are written ``apart``."""
        words = unicodedata.normalize("NFC", text).split()
        between = " " if apart else ""
        characters = list(" " + " ".join(between.join(word) for word in words) + " ")
        firsts = [False, *(flag for word in words for flag in _firsts(len(word), apart))]
        plain, codes = [], []
        for character in characters:
            base = character if character in INDEX else unicodedata.normalize("NFD", character)[0]
            plain.append(base if base in INDEX else "")
            simple = unicodedata.normalize("NFD", TYPED.get(base, base))[0]
            codes.append(CHARACTERS.index(simple) if simple in CHARACTERS else ANY)
        accented = [c != p and c != " " for c, p in zip(characters, plain, strict=True)]
        return cls(
            characters, np.array(codes, np.int64), np.array(accented, bool), plain, np.array(firsts, bool), apart
        )

    def word(self, place: int) -> str:
        """The word that a letter is in, or the letter where all stand apart."""
        text = "".join(self.characters)
        return text[text.rfind(" ", 0, place) + 1 : text.index(" ", place)]


def _firsts(letters: int, apart: bool) -> list[bool]:
    """Of a word's places and the space after it, which is its first letter's."""
    return [True] + [False] * (2 * letters - 1 if apart else letters)


TYPED = {"–": "-", "—": "-", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": ",", "…": "."}
"""Characters that people write as ones of ASCII."""


class LaidText(NamedTuple):
    """The place of the text (N,) that each column of the page's lines is of, -1 for ink of no letter."""

    place: IntArray


def with_any(columns: FloatArray) -> FloatArray:
    """Scores (3, C, N) of columns with a row more, for characters that the network does not know."""
    unknown = np.zeros((3, 1, columns.shape[2]), np.float32)
    unknown[0, 0] = columns[0].max(axis=0) - STRANGE
    return np.concatenate([columns, unknown], axis=1)


def lay(columns: FloatArray, codes: IntArray) -> LaidText:
    """Lay a text along columns.

    Args:
        columns: (3, C + 1, N) scores of the columns of all lines, see :func:`with_any`.
        codes: (n,) characters of the text.
    """
    best = columns[0, :ANY].max(axis=0) - STRANGE
    scores = np.ascontiguousarray(columns.transpose(0, 2, 1), np.float32)
    came, last = _forward(scores, codes, best.astype(np.float32))
    return LaidText(_back(came, last))


def filled(place: IntArray) -> IntArray:
    """The places (N,) of a line's columns, those of no letter given to letters beside them where they must be theirs.

    A letter that does not look as the network expects costs more than to be squeezed into a column beside ink of no
    letter. Where no text is left out, and there is no more ink than such letters need, it is theirs.
    """
    result = place.copy()
    edges = [0, *(np.flatnonzero(np.diff(place)) + 1).tolist(), len(place)]
    runs = [(int(place[a]), a, b) for a, b in pairwise(edges)]
    for k in range(1, len(runs) - 1):
        (before, _, _), (own, first, stop), (after, _, _) = runs[k - 1 : k + 2]
        if own >= 0 or after != before + 1:
            continue
        squeezed = _squeezed(runs[:k][::-1], -1) + _squeezed(runs[k + 1 :], 1)
        if stop - first <= GAP + ROOM * squeezed:
            middle = (first + stop) // 2
            result[first:middle], result[middle:stop] = before, after
    return result


def _squeezed(runs: list[tuple[int, int, int]], step: int) -> int:
    """How many letters in a row, from the first of ``runs`` on, are hardly there."""
    count = 0
    for place, first, stop in runs:
        if place != runs[0][0] + step * count or stop - first > HARDLY:
            break
        count += 1
    return count


@compiled
def _between(
    t: int, codes: IntArray, ends: FloatArray, within: FloatArray, strange: FloatArray, ended: FloatArray,
    omitted: FloatArray, came: ByteArray,
) -> None:  # fmt: skip
    """The best ways up to the boundary before column t, after each count of letters; ``ends`` (C + 1,) of t - 1."""
    for i in range(len(codes) + 1):
        bits = 0
        before = np.float32(-np.inf)
        if t == 0 and i == 0:
            before = np.float32(0.0)
        if i > 0:
            before = within[i] + ends[codes[i - 1]]
        if strange[i] > before:
            before = strange[i]
            bits = 16
        ended[i] = before
        if i > 0:
            begins = ended[i - 1] - LEFT_OUT
            if omitted[i - 1] > begins:
                begins = omitted[i - 1]
                bits |= 32
            omitted[i] = begins - OMITTED
        came[i] = bits


@compiled
def _best(goes_on: float, ended: float, omitted: float) -> tuple[float, int]:
    """The best of three ways, and which it is."""
    if omitted > ended:
        return (omitted, 2) if omitted > goes_on else (goes_on, 0)
    return (ended, 1) if ended > goes_on else (goes_on, 0)


@compiled
def _forward(scores: FloatArray, codes: IntArray, garbage: FloatArray) -> tuple[ByteArray, bool]:
    """(N + 1, n + 1) where the best ways came from, in bits, and whether the best one ends with text left out.

    A letter (bits 1 and 2): 0 goes on, 1 begins after what was before it, 2 after text that was left out. Ink of no
    letter (bits 4 and 8): the same. What was before (bit 16): 0 a letter, 1 ink of no letter. Left out (bit 32): 0
    begins, 1 goes on.
    """
    columns, letters = scores.shape[1], len(codes)
    came = np.zeros((columns + 1, letters + 1), np.uint8)
    within, strange, ended, omitted = np.full((4, letters + 1), -np.inf, np.float32)
    for t in range(columns + 1):
        _between(t, codes, scores[2, max(t - 1, 0)], within, strange, ended, omitted, came[t])
        if t == columns:
            break
        for i in range(letters, -1, -1):
            best, source = _best(strange[i], ended[i] - UNREAD, omitted[i] - UNREAD)
            strange[i] = best + garbage[t]
            came[t, i] |= 4 * source
            if i > 0:
                begin = scores[1, t, codes[i - 1]]
                best, source = _best(within[i], ended[i - 1] + begin, omitted[i - 1] + begin)
                within[i] = best + scores[0, t, codes[i - 1]]
                came[t, i] |= source
    return came, omitted[letters] > ended[letters]


@compiled
def _back(came: ByteArray, omitted: bool) -> IntArray:
    """The place (N,) of each column on the best way."""
    columns, i = came.shape[0] - 1, came.shape[1] - 1
    place = np.full(columns, -1, np.int64)
    t = columns
    while True:
        # At the boundary before column t, after i letters.
        if omitted:
            while came[t, i] & 32:
                i -= 1
            i -= 1
        if t == 0:
            break
        strange = (came[t, i] & 16) > 0
        source = 0
        while source == 0:
            t -= 1
            place[t] = -1 if strange else i - 1
            source = ((came[t, i] >> 2) if strange else came[t, i]) & 3
            if t == 0 and source == 0:
                return place
        if not strange:
            i -= 1
        omitted = source == 2
    return place
