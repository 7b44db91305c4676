"""Outlines as pictures, against what OpenCV fills."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.glyph import Outline
from handfont.core.inking import Nib, ink
from handfont.core.strokes import StrokeGlyph
from handfont.evaluate.raster import MARGIN, filled


def polygon(points):
    """A contour of straight curves."""
    corners = np.array(points, np.float32)
    starts = np.roll(corners, 1, axis=0)
    return np.stack([starts + (corners - starts) / 3, starts + (corners - starts) * 2 / 3, corners], axis=1)


def square(x, y, side):
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.3, 2))
def test_a_square_has_its_pixels_where_it_lies(x, y, side):
    picture, (column, row) = filled(Outline((polygon(square(x, y, side)),)), 20)
    assert picture.sum() == pytest.approx((20 * side) ** 2, abs=2 * 20 * side + 2)
    rows, columns = np.nonzero(picture)
    assert (columns.min() - column) / 20 == pytest.approx(x, abs=0.06)
    assert (columns.max() + 1 - column) / 20 == pytest.approx(x + side, abs=0.06)
    assert (row - rows.min()) / 20 == pytest.approx(y + side, abs=0.06)
    assert (row - rows.max() - 1) / 20 == pytest.approx(y, abs=0.06)
    assert not picture[:MARGIN].any()
    assert not picture[:, -MARGIN:].any()


def test_contours_that_run_the_same_way_are_filled_where_they_overlap():
    two = Outline((polygon(square(0, 0, 1)), polygon(square(0.5, 0, 1))))
    assert filled(two, 20)[0].sum() == pytest.approx(600, abs=30)


def test_a_contour_that_runs_the_other_way_is_a_hole():
    ring = Outline((polygon(square(0, 0, 1)), polygon(square(0.25, 0.25, 0.5)[::-1])))
    assert filled(ring, 20)[0].sum() == pytest.approx(300, abs=30)


@settings(deadline=None)  # the first compiles
@given(st.integers(0, 1000))
def test_ink_is_what_opencv_draws_along_the_strokes(seed):
    path = np.random.default_rng(seed).normal(0, 0.08, (30, 2)).cumsum(axis=0).astype(np.float32)
    outline = ink([StrokeGlyph("x", (path,))], Nib(0.2)).outlines[0]
    picture, (column, row) = filled(outline, 40)
    drawn = np.zeros_like(picture)
    pixels = np.round((path * [40, -40] + [column, row] - 0.5) * 16).astype(np.int32)
    cv2.polylines(drawn, [pixels], False, 1, 4, shift=4)
    assert (picture[drawn > 0] > 0).mean() > 0.995  # a path half as wide lies within
    wide = np.zeros_like(picture)
    cv2.polylines(wide, [pixels], False, 1, 14, shift=4)
    assert (wide[picture > 0] > 0).mean() > 0.995
