from __future__ import annotations

import numpy as np
import pytest

from handfont.evaluate.deformations import DEFORMATIONS, PEN, X_HEIGHT, inked
from handfont.evaluate.metrics import slant, width
from handfont.train.data.unipen import Trajectory

LETTER = Trajectory(
    "w",
    "H",
    [np.array(points, np.float32) for points in ([(0, 0), (0, 1.7)], [(0.9, 0), (0.9, 1.7)], [(0, 0.9), (0.9, 0.9)])],
    True,
)


@pytest.mark.parametrize("deformation", DEFORMATIONS, ids=lambda deformation: deformation.name)
def test_ink_is_as_deformed_as_asked(deformation):
    glyph = inked(LETTER, deformation)
    assert glyph.pen == pytest.approx(PEN * deformation.pen, abs=0.6 / X_HEIGHT)
    assert slant([glyph]) == pytest.approx(deformation.slant, abs=0.03)
    assert width(glyph) == pytest.approx(0.9 * deformation.width + 1.7 * deformation.slant, abs=0.08)
    assert glyph.metrics.centre_y == pytest.approx(0.85, abs=0.03)
    assert glyph.metrics.size == pytest.approx(1.7, abs=0.05)
