"""Typesetting: blocks -> rows -> pages of placed glyphs."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from handfont.errors import TextError
from handfont.layout import strokes
from handfont.layout.content import Content
from handfont.layout.flow import Flow, Hyphenator, Row, TableRow
from handfont.layout.placing import Placer
from handfont.layout.setup import ASCENT, DESCENT, Fit, Measures, PageSetup, Region, measures
from handfont.layout.shaping import Shaped, Writer
from handfont.pages import Line, Mark, Page, PlacedGlyph, PlacedWord
from handfont.streams import stream
from handfont.style.posterior import StylePosterior

if TYPE_CHECKING:  # a sheet is understood, and a batch checked, without loading the model
    from handfont.hand import Hand

__all__ = ["PageSetup", "Panel", "typeset"]

FIT_CHARACTERS = 20_000
"""A text whose size is to be fitted to its place has at most so many characters."""
FIT_STEPS = 9
BACK = 0.5
"""A column is left empty by at most this share of its lines to keep lines together."""
TABLE_TOP, TABLE_FOOT = 2.45, 1.45
"""X-heights from a baseline to the rules of a table above and below it."""


@dataclass(frozen=True)
class Panel:
    """Something written in a place of its own on the first page, like the address on an envelope, beside the text.

    ``fit``: sizes to choose from; without it, the text's own.
    """

    name: str
    content: tuple[Content, ...]
    region: Region
    align: str = "left"
    fit: Fit | None = None
    x_height: float | None = None


@dataclass(frozen=True)
class _Stood:
    """A row at its height."""

    row: Row
    y: float
    region: Region


def typeset(
    content: Iterable[Content], hand: Hand, setup: PageSetup, seed: int, document: str = "",
    hyphenator: Hyphenator | None = None, panels: Iterable[Panel] = (), where: str = "the text",
) -> Iterator[Page]:
    """Pages of placed glyphs, one after the other; no more of a long document is held than a few pages.

    Args:
        hyphenator: breaks words at lines' ends; without one only words that are longer than a line are broken.
        panels: what is written beside the text on the first page.

    Raises:
        OptionError: the margins leave no room to write in.
        TextError: the text does not fit on as many pages as the sheet allows, or a panel in its place.
    """
    writer = Writer(hand, seed, document)
    setter = _Setter(hand, setup, hyphenator, where)
    shaped: Iterable[Shaped] = writer.shape(iter(content))
    regions = setup.regions()
    size = setup.x_height
    if setup.fit:
        shaped = _limited(shaped, where)
        size = setter.fitted(list(shaped), regions, setup.fit)
    found = measures(setup, hand.style, regions[0], size)
    first = [setter.panel(panel, found, seed, document) for panel in panels]
    placer = Placer(writer, found, regions[0].width)
    count = 0
    for number, stood in enumerate(setter.pages(shaped, regions, found), 1):
        if setup.most_pages is not None and number > setup.most_pages:
            some = "one page" if setup.most_pages == 1 else f"{setup.most_pages} pages"
            raise TextError(f"{where} does not fit on {some} of this template; shorten it, or make the writing smaller")
        page = _draw(stood, placer, setup, number)
        for lines, marks in first if number == 1 else []:
            page.lines[:0] = lines
            page.marks += marks
        _number(page, writer, setup, found, number)
        yield page
        count = number
    if not count:
        page = Page(setup.width, setup.height, rules=setup.printed(), background=setup.background)
        for lines, marks in first:
            page.lines += lines
            page.marks += marks
        yield page


def pen_width(setup: PageSetup, style: StylePosterior) -> float:
    """Width in x-heights of the pen that a sheet asks for."""
    assert setup.pen is not None
    if setup.fit:
        size = (setup.fit.smallest * setup.fit.largest) ** 0.5
    else:
        size = measures(setup, style, setup.regions()[0]).x_height
    return float(np.clip(setup.pen / size, 0.03, 0.5))


def _limited(shaped: Iterable[Shaped], where: str) -> list[Shaped]:
    found, size = [], 0
    for part in shaped:
        size += sum(len(box.glyphs) for box in part.boxes)
        if size > FIT_CHARACTERS:
            raise TextError(f"{where} has more than {FIT_CHARACTERS} characters, too many to be fitted to one page; "
                            "choose a size, or another template")
        found.append(part)
    return found


class _Setter:
    """Sets shaped blocks into columns."""

    def __init__(self, hand: Hand, setup: PageSetup, hyphenator: Hyphenator | None, where: str) -> None:
        self.hand, self.setup, self.hyphenator, self.where = hand, setup, hyphenator, where

    def rows(self, shaped: Iterable[Shaped], region: Region, sizes: Measures, align: str, warn: bool = True
             ) -> Iterator[Row]:
        slack = 1.1 * self.hand.style.rhythm.margin * self.hand.neatness
        flow = Flow(sizes, region.width, region.height, align, slack, self.hyphenator, self.where, warn)
        return flow.rows(shaped)

    def pages(
        self, shaped: Iterable[Shaped], regions: list[Region], sizes: Measures, align: str | None = None,
        warn: bool = True,
    ) -> Iterator[list[_Stood]]:
        """Rows of each page, where they stand."""
        rows = _Peeked(self.rows(shaped, regions[0], sizes, align or self.setup.align, warn))
        while rows.peek() is not None:
            page: list[_Stood] = []
            for index, region in enumerate(regions):
                following = rows.peek()
                if following is None or (index and following.page_break):
                    break
                page += _column(rows, region, sizes)
            yield page

    def fitted(self, shaped: list[Shaped], regions: list[Region], fit: Fit, align: str | None = None) -> float:
        """The largest x-height at which all of it stands on one page; the smallest one if none does."""

        def fits(size: float) -> bool:
            # A size at which there is no room is no fit; the smallest one is tried in earnest afterwards.
            if regions[0].width < 6 * size or regions[0].height < (ASCENT + DESCENT) * size:
                return False
            sizes = measures(self.setup, self.hand.style, regions[0], size)
            pages = self.pages(shaped, regions, sizes, align, warn=False)
            next(pages, None)
            return next(pages, None) is None and not self._too_wide(shaped, regions[0], sizes)

        return _largest(fit, fits)

    def _too_wide(self, shaped: list[Shaped], region: Region, sizes: Measures) -> bool:
        """Whether a word would have to be broken: a smaller size is better than that."""
        widest = max((box.width() for part in shaped for box in part.boxes), default=0.0)
        return widest > 0.97 * region.width / sizes.x_height

    def panel(self, panel: Panel, body: Measures, seed: int, document: str) -> tuple[list[Line], list[Mark]]:
        """A panel's lines and strokes."""
        writer = Writer(self.hand, seed, f"{document}\x1fpanel {panel.name}")
        shaped = list(writer.shape(iter(panel.content)))
        size = panel.x_height or body.x_height
        sheet = replace(self.setup, ruling=None, leading=None)
        setter = _Setter(self.hand, sheet, None, f"field '{panel.name}'")
        if panel.fit:
            size = setter.fitted(shaped, [panel.region], panel.fit, panel.align)
        sizes = measures(sheet, self.hand.style, panel.region, size)
        pages = list(setter.pages(shaped, [panel.region], sizes, panel.align))
        if len(pages) > 1:
            raise TextError(f"the field '{panel.name}' does not fit in its place on the sheet; shorten it")
        placer = Placer(writer, sizes, panel.region.width)
        page = _draw(pages[0], placer, sheet, 1)
        return page.lines, page.marks


def _largest(fit: Fit, fits: Callable[[float], bool]) -> float:
    if fits(fit.largest):
        return fit.largest
    low, high = fit.smallest, fit.largest
    for _ in range(FIT_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low



class _Peeked:
    """Rows one at a time, with a look at those ahead."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows, self._ahead = rows, deque[Row]()

    def peek(self) -> Row | None:
        if not self._ahead:
            row = next(self._rows, None)
            if row is None:
                return None
            self._ahead.append(row)
        return self._ahead[0]

    def take(self) -> Row:
        row = self.peek()
        assert row is not None
        return self._ahead.popleft()

    def back(self, rows: list[Row]) -> None:
        self._ahead.extendleft(reversed(rows))


def _column(rows: _Peeked, region: Region, sizes: Measures) -> list[_Stood]:
    """Rows that fill a column, at their heights; no first or last line of a paragraph is left alone."""
    stood: list[_Stood] = []
    y = region.top
    while (row := rows.peek()) is not None:
        if stood and row.page_break:
            return stood
        following = _below(row, y, stood, region, sizes)
        if stood and following < region.bottom + _foot(row) * sizes.x_height - 1e-6:
            return _parted(stood, row, rows)
        stood.append(_Stood(rows.take(), following, region))
        y = following
    return stood


def _foot(row: Row) -> float:
    if row.figure or row.divider:
        return 0.0
    return TABLE_FOOT if row.table and row.table.cell_end else DESCENT


def _below(row: Row, y: float, stood: list[_Stood], region: Region, sizes: Measures) -> float:
    """Height of a row under one at ``y``."""
    if row.figure:
        drop = row.figure.height + (sizes.lines(max(row.before, 0.5)) if stood else 0.0)
        return float(y - (np.ceil(drop / sizes.step - 1e-9) * sizes.step if sizes.step and stood else drop))
    if not stood:
        return sizes.baseline(region.top - (0.6 * sizes.x_height if row.table else 0.0), max(row.scale, 1.0))
    advance = max(1.0, 0.55 + 0.5 * row.scale)
    before = row.before
    previous = stood[-1].row
    if previous.table and not (row.table and row.table.table == previous.table.table):
        before = max(before, 0.7)
    if sizes.step:
        return y - sizes.leading * max(1.0, np.floor(advance + 0.3)) - sizes.lines(before)
    return y - sizes.leading * (advance + before)


def _parted(stood: list[_Stood], following: Row, rows: _Peeked) -> list[_Stood]:
    """A full column without the lines that are better on the next one."""
    least = max(1, int(len(stood) * BACK))
    for count in range(len(stood), least - 1, -1):
        after = stood[count].row if count < len(stood) else following
        if _may_part(stood[count - 1].row, after):
            rows.back([one.row for one in stood[count:]])
            return stood[:count]
    return stood


def _may_part(before: Row, after: Row) -> bool:
    if before.keep and not (before.table and not after.table):
        return False
    if before.table and not before.table.cell_end:
        return False
    return not (before.first and not before.last) and not (after.last and not after.first)


def _draw(stood: list[_Stood], placer: Placer, setup: PageSetup, number: int) -> Page:
    """A page with its rows written on it."""
    page = Page(setup.width, setup.height, rules=setup.printed(), background=setup.background)
    rng = stream(placer.writer.seed, placer.writer.document, "page strokes", number)
    cells: list[tuple[float, Line]] = []
    for one in stood:
        row = one.row
        if row.figure:
            picture = row.figure
            page.pictures.append(replace(picture, x=one.region.left, y=one.y))
            continue
        if row.divider:
            left, right = one.region.left + 0.3 * one.region.width, one.region.right - 0.3 * one.region.width
            y = one.y + 0.5 * placer.measures.x_height
            page.marks.append(Mark(strokes.line(left, y, right, y, placer.pen, rng)))
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
    _bars(page, stood, placer, rng)
    _grids(page, stood, placer, rng)
    return page


def _by_cell(cells: list[tuple[float, Line]]) -> list[Line]:
    return [line for _, line in sorted(cells, key=lambda cell: cell[0])]


def _bars(page: Page, stood: list[_Stood], placer: Placer, rng: np.random.Generator) -> None:
    """A stroke down the left of what is quoted."""
    unit = placer.measures.x_height
    deepest = max((one.row.quote for one in stood), default=0)
    for depth in range(1, deepest + 1):
        for group in _groups(stood, lambda one, depth=depth: one.row.quote >= depth or None):  # type: ignore[misc]
            x = group[0].region.left + (2.2 * (depth - 1) + 0.9) * unit
            top, foot = group[0].y + 1.7 * unit, group[-1].y - 0.7 * unit
            page.marks.append(Mark(strokes.line(x, top, x, foot, placer.pen, rng)))


def _grids(page: Page, stood: list[_Stood], placer: Placer, rng: np.random.Generator) -> None:
    """Rules of tables, drawn by hand."""
    unit = placer.measures.x_height

    def rule(x0: float, y0: float, x1: float, y1: float) -> None:
        page.marks.append(Mark(strokes.line(x0, y0, x1, y1, placer.pen, rng)))

    for group in _groups(stood, lambda one: one.row.table.table if one.row.table else None):
        table = _table(group[0])
        left = group[0].region.left
        heights = [group[0].y + TABLE_TOP * unit]
        for one, after in itertools.pairwise(group):
            if _table(one).cell_end:
                # Between the feet of one row and the heads of the next.
                heights.append(one.y - 0.40 * (one.y - after.y))
        heights.append(group[-1].y - TABLE_FOOT * unit)
        for y in heights:
            rule(left, y, left + table.columns[-1], y)
        for x in table.columns:
            rule(left + x, heights[0], left + x, heights[-1])


def _table(one: _Stood) -> TableRow:
    assert one.row.table is not None
    return one.row.table


def _groups(stood: list[_Stood], key: Callable[[_Stood], object]) -> Iterator[list[_Stood]]:
    """Successive rows of one column with the same key that is not None."""
    group: list[_Stood] = []
    for one in stood:
        if group and (key(one) != key(group[0]) or one.region != group[0].region):
            yield group
            group = []
        if key(one) is not None:
            group.append(one)
    if group:
        yield group


def _number(page: Page, writer: Writer, setup: PageSetup, sizes: Measures, number: int) -> None:
    """The page's number, written in its margin."""
    numbers = setup.page_numbers
    if numbers is None or number < numbers.start:
        return
    boxes = writer.number(number, numbers.form)
    unit = 0.92 * sizes.x_height
    edge, _, side = numbers.place.partition(" ")
    width = sum(box.width() * unit for box in boxes) + sum(box.gap * unit for box in boxes[1:])
    x = {"left": setup.margin_left, "right": setup.width - setup.margin_right - width}.get(side,
                                                                                          (setup.width - width) / 2)
    y = 0.5 * setup.margin_bottom - 0.5 * unit
    if edge == "top":
        y = setup.height - 0.5 * setup.margin_top - 0.5 * unit
    words = []
    for index, box in enumerate(boxes):
        x += box.gap * unit if index else 0.0
        glyphs = tuple(PlacedGlyph(glyph, x + (float(origin) - box.left()) * unit, y, unit)
                       for glyph, origin in zip(box.glyphs, box.origins, strict=True))
        words.append(PlacedWord(box.word.text, glyphs, 1 if index else 0))
        x += box.width() * unit
    page.lines.append(Line(tuple(words), y, aside=True))
