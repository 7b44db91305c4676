"""How fast a pen goes along its path: slower where it turns tightly, by the two-thirds power law of drawing movements
(Lacquaniti, Terzuolo and Viviani, "The law relating the kinematic and figural aspects of drawing movements", 1983):
speed grows with the third root of the radius.
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.units import POINTS

FULL = 4.0 * POINTS["mm"]
"""Radius of a turn, in points, from which on the pen goes at its full speed."""
LEAST = 0.15
"""The least speed, as a share of the full one: at a corner the radius is nothing."""
REACH = 2
"""Points before and behind one over which its turn is averaged."""


def speeds(stroke: DoubleArray) -> DoubleArray:
    """Speed of the pen on each segment of a stroke (points, 2), in points of the page.

    Returns:
        (points - 1,) shares of the full speed, ``LEAST`` to 1.
    """
    steps = np.diff(stroke, axis=0)
    lengths = np.hypot(*steps.T)
    if len(steps) < 2:
        return np.ones(len(steps))
    headings = np.arctan2(steps[:, 1], steps[:, 0])
    turns = np.abs((np.diff(headings) + np.pi) % (2 * np.pi) - np.pi)
    turns[(lengths[1:] < 1e-6) | (lengths[:-1] < 1e-6)] = 0.0
    apart = (lengths[1:] + lengths[:-1]) / 2
    window = np.ones(2 * REACH + 1)
    curvature = np.convolve(turns, window)[REACH:-REACH] / np.maximum(np.convolve(apart, window)[REACH:-REACH], 1e-9)
    share = np.clip(np.cbrt(1 / np.maximum(curvature * FULL, 1e-9)), LEAST, 1.0)
    return (np.concatenate([share[:1], share]) + np.concatenate([share, share[-1:]])) / 2
