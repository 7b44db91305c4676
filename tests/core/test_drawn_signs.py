from __future__ import annotations

import numpy as np
import pytest

from handfont.core import drawn_signs
from handfont.core.drawn_signs import DRAWN


@pytest.mark.parametrize("character", DRAWN)
def test_strokes_are_smooth_and_stay_on_the_line(character):
    strokes = drawn_signs.strokes(character)
    points = np.concatenate(strokes)
    assert all(len(stroke) > 1 and stroke.dtype == np.float32 for stroke in strokes)
    assert np.isfinite(points).all()
    assert points[:, 1].min() > -1.1
    assert points[:, 1].max() < 2.7
    assert 0.04 < np.ptp(points, axis=0).max() < 3


def test_only_drawn_signs_have_strokes():
    assert drawn_signs.strokes("a") is None
    assert drawn_signs.strokes("В") is None  # the hand has its own
    wide, narrow = (np.ptp(np.concatenate(drawn_signs.strokes(c)), axis=0) for c in "Жж")
    assert narrow[1] == pytest.approx(0.5 * wide[1])


def test_a_star_has_its_point_at_the_top():
    (star,) = drawn_signs.strokes("★")
    assert len(star) == 6
    assert star[:, 1].max() == pytest.approx(0.85 + 0.9)
