"""The form of what is drawn: how many parts and loops it has."""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import BoolArray, IntArray
from handfont.util.jit import compiled


def euler_number(ink: BoolArray) -> IntArray:
    """Parts minus loops of binary images (N, rows, columns), 8-connected, from counts of 2 x 2 patterns (Gray 1971)."""
    result: IntArray = _euler_number(np.ascontiguousarray(ink))
    return result


@compiled
def _euler_number(ink: BoolArray) -> IntArray:
    count, rows, columns = ink.shape
    result = np.empty(count, np.int64)
    # Rows with paper on either side, above one another; in numbers of one byte, many of which are compared at once.
    above, below = np.zeros(columns + 2, np.uint8), np.zeros(columns + 2, np.uint8)
    for image in range(count):
        for column in range(columns):
            above[column + 1] = 0
        total = 0
        for row in range(rows + 1):
            for column in range(columns):
                below[column + 1] = ink[image, row, column] if row < rows else 0
            for column in range(columns + 1):
                a, b, c, d = above[column], above[column + 1], below[column], below[column + 1]
                number = a + b + c + d
                total += (number == 1) - (number == 3) - 2 * ((number == 2) & (a == d))
            above, below = below, above
        result[image] = total // 4
    return result
