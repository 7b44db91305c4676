"""Loops that a blurred or coarse picture has filled, opened again.

Half of the ink's darkness parts ink from paper, but the inside of a small loop is darker than that, blurred from all
sides; it still is lighter than the stroke around it. So a dip in the darkness that ink encloses is paper.
"""

from __future__ import annotations

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, FloatArray

LEVELS = 8
"""Levels of darkness between those of ink and its core at which dips are looked for."""
DEPTH = 0.06
"""Depth of a dip below the lowest place of the ink around it, as a share of the core's darkness, at least."""
RIM = 0.1
"""Share of its depth by which what is opened of a dip lies below its rim."""
SMALLEST = 6
"""Pixels of a dip, at least."""
DOT = 0.6
"""Ink that is less tall, in x-heights, is a dot or bar without loops."""


def opened(ink: BoolArray, dark: FloatArray, level: float, core: float, x_height: float) -> BoolArray:
    """Ink without the dips that it encloses.

    Args:
        ink: (height, width) of one letter.
        dark: its darkness, 0 elsewhere.
        level, core: darkness from which on there is ink, and of the middle of its strokes.
        x_height: in pixels.
    """
    found = np.zeros(ink.shape, bool)
    _, pieces, boxes, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    tall = boxes[:, cv2.CC_STAT_HEIGHT] > DOT * x_height
    tall[0] = False
    for rim in np.linspace(core, level, LEVELS, endpoint=False):
        count, dips, places, _ = cv2.connectedComponentsWithStats((dark < rim).astype(np.uint8), connectivity=4)
        for x, y, wide, high, size, number in np.column_stack([places, np.arange(count)])[1:].tolist():
            area = np.s_[y : y + high, x : x + wide]
            dip = dips[area] == number
            if size < SMALLEST or not tall[pieces[area][dip]].all():
                continue  # a speck, paper, or of a dot
            depth = rim - float(dark[area][dip].min())
            if depth >= DEPTH * core:
                found[area] |= dip & (dark[area] < rim - RIM * depth)
    return ink & ~found
