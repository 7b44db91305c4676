"""What may stand on a line, and how likely that is: words of the lists, other words, and signs between them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.model.ink_aligner import CHARACTERS, codes
from handfont.scan.freeform.language import word_list
from handfont.scan.freeform.line_decoder import NEVER, UNIT, Grammar
from handfont.scan.freeform.word_tree import LETTERS, spelling, word_tree

CHARACTER = -14.0
"""Log weight of each character more: the network's scores of beginnings and ends leave open how many there are."""
BEGINNINGS = {
    "abcdefghijklm": (4.1, 10.2, 7.8, 2.4, 5.9, 7.1, 1.8, 4.7, 10.1, 7.1, 9.6, 7.0, 3.8),
    "nopqrstuvwxyz": (4.4, 7.0, 0.2, 5.8, 8.9, 7.7, 7.5, 2.7, 10.0, 4.0, 8.2, 3.9, 8.8),
    "ABCDEFGHIJKLM": (1.0, 2.6, -2.1, 3.9, -2.0, 5.0, 2.0, 3.5, 5.3, 4.3, -0.2, 6.0, 2.0),
    "NOPQRSTUVWXYZ": (3.8, 1.6, 3.4, 3.1, 4.0, 3.6, 2.3, 0.5, 1.4, 0.7, 4.6, 2.5, 3.3),
    " !',-.?": (-7.7, 0.5, 1.9, 1.2, 0.1, 7.1, 0.4),
}
"""Log weight of some characters' beginnings, added to that: the network is trained on lines whose text is known, so
that what it gives to each character everywhere is arbitrary. ``benchmarks/reading_weights.py`` fits them.
"""
COMMONNESS = 0.5
"""Weight of the logarithm of a word's frequency."""
STRANGE = -4.0
"""Log weight of a word that is in no list."""
SPELLING = 1.0
"""Weight of what letters are likely to follow others in such a word."""
CAPITAL, CAPITALS = -2.0, -4.0
"""Log weights of a word with a capital, and of one of capitals only."""
SPACE, STOP, HYPHEN, OTHER = 1.0, -3.0, -4.5, -6.0
"""Log weights of a space, a comma or stop, a hyphen or apostrophe, and other signs after a word."""
ALONE, ON, DIGIT, OVER = -6.0, -4.0, -2.3, -0.3
"""Log weights of signs after a space, after other signs, of digits after each other, and of spaces after signs."""
OPENING, BEFORE = "-'(\"", -3.0
"""Signs that words often follow without a space, and log weight of a word after others."""
NARROW = -7.0, -4.0, -1.5
"""Log weights of letters of one, two and three columns."""
BEAM = 25.0
"""Log weight up to which what is less likely than the best so far is tried."""

_SIGNS = "".join(c for c in CHARACTERS if not c.isalpha())


def whole(columns: FloatArray) -> IntArray:
    """Scores (3, C, N) of columns as the decoder takes them."""
    scores = columns.transpose(0, 2, 1).astype(np.float64)
    scores[1] += _beginnings()
    return _units(scores)


@lru_cache(maxsize=4)
def grammar(mixture: tuple[float, ...]) -> Grammar:
    """What may follow what on a page whose words are of the languages in these shares."""
    chance = word_list().weight(np.array(mixture))
    tree = word_tree()
    small = np.array([CHARACTERS.index(chr(c)) if c else 0 for c in tree.character.tolist()])
    capital = np.array([CHARACTERS.index(chr(c).upper()) if c else 0 for c in tree.character.tolist()])
    first = np.where(np.arange(len(small)) < tree.levels[2], capital, small)
    weight = _units(COMMONNESS * chance)
    ahead = tree.ahead(weight)
    ahead[0] = 0
    after, before = _between()
    return Grammar(
        np.stack([small, first, capital]), tree.children, ahead, np.where(tree.word >= 0, weight[tree.word], NEVER),
        np.array([[0, *codes(LETTERS)], [0, *codes(LETTERS.upper())]]),
        _units(SPELLING * spelling(chance)).reshape(-1, len(LETTERS) + 1),
        _units(np.array([0.0, CAPITAL, CAPITALS])), round(STRANGE * UNIT), _units(np.array([0.0, *NARROW, 0.0])),
        np.array(codes(_SIGNS)), _units(after), _units(before), round(BEAM * UNIT),
    )  # fmt: skip


def _between() -> tuple[DoubleArray, DoubleArray]:
    """(G + 1, G) log weight of a sign after each sign and after a word, and (G,) of a word after each."""
    space = _SIGNS.index(" ")
    digit = np.array([c.isdigit() for c in _SIGNS])
    after = np.full((len(_SIGNS) + 1, len(_SIGNS)), ON)
    after[:-1][np.ix_(digit, digit)] = DIGIT
    after[:-1, space] = OVER
    after[space] = ALONE
    after[space, space] = 10 * ALONE
    words = {" ": SPACE, ",": STOP, ".": STOP, "-": HYPHEN, "'": HYPHEN}
    after[-1] = [words.get(c, OTHER) for c in _SIGNS]
    return after, np.array([0.0 if c == " " or c in OPENING else BEFORE for c in _SIGNS])


def _beginnings() -> DoubleArray:
    """(C,) what is added to the scores of characters' beginnings."""
    weight = np.full(len(CHARACTERS), CHARACTER)
    for characters, own in BEGINNINGS.items():
        weight[codes(characters)] += own
    return weight


def _units(weight: DoubleArray) -> IntArray:
    return np.ascontiguousarray(np.round(weight * UNIT), np.int64)
