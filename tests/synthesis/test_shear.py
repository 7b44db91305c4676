from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.style.posterior import Geometry
from handfont.synthesis.shear import matrix_of

slants, widths = st.floats(-45, 45), st.floats(0.4, 2.5)
points = st.tuples(st.floats(-2, 2), st.floats(-2, 2))


@given(slants, widths, points)
def test_points_are_stretched_and_then_leaned_about_the_baseline(slant, width, point):
    x, y = np.array(point, np.float32) @ matrix_of(Geometry(slant, width))
    assert y == pytest.approx(point[1], abs=1e-5)
    assert x == pytest.approx(width * point[0] + np.tan(np.radians(slant)) * point[1], abs=1e-4)


def test_a_style_that_was_not_adjusted_leaves_points_where_they_are():
    assert (matrix_of(Geometry()) == np.eye(2)).all()
