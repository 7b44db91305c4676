from __future__ import annotations

import numpy as np

from handfont.scan.freeform.language import LANGUAGES, known_words, sense, word_list
from handfont.scan.freeform.word_tree import LETTERS, spelling, word_tree


def test_every_word_ends_in_one_node() -> None:
    tree, plain = word_tree(), word_list().plain
    ends = np.flatnonzero(tree.word >= 0)
    assert sorted(tree.word[ends].tolist()) == list(range(len(plain)))
    for node in ends[::5000].tolist():
        assert tree.letters(node) == plain[tree.word[node]]


def test_children_follow_each_other() -> None:
    tree = word_tree()
    for node in (0, 1, 500, len(tree.word) - 1):
        own = np.arange(tree.children[node], tree.children[node + 1])
        assert own.tolist() == np.flatnonzero(tree.parent == node).tolist()


def test_what_is_ahead_is_the_best_word_below() -> None:
    tree, plain = word_tree(), word_list().plain
    weight = np.arange(len(plain))
    ahead = tree.ahead(weight)
    for node in (1, 40, 3000):
        begins = tree.letters(node)
        assert ahead[node] == max(k for k, word in enumerate(plain) if word.startswith(begins))


def test_spelling_is_of_the_languages() -> None:
    chance = np.exp(spelling(word_list().weight(np.full(len(LANGUAGES), 1 / len(LANGUAGES)))))
    assert np.allclose(chance.sum(axis=-1), 1.0)
    q, u, x = (LETTERS.index(c) + 1 for c in "qux")
    assert chance[0, 0, q, u] > 0.8
    assert chance[0, 0, q, x] < 0.05
    assert chance[0, 0, 0, 0] < 0.01


def test_words_of_the_lists() -> None:
    assert {"house", "don't", "für", "fur", "español", "été", "i", "a"} <= known_words()
    assert not {"b", "xqz"} & known_words()
    assert sense("Don't be a, xqzw") == 5 / 12
