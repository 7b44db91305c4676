"""Distance from the points of a lattice to segments of lines, compiled."""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.util.jit import compiled


@compiled
def squared(
    starts: FloatArray, ways: FloatArray, lengths: FloatArray, columns: FloatArray, rows: FloatArray
) -> FloatArray:
    """Squared distance (rows, columns) to the nearest of segments, from ``starts`` (S, 2) along ``ways`` (S, 2), whose
    squared ``lengths`` (S,) are not zero.
    """
    number = lengths.dtype.type
    zero, one = number(0), number(1)
    result = np.full((len(rows), len(columns)), np.inf, lengths.dtype)
    for r in range(len(rows)):
        for s in range(len(starts)):
            x, y, dx, dy, length = starts[s, 0], rows[r] - starts[s, 1], ways[s, 0], ways[s, 1], lengths[s]
            for c in range(len(columns)):
                px = columns[c] - x
                along = min(max((px * dx + y * dy) / length, zero), one)
                across, down = px - along * dx, y - along * dy
                result[r, c] = min(result[r, c], across * across + down * down)
    return result
