from __future__ import annotations

import numpy as np
import pytest

from handfont.core.units import POINTS
from handfont.output.pen_speed import LEAST, speeds


def circle(millimeters: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 60)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) * millimeters * POINTS["mm"]


def test_speed_grows_with_the_third_root_of_the_radius():
    small, large = speeds(circle(0.2)), speeds(circle(1.6))
    assert small.shape == (59,)
    assert large[5:-5] == pytest.approx(2 * small[5:-5], rel=0.001)
    assert speeds(circle(50)) == pytest.approx(np.ones(59))


def test_a_corner_is_slow_and_a_line_is_not():
    side = np.linspace(0, 30, 20)
    corner = np.concatenate([np.stack([side, 0 * side], axis=1), np.stack([30 + 0 * side[1:], side[1:]], axis=1)])
    found = speeds(corner)
    assert found[:15] == pytest.approx(np.ones(15))
    assert found[19] < 0.9
    there_and_back = np.stack([[0.0, 0.01, 0.0, 0.01], np.zeros(4)], axis=1)
    assert speeds(there_and_back) == pytest.approx(LEAST * np.ones(3))
    assert speeds(np.array([[0.0, 0.0], [1.0, 0.0]])) == pytest.approx([1.0])
    assert np.isfinite(speeds(np.zeros((5, 2)))).all()
