from __future__ import annotations

import cv2
import numpy as np
import pytest

from handfont.layout import pen_strokes


def knots(outline):
    return np.concatenate([contour[:, 2] for contour in outline.contours])


@pytest.mark.parametrize("length", [2.0, 30.0, 400.0])
def test_a_line_is_as_long_and_as_wide_as_asked(length):
    mark = pen_strokes.line(10, 20, 10 + length, 20, 0.6, np.random.default_rng(1))
    points = knots(mark.outline)
    assert np.ptp(points[:, 0]) == pytest.approx(length + 0.6, abs=1.2)
    heights = np.abs(points[:, 1] - 20)
    assert 0.2 < np.median(heights) < 1.2
    assert len(points) < 400
    assert mark.pen == 0.6
    assert mark.path[[0, -1]] == pytest.approx(np.array([[10, 20], [10 + length, 20]]), abs=0.8)
    assert all(np.hypot(*(mark.path - knot).T).min() < 0.6 for knot in points)  # around its path


def test_no_two_lines_are_alike_and_none_is_straight():
    rng = np.random.default_rng(2)
    one, two = (knots(pen_strokes.line(0, 0, 100, 0, 0.5, rng).outline) for _ in range(2))
    assert not np.allclose(one, two)
    assert np.std(one[: len(one) // 2 - 5, 1]) > 0.02


@pytest.mark.parametrize(("radius", "pen"), [(1.0, 0.3), (1.0, 0.9), (0.2, 0.6)])
def test_the_path_of_a_bullet_fills_it(radius, pen):
    """A pen along the path of a dot leaves no paper within it, and blackens little beyond it."""
    dot = pen_strokes.dot(0, 0, radius, pen, np.random.default_rng(4))
    pixels = 100
    mask = np.zeros((4 * pixels, 4 * pixels), np.uint8)
    path = np.rint((dot.path + 2) * pixels * 16).astype(np.int32)
    cv2.polylines(mask, [path], False, 1, round(pen * pixels), shift=4)
    row, column = np.indices(mask.shape)
    away = np.hypot(column - 2 * pixels, row - 2 * pixels) / pixels
    size = max(radius, pen / 2)
    assert mask[away < 0.8 * size].all()
    assert not mask[away > 1.3 * size].any()


def test_bullets_and_boxes():
    rng = np.random.default_rng(3)
    dot, ring = pen_strokes.dot(5, 5, 1, 0.3, rng), pen_strokes.ring(0, 0, 1, 0.2, rng)
    assert np.hypot(*(knots(dot.outline) - 5).T) == pytest.approx(1, abs=0.35)
    assert len(ring.outline.contours) == 1
    assert np.hypot(*ring.path.T) == pytest.approx(1, abs=0.2)
    sides = pen_strokes.box(1, 2, 0.1, rng)
    assert [side.shape for side in sides] == [(9, 2)] * 4
    points = np.concatenate(sides)
    assert points.min(axis=0) == pytest.approx([-0.5, 0.0], abs=0.1)
    assert points.max(axis=0) == pytest.approx([0.5, 2.0], abs=0.1)
    for one, other in zip(sides, np.roll(sides, -1, axis=0), strict=True):  # each begins where the one before ends
        assert np.hypot(*(one[-1] - other[0])) < 0.15
