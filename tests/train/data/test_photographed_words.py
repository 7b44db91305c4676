from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from handfont.model.ink_aligner import ABOVE, ROWS, X_HEIGHT
from handfont.train.data import photographed_words

FOLDER = Path(__file__).parents[2] / "data" / "dhsd"


@pytest.fixture(scope="module")
def words():
    return photographed_words.read(FOLDER, "train")


def test_words_have_texts_of_letters_without_accents(words):
    assert {word.writer for word in words} <= {"dhsd:w29", "dhsd:w34"}
    assert all(word.text.isascii() and word.text == word.text.strip() for word in words)


def test_words_stand_on_the_baseline_at_the_size_of_lines(words):
    below, within = 0.0, 0.0
    for word in words:
        picture = photographed_words.seen(word).picture
        assert picture.shape[0] == ROWS and picture.shape[1] % 2 == 0
        base = round(ABOVE * X_HEIGHT)
        within += picture[base - X_HEIGHT : base].sum()
        below += picture[base + 3 :].sum()
    assert within > 4 * below


def test_a_word_is_seen_a_little_off_each_time(words):
    rng = np.random.default_rng(1)
    one, other = (photographed_words.seen(words[0], rng) for _ in range(2))
    assert one.text == other.text == f" {words[0].text} "
    assert one.picture.shape != other.picture.shape or np.abs(one.picture - other.picture).max() > 0.1
    again = photographed_words.seen(words[0], np.random.default_rng(1))
    np.testing.assert_array_equal(again.picture, one.picture)
