"""Where people join letters: what is inferred from pairs that were seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.charset import INDEX
from handfont.core.forms import Joins
from handfont.core.pairs import SeenPair, SeenPort
from handfont.model.joins import ALWAYS, JoinHabit, JoinPopulation

EFFECTS = np.zeros(len(INDEX), np.float32)
PLACES = np.zeros((len(INDEX), 2), np.float32)
PEOPLE = JoinPopulation(
    EFFECTS, EFFECTS.copy(), np.array([0.3, 6.0], np.float32), np.array([0.3], np.float32), PLACES, PLACES.copy()
)


def chance(habit: JoinHabit, pair: str) -> float:
    left, right = (np.array([INDEX[c]]) for c in pair)
    return float(PEOPLE.chances(habit, left, right)[0])


@given(st.integers(0, 40))
def test_the_rate_follows_the_pairs_seen(joined):
    pairs = [SeenPair("n", "e", i < joined) for i in range(40)]
    habit = PEOPLE.habit(pairs)
    assert habit.pairs == 40
    assert abs(chance(habit, "ne") - joined / 40) < 0.08
    assert 0 < habit.variance < 6.0


def test_more_pairs_make_the_rate_surer():
    few, many = (PEOPLE.habit([SeenPair("n", "e", i % 2 == 0) for i in range(count)]) for count in (6, 60))
    assert many.variance < few.variance


def test_a_letter_that_differs_has_an_effect_of_its_own():
    pairs = [SeenPair("n", "e", True)] * 30 + [SeenPair("n", "c", False)] * 30
    habit = PEOPLE.habit(pairs)
    assert habit.back["c"] < -0.3
    assert chance(habit, "ac") < chance(habit, "ae")


def test_what_people_do_counts_where_nothing_was_seen():
    back = EFFECTS.copy()
    back[INDEX["d"]] = -2.0
    people = replace(PEOPLE, back=back)
    habit = people.habit([SeenPair("n", "e", True)] * 10)
    left = np.full(2, INDEX["n"])
    to_d, to_u = people.chances(habit, left, np.array([INDEX["d"], INDEX["u"]]))
    assert to_d < to_u


def test_always_joins_everything():
    assert chance(ALWAYS, "qc") > 1 - 1e-6


def test_where_a_letter_is_left_follows_what_comes_after_it():
    onward = Joins(left=False, right=True)
    near = [SeenPort("n", onward, True, "e", 0.5, 0.2)] * 20
    far = [SeenPort("n", onward, True, "a", 0.9, 0.5)] * 20
    habit = PEOPLE.habit([SeenPair("n", "e", True)], near + far)
    leaving, entering = PEOPLE.shifts(habit)
    x, y = leaving[INDEX["a"]] - leaving[INDEX["e"]]
    assert 0.2 < x < 0.4
    assert 0.15 < y < 0.3
    assert not habit.entering
    assert not entering.any()


def test_few_joins_say_little_of_places():
    onward = Joins(left=False, right=True)
    ports = [SeenPort("n", onward, True, "e", 0.5, 0.2)] * 3 + [SeenPort("n", onward, True, "a", 0.9, 0.5)]
    habit = PEOPLE.habit([SeenPair("n", "e", True)], ports)
    assert abs(PEOPLE.shifts(habit)[0][INDEX["a"], 0]) < 0.1
