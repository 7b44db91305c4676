from __future__ import annotations

import numpy as np

from handfont.model.ink_aligner import ABOVE, CELL, CHARACTERS, ROWS, X_HEIGHT
from handfont.scan.freeform.line_pictures import FAR, LinePicture, with_margins
from handfont.scan.freeform.text_lines import Ridge


def test_paper_far_from_ink_is_space() -> None:
    picture = np.zeros((ROWS, 200), np.float32)
    row = round((ABOVE - 0.5) * X_HEIGHT)
    picture[row, 80:120] = 1.0
    line = LinePicture(picture, Ridge.__new__(Ridge), 0.0, 12.0, 0.0)
    columns = np.full((3, len(CHARACTERS), 200 // CELL[1]), -3.0, np.float32)
    changed = with_margins(line, columns)
    first, last = 80 // CELL[1] - FAR, 120 // CELL[1] + FAR
    space = CHARACTERS.index(" ")
    assert (changed[0, space, :first] == 0).all()
    assert (changed[0, space, last:] == 0).all()
    assert (changed[0, :space, :first] < -3).all()
    assert (changed[:, :, first:last] == columns[:, :, first:last]).all()
    assert (columns == -3).all()
