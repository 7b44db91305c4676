"""Joined words that are drawn in a line."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from drawn_words import drawn

from handfont.core.forms import ALONE, Joins
from handfont.model.loading import load_weights
from handfont.studio.enrollment import LineLetter, learn, part_line, read_line
from handfont.studio.errors import LineError
from handfont.studio.requests import DrawnLetter


@pytest.fixture(scope="module")
def line() -> list[np.ndarray]:
    return drawn("only then", "neat")


def letters(strokes: list[np.ndarray], typed: str) -> list[LineLetter]:
    return part_line(strokes, typed, load_weights())


def learnt(found: list[LineLetter]):
    after = [b.character if a.goes_on else "" for a, b in pairwise(found)] + [""]
    own = [DrawnLetter(a.strokes, 0.1, a.character, a.joins, b) for a, b in zip(found, after, strict=True) if a.sure]
    return learn(own, load_weights())


def test_joined_words_are_parted_where_letters_meet_and_their_joins_are_learnt(line):
    assert read_line(line, load_weights()) == "only then"
    found = letters(line, "only then")
    assert "".join(letter.character for letter in found if letter.sure) == "onlythen"
    assert [letter.goes_on for letter in found] == [True, True, True, False, True, True, True, False]
    joins = [letter.joins.right for letter in found]
    assert sum(joins) >= 4 and not joins[3] and not joins[7]
    assert [letter.joins.left for letter in found] == [False, *joins[:-1]]
    for a, b in pairwise(found):
        if a.joins.right:  # the pen went on where it had got to
            ends, begins = ([stroke[at] for stroke in one.strokes] for one, at in ((a, -1), (b, 0)))
            assert min(np.hypot(*(end - begin)) for end in ends for begin in begins) < 1e-3
    ink = sum(float(np.hypot(*np.diff(stroke, axis=0).T).sum()) for one in found for stroke in one.strokes)
    assert ink == pytest.approx(sum(float(np.hypot(*np.diff(stroke, axis=0).T).sum()) for stroke in line), rel=0.02)
    style = learnt(found)
    assert style.joins is not None and style.joins.pairs == 6
    assert set(style.characters) == set("onlythe")


def test_a_line_that_says_something_else_is_refused(line):
    with pytest.raises(LineError, match="but 6 letters were typed; correct the text"):
        letters(line, "garage")


def test_letters_apart_are_taken_as_they_were_drawn_and_join_nothing():
    strokes = [np.array([[x, 1.8], [x, 0.0]], np.float32) for x in (0.0, 0.6, 2.5, 3.1, 3.7)]
    found = letters(strokes, "ll lll")
    assert [letter.strokes[0] is stroke for letter, stroke in zip(found, strokes, strict=True)] == [True] * 5
    assert {letter.joins for letter in found} == {ALONE}
    assert [letter.goes_on for letter in found] == [True, False, True, True, False]
    assert learnt(found).joins is None
    # Letters of which it is only said that they are joined are learnt so.
    joined = [letter._replace(joins=Joins(True, True)) for letter in letters(drawn("lane", "neat"), "lane")]
    assert learnt(joined).joins is not None
