"""Drawn strokes: shapes with their place on the line, and a whole line parted into letters.

Strokes are polylines (points, 2) in x-heights, y up from the baseline: the canvas has guide lines, so size and place
are known.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.forms import ALONE, Joins
from handfont.core.glyph import GlyphSample, Metrics
from handfont.core.sdf import MIN_SIZE, from_strokes

MIN_OVERLAP = 0.35
"""Share of the narrower of two strokes that the other covers horizontally, from which on they are one letter."""
MAX_MARK_SIZE = 0.4
"""Height and width, in x-heights, up to which a stroke is a mark (a dot, an accent) of the letter nearest to it."""
MAX_MARK_DISTANCE = 0.3
"""Distance, in x-heights, up to which a letter is the nearest one of a mark."""
PEN_WIDTH = 0.12
"""Width of the ink in x-heights: strokes that touch overlap."""
WORD_GAP = 1.0
"""Distance, in x-heights, beyond which letters are of two words."""


def shaped(strokes: list[FloatArray]) -> tuple[FloatArray, Metrics]:
    """Shape and metrics of one drawn letter."""
    field, _, centre_y, side = from_strokes(strokes, MIN_SIZE)
    return field, Metrics(float(side), float(centre_y))


def sample(character: str, strokes: list[FloatArray], pen: float, joins: Joins = ALONE) -> GlyphSample:
    """A drawn letter as enrollment takes it."""
    field, centre_x, centre_y, side = from_strokes(strokes, MIN_SIZE)
    middle = np.array([centre_x, centre_y], np.float32)
    return GlyphSample(
        character,
        field,
        Metrics(float(side), float(centre_y)),
        pen,
        "drawn",
        (0, 0, 0, 0),
        strokes=tuple(stroke - middle for stroke in strokes),
        joins=joins,
    )


def letters(strokes: list[FloatArray], count: int | None = None) -> list[list[int]]:
    """A line's strokes, by their number, grouped into letters from left to right.

    Groups that overlap most, or else are nearest, are joined first: until none ``belong`` together or, if it is known
    how many letters there are, until that many are left (fewer strokes than letters stay single).
    """
    groups = [[index] for index in range(len(strokes))]
    boxes = [_extent([stroke]) for stroke in strokes]
    while len(groups) > 1:
        best = max((_belonging(boxes[i], boxes[j]), -i, -j) for i in range(len(groups)) for j in range(i))
        enough = len(groups) <= count if count is not None else best[0] < MIN_OVERLAP
        if enough:
            break
        i, j = -best[1], -best[2]
        groups[j] += groups.pop(i)
        boxes.pop(i)
        boxes[j] = _extent([strokes[index] for index in groups[j]])
    order = sorted(range(len(groups)), key=lambda i: boxes[i].left + boxes[i].right)
    return [sorted(groups[i]) for i in order]


def begins_word(strokes: list[FloatArray], groups: list[list[int]]) -> list[bool]:
    """Of each group, whether a space comes before it."""
    boxes = [_extent([strokes[index] for index in group]) for group in groups]
    return [False] + [after.left - before.right > WORD_GAP for before, after in pairwise(boxes)]


class _Extent(NamedTuple):
    """Where ink begins and ends along the line, and how high it is, in x-heights."""

    left: float
    right: float
    height: float

    @property
    def width(self) -> float:
        return self.right - self.left


def _extent(strokes: list[FloatArray]) -> _Extent:
    """The extent of the ink of strokes."""
    points = np.concatenate(strokes)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return _Extent(float(x0) - PEN_WIDTH / 2, float(x1) + PEN_WIDTH / 2, float(y1 - y0))


def _belonging(first: _Extent, second: _Extent) -> float:
    """How much two groups look like one letter: 1 where one lies over the other, below 0 how far they are apart."""
    overlap = min(first.right, second.right) - max(first.left, second.left)
    narrow, wide = sorted((first, second), key=lambda box: box.width)
    width = narrow.width
    if max(width, narrow.height) < MAX_MARK_SIZE:
        middle = (narrow.left + narrow.right) / 2
        away = max(wide.left - middle, middle - wide.right, 0.0)
        return 1.0 - away if away < MAX_MARK_DISTANCE else -away
    return overlap / max(width, 0.15) if overlap > 0 else overlap
