from __future__ import annotations

import itertools

import pyphen
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.layout import line_breaking
from handfont.layout.line_breaking import Items, starts

item = st.tuples(
    st.floats(0.01, 30),
    st.floats(0, 3),
    st.sampled_from([0.0, 1.0, 4.0, line_breaking.FORBIDDEN]),
    st.sampled_from([0.0, 0.0, 0.7]),
)


def filled(rows):
    items = Items()
    for row in rows:
        items.add(*row)
    return items


def lines(items, found):
    return list(itertools.pairwise([*found, len(items)]))


def width(items, start, stop):
    hyphen = items.hyphens[stop] if stop < len(items) else 0.0
    return sum(items.widths[start:stop]) + sum(items.gaps[start + 1 : stop]) + hyphen


@given(st.lists(item, max_size=60), st.floats(2, 60), st.one_of(st.none(), st.floats(2, 60)))
def test_lines_hold_every_item_once_and_fit(rows, room, first):
    items = filled(rows)
    found = starts(items, room, first)
    assert found == sorted(set(found))
    assert (found[:1] == [0]) == bool(rows)
    for number, (start, stop) in enumerate(lines(items, found)):
        space = first if number == 0 and first is not None else room
        assert width(items, start, stop) <= space + 1e-6 or stop - start == 1


def cost(items, found, room):
    """The cost of given line starts, from its definition."""
    total = 0.0
    for start, stop in lines(items, found):
        used = width(items, start, stop)
        if used > room and stop - start > 1:
            return float("inf")
        total += line_breaking._cost(max(room - used, 0) / room, stop == len(items))
        if stop < len(items):
            total += items.penalties[stop]
            if items.hyphens[stop] and start and items.hyphens[start]:
                total += line_breaking.AGAIN
    return total


@given(st.lists(item, min_size=1, max_size=9), st.floats(5, 60))
def test_no_other_breaks_cost_less(rows, room):
    items = filled(rows)
    best = cost(items, starts(items, room), room)
    for count in range(len(rows)):
        for inner in itertools.combinations(range(1, len(rows)), count):
            assert best <= cost(items, [0, *inner], room) + 1e-6


def test_lines_are_evened_out():
    # First fit would leave a line of one short word before the long one.
    items = filled([(4, 1, 0, 0), (4, 1, 0, 0), (1, 1, 0, 0), (9, 1, 0, 0), (5, 1, 0, 0)])
    assert starts(items, 10) == [0, 2, 3, 4] or starts(items, 10) == [0, 1, 3, 4]


def test_a_short_last_line_is_avoided():
    items = filled([(2, 1, 0, 0)] * 12 + [(0.5, 1, 0, 0)])
    assert starts(items, 17.2) == [0, 6, 11]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("well-known", [(5, False)]),
        ("and/or", [(4, False)]),
        ("a--b", []),
        ("-5", []),
        ("night", []),
        ("wait—no", [(5, False)]),
        ("3.14", []),
    ],
)
def test_words_break_after_their_own_hyphens(word, expected):
    assert line_breaking.places(word, (), None) == expected


def test_hyphenation_leaves_what_is_no_letter_alone():
    german = pyphen.Pyphen(lang="de_DE")
    found = line_breaking.places("(Donaudampfschiff)", (), german)
    assert found
    assert all(hyphen and 2 <= index <= 16 for index, hyphen in found)
    assert line_breaking.places("12345678", (), german) == []
    assert line_breaking.anywhere("ab12") == [(1, True), (2, False), (3, False)]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        (
            "https://example.org/some-long_path/file.name?q=a&b=1",
            ["https://", "example.", "org/", "some-", "long_", "path/", "file.", "name?", "q=", "a&", "b=1"],
        ),
        ("www.example.com", ["www.", "example.", "com"]),
        ("anna.maria@post.example.org", ["anna.", "maria@", "post.", "example.", "org"]),
        ("/usr/local/lib/python3.11", ["/usr/", "local/", "lib/", "python3.11"]),
        ("C:\\Users\\anna", ["C:\\", "Users\\", "anna"]),
        ("some_function_name", ["some_", "function_", "name"]),
        ("docs/readme.md", ["docs/", "readme.", "md"]),
        ("handwriting.pdf", ["handwriting.", "pdf"]),
    ],
)
def test_addresses_break_after_separators_without_a_hyphen(word, parts):
    english = pyphen.Pyphen(lang="en_US")
    found = line_breaking.places(word, (), english)
    assert not any(hyphen for _, hyphen in found)
    bounds = [0, *(index for index, _ in found), len(word)]
    assert [word[a:b] for a, b in itertools.pairwise(bounds)] == parts
    assert not any(hyphen for _, hyphen in line_breaking.anywhere(word, True))


@pytest.mark.parametrize("word", ["e.g.", "z.B.", "3.14", "U.S.A.", "and/or", "well-known", "night", "end.", "(sic!)"])
def test_ordinary_words_are_no_addresses(word):
    assert not line_breaking.is_address(word)
