from __future__ import annotations

import numpy as np
import pytest
from written_words import written

from handfont.model.ink_aligner import ABOVE, CELL, ROWS, X_HEIGHT
from handfont.train.data.drawn_lines import drawn, line_of
from handfont.train.data.word_paths import on_line


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def test_a_line_says_its_words_with_spaces(rng):
    line = line_of([written("lov"), written("zio", late=True)], rng)
    assert line.text == "lov zio"
    assert len(line.joined) == 6
    x = line.points[:, 0]
    assert x[line.letter == 4].min() > x[line.letter == 2].max() + 0.6
    assert not (line.letter == 3).any()


def test_ink_is_dark_along_the_path(rng):
    for _ in range(10):
        line = drawn(line_of([written("ovo"), written("zo")], rng), rng)
        assert line.picture.shape == (ROWS, 2 * line.allowed.shape[0])
        column, row = line.places.astype(int).T
        inside = (row >= 0) & (row < ROWS)
        assert line.picture[row[inside], column[inside]].mean() > line.picture.mean() + 0.2


def test_columns_may_be_of_the_letters_that_have_ink_in_them(rng):
    line = drawn(line_of([written("ovo"), written("zo")], rng), rng)
    column = (line.places[:, 0] // CELL[1]).astype(int)
    known = line.letter >= 0
    assert line.allowed[column[known], line.letter[known]].all()
    space = line.text.index(" ")
    assert line.allowed[:, space].any()
    assert not line.allowed[column[known], space].any()


def test_words_stand_on_the_line_with_one_size():
    word = written("ozvo")
    moved = word.points * np.float32(1.3) + np.array([0, 0.4], np.float32)
    back = on_line(type(word)(**{**vars(word), "points": moved}))
    np.testing.assert_allclose(back.points[:, 1], word.points[:, 1], atol=0.02)


def test_the_baseline_is_where_the_network_is_told(rng):
    rows = []
    for _ in range(20):
        line = drawn(line_of([written("zzz")], rng), rng)
        rows.append(line.places[:, 1].max())
    assert np.median(rows) == pytest.approx(ABOVE * X_HEIGHT, abs=2)


def test_the_paper_beside_a_line_is_of_its_spaces(rng):
    for _ in range(5):
        line = drawn(line_of([written("ovo"), written("zo")], rng), rng)
        assert line.text == " ovo zo "
        assert line.allowed[0, 0] and not line.allowed[0, 1:].any()
        assert line.allowed[-1, -1] and not line.allowed[-1, :-1].any()


def test_where_letters_meet_and_whether_they_are_joined_is_told(rng):
    for joining in (0.0, 1.0):
        line = drawn(line_of([written("ovo"), written("zo")], rng), rng, joining)
        assert len(line.joined) == len(line.crossings) == len(line.text) - 1
        for index, (joined, x) in enumerate(zip(line.joined, line.crossings, strict=True)):
            if " " in line.text[index : index + 2]:
                assert not joined and np.isnan(x)
                continue
            own, following = (line.places[line.letter == index + k, 0] for k in (0, 1))
            assert own.min() < x < following.max()
            strokes = [set(line.stroke[line.letter == index + k]) for k in (0, 1)]
            assert joined == bool(strokes[0] & strokes[1])
