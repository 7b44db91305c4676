"""Typesetting: blocks -> rows -> pages of placed glyphs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from handfont.errors import TextError
from handfont.layout.connections import connected_page
from handfont.layout.content import Content
from handfont.layout.page import Line, Mark, Page
from handfont.layout.page_assembly import draw, number_page
from handfont.layout.page_setup import ASCENT, DESCENT, NOTE_GAP, FitRange, Measures, PageSetup, Region, measures
from handfont.layout.pagination import PeekableRows, PlacedRow, column
from handfont.layout.placement import Placer
from handfont.layout.rows import Flow, LayoutRow
from handfont.layout.runs import Hyphenator
from handfont.layout.shaping import GlyphShaper, Shaped
from handfont.style.posterior import StylePosterior
from handfont.util.parallel import run_ahead

if TYPE_CHECKING:  # a sheet is understood, and a batch checked, without loading the model
    from handfont.synthesis.hand import Hand

__all__ = ["PageSetup", "Panel", "typeset"]

FIT_CHARACTERS = 20_000
"""Characters of a text whose size is fitted to its place, at most."""
FIT_STEPS = 9
"""Sizes that are tried to find the one that fits."""


@dataclass(frozen=True)
class Panel:
    """Something written in a place of its own on the first page, like the address on an envelope, beside the text.

    ``fit``: sizes to choose from; without it, the text's own.
    """

    name: str
    content: tuple[Content, ...]
    region: Region
    align: str = "left"
    fit: FitRange | None = None
    x_height: float | None = None


def typeset(
    content: Iterable[Content],
    hand: Hand,
    setup: PageSetup,
    seed: int,
    document: str = "",
    hyphenator: Hyphenator | None = None,
    panels: Iterable[Panel] = (),
    where: str = "the text",
) -> Iterator[Page]:
    """Pages of placed glyphs, one after the other; no more of a long document is held than a few pages.

    Args:
        hyphenator: breaks words at lines' ends; without one only words that are longer than a line are broken.
        panels: what is written beside the text on the first page.

    Raises:
        OptionError: the margins leave no room to write in.
        TextError: the text does not fit on as many pages as the sheet allows, or a panel in its place.
    """
    with closing(_pages(content, hand, setup, GlyphShaper(hand, seed, document), hyphenator, panels, where)) as pages:
        if hand.style.joins is None:
            yield from pages
            return
        # Joins wait for the places of both letters; they are drawn beside the placing of the next pages.
        yield from run_ahead(partial(connected_page, page, hand.nib) for page in pages)


def _pages(
    content: Iterable[Content],
    hand: Hand,
    setup: PageSetup,
    writer: GlyphShaper,
    hyphenator: Hyphenator | None,
    panels: Iterable[Panel],
    where: str,
) -> Generator[Page, None, None]:
    """Pages whose words are not yet joined, see :func:`typeset`."""
    setter = _PageBuilder(hand, setup, hyphenator, where)
    # Closed explicitly: glyphs are drawn ahead, in a thread of their own.
    with closing(writer.shape(iter(content))) as drawn:
        shaped: Iterable[Shaped] = drawn
        regions = setup.regions()
        size = setup.x_height
        if setup.fit:
            shaped = _limited(shaped, where)
            size = setter.fitted(list(shaped), regions, setup.fit)
        found = measures(setup, hand.style, regions[0], size)
        first = [setter.panel(panel, found, writer.seed, writer.document) for panel in panels]
        placer = Placer(writer, found, regions[0].width)
        count = 0
        for number, placed in enumerate(setter.pages(shaped, regions, found), 1):
            if setup.most_pages is not None and number > setup.most_pages:
                some = "one page" if setup.most_pages == 1 else f"{setup.most_pages} pages"
                raise TextError(
                    f"{where} does not fit on {some} of this template; shorten it, or make the writing smaller"
                )
            sheet = setup.on_page(number)
            page = draw(_moved(placed, sheet, regions[0]), placer, sheet, number)
            for lines, marks in first if number == 1 else []:
                page.lines[:0] = lines
                page.marks += marks
            number_page(page, writer, sheet, found, number)
            yield setup.surface.page(page) if setup.surface else page
            count = number
        if not count:
            page = Page(setup.width, setup.height, rules=setup.printed(), background=setup.background)
            for lines, marks in first:
                page.lines += lines
                page.marks += marks
            yield page


def _moved(placed: list[PlacedRow], sheet: PageSetup, region: Region) -> list[PlacedRow]:
    """Rows that were set in a region, where they are on a sheet; their notes are on the outside."""
    right = sheet.regions()[0].left - region.left
    if not right and not sheet.notes_left:
        return placed
    for segment in (segment for one in placed for segment in one.row.segments if segment.note):
        assert sheet.notes is not None
        segment.left = -(sheet.notes + NOTE_GAP)
    return [
        replace(one, region=replace(one.region, left=one.region.left + right, right=one.region.right + right))
        for one in placed
    ]


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
            raise TextError(
                f"{where} has more than {FIT_CHARACTERS} characters, too many to be fitted to one page; "
                "choose a size, or another template"
            )
        found.append(part)
    return found


class _PageBuilder:
    """Sets shaped blocks into columns."""

    def __init__(self, hand: Hand, setup: PageSetup, hyphenator: Hyphenator | None, where: str) -> None:
        self.hand, self.setup, self.hyphenator, self.where = hand, setup, hyphenator, where

    def rows(
        self, shaped: Iterable[Shaped], region: Region, sizes: Measures, align: str, warn: bool = True
    ) -> Iterator[LayoutRow]:
        slack = 1.1 * self.hand.style.rhythm.margin * self.hand.neatness
        flow = Flow(
            sizes, region.width, region.height, align, slack, self.hyphenator, self.where, warn, self.setup.notes
        )
        return flow.rows(shaped)

    def pages(
        self,
        shaped: Iterable[Shaped],
        regions: list[Region],
        sizes: Measures,
        align: str | None = None,
        warn: bool = True,
    ) -> Iterator[list[PlacedRow]]:
        """Rows of each page, at their places."""
        rows = PeekableRows(self.rows(shaped, regions[0], sizes, align or self.setup.align, warn))
        while rows.peek() is not None:
            page: list[PlacedRow] = []
            for index, region in enumerate(regions):
                following = rows.peek()
                if following is None or (index and following.page_break):
                    break
                page += column(rows, region, sizes)
            yield page

    def fitted(self, shaped: list[Shaped], regions: list[Region], fit: FitRange, align: str | None = None) -> float:
        """The largest x-height at which all of it fits on one page; the smallest one if none does."""

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
        writer = GlyphShaper(self.hand, seed, f"{document}\x1fpanel {panel.name}")
        shaped = list(writer.shape(iter(panel.content)))
        size = panel.x_height or body.x_height
        sheet = replace(self.setup, ruling=None, leading=None, notes=None)
        setter = _PageBuilder(self.hand, sheet, None, f"field '{panel.name}'")
        if panel.fit:
            size = setter.fitted(shaped, [panel.region], panel.fit, panel.align)
        sizes = measures(sheet, self.hand.style, panel.region, size)
        pages = list(setter.pages(shaped, [panel.region], sizes, panel.align))
        if len(pages) > 1:
            raise TextError(f"the field '{panel.name}' does not fit in its place on the sheet; shorten it")
        placer = Placer(writer, sizes, panel.region.width)
        page = draw(pages[0], placer, sheet, 1)
        return page.lines, page.marks


def _largest(fit: FitRange, fits: Callable[[float], bool]) -> float:
    if fits(fit.largest):
        return fit.largest
    low, high = fit.smallest, fit.largest
    for _ in range(FIT_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
