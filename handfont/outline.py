"""From fields to outlines: fields at their pens, points along the edges of the ink, few cubic curves through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont import contours, fitting, pens
from handfont.core.inking import bands
from handfont.glyph import Outline
from handfont.sdf import INNER

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class TracedGlyphs:
    """Outlines of N glyphs and their edges in bands, left and right (N, BANDS), NaN where there is no ink."""

    outlines: list[Outline]
    left: FloatArray
    right: FloatArray


def trace(fields: FloatArray, size: FloatArray, centre_y: FloatArray, pen: FloatArray) -> TracedGlyphs:
    """Outlines of fields written with given pens; other threads may work meanwhile.

    Args:
        fields: (N, GRID, GRID) in samples, at the canonical pen.
        size, centre_y, pen: (N,) in x-heights: side of the square, its centre above the baseline, stroke width.

    Returns:
        Outlines in x-heights, x = 0 at the middle of the square, and edges.
    """
    count = len(fields)
    step = np.asarray(size, np.float64) / INNER
    wide = (np.asarray(pen) * INNER / size).astype(np.float32)
    written = pens.at_pens(np.ascontiguousarray(fields, np.float32), wide)
    x, y, points, owner = contours.points(written, wide, step, np.asarray(centre_y, np.float64))
    curves, sizes = fitting.fit(x, y, points, step[owner], fitting.TOLERANCE, fitting.FEWEST)
    left, right = bands(x, y, points, owner, count)
    pieces: list[list[FloatArray]] = [[] for _ in range(count)]
    start = 0
    for glyph, number in zip(owner.tolist(), sizes.tolist(), strict=True):
        pieces[glyph].append(curves[start : start + number])
        start += number
    return TracedGlyphs([Outline(tuple(piece)) for piece in pieces], left, right)
