"""Pieces of ink on lines of writing, in reading order: what letters are put together from.

A component is one piece, or several where it may be joined letters: it is cut, along the slant of the hand, through
places that a single thin stroke crosses. Small high components are *marks*, dots and accents and quotation marks, and
not in the order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont.core import sdf
from handfont.core.arrays import BoolArray, DoubleArray, IntArray
from handfont.errors import ScanError
from handfont.scan.freeform import ink, text_lines
from handfont.scan.freeform.deskew import DeskewedPage

NARROW = 0.22
"""Least width of a piece that is cut off, in x-heights."""
SINGLE = 0.95
"""Greatest width of a component that is not cut, in x-heights."""
THIN = 1.9
"""Ink that a cut goes through at most, in widths of the pen."""
MEASURED = 60
"""Pieces whose stroke width is measured, at most."""


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


def pieces_of(sheet: DeskewedPage, where: str) -> SegmentedInk:
    """Ink in pieces on lines, with a first x-height and baselines from the lines' profiles.

    Raises:
        ScanError: there are no lines.
    """
    mask = sheet.dark > sheet.level
    h = sheet.x_height
    labels, boxes = ink.components(mask, max(8.0, 0.012 * h * h))
    ridges = text_lines.with_missed(text_lines.find(mask, h), boxes, h)
    if not ridges:
        raise ScanError(f"no lines of writing found on {where}")
    h, depths = text_lines.x_height_and_baselines(mask, ridges, h)
    labels, owner = text_lines.owners(labels, boxes, ridges, h)
    baselines = [np.poly1d(ridge.curve) + down for ridge, down in zip(ridges, depths, strict=True)]
    ys, xs = np.nonzero(labels)
    on = owner[labels[ys, xs] - 1]
    good = on >= 0
    rows = np.stack([b(np.arange(mask.shape[1])) for b in baselines])
    up = rows[on[good], xs[good]] - ys[good]
    lean = ink.slant(on[good], up, xs[good], h)
    pen = sdf.pen_width(mask[int(rows.min() - 2 * h) if rows.min() > 2 * h else 0 : int(rows.max() + h)])
    return _split(labels, owner, baselines, h, lean, pen)


def _split(
    labels: NDArray[np.int32],
    owner: IntArray,
    baselines: list[np.poly1d],
    x_height: float,
    slant: float,
    pen: float,
) -> SegmentedInk:
    """The pieces of numbered ink, of which ``owner`` (n,) is the line (-1: none, no piece)."""
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
    chosen: list[float] = []
    for cut in cuts:
        if cut - (chosen[-1] if chosen else 0.0) >= NARROW * x_height and wide - cut >= NARROW * x_height:
            chosen.append(cut)
    return [left + cut + 0.5 for cut in chosen]


def mask_of(inked: SegmentedInk, numbers: list[int]) -> tuple[BoolArray, IntArray]:
    """The ink of some pieces, and the box it fills."""
    box = np.concatenate([inked.boxes[numbers, :2].min(axis=0), inked.boxes[numbers, 2:].max(axis=0)])
    crop = inked.labels[box[1] : box[3], box[0] : box[2]]
    mask = crop == numbers[0] + 1
    for i in numbers[1:]:
        mask |= crop == i + 1
    return mask, box


def pen_width(inked: SegmentedInk) -> float:
    """Median stroke width of letter-sized pieces, in pixels."""
    tall = inked.boxes[:, 3] - inked.boxes[:, 1]
    chosen = np.flatnonzero(tall > 0.7 * inked.x_height)
    chosen = chosen[np.linspace(0, len(chosen) - 1, min(MEASURED, len(chosen))).astype(int)] if len(chosen) else chosen
    widths = [sdf.pen_width(mask_of(inked, [int(i)])[0]) for i in chosen]
    return float(np.median(widths)) if widths else 0.15 * inked.x_height
