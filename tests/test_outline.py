from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont import outline, sdf
from handfont.glyph import BAND_BOTTOM, BAND_TOP, BANDS


def circle(radius=0.5):
    angle = np.linspace(0, 2 * np.pi, 200)
    stroke = np.stack([radius * np.cos(angle), radius + radius * np.sin(angle)], axis=1).astype(np.float32)
    return sdf.from_strokes([stroke], sdf.MIN_SIZE)


def flattened(contour, steps=12):
    """Points on the curves of a contour."""
    starts = np.roll(contour[:, 2], 1, axis=0)
    t = np.linspace(0, 1, steps)[:, None, None]
    points = ((1 - t) ** 3 * starts + 3 * t * (1 - t) ** 2 * contour[:, 0] + 3 * t**2 * (1 - t) * contour[:, 1]
              + t**3 * contour[:, 2])
    return points.transpose(1, 0, 2).reshape(-1, 2)


def area(points):
    x, y = points.T
    return 0.5 * (np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def traced(field, size, centre, pen):
    return outline.trace(field[None], *(np.array([v], np.float32) for v in (size, centre, pen)))


@settings(deadline=None, max_examples=20)
@given(st.floats(0.05, 0.3))
def test_a_ring_is_traced_within_the_tolerance_at_any_pen(pen):
    field, _, centre, size = circle()
    shape = traced(field, size, centre, pen).outlines[0]
    assert len(shape.contours) == 2
    for contour, radius in zip(shape.contours, (0.5 + pen / 2, 0.5 - pen / 2), strict=True):
        distance = np.hypot(*(flattened(contour) - (0, 0.5)).T)
        # 0.02 x-heights at most between what was traced and the true outline.
        assert np.abs(distance - radius).max() < 0.02
        assert len(contour) <= 12


def test_counters_run_the_other_way():
    field, _, centre, size = circle()
    outer, inner = traced(field, size, centre, 0.1).outlines[0].contours
    assert area(flattened(outer)) * area(flattened(inner)) < 0


def test_edges_are_the_ink_in_each_band():
    field, _, centre, size = circle()
    result = traced(field, size, centre, 0.1)
    middle = int((0.5 - BAND_BOTTOM) / (BAND_TOP - BAND_BOTTOM) * BANDS)
    assert result.left[0, middle] == pytest.approx(-0.55, abs=0.02)
    assert result.right[0, middle] == pytest.approx(0.55, abs=0.02)
    assert np.isnan(result.left[0, 0])


@pytest.mark.parametrize("pen", [0.02, 0.1, 0.45])
def test_a_dot_survives_every_pen(pen):
    field, _, centre, size = sdf.from_strokes([np.zeros((1, 2), np.float32)], sdf.MIN_SIZE)
    shape = traced(field, size, centre, pen).outlines[0]
    assert len(shape.contours) == 1
    left, bottom, right, top = shape.bounds()
    assert right - left == pytest.approx(pen, abs=0.04)
    assert top - bottom == pytest.approx(pen, abs=0.04)


def test_thin_pens_do_not_break_strokes_whose_ridge_is_low():
    stroke = np.array([[0.0, 0.0], [1.0, 2.0]], np.float32)
    field, _, centre, size = sdf.from_strokes([stroke], sdf.MIN_SIZE)
    rows = np.arange(sdf.GRID)[:, None]
    field -= 1.3 * np.exp(-0.5 * ((rows - 23) / 4.0) ** 2)  # a decoder's doubt in the middle of the stroke
    assert len(traced(field, size, centre, 0.08).outlines[0].contours) == 1


def test_nothing_is_nothing():
    result = outline.trace(np.full((1, sdf.GRID, sdf.GRID), -5.0, np.float32), *np.ones((3, 1), np.float32))
    assert result.outlines[0].contours == ()
    assert result.outlines[0].bounds() == (0, 0, 0, 0)
