from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.strokes import StrokeGlyph, resampled
from handfont.synthesis.latent_noise import noise_of
from handfont.synthesis.pressure import EASED, LIMITS, REACH, pressures


def dash(length, count=24):
    return resampled(np.array([[0, 0], [length, 0]], np.float32), count)


LETTER = StrokeGlyph("t", (dash(2.0), dash(1.0, 40)))
DOT = StrokeGlyph(".", (np.zeros((5, 2), np.float32),))
amounts = st.floats(0.01, 0.3)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([LETTER, DOT]), min_size=1, max_size=12), st.integers(0, 99), amounts)
def test_there_is_a_factor_for_each_point_within_the_limits(glyphs, seed, amount):
    found = pressures(glyphs, noise_of(seed, "", 0, len(glyphs), 1), amount)
    assert [len(factors) for factors in found] == [sum(map(len, glyph.strokes)) for glyph in glyphs]
    low, high = LIMITS
    assert all((factors >= np.float32(low)).all() and (factors <= np.float32(high)).all() for factors in found)


def test_a_hand_without_variation_presses_evenly():
    for factors in pressures([LETTER, DOT], noise_of(1, "", 0, 2, 1), 0.0):
        assert (factors == 1).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 99), amounts)
def test_the_pressure_of_a_glyph_does_not_depend_on_its_company(seed, amount):
    row = [DOT, LETTER, DOT, LETTER, LETTER]
    whole = pressures(row, noise_of(seed, "", 0, 5, 1), amount)
    for place in range(5):
        (alone,) = pressures(row[place : place + 1], noise_of(seed, "", place, 1, 1), amount)
        assert np.allclose(alone, whole[place], atol=1e-4)


def test_the_pen_eases_at_the_ends_of_strokes_but_not_of_dots():
    many = [LETTER, DOT] * 300
    found = pressures(many, noise_of(1, "", 0, len(many), 1), 0.05)
    letters, dots = np.mean(found[::2], axis=0), np.mean(found[1::2], axis=0)
    for first, last in ((0, 23), (24, 63)):
        assert letters[[first, last]] == pytest.approx(EASED, abs=0.02)
        assert letters[(first + last) // 2] == pytest.approx(1.0, abs=0.02)
    assert dots == pytest.approx(1.0, abs=0.02)
    (short,) = pressures([StrokeGlyph("-", (dash(REACH / 2),))], noise_of(1, "", 0, 1, 1), 1e-6)
    assert short == pytest.approx(1.0, abs=1e-4)


def test_the_width_of_glyphs_varies_as_much_as_asked():
    many = [LETTER] * 4000
    middles = np.array([factors[12] for factors in pressures(many, noise_of(3, "", 0, len(many), 1), 0.08)])
    assert np.log(middles).std() == pytest.approx(0.08 * np.hypot(1, 0.5), rel=0.2)
