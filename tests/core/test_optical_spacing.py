from __future__ import annotations

import numpy as np
import pytest

from handfont.core import optical_spacing
from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS
from handfont.layout.content import StyledWord
from handfont.layout.shaping import GlyphShaper
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand

HEIGHTS = BAND_BOTTOM + (np.arange(BANDS) + 0.5) * (BAND_TOP - BAND_BOTTOM) / BANDS


def bar(low, high, half):
    inside = np.clip(HEIGHTS, low, high) == HEIGHTS
    return np.where(inside, -half, np.nan), np.where(inside, half, np.nan)


def apart(*bars, gap=0.3):
    left, right = (np.stack(side) for side in zip(*bars, strict=True))
    return optical_spacing.distances(left, right, np.full(len(bars) - 1, gap))


def test_two_stems_stand_the_gap_apart():
    assert apart(bar(0, 1, 0.05), bar(0, 1, 0.05))[0] == pytest.approx(0.1 + 0.3, abs=1e-6)


def test_wider_gaps_and_wider_ink_move_apart():
    narrow = apart(bar(0, 1, 0.05), bar(0, 1, 0.05))[0]
    assert apart(bar(0, 1, 0.05), bar(0, 1, 0.05), gap=0.5)[0] == pytest.approx(narrow + 0.2)
    assert apart(bar(0, 1, 0.05), bar(0, 1, 0.25))[0] == pytest.approx(narrow + 0.2)


def test_open_shapes_are_drawn_in_but_never_touch():
    stem = bar(0, 1, 0.05)
    # A foot that reaches to the right, open above it: L before I.
    left, right = bar(0, 1.8, 0.05)
    right = right.copy()
    right[np.flatnonzero(~np.isnan(right))[:2]] = 0.6
    drawn_in = apart((left, right), stem)[0]
    assert drawn_in < 0.6 + 0.3 + 0.05
    assert drawn_in - 0.05 - 0.6 >= optical_spacing.FLOOR * 0.3 - 1e-9


def test_shapes_that_share_no_height_are_kept_in_order():
    dash, stop = bar(0.9, 1.0, 0.3), bar(-0.1, 0.1, 0.05)
    assert apart(dash, stop)[0] > 0.0


def test_one_glyph_has_no_distances():
    left, right = bar(0, 1, 0.1)
    assert optical_spacing.distances(left[None], right[None], np.zeros(0)).shape == (0,)


def leaning(low, high, half, slant):
    return tuple(edge + slant * HEIGHTS for edge in bar(low, high, half))


def beside(first, second, slant=0.0, gap=0.3):
    """Clear space between the boxes of two shapes along the slant, set apart as marks are."""
    left, right = (np.stack(side) for side in zip(first, second, strict=True))
    gaps = np.array([gap])
    at = optical_spacing.distances(left, right, gaps, optical_spacing.set_apart("a.", gaps), slant)[0]
    return at + np.nanmin(second[0] - slant * HEIGHTS) - np.nanmax(first[1] - slant * HEIGHTS)


STOP = bar(-0.05, 0.1, 0.05)
APOSTROPHE = bar(1.5, 1.9, 0.05)
ROOF = bar(1.6, 1.8, 0.7)


def test_a_stop_stands_a_little_under_the_bar_of_a_t_but_not_beside_its_stem():
    stem = bar(0, 1.8, 0.05)
    letter = np.fmin(stem[0], ROOF[0]), np.fmax(stem[1], ROOF[1])
    assert -0.05 < beside(letter, STOP) < 0.3
    assert apart(letter, STOP)[0] < 0.5  # what the bands alone tell: it is under the bar, 0.7 wide


def test_marks_stand_apart_along_the_slant_whatever_heights_they_share():
    for slant in (0.0, 0.5, -0.2):
        letter = leaning(0, 1.0, 0.3, slant)
        assert beside(letter, STOP, slant) == pytest.approx(beside(letter, bar(0, 1.0, 0.05), slant), abs=0.2)
        assert 0.2 < beside(letter, STOP, slant) < 0.6
        assert 0.2 < beside(letter, APOSTROPHE, slant) < 0.6
        assert 0.2 < beside(APOSTROPHE, letter, slant) < 0.6


def is_set_apart(text):
    return (~np.isnan(optical_spacing.set_apart(text, np.full(max(len(text) - 1, 0), 0.3)))).tolist()


def test_what_is_set_apart():
    assert is_set_apart("7:15") == [True, True, True]
    assert is_set_apart("it's") == [False, True, True]
    assert is_set_apart("(a-b)5c") == [False] * 6
    assert is_set_apart("a") == is_set_apart("") == []


def test_marks_stand_farther_off_than_digits_and_both_farther_where_letters_do():
    (mark, digit), (wide_mark, wide_digit) = (
        optical_spacing.set_apart("1.00", np.full(3, gap))[[0, 2]] for gap in (0.3, 0.6)
    )
    assert mark > digit > 0.2
    assert wide_mark > mark
    assert wide_digit > digit


@pytest.mark.parametrize("style", ["slant", "print", "italic", "felt"])
def test_signs_and_digits_of_real_hands_are_clear_of_their_neighbors(style):
    hand = Hand(load_style(style))
    text = "Mr. T. V. Yates, 1950? 7:15 cf. 'tis 12.5 all; far, 777 Y."
    for box in GlyphShaper(hand, 1).boxes([StyledWord(word) for word in text.split()]):
        for i in np.flatnonzero(is_set_apart(box.word.text)):
            one, other = box.glyphs[i : i + 2]
            at = box.origins[i + 1] - box.origins[i]
            clear = (
                np.nanmin(other.left_edge - hand.slant * HEIGHTS)
                + at
                - np.nanmax(one.right_edge - hand.slant * HEIGHTS)
            )
            assert clear > -0.05, one.character + other.character


def test_letters_are_spaced_as_without_signs():
    hand = Hand(load_style("slant"))
    plain, signed = (GlyphShaper(hand, 1).boxes([StyledWord(word)])[0] for word in ("happy", "happy!"))
    assert np.array_equal(plain.origins, signed.origins[:5])
