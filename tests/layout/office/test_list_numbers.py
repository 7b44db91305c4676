from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.layout.office.list_numbers import ListCounter, ListLevel, lettered, roman

VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


@given(st.integers(1, 3999))
def test_roman_numerals_add_up(number):
    values = [VALUES[letter] for letter in roman(number)]
    following = [*values[1:], 0]
    assert sum(-one if one < after else one for one, after in zip(values, following, strict=True)) == number


def test_letters_and_numbers_that_are_too_large():
    assert [lettered(number) for number in (1, 26, 27, 53)] == ["a", "z", "aa", "aaa"]
    assert (roman(5000), lettered(1000), roman(0)) == ("5000", "1000", "0")


def test_levels_count_by_themselves_and_begin_again():
    counter = ListCounter({0: ListLevel("1"), 1: ListLevel("a", "%1.%2)", 3), 2: ListLevel(None)})
    markers = [counter.marker(depth) for depth in (0, 1, 1, 2, 0, 1)]
    assert markers == ["1.", "1.c)", "1.d)", 2, "2.", "2.c)"]


@pytest.mark.parametrize(
    ("level", "marker"), [(ListLevel(""), None), (ListLevel("1", " "), None), (ListLevel("01"), "01.")]
)
def test_levels_without_a_number(level, marker):
    assert ListCounter({0: level}).marker(0) == marker
