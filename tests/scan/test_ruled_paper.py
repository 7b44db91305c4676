from __future__ import annotations

import cv2
import numpy as np
import pytest

from handfont.scan import ruled_paper

TOPS = np.array([150.0 + 40 * k + 0.5 * k * k for k in range(16)])  # wider towards the foot, as at a slant


def page(tops=TOPS, slope=0.0, margin=None, left=0, right=900):
    """Paper 900 by 1000 with noise, and rules across it."""
    grey = np.random.default_rng(1).normal(225, 3, (1000, 900)).astype(np.float32)
    fine = np.zeros((4000, 3600), np.uint8)

    def line(x0, y0, x1, y1):
        cv2.line(fine, *((round(4 * x), round(4 * y)) for x, y in ((x0, y0), (x1, y1))), 255, 6)

    for top in tops:
        line(left, top + slope * (left - 450), right, top + slope * (right - 450))
    if margin is not None:
        line(margin, 0, margin + 20, 1000)
    ink = cv2.resize(fine, (900, 1000), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return np.repeat((grey * (1 - 0.3 * ink)).clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_rules_with_their_slope_ends_and_margin(slope):
    found = ruled_paper.find(page(slope=slope, margin=130, left=20, right=880))
    assert len(found.rows) == len(TOPS)
    rows = found.rows + found.slopes * (450 - found.middle)
    assert np.abs(rows - TOPS).max() < 1.5
    assert found.slopes == pytest.approx(slope, abs=0.003)
    assert np.abs(found.bends).max() * 450**2 < 2
    assert found.margins == (True, False)
    assert np.abs(found.left - (130 + found.rows / 50)).max() < 4
    assert found.right == pytest.approx(880, abs=12)


def test_rules_that_are_missing_or_none():
    seen = [*TOPS[:5], TOPS[5] + 14, *TOPS[7:]]  # one is missing, and one is no rule
    found = ruled_paper.find(page(np.array(seen)))
    assert len(found.rows) == len(TOPS)
    assert np.abs(found.rows + found.slopes * (450 - found.middle) - TOPS).max() < 3


@pytest.mark.parametrize("tops", [[], TOPS[:3], [100, 130, 210, 215, 400, 830]])
def test_paper_without_rules(tops):
    assert ruled_paper.find(page(np.array(tops))) is None
