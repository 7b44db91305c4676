from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.gaussian import Gaussian
from handfont.errors import OptionError, StyleError
from handfont.model.joins import JoinHabit
from handfont.style import store
from handfont.style.mix import mix
from handfont.style.offsets import STEP, as_stored
from handfont.style.posterior import Origin, Pen, StylePosterior, Variant
from handfont.synthesis.hand import Hand

POINTS = 64


def way(value=0.0, form=0, samples=2, height=0.5):
    """A way of writing a character, everything in it ``value``."""
    return Variant(
        samples, form, np.full(3, value), np.full(2, 1.0 + value), height, as_stored(np.full((POINTS, 2), 0.1 * value))
    )


def one(name, mean, variance=0.01, **characters):
    ways = characters or {c: (way(),) for c in "ab"}
    return StylePosterior(
        name,
        "m",
        Gaussian(np.full(2, mean), np.full(2, variance)),
        ways,
        Pen(0.1),
        origin=Origin(name, f"licence of {name}", (name,)),
    )


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.05, 20), st.floats(0.05, 20))
def test_the_mean_is_weighted_whoever_is_known_better(first, second, w1, w2):
    mixed = mix([(one("a", first, 0.001), w1), (one("b", second, 0.5), w2)], "c")
    share = w1 / (w1 + w2)
    assert mixed.writer.mean == pytest.approx(np.full(2, share * first + (1 - share) * second), abs=1e-4)
    assert mixed.writer.variance == pytest.approx(np.full(2, share**2 * 0.001 + (1 - share) ** 2 * 0.5), rel=1e-3)


@given(st.floats(0.05, 20), st.floats(0.05, 20))
def test_strokes_are_mixed_where_all_saw_the_character_in_one_form(w1, w2):
    mixed = mix([(one("a", 0, a=(way(),), b=(way(),)), w1), (one("b", 1, b=(way(1.0),), c=(way(),)), w2)], "c")
    assert set(mixed.characters) == {"b"}
    (both,) = mixed.characters["b"]
    share = w2 / (w1 + w2)
    assert both.mean == pytest.approx(np.full(3, share), abs=1e-4)
    assert both.variance == pytest.approx(np.full(2, 1 + share), abs=1e-4)
    assert both.offsets == pytest.approx(np.full((POINTS, 2), 0.1 * share), abs=STEP)
    assert (both.samples, both.form, both.height) == (4, 0, 0.5)
    assert set(mixed.origin.licence.split(" and ")) == {"licence of a", "licence of b"}


def test_of_two_forms_the_heavier_writers_is_kept():
    light, heavy = one("a", 0, a=(way(0.0, form=0),)), one("b", 1, a=(way(9.0, form=1),))
    (kept,) = mix([(light, 1), (heavy, 3)], "c").characters["a"]
    assert (kept.form, kept.samples) == (1, 2)
    assert kept.mean == pytest.approx(np.full(3, 9.0))


def test_each_way_is_mixed_with_the_nearest_of_its_form():
    first = one("a", 0, a=(way(0.0, form=0), way(2.0, form=1)))
    second = one("b", 0, a=(way(4.0, form=1), way(0.4, form=0), way(8.0, form=0)))
    mixed = mix([(first, 1), (second, 1)], "c").characters["a"]
    assert [variant.form for variant in mixed] == [0, 1]
    assert [float(variant.mean[0]) for variant in mixed] == pytest.approx([0.2, 3.0])


def test_where_one_height_is_not_known_the_models_is_taken():
    known, unknown = one("a", 0, a=(way(height=0.4),)), one("b", 0, a=(way(height=None),))
    assert mix([(known, 1), (unknown, 1)], "c").characters["a"][0].height is None
    assert mix([(known, 1), (one("b", 0, a=(way(height=0.8),)), 3)], "c").characters["a"][0].height == 0.7


def test_what_cannot_be_mixed_is_reported(style):
    with pytest.raises(OptionError, match="two styles or more"):
        mix([(style, 1.0)], "x")
    with pytest.raises(OptionError, match="weight above 0"):
        mix([(style, 1.0), (style, 0.0)], "x")
    with pytest.raises(StyleError, match="cannot be mixed"):
        mix([(style, 1.0), (replace(style, model="hand-0"), 1.0)], "x")
    half = mix([(style, 0.5), (style, 0.5)], "x")
    assert np.array_equal(half.writer.mean, style.writer.mean)
    assert set(half.characters) == set(style.characters)


def test_a_mixture_writes_between_its_writers(style):
    """Of characters that both write in one form, the mean strokes lie half way, about the middle of their own box."""
    other = store.load_style("print")
    hands = [Hand(one, 0) for one in (style, other, mix([(style, 1.0), (other, 1.0)], "x"))]
    away = []
    for character in hands[2].style.characters:
        ways = [hand.allographs(character) for hand in hands]
        if {len(own) for own in ways} == {1} and len({own[0].form for own in ways}) == 1:
            first, second, between = (own[0].points for own in ways)
            away.append(np.abs(between - (first + second) / 2).max())
    assert len(away) > 5
    assert np.median(away) < 0.02
    assert max(away) < 0.1


def test_a_hand_between_one_that_joins_and_one_that_does_not_joins_less():
    habit = JoinHabit(100, 2.0, 0.1, {"a": 1.0}, {}, {"o": (0.2, 0.4)}, {})
    joining = replace(one("a", 0.0), joins=habit)
    assert mix([(one("a", 0.0), 1), (one("b", 1.0), 1)], "c").joins is None
    half = mix([(joining, 1), (one("b", 1.0), 1)], "c").joins
    most = mix([(joining, 9), (one("b", 1.0), 1)], "c").joins
    assert half.rate < most.rate < habit.rate
    assert half.onward == {"a": 0.5}
    assert half.leaving == {"o": (0.1, 0.2)}
    assert mix([(joining, 1), (joining, 1)], "c").joins.rate == habit.rate


def test_a_hand_between_two_that_join_meets_at_heights_between_theirs():
    known, unknown = (JoinHabit(100, 2.0, 0.1, level=level) for level in (0.4, None))
    low, high, other = (replace(one("a", 0.0), joins=joins) for joins in (known, replace(known, level=0.8), unknown))
    assert mix([(low, 1), (high, 3)], "c").joins.level == 0.7
    assert mix([(low, 1), (other, 3)], "c").joins.level == 0.4
    assert mix([(other, 1), (other, 3)], "c").joins.level is None
