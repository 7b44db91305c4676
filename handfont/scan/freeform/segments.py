"""Pieces of ink on lines of writing, in reading order: what letters are put together from.

A component is one piece, or several where it may be joined letters: it is cut, along the slant of the hand, through
places that a single thin stroke crosses. Small high components are *marks*, dots and accents and quotation marks, and
not in the order. A *run* is some neighbouring pieces, with or without the mark over them, that may be one character.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from handfont.core import sdf
from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray

MOST = 6
"""A character takes at most so many pieces."""
WIDEST = 2.6
"""A character is at most so many x-heights wide."""
NARROW = 0.22
"""Pieces are cut no narrower than so many x-heights."""
SINGLE = 0.95
"""Components up to so many x-heights wide are not cut."""
THIN = 1.9
"""A cut goes through at most so many strokes' widths of ink."""


@dataclass
class SegmentedInk:
    """Ink of a page in pieces, all lengths in pixels; ``labels`` (height, width) numbers them from 1.

    ``boxes`` (N, 4) left, top, right, bottom; ``spans`` (N, 2) left and right end with the slant taken out; ``line``
    (N,) of each; ``order`` the bodies in reading order, ``marks`` the others; ``baseline`` (N,) under each.
    """

    labels: NDArray[np.int32]
    boxes: IntArray
    spans: DoubleArray
    line: IntArray
    order: IntArray
    marks: IntArray
    baseline: DoubleArray
    x_height: float
    slant: float

    def gaps(self) -> DoubleArray:
        """(bodies,) clear width before each body, NaN at the start of a line."""
        result = np.full(len(self.order), np.nan)
        reached, last = -np.inf, -1
        for j, i in enumerate(self.order):
            if self.line[i] == last:
                result[j] = self.spans[i, 0] - reached
                reached = max(reached, self.spans[i, 1])
            else:
                reached, last = self.spans[i, 1], self.line[i]
        return result


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


def split(
    labels: NDArray[np.int32],
    owner: IntArray,
    baselines: list[np.poly1d],
    x_height: float,
    slant: float,
    pen: float,
) -> SegmentedInk:
    """The pieces of numbered ink, of which ``owner`` (n,) tells the line (-1: none, no piece)."""
    labels = labels.copy()
    ys, xs = np.nonzero(labels)
    number = labels[ys, xs] - 1
    order = np.argsort(number, kind="stable")
    edges = np.searchsorted(number[order], np.arange(len(owner) + 1))
    boxes, spans, line, base, high = [], [], [], [], []
    total = 0
    for i in range(len(owner)):
        rows = order[edges[i] : edges[i + 1]]
        y, x = ys[rows], xs[rows]
        if owner[i] < 0 or not len(rows):
            labels[y, x] = 0
            continue
        baseline = float(baselines[owner[i]](x.mean()))
        upright = x - slant * (baseline - y)
        tall, wide = np.ptp(y) + 1, np.ptp(upright) + 1
        is_mark = bool(y.max() < baseline - 0.72 * x_height and tall < 0.75 * x_height and wide < 1.1 * x_height)
        cuts = [] if is_mark or wide <= SINGLE * x_height else _cuts(y, upright, x_height, pen)
        which = np.searchsorted(cuts, upright)
        for k in range(len(cuts) + 1):
            own = which == k
            if not own.any():
                continue
            total += 1
            py, px, pu = y[own], x[own], upright[own]
            labels[py, px] = total
            boxes.append((px.min(), py.min(), px.max() + 1, py.max() + 1))
            spans.append((pu.min(), pu.max() + 1))
            line.append(owner[i])
            base.append(float(baselines[owner[i]](px.mean())))
            high.append(is_mark)
    where, mark = np.array(spans, float).reshape(-1, 2), np.array(high, bool)
    lines = np.array(line, np.int64)
    bodies = np.flatnonzero(~mark)
    reading = bodies[np.lexsort((where[bodies].sum(axis=1), lines[bodies]))]
    return SegmentedInk(
        labels,
        np.array(boxes, np.int64).reshape(-1, 4),
        where,
        lines,
        reading,
        np.flatnonzero(mark),
        np.array(base),
        x_height,
        slant,
    )


def _cuts(y: IntArray, upright: DoubleArray, x_height: float, pen: float) -> list[float]:
    """Places along the line where a component may be cut: columns that one thin stroke crosses."""
    left = float(upright.min())
    column = (upright - left).astype(int)
    wide = int(column.max()) + 1
    amount = np.bincount(column, minlength=wide)
    top, bottom = np.full(wide, 10**9), np.full(wide, -1)
    np.minimum.at(top, column, y)
    np.maximum.at(bottom, column, y)
    one = (bottom - top + 1 - amount) <= 1 + 0.1 * amount  # no gap between the strokes of the column
    good = (one & (amount <= THIN * pen) & (amount > 0)).astype(np.int8)
    changes = np.flatnonzero(np.diff(np.pad(good, 1)))
    cuts: list[float] = []
    for start, stop in zip(changes[::2], changes[1::2], strict=True):
        if stop - start > 1.1 * x_height:  # a long joining stroke belongs to neither letter: cut at both its ends
            cuts += [start + 0.2 * x_height, stop - 0.2 * x_height]
        else:
            least = amount[start:stop].min()
            cuts.append(start + float(np.mean(np.flatnonzero(amount[start:stop] == least))))
    kept: list[float] = []
    for cut in cuts:
        if cut - (kept[-1] if kept else 0.0) >= NARROW * x_height and wide - cut >= NARROW * x_height:
            kept.append(cut)
    return [left + cut + 0.5 for cut in kept]


def runs_of(inked: SegmentedInk, pen: float) -> Runs:
    """All candidates of a page, with their shapes."""
    h, order = inked.x_height, inked.order
    spans = inked.spans
    marks_of = {n: inked.marks[inked.line[inked.marks] == n] for n in np.unique(inked.line)}
    found: list[tuple[int, int, int, list[int], float]] = []
    for j in range(len(order)):
        ends: list[int] = []
        reached, inner = -np.inf, 0.0
        for count in range(1, MOST + 1):
            if j + count > len(order) or inked.line[order[j + count - 1]] != inked.line[order[j]]:
                break
            piece = order[j + count - 1]
            if ends:
                inner = max(inner, float(spans[piece, 0] - reached))
            reached = max(reached, float(spans[piece, 1]))
            ends.append(int(piece))
            left = min(float(spans[i, 0]) for i in ends)
            if reached - left > WIDEST * h or inner > 0.9 * h:
                break
            found.append((j, count, -1, list(ends), inner / h))
            marks = marks_of[inked.line[piece]]
            if count <= 3 and reached - left < 1.5 * h and len(marks):
                away = np.abs(spans[marks].mean(axis=1) - (left + reached) / 2)
                if away.min() < 0.85 * h:
                    mark = int(marks[int(np.argmin(away))])
                    found.append((j, count, mark, [*ends, mark], inner / h))
    for n, marks in marks_of.items():
        bodies = np.flatnonzero(inked.line[order] == n)
        if not len(bodies):
            continue
        marks = marks[np.argsort(spans[marks].sum(axis=1))]
        for k, mark in enumerate(marks):
            pairs = [[int(mark)]]
            if k + 1 < len(marks) and spans[marks[k + 1], 0] - spans[mark, 1] < 0.6 * h:
                pairs.append([int(mark), int(marks[k + 1])])
            at = int(bodies[0] + np.searchsorted(spans[order[bodies]].sum(axis=1), spans[mark].sum()))
            for own in pairs:
                # Before the next body, or one earlier or later: marks hang over their neighbours.
                for j in {max(at - 1, int(bodies[0])), at, min(at + 1, int(bodies[-1]) + 1)}:
                    found.append((j, 0, int(mark), own, 0.0))
    shapes: dict[tuple[int, ...], tuple[FloatArray, float, float, IntArray]] = {}
    for _, _, _, numbers, _ in found:
        key = tuple(sorted(numbers))
        if key not in shapes:
            shapes[key] = _shape(inked, numbers, pen)
    chosen = [shapes[tuple(sorted(run[3]))] for run in found]
    starts, counts, marked = (np.array([run[k] for run in found], np.int64) for k in range(3))
    return Runs(
        starts,
        counts,
        marked,
        boxes=np.array([s[3] for s in chosen], np.int64).reshape(-1, 4),
        inner=np.array([run[4] for run in found]),
        fields=np.stack([s[0] for s in chosen]),
        size=np.array([s[1] for s in chosen]),
        centre=np.array([s[2] for s in chosen]),
        pieces=[run[3] for run in found],
    )


def mask_of(inked: SegmentedInk, numbers: list[int]) -> tuple[BoolArray, IntArray]:
    """The ink of some pieces, and the box it fills."""
    box = np.concatenate([inked.boxes[numbers, :2].min(axis=0), inked.boxes[numbers, 2:].max(axis=0)])
    crop = inked.labels[box[1] : box[3], box[0] : box[2]]
    mask = crop == numbers[0] + 1
    for i in numbers[1:]:
        mask |= crop == i + 1
    return mask, box


def _shape(inked: SegmentedInk, numbers: list[int], pen: float) -> tuple[FloatArray, float, float, IntArray]:
    mask, box = mask_of(inked, numbers)
    field, _, y, side = sdf.from_ink(mask, inked.x_height, pen)
    base = float(inked.baseline[numbers].mean())
    return field, side / inked.x_height, (base - box[1] - y) / inked.x_height, box
