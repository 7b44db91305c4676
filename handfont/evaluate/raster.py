"""Outlines as pictures of ink, filled by the non-zero rule."""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import ByteArray
from handfont.core.glyph import Outline

STEPS = np.linspace(0, 1, 9)[1:, None]
"""Points along a curve."""
MARGIN = 3
"""Pixels of paper around the ink."""


def filled(outline: Outline, pixels: float) -> tuple[ByteArray, tuple[float, float]]:
    """The ink of an outline, ``pixels`` to an x-height: a picture (rows, columns) of 0 and 1, rows from top to bottom,
    and the column and row at which x = 0 and y = 0 lie.
    """
    t = STEPS
    contours = []
    for contour in outline.contours:
        starts = np.roll(contour[:, 2], 1, axis=0)
        contours.append(
            np.concatenate(
                [
                    (1 - t) ** 3 * start
                    + 3 * t * (1 - t) ** 2 * curve[0]
                    + 3 * t * t * (1 - t) * curve[1]
                    + t**3 * curve[2]
                    for start, curve in zip(starts, contour, strict=True)
                ]
            )
            * [pixels, -pixels]
        )
    points = np.concatenate(contours)
    low = np.floor(points.min(axis=0)) - MARGIN
    columns, rows = np.ceil(points.max(axis=0) + MARGIN - low).astype(int)
    steps = np.zeros((rows, columns + 1), np.int32)
    for contour in contours:
        own = contour - low
        for (x0, y0), (x1, y1) in zip(own, np.roll(own, -1, axis=0), strict=True):
            first, last = sorted((y0, y1))
            row = np.arange(int(np.ceil(first - 0.5)), int(np.ceil(last - 0.5)))
            column = np.ceil(x0 + (row + 0.5 - y0) / ((y1 - y0) or 1.0) * (x1 - x0) - 0.5).astype(int)
            np.add.at(steps, (row, column), 1 if y1 < y0 else -1)
    return (np.cumsum(steps, axis=1)[:, :columns] != 0).astype(np.uint8), (float(-low[0]), float(-low[1]))
