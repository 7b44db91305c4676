"""Filling columns with rows: heights, and where a paragraph may be parted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from handfont.layout.page_setup import ASCENT, DESCENT, Measures, Region
from handfont.layout.rows import LayoutRow

MAX_EMPTY = 0.5
"""Share of a column's lines that may be left empty so that lines stay together."""
ASCENDER, DESCENDER = 2.0, 0.95
"""X-heights that letters reach above and below their line ..."""
FORMULA_GAP = 0.25
"""... and that formulas stay clear of the lines above and below them."""
TABLE_FOOT = 1.45
"""X-heights from the last baseline of a table to its lowest rule."""


@dataclass(frozen=True)
class PlacedRow:
    """A row at its height."""

    row: LayoutRow
    y: float
    region: Region


class PeekableRows:
    """Rows one at a time, with a look at those ahead."""

    def __init__(self, rows: Iterator[LayoutRow]) -> None:
        self._rows, self._ahead = rows, deque[LayoutRow]()

    def peek(self) -> LayoutRow | None:
        """The next row, which stays the next one; None at the end."""
        if not self._ahead:
            row = next(self._rows, None)
            if row is None:
                return None
            self._ahead.append(row)
        return self._ahead[0]

    def take(self) -> LayoutRow:
        """The next row, which there must be."""
        row = self.peek()
        assert row is not None
        return self._ahead.popleft()

    def back(self, rows: list[LayoutRow]) -> None:
        """Return rows that were taken, so that they come next, in their order."""
        self._ahead.extendleft(reversed(rows))


def column(rows: PeekableRows, region: Region, sizes: Measures) -> list[PlacedRow]:
    """Rows that fill a column, at their heights; no first or last line of a paragraph is left alone."""
    placed: list[PlacedRow] = []
    y = region.top
    while (row := rows.peek()) is not None:
        if placed and row.page_break:
            return placed
        following = _below(row, y, placed, region, sizes)
        if placed and following < region.bottom + _foot(row) * sizes.x_height - 1e-6:
            return _parted(placed, row, rows)
        placed.append(PlacedRow(rows.take(), following, region))
        y = following
    return placed


def _foot(row: LayoutRow) -> float:
    if row.figure or row.divider:
        return 0.0
    return max(TABLE_FOOT if row.table and row.table.cell_end else DESCENT, row.fall)


def _below(row: LayoutRow, y: float, placed: list[PlacedRow], region: Region, sizes: Measures) -> float:
    """Height of a row under one at ``y``."""
    if row.figure:
        drop = row.figure.height + (sizes.lines(max(row.before, 0.5)) if placed else 0.0)
        return float(y - (np.ceil(drop / sizes.step - 1e-9) * sizes.step if sizes.step and placed else drop))
    if not placed:
        tall = max(0.0, row.rise - ASCENT * max(row.scale, 1.0)) * sizes.x_height
        return sizes.baseline(region.top - tall - (0.6 * sizes.x_height if row.table else 0.0), max(row.scale, 1.0))
    advance = max(1.0, 0.55 + 0.5 * row.scale)
    before = row.before
    previous = placed[-1].row
    if previous.table and not (row.table and row.table.table == previous.table.table):
        before = max(before, 0.7)
    following = y - sizes.leading * (advance + before)
    if sizes.step:
        following = y - sizes.leading * max(1.0, np.floor(advance + 0.3)) - sizes.lines(before)
    return float(min(following, y - _needed(previous, row, sizes)))


def _needed(above: LayoutRow, below: LayoutRow, sizes: Measures) -> float:
    """Points that formulas need from one baseline to the next; 0 where there are none."""
    if not (above.fall or below.rise):
        return 0.0
    apart = max(DESCENDER * above.scale, above.fall) + max(ASCENDER * below.scale, below.rise) + FORMULA_GAP
    points = apart * sizes.x_height
    return float(np.ceil(points / sizes.step - 1e-9) * sizes.step) if sizes.step else points


def _parted(placed: list[PlacedRow], following: LayoutRow, rows: PeekableRows) -> list[PlacedRow]:
    """A full column without the lines that are better on the next one."""
    least = max(1, int(len(placed) * MAX_EMPTY))
    for count in range(len(placed), least - 1, -1):
        after = placed[count].row if count < len(placed) else following
        if _may_part(placed[count - 1].row, after):
            rows.back([one.row for one in placed[count:]])
            return placed[:count]
    return placed


def _may_part(before: LayoutRow, after: LayoutRow) -> bool:
    if before.keep and not (before.table and not after.table):
        return False
    if before.table and not before.table.cell_end:
        return False
    return not (before.first and not before.last) and not (after.last and not after.first)
