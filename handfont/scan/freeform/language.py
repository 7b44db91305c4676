"""What texts are likely to say: common words of some languages, and how often letters follow each other in them."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray, IntArray
from handfont.model.ink_aligner import CHARACTERS

LANGUAGES = ("en", "de", "es", "fr")
"""Languages whose words help to read."""
COMMON = 20000
"""Words of each language that help, the most common ones."""
MARKS = ".,;:!?'\"()-"
"""Punctuation, which is no part of a word of the lists."""
RARELY = 1e-4
"""Probability of a character that is not expected at all."""
AS_CAPITAL, AMONG_SMALL, AMONG_CAPITALS = -2.0, -6.0, -0.7
"""Log weights of a capital that begins a word, that follows a small letter, and that follows a capital."""
OTHERWISE = {",": -3.0, ".": -3.0, "-": -4.5, "'": -4.5}
"""Log weights of signs after a letter; of others RARE."""
RARE = -6.0
"""Log weight of signs and digits."""


class WordList(NamedTuple):
    """Words of the lists in small letters.

    Attributes:
        words: the most common ones of all languages.
        weight: (W,) log probability of each in its language.
        letters: codes of their letters in the network's characters, one after the other.
        starts: (W + 1,) where each begins in ``letters``.
    """

    words: list[str]
    weight: DoubleArray
    letters: IntArray
    starts: IntArray


@lru_cache(maxsize=1)
def word_list() -> WordList:
    """Common words of the languages, as far as they have letters of ASCII only."""
    found: dict[str, float] = {}
    lists = files("spellchecker") / "resources"
    for language in LANGUAGES:
        counts = json.loads(gzip.decompress((lists / f"{language}.json.gz").read_bytes()))
        total = sum(counts.values())
        for word in sorted(counts, key=lambda word: (-counts[word], word))[:COMMON]:
            if word.isascii() and word.isalpha():
                found[word] = max(found.get(word, -np.inf), float(np.log(counts[word] / total)))
    words = sorted(found)
    letters = np.array([CHARACTERS.index(c) for word in words for c in word], np.int64)
    starts = np.cumsum([0, *map(len, words)])
    return WordList(words, np.array([found[word] for word in words]), letters, starts)


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """The words of the lists."""
    return frozenset(word_list().words)


def sense(text: str) -> float:
    """Share of a text's characters that belong to known words of three letters and more."""
    bare = [word.strip(MARKS).lower() for word in text.split()]
    return sum(len(word) for word in bare if len(word) > 2 and word in known_words()) / max(1, len("".join(bare)))


@lru_cache(maxsize=1)
def following() -> DoubleArray:
    """(C, C) log weight of a character's following another, of the network's characters."""
    words = word_list()
    size = len(CHARACTERS)
    space = CHARACTERS.index(" ")
    counts = np.zeros((size, size))
    weight = np.exp(0.7 * words.weight)
    first, last = words.letters[words.starts[:-1]], words.letters[words.starts[1:] - 1]
    counts[space] += np.bincount(first, weight, minlength=size)
    counts[:, space] += np.bincount(last, weight, minlength=size)
    inner = np.setdiff1d(np.arange(len(words.letters) - 1), words.starts[1:] - 1)
    own = np.repeat(weight, np.diff(words.starts))
    np.add.at(counts, (words.letters[inner], words.letters[inner + 1]), own[inner])
    small = np.log(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12) + RARELY)
    return _with_capitals(small, space)


def _with_capitals(small: DoubleArray, space: int) -> DoubleArray:
    """The table of small letters and spaces, with that of capitals, digits and signs."""
    lower = np.array([c.islower() for c in CHARACTERS])
    upper = np.array([c.isupper() for c in CHARACTERS])
    other = ~lower & ~upper
    other[space] = False
    like = np.array([CHARACTERS.index(c.lower()) for c in CHARACTERS])
    table = small[np.ix_(like, like)]
    table[np.ix_(lower, upper)] += AMONG_SMALL
    table[np.ix_(upper, upper)] += AMONG_CAPITALS
    table[space, upper] += AS_CAPITAL
    signs = np.array([OTHERWISE.get(c, RARE) for c in CHARACTERS])
    table[:, other] = signs[other]
    table[other] = np.where(lower | upper, RARE / 2, table[other])
    table[other, space] = -0.3
    digits = np.array([c.isdigit() for c in CHARACTERS])
    table[np.ix_(digits, digits)] = -2.3
    table[space, space] = 2 * RARE
    return np.asarray(table)
