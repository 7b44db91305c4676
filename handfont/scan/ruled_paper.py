"""The rules of a sheet of ruled paper on a photo or scan: where each is, how they slope, and where they begin and end.

Rules that are not seen are put between those that are; lines that are no rules (an edge, a table's head) are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import ByteArray, DoubleArray, IntArray
from handfont.scan import image, paper
from handfont.scan.freeform import rule_removal
from handfont.scan.freeform.rule_removal import RuleCurve

FEWEST = 4
"""Rules of ruled paper, at least."""
UNEVEN = 0.22
"""Distance of a rule from its place between the others, at most, in their spacing."""
MISSED = 4
"""Spacings between two rules that were seen one after the other, at most."""
MARGIN = (0.03, 0.45)
"""Where a margin line crosses the rules, from their left end, in their length; from the right end it is the same."""
MARGIN_LENGTH = 0.5
"""Share of the height of all rules that a margin line goes along, at least."""
EVEN = 8
"""Rules from which on their spacing is taken to change down the page."""
OUTWARD = 4
"""Times that the inner ones of the ends of rules are left out."""
SQUARES = 4
"""Lines down a page that make it squared: none of them is a margin."""


@dataclass(frozen=True, eq=False)
class RuledPaper:
    """Rules from top to bottom, in pixels from the upper left corner of a picture ``width`` by ``height``.

    Attributes:
        middle: the column that rules are described from.
        rows, slopes, bends: (N,) each: a rule's row at distance u from the middle is ``row + slope u + bend u u``.
        left, right: (N,) each, columns between which there is room to write: the ends of rules, or margin lines.
        margins: whether there is a margin line at the left, and at the right.
    """

    width: int
    height: int
    middle: float
    rows: DoubleArray
    slopes: DoubleArray
    bends: DoubleArray
    left: DoubleArray
    right: DoubleArray
    margins: tuple[bool, bool]


def find(page: ByteArray) -> RuledPaper | None:
    """The rules of a page (height, width, 3) RGB; None where there are none."""
    sheet = paper.alone(page)
    across, down = rule_removal.found(image.darkness(sheet.page))
    if len(across) < FEWEST:
        return None
    middle = float(np.median([(rule.start + rule.stop) / 2 for rule in across]))
    across.sort(key=lambda rule: float(np.polyval(rule.curve, middle)))
    numbers = _numbers(np.array([np.polyval(rule.curve, middle) for rule in across]))
    seen = np.flatnonzero(numbers >= 0)
    if len(seen) < FEWEST:
        return None
    rules = [across[index] for index in seen]
    at = numbers[seen].astype(np.float64)
    every = np.arange(at[-1] + 1)
    curves = np.array([rule.curve for rule in rules])
    rows = _rows(at, np.array([np.polyval(curve, middle) for curve in curves]), every)
    # What neighboring rules share is surer than what one of them shows.
    slopes = _smooth(at, 2 * curves[:, 0] * middle + curves[:, 1], every, 2)
    bends = _smooth(at, curves[:, 0], every, 1)
    left = -_outermost(at, -np.array([rule.start for rule in rules]), every)
    right = _outermost(at, np.array([rule.stop for rule in rules]), every)
    first = _margin(down, rows, left, right)
    last = _margin(down, rows, right, left)
    height, width = page.shape[:2]
    return RuledPaper(
        width,
        height,
        middle + sheet.left,
        rows + sheet.top,
        slopes,
        bends,
        (left if first is None else first) + sheet.left,
        (right if last is None else last) + sheet.left,
        (first is not None, last is not None),
    )


def _numbers(rows: DoubleArray) -> IntArray:
    """The number of each rule of the paper among lines at ``rows`` (N,), which ascend; -1 for what is no rule.

    The spacing may change down the page, as it does on a photo that was taken at a slant.
    """
    gaps = np.diff(rows)
    usual = float(np.median(gaps))
    best = np.full(len(rows), -1, np.int64)
    for seed in np.flatnonzero(np.abs(gaps - usual) < 0.3 * usual).tolist():
        found = np.full(len(rows), -MISSED * len(rows), np.int64)
        found[seed], found[seed + 1] = 0, 1
        _grow(rows, found, range(seed + 2, len(rows)), seed + 1, gaps[seed])
        _grow(rows, found, range(seed - 1, -1, -1), seed, -gaps[seed])
        on = found > -MISSED * len(rows)
        if on.sum() > (best >= 0).sum():
            best = np.where(on, found - found[on].min(), -1)
    return best


def _grow(rows: DoubleArray, numbers: IntArray, others: Sequence[int], last: int, spacing: float) -> None:
    """Number the lines that follow the one numbered last at whole multiples of a spacing, in place."""
    step = 1 if spacing > 0 else -1
    for index in others:
        ratio = (rows[index] - rows[last]) / spacing
        whole = round(float(ratio))
        if not 1 <= whole <= MISSED or abs(ratio - whole) > UNEVEN:
            continue
        spacing += 0.5 * ((rows[index] - rows[last]) / whole - spacing)
        numbers[index] = numbers[last] + step * whole
        last = index


def _smooth(at: DoubleArray, values: DoubleArray, every: DoubleArray, degree: int) -> DoubleArray:
    """Values at all places of a polynomial through those at some; values far from the others do not count."""
    keep = np.ones(len(at), bool)
    fitted = np.polyfit(at, values, min(degree, len(at) - 2))
    for _ in range(3):
        away = np.abs(np.polyval(fitted, at) - values)
        keep = away <= max(3 * float(np.median(away)), 1e-9)
        if keep.sum() <= degree + 1:
            break
        fitted = np.polyfit(at[keep], values[keep], min(degree, int(keep.sum()) - 2))
    return np.asarray(np.polyval(fitted, every))


def _rows(at: DoubleArray, rows: DoubleArray, every: DoubleArray) -> DoubleArray:
    """Rows of all rules from those that were seen: paper waves, but not from one rule to the next."""
    even = np.polyfit(at, rows, 3 if len(at) > EVEN else 1)
    off = np.interp(every, at, rows - np.polyval(even, at))
    beside = np.lib.stride_tricks.sliding_window_view(np.pad(off, 2, mode="edge"), 5)
    return np.asarray(np.polyval(even, every) + np.median(beside, axis=1))


def _outermost(at: DoubleArray, ends: DoubleArray, every: DoubleArray) -> DoubleArray:
    """A straight line, at all places, along the largest of the ends of rules at some: a pale rule is seen in part."""
    keep = np.ones(len(at), bool)
    for _ in range(OUTWARD):
        fitted = np.polyfit(at[keep], ends[keep], 1)
        outside = keep & (ends >= np.polyval(fitted, at) - 1)
        if outside.sum() < FEWEST or np.ptp(at[outside]) < 0.5 * np.ptp(at):
            break
        keep = outside
    return np.asarray(np.polyval(np.polyfit(at[keep], ends[keep], 1), every))


def _margin(down: Sequence[RuleCurve], rows: DoubleArray, near: DoubleArray, far: DoubleArray) -> DoubleArray | None:
    """Columns (N,) at which a line down the page crosses the rules, the innermost one of those ``near`` an end of them;
    None where there is none.
    """
    if len(down) > SQUARES:
        return None
    best: DoubleArray | None = None
    most = 0.0
    for line in down:
        columns = np.asarray(np.polyval(line.curve, rows))
        share = float(np.median((columns - near) / (far - near)))
        covered = (min(line.stop, rows[-1]) - max(line.start, rows[0])) / (rows[-1] - rows[0])
        if MARGIN[0] < share < MARGIN[1] and covered > MARGIN_LENGTH and share > most:
            best, most = columns, share
    return best
