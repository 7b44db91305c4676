"""Which letters of a text a hand joins."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from handfont.core.forms import ALONE, Joins
from handfont.model.joins import ALWAYS, JoinHabit
from handfont.model.loading import load_weights
from handfont.style import store
from handfont.synthesis.joining import base_of, covering, form_joins, heights_of, joins_of, shifts_of


@pytest.fixture(scope="module")
def style():
    return store.load_style("slant")


def joined(text, style, chance=0.5):
    beside = np.array([a != " " and b != " " for a, b in pairwise(text)], bool)
    return joins_of(text, beside, style, load_weights(), np.full(len(text), chance))


def test_a_hand_without_joins_lifts_after_every_letter(style):
    assert joined("anne", style) == [ALONE] * 4


def test_both_letters_of_a_pair_know_that_they_are_joined(style):
    found = joined("anne", replace(style, joins=ALWAYS))
    assert found == [Joins(False, True), Joins(True, True), Joins(True, True), Joins(True, False)]


def test_words_are_not_joined_to_each_other(style):
    found = joined("an ne", replace(style, joins=ALWAYS))
    assert (found[1], found[2], found[3]) == (Joins(True, False), ALONE, Joins(False, True))


def test_the_rate_is_the_writers(style):
    rng = np.random.default_rng(1)
    text = "nenunane" * 100
    for rate in (-2.0, 0.0, 2.0):
        habit = replace(style, joins=JoinHabit(100, rate, 0.1))
        found = joins_of(text, np.ones(len(text) - 1, bool), habit, load_weights(), rng.random(len(text)))
        share = np.mean([own.right for own in found[:-1]])
        weights = load_weights().joins
        codes = np.array([weights_index(c) for c in text])
        assert abs(share - weights.chances(habit.joins, codes[:-1], codes[1:]).mean()) < 0.06


def weights_index(character):
    from handfont.core.charset import INDEX

    return INDEX[character]


@pytest.mark.parametrize(("character", "base"), [("e", "e"), ("é", "e"), ("ç", "c"), ("1", ""), (".", ""), ("½", "")])
def test_accents_leave_the_sides_of_a_letter_free(character, base):
    assert base_of(character) == base


def test_digits_and_signs_are_not_joined(style):
    found = joined("a1b.c", replace(style, joins=ALWAYS))
    assert found == [ALONE] * 5


def test_forms_that_are_joined_further_serve_too():
    assert covering(Joins(False, True)) == [Joins(False, True), Joins(True, True)]
    model = load_weights().strokes
    assert form_joins(model, "n", Joins(True, True)) == Joins(True, True)
    assert form_joins(model, "W", Joins(True, True)) is None
    for character in "abcdefghijklmnopqrstuvwxyz":
        assert form_joins(model, character, Joins(True, True)) is not None


def test_a_letter_after_o_is_entered_higher(style):
    weights = load_weights()
    joins = [Joins(False, True), Joins(True, False)]
    high, low = (shifts_of(text, joins, replace(style, joins=ALWAYS), weights) for text in ("on", "an"))
    assert high[1, 0, 1] > low[1, 0, 1] + 0.2


def test_heights_are_those_of_the_writer_s_joins(style):
    weights = load_weights()
    joins = [Joins(False, True), Joins(True, True), Joins(True, False)]
    assert heights_of("oat", joins, replace(style, joins=ALWAYS), weights) is None
    assert heights_of("oat", joins, replace(style, joins=None), weights) is None
    low, high = (
        heights_of("oat", joins, replace(style, joins=replace(ALWAYS, level=level)), weights) for level in (0.3, 0.8)
    )
    assert np.allclose(high[:2] - low[:2], 0.5)
    assert low[0] > low[1] + 0.2  # an o is left high
    assert np.isnan([low[2], high[2]]).all()


def test_a_capital_that_was_seen_only_by_itself_is_not_joined(style):
    always = replace(style, joins=ALWAYS)
    assert "W" in style.characters
    assert joined("We", always) == [ALONE] * 2
    unseen = replace(always, characters={c: own for c, own in style.characters.items() if c != "W"})
    assert joined("We", unseen) == [Joins(False, True), Joins(True, False)]
