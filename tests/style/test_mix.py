from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.errors import OptionError, StyleError
from handfont.gaussian import Gaussian
from handfont.style.mix import mix
from handfont.style.posterior import Origin, Pen, StylePosterior, Variant


def one(name, mean, variance=0.01, characters="ab", residual=0.0):
    variants = {c: (Variant(2, Gaussian(np.full(3, residual), np.full(3, 1.0)), 1.0, 0.5),) for c in characters}
    return StylePosterior(name, "m", Gaussian(np.full(2, mean), np.full(2, variance)), variants, Pen(0.1),
                          origin=Origin(name, f"licence of {name}", (name,)))


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.05, 20), st.floats(0.05, 20))
def test_the_mean_is_weighted_whoever_is_known_better(first, second, w1, w2):
    mixed = mix([(one("a", first, 0.001), w1), (one("b", second, 0.5), w2)], "c")
    share = w1 / (w1 + w2)
    assert mixed.writer.mean == pytest.approx(np.full(2, share * first + (1 - share) * second), abs=1e-4)
    assert mixed.writer.variance == pytest.approx(np.full(2, share**2 * 0.001 + (1 - share) ** 2 * 0.5), rel=1e-3)


def test_residuals_are_mixed_where_all_saw_the_character_in_one_way():
    mixed = mix([(one("a", 0, characters="ab"), 3), (one("b", 1, characters="bc", residual=1.0), 1)], "c")
    assert set(mixed.characters) == {"b"}
    (way,) = mixed.characters["b"]
    assert way.residual.mean == pytest.approx(np.full(3, 0.25))
    assert way.samples == 4
    assert mixed.origin.licence == "licence of a and licence of b"
    (kept,) = mix([(one("a", 0), 1), (one("b", 1, residual=9.0), 3)], "c").characters["a"]
    assert kept.residual.mean == pytest.approx(np.full(3, 9.0)), "two ways: the heavier writer's"


def test_what_cannot_be_mixed_is_told(style):
    with pytest.raises(OptionError, match="two styles or more"):
        mix([(style, 1.0)], "x")
    with pytest.raises(OptionError, match="weight above 0"):
        mix([(style, 1.0), (style, 0.0)], "x")
    with pytest.raises(StyleError, match="cannot be mixed"):
        mix([(style, 1.0), (replace(style, model="hand-0"), 1.0)], "x")
    half = mix([(style, 0.5), (style, 0.5)], "x")
    assert np.array_equal(half.writer.mean, style.writer.mean)
    assert set(half.characters) == set(style.characters)
