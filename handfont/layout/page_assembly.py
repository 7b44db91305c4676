"""Pages with rows written on them, and what is drawn over several rows: bars of quotes, rules of tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from handfont.core.random_streams import stream
from handfont.layout import pen_strokes
from handfont.layout.page import Line, Page, PlacedGlyph, PlacedWord
from handfont.layout.page_setup import Measures, PageSetup
from handfont.layout.pagination import FORMULA_GAP, TABLE_FOOT, PlacedRow
from handfont.layout.placement import Placer
from handfont.layout.rows import TableRow
from handfont.layout.shaping import GlyphShaper

TABLE_TOP = 2.45
"""X-heights from the first baseline of a table to its highest rule."""


def draw(placed: list[PlacedRow], placer: Placer, setup: PageSetup, number: int) -> Page:
    """A page with its rows written on it."""
    page = Page(setup.width, setup.height, rules=setup.printed(), background=setup.background)
    rng = stream(placer.writer.seed, placer.writer.document, "page strokes", number)
    cells: list[tuple[float, Line]] = []
    for one in placed:
        row = one.row
        if row.figure:
            picture = row.figure
            page.pictures.append(replace(picture, x=one.region.left, y=one.y))
            continue
        if row.divider:
            left, right = one.region.left + 0.3 * one.region.width, one.region.right - 0.3 * one.region.width
            y = one.y + 0.5 * placer.measures.x_height
            page.marks.append(pen_strokes.line(left, y, right, y, placer.pen, rng))
            continue
        lines, marks = placer.place(row, one.region.left, one.y)
        page.marks += marks
        if row.table is None:
            page.lines += lines
            continue
        # Cells are read one after the other, not line by line across them.
        cells += [(segment.left, line) for segment, line in zip(row.segments, lines, strict=True) if line.words]
        if row.table.cell_end:
            page.lines += _by_cell(cells)
            cells = []
    page.lines += _by_cell(cells)
    _bars(page, placed, placer, rng)
    _grids(page, placed, placer, rng)
    return page


def _by_cell(cells: list[tuple[float, Line]]) -> list[Line]:
    return [line for _, line in sorted(cells, key=lambda cell: cell[0])]


def _bars(page: Page, placed: list[PlacedRow], placer: Placer, rng: np.random.Generator) -> None:
    """A stroke down the left of what is quoted."""
    unit = placer.measures.x_height
    deepest = max((one.row.quote for one in placed), default=0)
    for depth in range(1, deepest + 1):
        for group in _groups(placed, lambda one, depth=depth: one.row.quote >= depth or None):  # type: ignore[misc]
            x = group[0].region.left + (2.2 * (depth - 1) + 0.9) * unit
            top, foot = group[0].y + 1.7 * unit, group[-1].y - 0.7 * unit
            page.marks.append(pen_strokes.line(x, top, x, foot, placer.pen, rng))


def _grids(page: Page, placed: list[PlacedRow], placer: Placer, rng: np.random.Generator) -> None:
    """Rules of tables, drawn by hand."""
    unit = placer.measures.x_height

    def rule(x0: float, y0: float, x1: float, y1: float) -> None:
        page.marks.append(pen_strokes.line(x0, y0, x1, y1, placer.pen, rng))

    for group in _groups(placed, lambda one: one.row.table.table if one.row.table else None):
        table = _table(group[0])
        left = group[0].region.left
        heights = [group[0].y + max(TABLE_TOP, group[0].row.rise + FORMULA_GAP) * unit]
        for one, after in itertools.pairwise(group):
            if _table(one).cell_end:
                # Between the feet of one row and the heads of the next.
                heights.append(one.y - 0.40 * (one.y - after.y))
        heights.append(group[-1].y - max(TABLE_FOOT, group[-1].row.fall + FORMULA_GAP) * unit)
        for y in heights:
            rule(left, y, left + table.columns[-1], y)
        for x in table.columns:
            rule(left + x, heights[0], left + x, heights[-1])


def _table(one: PlacedRow) -> TableRow:
    assert one.row.table is not None
    return one.row.table


def _groups(placed: list[PlacedRow], key: Callable[[PlacedRow], object]) -> Iterator[list[PlacedRow]]:
    """Successive rows of one column with the same key that is not None."""
    group: list[PlacedRow] = []
    for one in placed:
        if group and (key(one) != key(group[0]) or one.region != group[0].region):
            yield group
            group = []
        if key(one) is not None:
            group.append(one)
    if group:
        yield group


def number_page(page: Page, writer: GlyphShaper, setup: PageSetup, sizes: Measures, number: int) -> None:
    """The page's number, written in its margin."""
    numbers = setup.page_numbers
    if numbers is None or number < numbers.start:
        return
    boxes = writer.number(number, numbers.form)
    unit = 0.92 * sizes.x_height
    edge, _, side = numbers.place.partition(" ")
    width = sum(box.width() * unit for box in boxes) + sum(box.gap * unit for box in boxes[1:])
    x = {"left": setup.margin_left, "right": setup.width - setup.margin_right - width}.get(
        side, (setup.width - width) / 2
    )
    y = 0.5 * setup.margin_bottom - 0.5 * unit
    if edge == "top":
        y = setup.height - 0.5 * setup.margin_top - 0.5 * unit
    words = []
    for index, box in enumerate(boxes):
        x += box.gap * unit if index else 0.0
        glyphs = tuple(
            PlacedGlyph(glyph, x + (float(origin) - box.left()) * unit, y, unit)
            for glyph, origin in zip(box.glyphs, box.origins, strict=True)
        )
        words.append(PlacedWord(box.word.text, glyphs, 1 if index else 0))
        x += box.width() * unit
    page.lines.append(Line(tuple(words), y, aside=True))
