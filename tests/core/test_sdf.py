from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core import sdf

STROKES = [np.array([[0.0, 0.0], [0.5, 1.0], [1.0, 0.0]], np.float32), np.array([[0.2, 0.4], [0.8, 0.4]], np.float32)]


def drawn(strokes, x_height, pen):
    """Strokes as a scanner would see them: y down, ink where a pixel's centre is within half a pen of the path."""
    side = int(4 * x_height)
    rows, columns = np.mgrid[:side, :side] + 0.5
    points = np.stack([columns / x_height - 1, 2.5 - rows / x_height], axis=-1)
    nearest = np.full((side, side), np.inf)
    for stroke in strokes:
        for start, end in itertools.pairwise(stroke):
            way = end - start
            along = np.clip((points - start) @ way / (way @ way), 0, 1)
            nearest = np.minimum(nearest, np.linalg.norm(points - start - along[..., None] * way, axis=-1))
    return nearest * x_height < pen / 2


def test_field_is_the_distance_to_the_pen_path():
    dot, _, _, side = sdf.from_strokes([np.array([[5.0, 7.0]], np.float32)], sdf.MIN_SIZE)
    assert side == sdf.MIN_SIZE
    axis = np.arange(sdf.GRID) - (sdf.GRID - 1) / 2
    expected = sdf.CANONICAL_PEN / 2 - np.hypot(axis[:, None], axis[None, :])
    assert np.allclose(dot, np.clip(expected, -sdf.TRUNCATE, sdf.TRUNCATE), atol=1e-4)


def test_longer_side_fills_the_square():
    field, x, y, side = sdf.from_strokes(STROKES, sdf.MIN_SIZE)
    assert (x, y, side) == pytest.approx((0.5, 0.5, 1.0))
    rows = np.flatnonzero((field > 0).any(axis=1))
    assert rows[-1] - rows[0] + 1 == pytest.approx(sdf.INNER + sdf.CANONICAL_PEN, abs=1.5)


@settings(deadline=None, max_examples=20)
@given(st.floats(40, 120), st.floats(0.06, 0.2))
def test_ink_of_any_pen_gives_the_field_of_the_strokes(x_height, pen):
    ink = drawn(STROKES, x_height, pen * x_height)
    measured = sdf.pen_width(ink)
    assert measured == pytest.approx(pen * x_height, abs=0.15 * pen * x_height + 1.2)
    field, _, _, side = sdf.from_ink(ink, x_height, pen * x_height)
    exact, *_ = sdf.from_strokes(STROKES, sdf.MIN_SIZE)
    assert side / x_height == pytest.approx(1.0, abs=3 / x_height)
    near = np.abs(exact) < 1.5
    assert np.abs(field - exact)[near].mean() < 0.12 + 12 / x_height


def test_small_signs_are_not_blown_up():
    ink = np.zeros((50, 50), bool)
    ink[20:26, 20:26] = True
    _, _, _, side = sdf.from_ink(ink, x_height=40, pen=6)
    assert side == sdf.MIN_SIZE * 40


def test_no_ink_has_no_pen():
    assert sdf.pen_width(np.zeros((9, 9), bool)) == 0.0
