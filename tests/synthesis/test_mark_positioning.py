from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.composites import parts
from handfont.core.strokes import StrokeGlyph
from handfont.synthesis import mark_positioning
from handfont.synthesis.mark_positioning import STILL, Shake, compose, edges_of, ink_of, slant_of

PEN = 0.1
EXACT = 0.004
"""The edge of ink is measured in eight directions, and marks turn a little."""


def bar(x0, y0, x1, y1, slant=0.0):
    """Four strokes whose ink fills the edge of an upright box, sheared."""
    (x0, y0), (x1, y1) = (x0 + PEN / 2, y0 + PEN / 2), (x1 - PEN / 2, y1 - PEN / 2)
    corners = np.array([[x1, y0], [x1, y1], [x0, y1], [x0, y0]], np.float32)
    corners[:, 0] += slant * corners[:, 1]
    return tuple(np.stack(pair) for pair in zip(np.roll(corners, 1, axis=0), corners, strict=True))


def glyph(*bars, character="x"):
    return StrokeGlyph(character, tuple(stroke for one in bars for stroke in one))


def letter(height=1.0, width=0.8, slant=0.0):
    return glyph(bar(-width / 2, 0, width / 2, height, slant))


def accent(centre=1.4, width=0.3, height=0.25):
    return glyph(bar(-width / 2, centre - height / 2, width / 2, centre + height / 2))


def box(strokes):
    """Left, bottom, right and top of the ink of strokes."""
    points = ink_of(strokes, PEN)
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


def mark_box(whole, base):
    return box(whole.strokes[len(base.strokes) :])


def composed(character, glyphs, shakes, slant=0.0):
    return compose(character, parts(character), glyphs, shakes, PEN, slant)


heights, widths = st.floats(0.6, 2.6), st.floats(0.1, 1.6)
slants = st.floats(-0.3, 0.8)
shakes = st.builds(Shake, st.floats(-0.14, 0.14), st.floats(-0.14, 0.14), st.floats(-14, 14))
marks = st.builds(accent, st.floats(0.2, 2.6), st.floats(0.1, 0.9), st.floats(0.1, 0.6))


@given(heights, widths, slants, marks, shakes)
def test_a_mark_above_is_clear_of_its_letter_and_over_it(height, width, slant, mark, shake):
    base = letter(height, width, slant)
    whole = composed("é", [base, mark], [shake], slant)
    left, bottom, right, top = mark_box(whole, base)
    assert mark_positioning.MIN_CLEAR - EXACT <= bottom - height <= mark_positioning.MAX_CLEAR + EXACT
    along = slant * (bottom + top) / 2
    assert abs((left + right) / 2 - along - shake.x) < 0.01


@given(heights, widths, marks, shakes)
def test_marks_below_hang_or_are_clear(height, width, mark, shake):
    base = letter(height, width)
    sunk = -mark_positioning.SUNK * PEN
    for character, clear in (("ç", sunk), ("ą", sunk), ("ș", mark_positioning.BELOW)):
        whole = composed(character, [base, mark], [Shake(0.0, shake.y, 0.0)])
        top = mark_box(whole, base)[3]
        assert -top >= clear - 0.06
        if clear < 0:
            assert top > 0


@given(st.floats(1.3, 2.4), shakes)
def test_marks_stand_higher_over_capitals(height, shake):
    small, capital = (composed("é", [letter(h), accent()], [shake]) for h in (1.0, height))
    rise = mark_box(capital, letter())[1] - mark_box(small, letter())[1]
    assert rise == pytest.approx(height - 1.0, abs=1e-4)


@given(st.sampled_from("éçąșťđĐŀ¾ĳ®"), heights, widths, slants, marks, shakes)
def test_a_composed_glyph_holds_all_its_parts(character, height, width, slant, mark, shake):
    recipe = parts(character)
    base = letter(height, width, slant)
    others = [mark] * (len(recipe) - 1)
    whole = compose(character, recipe, [base, *others], [shake] * len(others), PEN, slant)
    assert whole.character == character
    assert len(whole.strokes) == len(base.strokes) * len(recipe)
    assert all(kept is own for kept, own in zip(whole.strokes, base.strokes, strict=False))
    assert all(stroke.dtype == np.float32 and np.isfinite(stroke).all() for stroke in whole.strokes)


def test_edges_of_the_letter_stay_its_own():
    """A mark keeps neighbours out of its own rows only."""
    base, mark = letter(width=0.1), accent(width=0.7)
    own, whole = (edges_of(ink_of(one.strokes, PEN)) for one in (base, composed("é", [base, mark], [STILL])))
    rows = ~np.isnan(own[0])
    for before, after in zip(own, whole, strict=True):
        assert np.allclose(after[rows], before[rows], atol=EXACT)
    assert np.nanmax(whole[1]) == pytest.approx(0.35, abs=0.02)


@given(marks)
def test_edges_are_the_ends_of_the_ink_in_each_band(mark):
    left, right = edges_of(ink_of(mark.strokes, PEN))
    assert np.array_equal(np.isnan(left), np.isnan(right))
    low, _, high, _ = box(mark.strokes)
    assert np.nanmin(left) == pytest.approx(low, abs=1e-6)
    assert np.nanmax(right) == pytest.approx(high, abs=1e-6)


def test_ogonek_hangs_at_the_right_and_cedilla_in_the_middle():
    base, mark = letter(width=1.0), accent(width=0.2)
    middle = {c: np.mean(mark_box(composed(c, [base, mark], [STILL]), base)[::2]) for c in "çą"}
    assert abs(middle["ç"]) < 0.15
    assert middle["ą"] > 0.25


def test_strokes_cross_the_letter():
    base, dash = letter(1.8, 0.1), accent(width=0.5, height=0.1)
    left, bottom, right, top = mark_box(composed("đ", [base, dash], [STILL]), base)
    reach = 0.05 + mark_positioning.OVERSHOOT
    assert (left, right) == pytest.approx((-reach, reach), abs=0.01)
    assert (bottom + top) / 2 == pytest.approx(0.8 * 1.8, abs=0.01)
    assert top - bottom == pytest.approx(0.1, abs=1e-4)
    wide = letter(1.8, 1.0)
    left, _, right, _ = mark_box(composed("Đ", [wide, dash], [STILL]), wide)
    assert left < -0.5 < right < 0


@pytest.mark.parametrize(("character", "middle"), [("ď", 1.8 - 0.15), ("ŀ", 0.9)])
def test_what_stands_close_by(character, middle):
    base, mark = letter(1.8, 0.2), accent(width=0.1, height=0.3)
    left, bottom, _, top = mark_box(composed(character, [base, mark], [STILL]), base)
    assert left == pytest.approx(0.1 + mark_positioning.CLOSE, abs=1e-4)
    assert (top + bottom) / 2 == pytest.approx(middle, abs=1e-4)


def test_fractions_lean_on_their_stroke():
    slash, figure = glyph(bar(-0.05, -0.2, 0.05, 1.8, 0.4)), accent(0.4, 0.4, 0.8)
    whole = composed("¾", [slash, figure, figure], [STILL, STILL])
    over, under = box(whole.strokes[4:8]), box(whole.strokes[8:])
    assert over[3] == pytest.approx(1.8, abs=1e-4)
    assert under[1] == pytest.approx(-0.2, abs=1e-4)
    assert over[2] < under[0] + 0.2  # each beside the leaning stroke, not beside its box


def test_i_loses_its_dot_and_keeps_its_stem():
    stem, dot = np.array([[0.0, 1.0], [0.0, 0.0]], np.float32), np.array([[0.1, 1.35], [0.1, 1.35]], np.float32)
    i = StrokeGlyph("i", (dot, stem))
    whole = composed("í", [i, accent()], [STILL])
    assert len(whole.strokes) == 1 + len(accent().strokes)
    assert whole.strokes[0] is stem
    kept = composed("į", [i, accent()], [STILL])
    assert len(kept.strokes) == 2 + len(accent().strokes)


def test_an_i_that_is_written_in_two_strokes_keeps_both_without_its_dot():
    stem, hook = np.array([[0.0, 1.0], [0.0, 0.0]], np.float32), np.array([[0.0, 0.4], [0.3, 0.6]], np.float32)
    dot = np.array([[0.0, 1.3], [0.05, 1.35]], np.float32)
    whole = composed("í", [StrokeGlyph("i", (stem, dot, hook)), accent()], [STILL])
    assert whole.strokes[0] is stem
    assert whole.strokes[1] is hook
    assert len(whole.strokes) == 2 + len(accent().strokes)


def test_marks_are_stacked():
    whole = composed("ǖ", [letter(), accent(), accent()], [STILL, STILL])
    lower, upper = box(whole.strokes[4:8]), box(whole.strokes[8:])
    assert upper[1] > lower[3]


def test_without_variation_marks_are_still():
    rng = np.random.default_rng(1)
    assert Shake.drawn(rng, 0.0) == STILL
    assert Shake.drawn(rng, 1.0) != Shake.drawn(rng, 1.0)


@given(slants, st.floats(0.3, 1.0))
def test_slant_is_measured(slant, wide):
    angle = np.linspace(0, 2 * np.pi, 40)
    ring = np.stack([wide * np.cos(angle), 0.5 + 0.5 * np.sin(angle)], axis=1)
    stem, bar = np.array([[0, 0], [0, 1.7]]), np.array([[-0.5, 1.7], [0.5, 1.7]])
    lean = np.array([[1, 0], [slant, 1]])
    leaning = [
        StrokeGlyph("x", tuple((stroke @ lean).astype(np.float32) for stroke in strokes))
        for strokes in ((ring,), (stem,), (stem, bar))
    ]
    assert slant_of(leaning) == pytest.approx(slant, abs=0.06)
