from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont import correction, sdf


def strokes(*points):
    return sdf.from_strokes([np.array(points, np.float32)], sdf.MIN_SIZE)[0]


def test_a_corrected_shape_is_nearly_the_one_that_was_seen():
    seen, drawn = strokes((0, 0), (0.5, 1), (1, 0)), strokes((0, 0), (0.45, 1), (0.95, 0.1))
    fixed = drawn + correction.field(correction.measured(seen[None], drawn[None]))

    def overlap(other):
        return ((seen > 0) & (other > 0)).sum() / ((seen > 0) | (other > 0)).sum()

    assert overlap(drawn) < 0.8
    assert overlap(fixed) > 0.87


def test_nothing_is_corrected_where_shapes_agree():
    shape = strokes((0, 0), (1, 1))
    assert not correction.field(correction.measured(shape[None], shape[None])).any()
    assert not correction.field(b"").any()


@settings(deadline=None)
@given(st.binary(min_size=correction.CELLS**2, max_size=correction.CELLS**2))
def test_corrections_come_back_from_text(values):
    assert correction.from_text(correction.to_text(values)) == values


@pytest.mark.parametrize("text", ["", "x", "!!!!", correction.to_text(b"abc"), correction.to_text(bytes(10**6))])
def test_other_text_is_no_correction(text):
    with pytest.raises(ValueError, match=r"."):
        correction.from_text(text)
