"""Lines of print on a page of writing: nobody's letters stand on the line as evenly as type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.scan.freeform.found_letters import FoundLetter

ON_LINE = "acemnorsuvwxz"
"""Small letters that stand on the line, without tails."""
FEWEST = 6
"""Of them a line has to have, to be judged."""
EVEN = 0.025
"""Deviation of their feet from the line, in x-heights, below which it is print: 0 to 0.02 in type, as scanning leaves
it, 0.026 (a very even hand) to 0.4 in writing."""

MOSTLY, SEVERAL, MISREAD = 0.5, 2, 0.035
"""Share and number of printed lines from which on a page is one of print, and deviation below which its other lines are
print, too: they have letters that were misread."""
NEARLY_ALL = 0.75
"""Share of printed lines from which on all lines are taken for print."""


def printed_lines(letters: Sequence[FoundLetter], x_height: float) -> set[int]:
    """The lines, by their numbers, that are printed; x-height in pixels, as the letters' boxes."""
    off = {line: _deviation(letters, line) / x_height for line in {letter.line for letter in letters}}
    judged = {line for line, deviation in off.items() if np.isfinite(deviation)}
    printed = {line for line in judged if off[line] < EVEN}
    if len(printed) >= max(SEVERAL, MOSTLY * len(judged)):
        nearly_all = len(printed) >= NEARLY_ALL * len(judged)
        printed |= {line for line, deviation in off.items() if nearly_all or deviation < MISREAD}
    return printed


def _deviation(letters: Sequence[FoundLetter], line: int) -> float:
    """Of the feet of letters of a line from a straight one, in pixels; infinite where there are too few."""
    boxes = np.array([one.box for one in letters if one.line == line and one.character in ON_LINE], np.float64)
    if len(boxes) < FEWEST:
        return np.inf
    x, feet = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]
    off = feet - np.polyval(np.polyfit(x, feet, 1), x)
    return float(1.4826 * np.median(np.abs(off - np.median(off))))
