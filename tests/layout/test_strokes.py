from __future__ import annotations

import numpy as np
import pytest

from handfont.layout import strokes


def knots(outline):
    return np.concatenate([contour[:, 2] for contour in outline.contours])


@pytest.mark.parametrize("length", [2.0, 30.0, 400.0])
def test_a_line_is_as_long_and_as_wide_as_asked(length):
    points = knots(strokes.line(10, 20, 10 + length, 20, 0.6, np.random.default_rng(1)))
    assert np.ptp(points[:, 0]) == pytest.approx(length + 0.6, abs=1.2)
    heights = np.abs(points[:, 1] - 20)
    assert 0.2 < np.median(heights) < 1.2
    assert len(points) < 400


def test_no_two_lines_are_alike_and_none_is_straight():
    rng = np.random.default_rng(2)
    one, two = (knots(strokes.line(0, 0, 100, 0, 0.5, rng)) for _ in range(2))
    assert not np.allclose(one, two)
    assert np.std(one[: len(one) // 2 - 5, 1]) > 0.02


def test_bullets_and_boxes():
    rng = np.random.default_rng(3)
    dot = knots(strokes.dot(5, 5, 1, 0.3, rng))
    assert np.hypot(*(dot - 5).T) == pytest.approx(1, abs=0.35)
    assert len(strokes.ring(0, 0, 1, 0.2, rng).contours) == 1
    sides = strokes.box(1, 2, 0.1, rng)
    assert [side.shape for side in sides] == [(9, 2)] * 4
    points = np.concatenate(sides)
    assert points.min(axis=0) == pytest.approx([-0.5, 0.0], abs=0.1)
    assert points.max(axis=0) == pytest.approx([0.5, 2.0], abs=0.1)
    for one, other in zip(sides, np.roll(sides, -1, axis=0), strict=True):  # each begins where the one before ends
        assert np.hypot(*(one[-1] - other[0])) < 0.15
