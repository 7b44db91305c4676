"""What texts are likely to say: common words of some languages, and how likely they are in a text of several."""

from __future__ import annotations

import gzip
import json
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray

LANGUAGES = ("en", "de", "es", "fr")
"""Languages whose words help to read."""
COMMON = 20000
"""Words of each language that help, the most common ones."""
VOWELS = "aeiouy"
"""Letters that may be words; other single letters in the lists are abbreviations and mistakes."""
NEARLY = 0.75
"""Share of the words that are in the list of a text's language from which on another may be its language."""
MARKS = ".,;:!?'\"()-"
"""Punctuation, which is no part of a word of the lists."""


class WordList(NamedTuple):
    """Words of the lists in small letters.

    Attributes:
        plain: the most common ones of all languages, without accents, in their order.
        chance: (W, languages) probability of each in each language.
        accented: of each language, words by what they are without their accents.
    """

    plain: list[str]
    chance: DoubleArray
    accented: tuple[dict[str, str], ...]

    def weight(self, mixture: DoubleArray) -> DoubleArray:
        """(W,) log probability of each word in a text of which (languages,) these shares are of each language."""
        return np.asarray(np.log(self.chance @ mixture + 1e-12))

    def spelled(self, number: int, mixture: DoubleArray) -> str:
        """A word as it is spelled in the language that it is of in such a text, most likely."""
        language = int(np.argmax(self.chance[number] * mixture))
        return self.accented[language].get(self.plain[number], self.plain[number])


@lru_cache(maxsize=1)
def word_list() -> WordList:
    """Common words of the languages, as far as they have letters of ASCII, accents aside, and apostrophes only."""
    chance: dict[str, list[float]] = {}
    accented: tuple[dict[str, str], ...] = tuple({} for _ in LANGUAGES)
    for number, language in enumerate(LANGUAGES):
        # The most common one comes first, of words that differ in accents only.
        for word, share in _common(language).items():
            plain = word if word.isascii() else without_accents(word)
            if not (plain.isascii() and plain.replace("'", "").isalpha()) or (len(plain) == 1 and plain not in VOWELS):
                continue
            own = chance.setdefault(plain, [0.0] * len(LANGUAGES))
            if plain != word and own[number] == 0:
                accented[number][plain] = word
            own[number] += share
    order = sorted(chance)
    return WordList(order, np.array([chance[word] for word in order]), accented)


def _common(language: str) -> dict[str, float]:
    """The most common words of a language, and their shares of its texts."""
    packed = (files("spellchecker") / "resources" / f"{language}.json.gz").read_bytes()
    counts: dict[str, int] = json.loads(gzip.decompress(packed))
    numbers = np.fromiter(counts.values(), np.int64, len(counts))
    total = float(numbers.sum())
    words = list(counts)
    return {words[k]: int(numbers[k]) / total for k in np.argsort(-numbers, kind="stable")[:COMMON]}


def without_accents(text: str) -> str:
    """A text with the plain letters of its accented ones."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """The words of the lists, and the same without accents."""
    return frozenset(word_list().plain).union(*(own.values() for own in word_list().accented))


def common_words(text: str) -> frozenset[str]:
    """Words of a text, in small letters, that are in the list of its language: of that of which it has the most words,
    or of another of which it has nearly as many.
    """
    row = {word: number for number, word in enumerate(word_list().plain)}
    bare = sorted({word.strip(MARKS).lower() for word in text.split()})
    known = [(word, row[without_accents(word)]) for word in bare if without_accents(word) in row]
    listed = word_list().chance[[number for _, number in known]] > 0
    count = listed.sum(axis=0)
    own = np.flatnonzero(listed[:, count >= NEARLY * count.max()].any(axis=1))
    return frozenset(known[k][0] for k in own.tolist())


def sense(text: str) -> float:
    """Share of a text's characters that belong to known words of three letters and more."""
    bare = [word.strip(MARKS).lower() for word in text.split()]
    return sum(len(word) for word in bare if len(word) > 2 and word in known_words()) / max(1, len("".join(bare)))
