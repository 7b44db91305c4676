from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core import sdf
from handfont.core.glyph import GlyphSample, Metrics
from handfont.evaluate.metrics import active, overlap, slant, width


def letter(slope: float, wide: float = 0.8) -> GlyphSample:
    """An H of two uprights and a bar."""
    strokes = [
        np.array(points, np.float32) @ np.array([[1, 0], [slope, 1]], np.float32)
        for points in ([(0, 0), (0, 1.7)], [(wide, 0), (wide, 1.7)], [(0, 0.9), (wide, 0.9)])
    ]
    shape, _, centre, side = sdf.from_strokes(strokes, sdf.MIN_SIZE)
    return GlyphSample("H", shape, Metrics(side, centre), 0.1, "drawn", (0, 0, 0, 0))


@given(st.floats(-0.5, 0.6))
def test_slant_is_that_of_the_uprights(slope):
    assert slant([letter(slope)]) == pytest.approx(slope, abs=0.03)


@given(st.floats(0.5, 1.5))
def test_width_is_of_the_pens_path(wide):
    assert width(letter(0.0, wide)) == pytest.approx(wide, abs=0.06)


def test_overlap_of_itself_is_one_and_of_nothing_zero():
    field = letter(0.0).shape
    assert overlap(field[None], field[None])[0] == 1
    assert overlap(field[None], -np.abs(field[None]))[0] == 0
    assert 0 < overlap(field[None], letter(0.3).shape[None])[0] < 0.9


def test_dimensions_that_do_not_vary_are_not_alive():
    means = np.random.default_rng(0).normal(size=(200, 5)) * [1, 0.5, 0.05, 0.0, 2]
    assert active(means) == 3
