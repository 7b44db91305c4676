"""From fields at their pens to points along the edges of the ink, compiled.

A field is enlarged, its zero level is followed by marching squares (Lorensen, Cline 1987; saddles are decided by their
middle), and the lines become evenly spaced points.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handfont.compiled import compiled

UPSAMPLE = 2
"""Fields are enlarged so many times by cubic interpolation; the weights below are for this."""
SPACING = 0.7
"""Samples between the points of a line."""
FEWEST = 8
"""Points of the shortest line."""
SPECK, HOLE = 0.6, 0.3
"""Ink and holes in it of less than these shares of a pen's dot are noise."""
LARGEST_DOT = 12.0
"""The dots of pens wider than so many samples count as that wide."""
ROOM = 2
"""Samples around the ink in which its edges are looked for."""
_OUTER, _NEAR, _NEXT, _OUTERMOST = -0.10546875, 0.87890625, 0.26171875, -0.03515625
"""Cubic interpolation (a = -0.75) a quarter of a sample beside one: weights of the sample behind, of that one, and of
the two ahead."""
_TOP, _RIGHT, _BOTTOM, _LEFT = 0, 1, 2, 3

FloatArray = NDArray[np.float32]
FloatColumn = NDArray[np.float64]
IntColumn = NDArray[np.int64]


@compiled
def points(
    fields: FloatArray, wide: FloatArray, step: FloatColumn, centre_y: FloatColumn
) -> tuple[FloatColumn, FloatColumn, IntColumn, IntColumn]:
    """Points along the zero level of fields (N, side, side), which have no ink near their borders.

    Args:
        wide: (N,) widths of their pens in samples.
        step, centre_y: (N,) length of a sample, and height of the middle of each glyph, in x-heights.

    Returns:
        x, y (P,) in x-heights, x = 0 at the middle of the glyph, the ink always on the same side, the last point of a
        line before its first; how many points each line has, and its glyph, (L,).
    """
    side = fields.shape[1]
    fine = np.empty((UPSAMPLE * side, UPSAMPLE * side), np.float32)
    wider = np.empty((side, UPSAMPLE * side), np.float32)
    seen = np.empty((UPSAMPLE * side, UPSAMPLE * side), np.bool_)
    # Lines of one glyph as they are followed: it has no more points than edges between samples.
    line_x, line_y, lengths = np.empty(2 * fine.size), np.empty(2 * fine.size), np.empty(2 * fine.size)
    ends, areas = np.empty(fine.size, np.int64), np.empty(fine.size)
    x, y = np.empty(512 * len(fields) + 64), np.empty(512 * len(fields) + 64)
    counts, owners = np.empty(8 * len(fields) + 8, np.int64), np.empty(8 * len(fields) + 8, np.int64)
    written = lines = 0
    for glyph in range(len(fields)):
        field = fields[glyph]
        top, bottom, left, right = _box(field)
        if top > bottom:
            continue
        rows, columns = UPSAMPLE * (bottom - top + 1), UPSAMPLE * (right - left + 1)
        _enlarge(field, (top, bottom, left, right), wider, fine)
        found = _follow(fine, rows, columns, seen, line_x, line_y, ends)
        # The largest contour is the glyph itself, however small; a dot may be all there is.
        largest, begin = 0.0, 0
        for line in range(found):
            areas[line] = _area(line_x, line_y, begin, ends[line])
            largest = max(largest, areas[line])
            begin = ends[line]
        dot = np.pi * min(float(wide[glyph]), LARGEST_DOT) ** 2 / 4
        # Positions of the enlarged field's samples, from the middle of the glyph.
        across = left - (UPSAMPLE - 1) / (2 * UPSAMPLE) - (side - 1) / 2
        down = top - (UPSAMPLE - 1) / (2 * UPSAMPLE) - (side - 1) / 2
        begin = 0
        for line in range(found):
            end = ends[line]
            if areas[line] >= min(SPECK * dot, largest) or -areas[line] >= HOLE * dot:
                length = _length(line_x, line_y, begin, end, lengths)
                count = max(FEWEST, int(np.ceil(length / (SPACING * UPSAMPLE))))
                if written + count > len(x):
                    x, y = _grown(x, written + count), _grown(y, written + count)
                if lines == len(counts):
                    counts, owners = _grown(counts, lines + 1), _grown(owners, lines + 1)
                _even(line_x, line_y, begin, end, lengths, length / count, x[written : written + count],
                      y[written : written + count])
                for place in range(written, written + count):
                    x[place] = (x[place] / UPSAMPLE + across) * step[glyph]
                    y[place] = centre_y[glyph] - (y[place] / UPSAMPLE + down) * step[glyph]
                counts[lines], owners[lines] = count, glyph
                written += count
                lines += 1
            begin = end
    return x[:written], y[:written], counts[:lines], owners[:lines]


@compiled
def _grown(values, least):  # type: ignore[no-untyped-def]
    """The values with room for more. (Assigning to a slice would compile a second longer.)"""
    result = np.empty(max(2 * len(values), least), values.dtype)
    for place in range(len(values)):
        result[place] = values[place]
    return result


@compiled
def _box(field: FloatArray) -> tuple[int, int, int, int]:
    """First and last row and column of the ink, with room around; the first row after the last where there is none."""
    side = len(field)
    top, bottom, left, right = side, -1, side, -1
    for row in range(side):
        highest = field[row, 0]
        for column in range(1, side):
            highest = max(highest, field[row, column])
        if highest <= 0:
            continue
        top, bottom = min(top, row), row
        for column in range(left):
            if field[row, column] > 0:
                left = column
                break
        for column in range(side - 1, right, -1):
            if field[row, column] > 0:
                right = column
                break
    if bottom < 0:
        return side, -1, side, -1
    return top - ROOM, bottom + ROOM, left - ROOM, right + ROOM


@compiled
def _enlarge(field: FloatArray, box: tuple[int, int, int, int], wider: FloatArray, fine: FloatArray) -> None:
    """A box of a field, enlarged, with no ink on its border."""
    top, bottom, left, right = box
    rows, columns = UPSAMPLE * (bottom - top + 1), UPSAMPLE * (right - left + 1)
    for row in range(top - 2, bottom + 3):
        line, enlarged = field[row, left - 2 : right + 3], wider[row, :columns]
        for column in range(right - left + 1):
            a, b, c, d, e = line[column], line[column + 1], line[column + 2], line[column + 3], line[column + 4]
            enlarged[UPSAMPLE * column] = _quarter(d, c, b, a)
            enlarged[UPSAMPLE * column + 1] = _quarter(b, c, d, e)
    for row in range(top, bottom + 1):
        place = UPSAMPLE * (row - top)
        for reach, upward in ((-1, 0), (1, 1)):
            _between(fine[place + upward, :columns], wider[row - reach, :columns], wider[row, :columns],
                     wider[row + reach, :columns], wider[row + 2 * reach, :columns])
    for column in range(columns):
        fine[0, column] = fine[rows - 1, column] = -1
    for row in range(rows):
        fine[row, 0] = fine[row, columns - 1] = -1


@compiled
def _between(line: FloatArray, behind: FloatArray, near: FloatArray, ahead: FloatArray, far: FloatArray) -> None:
    for place in range(len(line)):
        line[place] = _quarter(behind[place], near[place], ahead[place], far[place])


@compiled
def _quarter(behind: float, near: float, ahead: float, far: float) -> float:
    """Cubic interpolation a quarter of the way from ``near`` to ``ahead``."""
    return (np.float32(_OUTER) * behind + np.float32(_NEAR) * near) + (
        np.float32(_NEXT) * ahead + np.float32(_OUTERMOST) * far)


@compiled
def _follow(
    values: FloatArray, rows: int, columns: int, seen: NDArray[np.bool_], x: FloatColumn, y: FloatColumn,
    ends: IntColumn,
) -> int:
    """Closed lines where values, none above zero on the border, cross zero: points one line after the other, and where
    each line ends; returns how many lines there are.
    """
    for row in range(rows):
        for column in range(columns):
            seen[row, column] = False
    lines = count = 0
    for first_row in range(1, rows - 1):
        for first_column in range(columns - 1):
            inked = values[first_row, first_column] > 0
            if inked == (values[first_row, first_column + 1] > 0) or seen[first_row, first_column]:
                continue
            # A line is followed from an edge between two samples of one row, the ink always on its right.
            row, entered = (first_row, _TOP) if inked else (first_row - 1, _BOTTOM)
            column = first_column
            while True:
                # The cell's corners: this sample, the ones right of it, below that, and below this one.
                a, b = values[row, column] > 0, values[row, column + 1] > 0
                c, d = values[row + 1, column + 1] > 0, values[row + 1, column] > 0
                if entered in (_TOP, _BOTTOM):
                    at = row if entered == _TOP else row + 1
                    seen[at, column] = True
                    low, high = values[at, column], values[at, column + 1]
                    x[count], y[count] = column + float(low) / (float(low) - float(high)), at
                else:
                    at = column if entered == _LEFT else column + 1
                    low, high = values[row, at], values[row + 1, at]
                    x[count], y[count] = at, row + float(low) / (float(low) - float(high))
                count += 1
                if a != b and b != c and c != d:
                    middle = (values[row, column] + values[row, column + 1] + values[row + 1, column]
                              + values[row + 1, column + 1]) > 0
                    if a == middle:  # top and right are joined, and bottom and left
                        left = entered ^ 1
                    else:
                        left = 3 - entered
                elif entered != _TOP and a != b:
                    left = _TOP
                elif entered != _RIGHT and b != c:
                    left = _RIGHT
                elif entered != _BOTTOM and c != d:
                    left = _BOTTOM
                else:
                    left = _LEFT
                if left == _TOP:
                    row, entered = row - 1, _BOTTOM
                elif left == _BOTTOM:
                    row, entered = row + 1, _TOP
                elif left == _LEFT:
                    column, entered = column - 1, _RIGHT
                else:
                    column, entered = column + 1, _LEFT
                if entered == _TOP and row == first_row and column == first_column:
                    break
                if entered == _BOTTOM and row + 1 == first_row and column == first_column:
                    break
            ends[lines] = count
            lines += 1
    return lines


@compiled
def _area(x: FloatColumn, y: FloatColumn, begin: int, end: int) -> float:
    """Area, in samples of the field before it was enlarged, within a closed line; of holes it is negative."""
    total = x[end - 1] * y[begin] - x[begin] * y[end - 1]
    for place in range(begin, end - 1):
        total += x[place] * y[place + 1] - x[place + 1] * y[place]
    return total / 2 / UPSAMPLE**2


@compiled
def _length(x: FloatColumn, y: FloatColumn, begin: int, end: int, lengths: FloatColumn) -> float:
    """Length of a closed line; ``lengths`` takes those of its parts, each from a point to the next."""
    total = 0.0
    for place in range(begin, end):
        after = place + 1 if place + 1 < end else begin
        away_x, away_y = x[after] - x[place], y[after] - y[place]
        lengths[place] = np.sqrt(away_x * away_x + away_y * away_y)
        total += lengths[place]
    return total


@compiled
def _even(
    x: FloatColumn, y: FloatColumn, begin: int, end: int, lengths: FloatColumn, spacing: float,
    even_x: FloatColumn, even_y: FloatColumn,
) -> None:
    """A line as points ``spacing`` apart. Binomial smoothing takes the grid's facets out."""
    place, after = begin, begin + 1
    along = 0.0
    for number in range(len(even_x)):
        where = spacing * number
        while along + lengths[place] < where and place < end - 1:
            along += lengths[place]
            place += 1
            after = place + 1 if place + 1 < end else begin
        share = min(max((where - along) / lengths[place], 0.0), 1.0) if lengths[place] > 0 else 0.0
        even_x[number] = x[place] + share * (x[after] - x[place])
        even_y[number] = y[place] + share * (y[after] - y[place])
    _smooth(even_x)
    _smooth(even_y)


@compiled
def _smooth(values: FloatColumn) -> None:
    first, before = values[0], values[-1]
    for place in range(len(values)):
        after = values[place + 1] if place + 1 < len(values) else first
        here = values[place]
        values[place] = 0.5 * here + 0.25 * (before + after)
        before = here
