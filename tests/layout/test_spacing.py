from __future__ import annotations

import numpy as np
import pytest

from handfont.glyph import BAND_BOTTOM, BAND_TOP, BANDS
from handfont.layout import spacing


def bar(low, high, half):
    heights = BAND_BOTTOM + (np.arange(BANDS) + 0.5) * (BAND_TOP - BAND_BOTTOM) / BANDS
    inside = (heights > low) & (heights < high)
    return np.where(inside, -half, np.nan), np.where(inside, half, np.nan)


def apart(*bars, gap=0.3):
    left, right = (np.stack(side) for side in zip(*bars, strict=True))
    return spacing.distances(left, right, np.full(len(bars) - 1, gap))


def test_two_stems_stand_the_gap_apart():
    assert apart(bar(0, 1, 0.05), bar(0, 1, 0.05))[0] == pytest.approx(0.1 + 0.3, abs=1e-6)


def test_wider_gaps_and_wider_ink_move_apart():
    narrow = apart(bar(0, 1, 0.05), bar(0, 1, 0.05))[0]
    assert apart(bar(0, 1, 0.05), bar(0, 1, 0.05), gap=0.5)[0] == pytest.approx(narrow + 0.2)
    assert apart(bar(0, 1, 0.05), bar(0, 1, 0.25))[0] == pytest.approx(narrow + 0.2)


def test_open_shapes_are_drawn_in_but_never_touch():
    stem = bar(0, 1, 0.05)
    # A foot that reaches to the right, open above it: L before I.
    left, right = bar(0, 1.8, 0.05)
    right = right.copy()
    right[np.flatnonzero(~np.isnan(right))[:2]] = 0.6
    drawn_in = apart((left, right), stem)[0]
    assert drawn_in < 0.6 + 0.3 + 0.05
    assert drawn_in - 0.05 - 0.6 >= spacing.FLOOR * 0.3 - 1e-9


def test_shapes_that_share_no_height_are_kept_in_order():
    dash, stop = bar(0.9, 1.0, 0.3), bar(-0.1, 0.1, 0.05)
    assert apart(dash, stop)[0] > 0.0


def test_one_glyph_has_no_distances():
    left, right = bar(0, 1, 0.1)
    assert spacing.distances(left[None], right[None], np.zeros(0)).shape == (0,)
