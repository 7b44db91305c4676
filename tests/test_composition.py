from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont import composition
from handfont.accents import parts
from handfont.composition import STILL, Shake, compose, edges_of, points_on, slant_of
from handfont.glyph import Glyph, Metrics, Outline

PEN = 0.1
EXACT = 1e-5


def bar(x0, y0, x1, y1, slant=0.0):
    """A contour: an upright box, sheared."""
    corners = np.array([[x1, y0], [x1, y1], [x0, y1], [x0, y0]], np.float32)
    corners[:, 0] += slant * corners[:, 1]
    starts = np.roll(corners, 1, axis=0)
    return np.stack([starts + (corners - starts) / 3, starts + (corners - starts) * 2 / 3, corners], axis=1)


def glyph(*contours, character="x"):
    outline = Outline(tuple(contours))
    left, right = edges_of(points_on(outline))
    return Glyph(character, outline, Metrics(1.0, 0.5), PEN, left, right)


def letter(height=1.0, width=0.8, slant=0.0):
    return glyph(bar(-width / 2, 0, width / 2, height, slant))


def accent(centre=1.4, width=0.3, height=0.25):
    return glyph(bar(-width / 2, centre - height / 2, width / 2, centre + height / 2))


def mark_box(whole, base):
    return Outline(whole.outline.contours[len(base.outline.contours) :]).bounds()


heights, widths = st.floats(0.6, 2.6), st.floats(0.1, 1.6)
slants = st.floats(-0.3, 0.8)
shakes = st.builds(Shake, st.floats(-0.14, 0.14), st.floats(-0.14, 0.14), st.floats(-14, 14))
marks = st.builds(accent, st.floats(0.2, 2.6), st.floats(0.1, 0.9), st.floats(0.1, 0.6))


@given(heights, widths, slants, marks, shakes)
def test_a_mark_above_is_clear_of_its_letter_and_over_it(height, width, slant, mark, shake):
    base = letter(height, width, slant)
    whole = compose("é", parts("é"), [base, mark], [shake], slant)
    left, bottom, right, top = mark_box(whole, base)
    assert composition.NEAREST - EXACT <= bottom - height <= composition.FARTHEST + EXACT
    along = slant * (bottom + top) / 2
    assert abs((left + right) / 2 - along - shake.x) < 0.01


@given(heights, widths, marks, shakes)
def test_marks_below_hang_or_are_clear(height, width, mark, shake):
    base = letter(height, width)
    for character, clear in (("ç", -composition.SUNK * PEN), ("ą", -composition.SUNK * PEN), ("ș", composition.BELOW)):
        whole = compose(character, parts(character), [base, mark], [Shake(0.0, shake.y, 0.0)])
        top = mark_box(whole, base)[3]
        assert -top >= clear - 0.06
        if clear < 0:
            assert top > 0


@given(st.floats(1.3, 2.4), shakes)
def test_marks_stand_higher_over_capitals(height, shake):
    small, capital = (compose("é", parts("é"), [letter(h), accent()], [shake]) for h in (1.0, height))
    rise = mark_box(capital, letter())[1] - mark_box(small, letter())[1]
    assert rise == pytest.approx(height - 1.0, abs=1e-4)


@given(st.sampled_from("éçąșťđĐŀ¾ĳ®"), heights, widths, slants, marks, shakes)
def test_a_composed_glyph_holds_all_its_parts(character, height, width, slant, mark, shake):
    recipe = parts(character)
    base = letter(height, width, slant)
    others = [mark] * (len(recipe) - 1)
    whole = compose(character, recipe, [base, *others], [shake] * len(others), slant)
    assert whole.character == character
    assert len(whole.outline.contours) == len(recipe)
    assert whole.outline.contours[0] is base.outline.contours[0]
    left, _, right, _ = whole.outline.bounds()
    assert np.nanmin(whole.left_edge) == pytest.approx(left, abs=0.06)
    assert np.nanmax(whole.right_edge) == pytest.approx(right, abs=0.06)
    # Counters run the other way: parts that cross must turn the same way to be filled.
    assert all(_area(contour) > 0 for contour in whole.outline.contours)


def _area(contour):
    x, y = contour[:, 2].T.astype(float)
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())


def test_edges_of_the_letter_stay_its_own():
    """A mark keeps neighbours out of its own rows only."""
    base, mark = letter(width=0.1), accent(width=0.7)
    whole = compose("í", parts("í"), [base, mark], [STILL])
    rows = ~np.isnan(base.left_edge)
    assert (whole.left_edge[rows] == base.left_edge[rows]).all()
    assert (whole.right_edge[rows] == base.right_edge[rows]).all()
    assert np.nanmax(whole.right_edge) == pytest.approx(0.35, abs=0.02)


def test_ogonek_hangs_at_the_right_and_cedilla_in_the_middle():
    base, mark = letter(width=1.0), accent(width=0.2)
    middle = {c: np.mean(mark_box(compose(c, parts(c), [base, mark], [STILL]), base)[::2]) for c in "çą"}
    assert abs(middle["ç"]) < 0.15
    assert middle["ą"] > 0.25


def test_strokes_cross_the_letter():
    base, dash = letter(1.8, 0.1), accent(width=0.5, height=0.1)
    left, bottom, right, top = mark_box(compose("đ", parts("đ"), [base, dash], [STILL]), base)
    assert (left, right) == pytest.approx((-0.05 - composition.OVERSHOOT, 0.05 + composition.OVERSHOOT), abs=0.01)
    assert (bottom + top) / 2 == pytest.approx(0.8 * 1.8, abs=0.01)
    assert top - bottom == pytest.approx(0.1, abs=1e-4)
    wide = letter(1.8, 1.0)
    left, _, right, _ = mark_box(compose("Đ", parts("Đ"), [wide, dash], [STILL]), wide)
    assert left < -0.5 < right < 0


@pytest.mark.parametrize(("character", "middle"), [("ď", 1.8 - 0.15), ("ŀ", 0.9)])
def test_what_stands_close_by(character, middle):
    base, mark = letter(1.8, 0.2), accent(width=0.1, height=0.3)
    left, bottom, _, top = mark_box(compose(character, parts(character), [base, mark], [STILL]), base)
    assert left == pytest.approx(0.1 + composition.CLOSE, abs=1e-4)
    assert (top + bottom) / 2 == pytest.approx(middle, abs=1e-4)


def test_fractions_lean_on_their_stroke():
    slash, figure = glyph(bar(-0.05, -0.2, 0.05, 1.8, 0.4)), accent(0.4, 0.4, 0.8)
    whole = compose("¾", parts("¾"), [slash, figure, figure], [STILL, STILL])
    over, under = (Outline((contour,)).bounds() for contour in whole.outline.contours[1:])
    assert over[3] == pytest.approx(1.8, abs=1e-4)
    assert under[1] == pytest.approx(-0.2, abs=1e-4)
    assert over[2] < under[0] + 0.2  # each beside the leaning stroke, not beside its box


def test_i_loses_its_dot_and_keeps_its_stem():
    stem, dot = bar(-0.05, 0, 0.05, 1.0), bar(0.1, 1.3, 0.2, 1.4)
    whole = compose("í", parts("í"), [glyph(dot, stem), accent()], [STILL])
    assert len(whole.outline.contours) == 2
    assert whole.outline.contours[0] is stem
    kept = compose("į", parts("į"), [glyph(dot, stem), accent()], [STILL])
    assert len(kept.outline.contours) == 3


def test_marks_are_stacked():
    base = letter()
    whole = compose("ǖ", parts("ǖ"), [base, accent(), accent()], [STILL, STILL])
    lower, upper = (Outline((contour,)).bounds() for contour in whole.outline.contours[1:])
    assert upper[1] > lower[3]


def test_without_variation_marks_are_still():
    rng = np.random.default_rng(1)
    assert Shake.drawn(rng, 0.0) == STILL
    assert Shake.drawn(rng, 1.0) != Shake.drawn(rng, 1.0)


@given(slants)
def test_slant_is_measured(slant):
    rows, columns = np.mgrid[-24:24, -24:24]
    # A ring and a stem, sheared, and a letter without ink; rows run downwards.
    across = columns + slant * rows
    ring = (np.hypot(across / 0.6, rows) < 16) & (np.hypot(across / 0.6, rows) > 11)
    stem = (np.abs(across) < 2) & (np.abs(rows) < 16)
    fields = np.stack([ring, stem, np.zeros_like(ring)]).astype(np.float32)
    assert slant_of(fields) == pytest.approx(slant, abs=0.06)
