"""Strokes as points along smooth curves."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from handfont.core.strokes import StrokeGlyph, cubics, length, resampled

PATHS = npst.arrays(np.float32, st.tuples(st.integers(2, 20), st.just(2)), elements=st.floats(-3, 3, width=32))


@given(PATHS, st.integers(2, 64))
def test_points_are_spread_evenly_from_end_to_end(path: np.ndarray, count: int) -> None:
    even = resampled(path, count)
    assert even.shape == (count, 2)
    assert np.allclose(even[0], path[0], atol=1e-5)
    assert length(even) <= length(path) + 1e-4
    if length(path) > 0.1:
        assert np.allclose(even[-1], path[-1], atol=1e-4)


def test_a_straight_stroke_is_spread_in_equal_steps() -> None:
    even = resampled(np.array([[0, 0], [0.1, 0], [3, 0]], np.float32), 7)
    assert np.allclose(np.diff(even[:, 0]), 0.5)


def test_a_dot_is_repeated() -> None:
    assert np.allclose(resampled(np.array([[1, 2]], np.float32), 3), [[1, 2]] * 3)


@given(PATHS)
def test_curves_pass_through_the_points(path: np.ndarray) -> None:
    curves = cubics(path)
    assert np.array_equal(curves[:, 2], path[1:])
    # Without a corner between two curves: the handles on both sides of a point lie on one line.
    before, after = path[1:-1] - curves[:-1, 1], curves[1:, 0] - path[1:-1]
    assert np.allclose(before[:, 0] * after[:, 1], before[:, 1] * after[:, 0], atol=1e-3)


def test_a_glyph_is_moved_whole() -> None:
    glyph = StrokeGlyph("t", (np.array([[0, 0], [0, 1]], np.float32), np.array([[-1, 1], [1, 1]], np.float32)))
    moved = glyph.transformed(np.array([[2, 0], [0, 1]], np.float32), np.array([1, 0], np.float32))
    assert np.array_equal(moved.points, [[1, 0], [1, 1], [-1, 1], [3, 1]])
