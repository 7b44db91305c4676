"""Candidate characters of a page: runs of neighboring pieces of ink on a line, and how they look.

A *run* is some neighboring pieces, with or without the mark over them, or marks alone: what may be one character.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from handfont.core import sdf
from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.scan.freeform.segments import SegmentedInk, mask_of

MOST = 6
"""Pieces of ink that a character takes at most."""
WIDEST = 2.6
"""Width of a character at most, in x-heights."""
WIDEST_GAP = 0.9
"""Clear width within a character at most, in x-heights."""
UNDER_MARK, WIDEST_UNDER_MARK, MARK_REACH = 3, 1.5, 0.85
"""At most: pieces of a character with a mark over it, its width, and the way from its middle to the mark; x-heights."""
PAIRED = 0.6
"""Space between two marks that may be one character, as quotation marks are, at most, in x-heights."""


@dataclass
class Runs:
    """Candidate characters: (R,) first body in the order, number of bodies (0: marks alone), and mark or -1.

    ``boxes`` (R, 4); ``inner`` (R,) the widest gap within, in x-heights; ``fields`` (R, grid, grid); ``size``,
    ``centre`` (R,) of the squares, in x-heights from the baseline; ``pieces`` the numbers of the ink.
    """

    first: IntArray
    count: IntArray
    mark: IntArray
    boxes: IntArray
    inner: DoubleArray
    fields: FloatArray
    size: DoubleArray
    centre: DoubleArray
    pieces: list[list[int]]

    def on(self, before: SegmentedInk, after: SegmentedInk) -> Runs:
        """The same candidates measured with another x-height and other baselines."""
        ratio = before.x_height / after.x_height
        size = np.maximum(self.size * ratio, sdf.MIN_SIZE)
        size[self.size <= sdf.MIN_SIZE] = sdf.MIN_SIZE
        moved = np.array([float((after.baseline - before.baseline)[own].mean()) for own in self.pieces])
        return replace(self, size=size, centre=self.centre * ratio + moved / after.x_height, inner=self.inner * ratio)


class _Candidate(NamedTuple):
    """A run whose shape is not known yet, as :class:`Runs` has it, but ``inner`` in pixels."""

    first: int
    bodies: int
    mark: int
    pieces: list[int]
    inner: float


class _Shape(NamedTuple):
    """A run's field, the side of its square and height of its middle in x-heights, and its box in pixels."""

    field: FloatArray
    size: float
    centre: float
    box: IntArray


def runs_of(inked: SegmentedInk, pen: float) -> Runs:
    """All candidates of a page, with their shapes; ``pen`` is the width of strokes in pixels."""
    marks_of = {n: inked.marks[inked.line[inked.marks] == n] for n in np.unique(inked.line)}
    found: list[_Candidate] = []
    for first in range(len(inked.order)):
        found += _from_body(inked, first, marks_of[inked.line[inked.order[first]]])
    for line, marks in marks_of.items():
        found += _of_marks(inked, line, marks)
    shapes: dict[tuple[int, ...], _Shape] = {}
    for run in found:
        key = tuple(sorted(run.pieces))
        if key not in shapes:
            shapes[key] = _shape(inked, run.pieces, pen)
    chosen = [shapes[tuple(sorted(run.pieces))] for run in found]
    return Runs(
        first=np.array([run.first for run in found], np.int64),
        count=np.array([run.bodies for run in found], np.int64),
        mark=np.array([run.mark for run in found], np.int64),
        boxes=np.array([shape.box for shape in chosen], np.int64).reshape(-1, 4),
        inner=np.array([run.inner / inked.x_height for run in found]),
        fields=np.stack([shape.field for shape in chosen]),
        size=np.array([shape.size for shape in chosen]),
        centre=np.array([shape.centre for shape in chosen]),
        pieces=[run.pieces for run in found],
    )


def _from_body(inked: SegmentedInk, first: int, marks: IntArray) -> list[_Candidate]:
    """Runs of bodies from one in the order on, each also with the nearest mark where it may have one."""
    h, order, spans = inked.x_height, inked.order, inked.spans
    found: list[_Candidate] = []
    pieces: list[int] = []
    reached, inner = -np.inf, 0.0
    for count in range(1, MOST + 1):
        if first + count > len(order) or inked.line[order[first + count - 1]] != inked.line[order[first]]:
            break
        piece = int(order[first + count - 1])
        if pieces:
            inner = max(inner, float(spans[piece, 0] - reached))
        reached = max(reached, float(spans[piece, 1]))
        pieces.append(piece)
        left = min(float(spans[i, 0]) for i in pieces)
        if reached - left > WIDEST * h or inner > WIDEST_GAP * h:
            break
        found.append(_Candidate(first, count, -1, list(pieces), inner))
        if count <= UNDER_MARK and reached - left < WIDEST_UNDER_MARK * h and len(marks):
            away = np.abs(spans[marks].mean(axis=1) - (left + reached) / 2)
            if away.min() < MARK_REACH * h:
                mark = int(marks[int(np.argmin(away))])
                found.append(_Candidate(first, count, mark, [*pieces, mark], inner))
    return found


def _of_marks(inked: SegmentedInk, line: int, marks: IntArray) -> list[_Candidate]:
    """Runs without bodies: each mark of a line alone and with the next one, at each place where it may be read."""
    order, spans = inked.order, inked.spans
    bodies = np.flatnonzero(inked.line[order] == line)
    if not len(bodies):
        return []
    found: list[_Candidate] = []
    marks = marks[np.argsort(spans[marks].sum(axis=1))]
    for k, mark in enumerate(marks):
        alone_and_paired = [[int(mark)]]
        if k + 1 < len(marks) and spans[marks[k + 1], 0] - spans[mark, 1] < PAIRED * inked.x_height:
            alone_and_paired.append([int(mark), int(marks[k + 1])])
        at = int(bodies[0] + np.searchsorted(spans[order[bodies]].sum(axis=1), spans[mark].sum()))
        for pieces in alone_and_paired:
            # Before the next body, or one earlier or later: marks hang over their neighbors.
            for first in {max(at - 1, int(bodies[0])), at, min(at + 1, int(bodies[-1]) + 1)}:
                found.append(_Candidate(first, 0, int(mark), pieces, 0.0))
    return found


def _shape(inked: SegmentedInk, pieces: list[int], pen: float) -> _Shape:
    mask, box = mask_of(inked, pieces)
    shape = sdf.from_ink(mask, inked.x_height, pen)
    base = float(inked.baseline[pieces].mean())
    centre = (base - box[1] - shape.y) / inked.x_height
    return _Shape(shape.field, shape.side / inked.x_height, centre, box)
