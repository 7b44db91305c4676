"""Drawings that can take each other's place, and the ports at which joined ones meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.strokes import StrokeGlyph
from handfont.model.joins import ALWAYS
from handfont.style.store import load_style
from handfont.synthesis.alternates import Alternates, Form, _shared_out
from handfont.synthesis.hand import Hand
from handfont.synthesis.ports import APART, MOSTLY, joined_to, ports_of

LETTERS = "aelodT"
COUNT = 3


@pytest.fixture(scope="module")
def drawn() -> Alternates:
    hand = Hand(load_style("rounded"))
    return Alternates(hand, COUNT, 0, ports_of(hand, LETTERS))


def forms(drawn: Alternates) -> list[tuple[str, Form]]:
    ports = drawn.ports
    entries = [(letter, Form(port, onward)) for letter, port, onward in ports.entries]
    return [
        (letter, form)
        for letter, form in [*((letter, Form(None, True)) for letter in ports.level), *entries]
        if not form.onward or letter in ports.level
    ]


def test_letters_that_are_left_high_have_a_port_of_their_own(drawn):
    ports = drawn.ports
    heights = [port.height for port in ports.levels]
    assert ports.level["o"] > ports.level["e"]
    assert min(np.diff(heights)) >= APART
    assert all(np.hypot(*port.direction) == pytest.approx(1) and port.direction[0] > 0 for port in ports.levels)


def test_drawings_begin_and_end_at_their_ports_and_in_the_direction_of_these(drawn):
    levels = drawn.ports.levels
    assert len(forms(drawn)) > 20
    for letter, form in forms(drawn):
        for drawing in drawn.drawings(letter, form):
            ends = []
            if form.entry is not None:
                stroke = drawing.glyph.strokes[drawing.joined[0]]
                ends.append((levels[form.entry], stroke[:2], drawing.entered, 0))
            if form.onward:
                stroke = drawing.glyph.strokes[drawing.joined[1]]
                ends.append((levels[drawn.ports.level[letter]], stroke[-2:], drawing.left, 1))
            for port, points, x, end in ends:
                assert np.allclose(points[end], (x, port.height), atol=1e-5)
                way = np.diff(points, axis=0)[0]
                cosine = float(way @ port.direction / np.hypot(*way))
                assert cosine > np.cos(np.radians(10)), (letter, form)


def test_the_pen_is_as_wide_at_a_port_as_at_any_other(drawn):
    drawing = drawn.drawings("l", Form(drawn.ports.level["e"], True))[1]
    factors = drawn.pressed(drawing, drawing.glyph)
    begins = np.cumsum([0, *map(len, drawing.glyph.strokes)])
    assert factors[begins[drawing.joined[0]]] == factors[begins[drawing.joined[1] + 1] - 1] == 1
    assert np.ptp(factors) > 0


def test_tall_letters_stay_tall_where_their_ports_are_high(drawn):
    high = Form(drawn.ports.level["o"], False)
    tall, small = ([np.ptp(one.glyph.points[:, 1]) for one in drawn.drawings(c, high)] for c in "le")
    assert min(tall) > 1.5 * max(small)


def test_drawings_of_a_letter_differ_and_are_the_same_again(drawn):
    first, again = (drawn.drawings("a") for _ in range(2))
    assert all(np.array_equal(a.glyph.points, b.glyph.points) for a, b in zip(first, again, strict=True))
    assert not np.allclose(first[0].glyph.points, first[1].glyph.points, atol=0.02)
    other = Alternates(drawn.hand, COUNT, 1).drawings("a")[0]
    assert not np.allclose(first[0].glyph.points, other.glyph.points, atol=0.02)


def test_without_variation_all_drawings_in_one_form_are_alike():
    still = Alternates(Hand(load_style("print"), neatness=0), 2, 0)
    first, second = still.drawings("n")
    assert np.array_equal(first.glyph.points, second.glyph.points)
    factors = still.pressed(first, StrokeGlyph("n", first.glyph.strokes))
    assert np.all(factors == 1)


def test_letters_are_joined_to_those_that_the_hand_mostly_joins_them_to(drawn):
    hand = drawn.hand
    found = joined_to(hand.style.joins, hand.weights, "adlx")
    assert "d" not in found["x"]
    assert "d" in joined_to(ALWAYS, hand.weights, "adlx")["x"]
    assert MOSTLY == 0.5
    assert ports_of(Hand(replace(hand.style, joins=None)), LETTERS) is None
    assert ports_of(hand, "T") is None


@given(st.lists(st.floats(0.05, 1), min_size=1, max_size=5), st.integers(1, 30))
def test_allographs_are_used_as_often_as_the_hand_uses_them(weights, count):
    shares = np.array(weights) / sum(weights)
    found = np.bincount(_shared_out(shares, count), minlength=len(shares))
    assert found.sum() == count
    assert np.all(np.abs(found - shares * count) < len(shares))
