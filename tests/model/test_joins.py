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


def meeting_at(heights: dict[tuple[str, str], float], count: int) -> list[SeenPort]:
    """Both ports of joins of pairs of letters at some heights."""
    onward, back = Joins(left=False, right=True), Joins(left=True, right=False)
    return [
        port
        for (left, right), y in heights.items()
        for port in (SeenPort(left, onward, True, right, 0.5, y), SeenPort(right, back, False, left, -0.5, y))
    ] * count


def test_letters_meet_at_heights_that_both_have_an_effect_on():
    """Pairs that were not seen, too: a high letter before a low one, and the other way round."""
    pairs = {("o", "n"): 0.9, ("o", "d"): 1.1, ("a", "n"): 0.2, ("h", "d"): 0.4}
    habit = PEOPLE.habit([SeenPair("o", "n", True)], meeting_at(pairs, 60))
    left, right = (np.array([INDEX[pair[side]] for pair in [*pairs, ("a", "d"), ("h", "n")]]) for side in (0, 1))
    heights = PEOPLE.heights(habit, left, right)
    assert heights is not None
    assert np.abs(heights - [0.9, 1.1, 0.2, 0.4, 0.4, 0.2]).max() < 0.08


def test_heights_of_pairs_on_a_page_count_as_much():
    pairs = {("o", "n"): 0.9, ("o", "d"): 1.1, ("a", "n"): 0.2, ("h", "d"): 0.4}
    seen = [SeenPair(*pair, True, height) for pair, height in pairs.items()] * 60
    habit = PEOPLE.habit(seen)
    heights = PEOPLE.heights(habit, *(np.array([INDEX[pair[side]] for pair in pairs]) for side in (0, 1)))
    assert heights is not None
    assert np.abs(heights - [*pairs.values()]).max() < 0.08
    assert {x for effects in (habit.leaving, habit.entering) for x, _ in effects.values()} == {0.0}
    assert PEOPLE.habit([pair._replace(height=None) for pair in seen]).level is None


def test_few_joins_show_no_heights():
    pairs = {("o", "n"): 0.9, ("o", "d"): 1.1, ("a", "n"): 0.2}
    habit = PEOPLE.habit([SeenPair("o", "n", True)], meeting_at(pairs, 4))
    assert PEOPLE.heights(habit, np.array([INDEX["o"]]), np.array([INDEX["n"]])) is None
    assert PEOPLE.habit([SeenPair("o", "n", True)], meeting_at(pairs, 6)).level is not None
