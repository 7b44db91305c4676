"""How dark paper and ink are.

Ink covers a few per cent of a page or cell, too little for Otsu's method to see: ink is what is clearly darker than the
paper, as far as the paper's own noise lets tell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from handfont.core.arrays import FloatArray

FEWEST = 20
"""Fewer dark pixels are no ink."""
CORE = 70
"""Percentile of what is clearly darker than the paper that is the core of most strokes."""
NOISE = 6
"""How much darker than the paper ink is at least, in deviations of the paper's noise."""


class InkLevels(NamedTuple):
    """Darkness, from 0 to 1, of the paper; the deviation of its noise; the least contrast that is clear; and the
    darkness of the core of most strokes, None if there is no ink.
    """

    paper: float
    noise: float
    clear: float
    core: float | None


def ink_levels(values: FloatArray, contrast: float) -> InkLevels:
    """The levels of pixels, of which those darker than the paper by ``contrast`` may be ink."""
    paper = float(np.median(values))
    noise = float(np.median(np.abs(values - paper))) * 1.4826
    clear = max(contrast, NOISE * noise)
    ink = values[values > paper + clear]
    return InkLevels(paper, noise, clear, float(np.percentile(ink, CORE)) if len(ink) >= FEWEST else None)
