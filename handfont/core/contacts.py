"""Strokes that touch stay in touch: the bar of a t and the arm of a k go where the stem goes.

When a glyph varies, each of its strokes varies; drawn apart they would leave gaps that the writer does not leave. So a
stroke that touches earlier strokes of the glyph's mean is moved with the places it touches, at most one in each half of
it, and what lies between them follows evenly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handfont.compiled import compiled

CONTACT = 0.1
"""Strokes of the mean whose points are this near touch, in x-heights: about the width of a pen."""

FloatArray = NDArray[np.float32]


@compiled
def in_touch(points: FloatArray, means: FloatArray, begins: NDArray[np.int64]) -> FloatArray:
    """Points of varied glyphs, moved so that strokes touch where they do in the mean.

    Args:
        points, means: (N, P, 2) points of N glyphs as they vary, and of their means, in x-heights.
        begins: (N, S) the first point of each stroke, P for those that a glyph does not have.

    Returns:
        (N, P, 2).
    """
    result = points.copy()
    count, total = points.shape[0], points.shape[1]
    strokes = begins.shape[1]
    for glyph in range(count):
        for stroke in range(1, strokes):
            begin = begins[glyph, stroke]
            if begin >= total:
                break
            end = begins[glyph, stroke + 1] if stroke + 1 < strokes else total
            middle = (begin + end) // 2
            first, first_on = _nearest(means[glyph], begin, middle, begin)
            second, second_on = _nearest(means[glyph], middle, end, begin)
            if first < 0 and second < 0:
                continue
            if first < 0:
                first, first_on = second, second_on
            if second < 0:
                second, second_on = first, first_on
            for axis in range(2):
                # What each place of contact lacks of the distance that it has in the mean.
                ours = (result[glyph, first_on, axis] + means[glyph, first, axis] - means[glyph, first_on, axis]
                        - result[glyph, first, axis])
                theirs = (result[glyph, second_on, axis] + means[glyph, second, axis] - means[glyph, second_on, axis]
                          - result[glyph, second, axis])
                for place in range(begin, end):
                    share = 0.0 if second == first else (place - first) / (second - first)
                    share = min(max(share, 0.0), 1.0)
                    result[glyph, place, axis] += np.float32((1 - share) * ours + share * theirs)
    return result


@compiled
def _nearest(mean: FloatArray, begin: int, end: int, earlier: int) -> tuple[int, int]:
    """The point from ``begin`` to ``end`` that is nearest to one of the first ``earlier`` points, and that one; -1 and
    -1 where none touches.
    """
    best = np.float32(CONTACT * CONTACT)
    place = other = -1
    for i in range(begin, end):
        for j in range(earlier):
            across, up = mean[i, 0] - mean[j, 0], mean[i, 1] - mean[j, 1]
            away = across * across + up * up
            if away < best:
                best, place, other = away, i, j
    return place, other
