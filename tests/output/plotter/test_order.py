"""Orders of strokes with little travel."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.output.plotter.order import Group, shortest

point = st.tuples(st.integers(-20, 20), st.integers(-20, 20))
stroke = st.lists(point, min_size=2, max_size=3).map(lambda points: np.array(points, float))
group = st.builds(
    lambda strokes, joined: Group(0, tuple(strokes), joined), st.lists(stroke, min_size=1, max_size=4), st.booleans()
)
lines = st.lists(st.lists(group, min_size=1, max_size=4), min_size=1, max_size=4).map(
    lambda found: [[Group(i, one.strokes, one.joined) for i, one in enumerate(line)] for line in found]
)


def moved(found: list[list[Group]]) -> float:
    strokes = [stroke for line in found for one in line for stroke in one.strokes]
    return sum(float(np.hypot(*(after[0] - before[-1]))) for before, after in pairwise(strokes))


def keys(strokes) -> list[list[tuple]]:
    """Strokes without order and direction."""
    return sorted(min(stroke.tolist(), stroke[::-1].tolist()) for stroke in strokes)


@settings(max_examples=50, deadline=None)
@given(lines)
def test_all_is_drawn_once_with_no_more_travel(found):
    forward, both = shortest(found, False), shortest(found, True)
    assert moved(both) <= moved(forward) + 1e-9
    assert moved(forward) <= moved(found) + 1e-9
    for way in (forward, both):
        for line, drawn in zip(found, way, strict=True):
            numbers = [one.item for one in drawn]
            assert numbers in ([*range(len(line))], [*range(len(line))][::-1])
            for one in drawn:
                assert keys(one.strokes) == keys(line[one.item].strokes)


@settings(max_examples=50, deadline=None)
@given(lines)
def test_forwards_joined_letters_are_drawn_as_they_are_written(found):
    for line, drawn in zip(found, shortest(found, False), strict=True):
        assert [one.item for one in drawn] == [*range(len(line))]
        for one in drawn:
            if one.joined:
                assert np.array_equal(one.strokes[0], line[one.item].strokes[0])


def test_the_pen_goes_back_and_forth():
    def line(y):
        return [Group(i, (np.array([[10.0 * i, y], [10.0 * i + 8, y]]),), True) for i in range(5)]

    found = [line(0.0), line(-10.0), line(-20.0)]
    assert moved(shortest(found, False)) == pytest.approx(3 * 4 * 2 + 2 * np.hypot(48, 10))
    assert moved(shortest(found, True)) == pytest.approx(3 * 4 * 2 + 2 * 10)
    assert shortest([], True) == []
