"""What a page says, as far as a machine can read it: the likeliest characters in the columns of its lines, and then the
likeliest known words instead.

The lists of words only help: a word that is in none can still be read. What comes out is then aligned like any
transcript, and only letters that are sure are used.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.model.ink_aligner import CHARACTERS
from handfont.scan.freeform.language import MARKS, following, known_words, word_list
from handfont.scan.freeform.line_pictures import LineScores
from handfont.util.jit import compiled
from handfont.util.progress import Watch

LANGUAGE = 2.0
"""Weight of what is likely to follow a character beside what its columns look like."""
LETTER = -14.0
"""Log weight of each character more: the network's scores of beginnings and ends leave open how many there are."""
COMMONNESS = 0.35
"""Weight of the logarithm of a word's frequency."""
STRANGE = -7.0
"""Log weight of a word that is in no list."""
LONGER = 3
"""Letters that a word of the lists may have more or fewer than were read."""
CAPITALS = 0.6
"""Share of capitals from which on a word is of capitals only."""


class ReadWord(NamedTuple):
    """Characters that were read, and the first column and that after the last of them."""

    text: str
    start: int
    stop: int


def text_of(lines: list[LineScores], watch: Watch | None = None) -> str:
    """The text of a page, a line of it for each line; ``watch`` is told how far it is."""
    texts = []
    for number, line in enumerate(lines):
        if watch is not None:
            watch("reading lines", number, len(lines))
        texts.append(line_text(line.columns))
    return "\n".join(texts)


def line_text(columns: FloatArray) -> str:
    """The text of a line from the scores (3, C, N) of its columns."""
    scores = np.ascontiguousarray(columns.transpose(0, 2, 1), np.float64)
    words = _words(_likeliest(scores, LANGUAGE * following() + LETTER))
    return " ".join(_known(word, scores) for word in words)


def _words(characters: IntArray) -> list[ReadWord]:
    """Words among the characters of columns (N,), a character's first column marked by a negative number."""
    starts = np.flatnonzero(characters < 0)
    stops = [*starts[1:].tolist(), len(characters)]
    words: list[ReadWord] = []
    open_word = False
    for start, stop in zip(starts.tolist(), stops, strict=True):
        character = CHARACTERS[-characters[start] - 1]
        if character == " ":
            open_word = False
        elif open_word:
            words[-1] = ReadWord(words[-1].text + character, words[-1].start, stop)
        else:
            words.append(ReadWord(character, start, stop))
            open_word = True
    return words


def _known(word: ReadWord, scores: DoubleArray) -> str:
    """The word of the lists that is likelier than what was read, or what was read."""
    core = word.text.strip(MARKS)
    if len(core) < 2 or not core.isalpha():
        return word.text
    if core.lower() in known_words():
        return word.text.replace(core, _cased(core))
    part = scores[:, word.start : word.stop]
    before, after = word.text[: word.text.index(core)], word.text[word.text.index(core) + len(core) :]
    words = word_list()
    lengths = np.diff(words.starts)
    chosen = np.flatnonzero(np.abs(lengths - len(core)) <= LONGER)
    styles = [str.lower, str.capitalize] if sum(map(str.isupper, core)) < CAPITALS * len(core) else [str.upper]
    around = [np.array([CHARACTERS.index(c) for c in text], np.int64) for text in (before, after)]
    own = np.array([CHARACTERS.index(c) for c in word.text], np.int64)
    best, text = _fit(part, own) + STRANGE + LETTER * len(core), word.text
    for style in styles:
        code = np.array([CHARACTERS.index(style(c)) if c.isalpha() else k for k, c in enumerate(CHARACTERS)])
        first = np.array([CHARACTERS.index(str.upper(c)) if c.isalpha() else k for k, c in enumerate(CHARACTERS)])
        if style is str.capitalize:
            code = np.arange(len(CHARACTERS))
        elif style is str.lower:
            first = code
        fits = _fits(part, words.letters, words.starts, chosen, code, first, around[0], around[1])
        total = np.round(fits + COMMONNESS * words.weight[chosen] + LETTER * lengths[chosen], 3)
        if len(total) and total.max() > best:
            best = float(total.max())
            text = before + style(words.words[int(chosen[int(total.argmax())])]) + after
    return text


def _cased(word: str) -> str:
    """A known word in small letters or capitals: many capitals look like large small letters."""
    if word.isupper() or word.istitle():
        return word
    return word.lower()


def _fit(scores: DoubleArray, letters: IntArray) -> float:
    """Log weight of the likeliest way of cutting columns into letters."""
    return float(_cut(scores, letters, np.empty(len(letters))))


@compiled
def _cut(scores: DoubleArray, letters: IntArray, best: DoubleArray) -> float:
    columns, count = scores.shape[1], len(letters)
    best[:] = -np.inf
    best[0] = scores[0, 0, letters[0]] + scores[1, 0, letters[0]]
    for t in range(1, columns):
        for i in range(min(count - 1, t), -1, -1):
            value = best[i]
            if i > 0:
                stepped = best[i - 1] + scores[2, t - 1, letters[i - 1]] + scores[1, t, letters[i]]
                if stepped > value:
                    value = stepped
            best[i] = value + scores[0, t, letters[i]]
    return float(best[count - 1] + scores[2, columns - 1, letters[count - 1]])


@compiled
def _fits(
    scores: DoubleArray,
    letters: IntArray,
    starts: IntArray,
    chosen: IntArray,
    code: IntArray,
    first: IntArray,
    before: IntArray,
    after: IntArray,
) -> DoubleArray:
    """The same of each chosen word between signs, in other letters: ``first`` where it begins, else ``code``."""
    found = np.empty(len(chosen))
    for k in range(len(chosen)):
        start, stop = starts[chosen[k]], starts[chosen[k] + 1]
        size = stop - start
        own = np.empty(len(before) + size + len(after), np.int64)
        own[: len(before)] = before
        for i in range(size):
            own[len(before) + i] = first[letters[start]] if i == 0 else code[letters[start + i]]
        own[len(before) + size :] = after
        found[k] = _cut(scores, own, np.empty(len(own)))
    return found


@compiled
def _likeliest(scores: DoubleArray, table: DoubleArray) -> IntArray:
    """The likeliest character (N,) of each column, -1 less its number where it begins (Viterbi)."""
    columns, size = scores.shape[1], scores.shape[2]
    came = np.full((columns, size), -1, np.int64)
    space = size - 1
    best = np.full(size, -np.inf)
    best[space] = scores[0, 0, space]
    for t in range(1, columns):
        ended = best + scores[2, t - 1]
        after = np.empty(size)
        for c in range(size):
            value = best[c]
            begin = scores[1, t, c]
            for b in range(size):
                stepped = ended[b] + table[b, c] + begin
                if stepped > value:
                    value = stepped
                    came[t, c] = b
            after[c] = value + scores[0, t, c]
        best = after
    found = np.empty(columns, np.int64)
    c = space
    for t in range(columns - 1, -1, -1):
        if came[t, c] >= 0:
            found[t] = -1 - c
            c = came[t, c]
        else:
            found[t] = c if t else -1 - c
    return found
