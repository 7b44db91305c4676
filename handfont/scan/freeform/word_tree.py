"""The words of the lists as a tree of their letters, and what letters follow each other in words that are in none."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray, IntArray
from handfont.scan.freeform.language import word_list
from handfont.scan.freeform.line_decoder import NEVER

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""Letters of words in no list."""
MEMORY = 3
"""Letters that tell what follows them."""
DAMPED = 0.5
"""Power of the frequency of a word with which its letters count."""
TRUST = 4.0
"""Letters seen as often as this after others are as trusted as those after one letter fewer."""


class WordTree(NamedTuple):
    """Words as a tree, breadth first: node 0 is the root, the children of a node follow each other.

    Attributes:
        character: (M,) ASCII code of the small letter or apostrophe of each node, 0 for the root.
        parent: (M,) of each node, -1 for the root.
        children: (M + 1,) the first child of each node; where those of the next one begin they end.
        word: (M,) number in the list of the word that ends with a node, or -1.
        levels: first node of each depth, and M.
    """

    character: IntArray
    parent: IntArray
    children: IntArray
    word: IntArray
    levels: list[int]

    def ahead(self, weight: IntArray) -> IntArray:
        """(M,) the greatest of the words' weights (W,), whole numbers, at and below each node."""
        best = np.where(self.word >= 0, weight[self.word], NEVER)
        for start, stop in zip(self.levels[-2:0:-1], self.levels[:1:-1], strict=True):
            np.maximum.at(best, self.parent[start:stop], best[start:stop])
        return best

    def letters(self, node: int) -> str:
        """The letters from the root to a node."""
        found = ""
        while node > 0:
            found = chr(self.character[node]) + found
            node = int(self.parent[node])
        return found


@lru_cache(maxsize=1)
def word_tree() -> WordTree:
    """The words of the lists, without accents."""
    words = np.array(word_list().plain, "S")
    size = words.dtype.itemsize
    letters = words.view(np.uint8).reshape(len(words), size)
    lengths = (letters > 0).sum(axis=1)
    new = np.ones(letters.shape, bool)
    new[1:] = np.logical_or.accumulate(letters[1:] != letters[:-1], axis=1)
    character, parent, word = [np.zeros(1, np.int64)], [np.full(1, -1)], [np.full(1, -1)]
    levels = [0, 1]
    above = np.zeros(len(words), np.int64)
    for depth in range(size):
        first = new[:, depth] & (lengths > depth)
        own = levels[-1] - 1 + np.cumsum(first)
        begins = np.flatnonzero(first)
        character.append(letters[begins, depth].astype(np.int64))
        parent.append(above[begins])
        ends = np.full(len(begins), -1)
        last = np.flatnonzero(lengths == depth + 1)
        ends[own[last] - levels[-1]] = last
        word.append(ends)
        levels.append(levels[-1] + len(begins))
        above = own
    parents = np.concatenate(parent)
    children = np.searchsorted(parents, np.arange(levels[-1] + 1))
    return WordTree(np.concatenate(character), parents, children, np.concatenate(word), levels)


def spelling(weight: DoubleArray) -> DoubleArray:
    """(27,) * (MEMORY + 1) log probability of a letter after three others, in words that are likely in a text.

    Letters are 1 to 26; 0 is before and after a word.

    Args:
        weight: (W,) log probability of the words of the list.
    """
    plain = word_list().plain
    text = np.frombuffer((" ".join(["", *plain, ""])).encode(), np.uint8)
    number = np.where(text == 32, 0, text.astype(np.int64) - 96)
    number[text == 39] = -1
    share = np.repeat(np.exp(DAMPED * weight), [len(word) + 1 for word in plain])
    # Each word's letters and the space after it count; before its first letters there are only spaces.
    inside = np.maximum.accumulate(np.where(number == 0, np.arange(len(number)), 0))
    size = len(LETTERS) + 1
    at = np.arange(1, len(number))
    previous = np.roll(inside, 1)[1:]
    before = []
    for back in range(MEMORY, 0, -1):
        place = np.maximum(at - back, previous)
        before.append(number[place])
    grams = np.stack([*before, number[1:]])
    good = (grams >= 0).all(axis=0)
    flat = np.ravel_multi_index(tuple(grams[:, good]), (size,) * (MEMORY + 1))
    counts = np.bincount(flat, share[good], minlength=size ** (MEMORY + 1)).reshape((size,) * (MEMORY + 1))
    counts *= good.sum() / counts.sum()
    chance = np.full(size, 1 / size)
    for memory in range(MEMORY + 1):
        seen = counts.sum(axis=tuple(range(MEMORY - memory)))
        chance = (seen + TRUST * chance) / (seen.sum(axis=-1, keepdims=True) + TRUST)
    return np.asarray(np.log(chance))
