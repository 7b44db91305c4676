"""From shaped blocks to rows of one line each, broken to the width they have."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from handfont.layout import line_breaking
from handfont.layout.content import Block, Divider, Figure, TextTable
from handfont.layout.line_breaking import FORBIDDEN, Items
from handfont.layout.page import Picture
from handfont.layout.page_setup import Measures
from handfont.layout.shaping import Shaped, ShapedWord
from handfont.util import pictures

HYPHEN_WIDTH = 0.75
"""X-heights that a hyphen and the gap before it take at the end of a line."""
TAB_STOP = 6.0
NEAR_TAB = 0.9
"""A tab stop that is nearer than so many x-heights is passed over."""
CELL_PAD = 1.0
"""X-heights between a table's rules and what stands in its cells."""
CELL_GAP = 0.3
"""Lines of space between rows of a table."""
EMERGENCY = 60.0
"""Cost of a break in the middle of a word that is longer than a line."""
MOST_HEIGHT = 0.6
"""A picture takes at most this share of a column's height."""
QUOTE_INDENT = 2.4
MARKER_GAP = 1.1
_LOG = logging.getLogger("handfont")


class Hyphenator(Protocol):
    """What pyphen offers."""

    def positions(self, word: str) -> Sequence[int]:
        """Indices of the letters of a word that a hyphen may come before."""


@dataclass
class Run:
    """A part of a box on a line, ``gap`` x-heights from what stands before it; ``hyphen``: one is added after it."""

    box: ShapedWord
    start: int
    stop: int
    gap: float
    hyphen: bool = False

    @property
    def width(self) -> float:
        """X-heights of the text's size from the first to the last ink of the part."""
        return self.box.width(self.start, self.stop)

    @property
    def spaces(self) -> int:
        """Spaces of the text before the part; none within a word."""
        return self.box.word.spaces if self.start == 0 else 0


@dataclass
class Segment:
    """Runs between two places of a row, in points from the region's left."""

    runs: list[Run]
    left: float
    room: float
    align: str
    ends: int
    marker: ShapedWord | None = None


@dataclass
class TableRow:
    """A row's place in a table: ``columns`` are the places of vertical rules in points, ``cell_end`` the last line of
    a row of cells.
    """

    table: int
    columns: list[float]
    cell_end: bool


@dataclass
class LayoutRow:
    """One line of a page before it has a height: space ``before`` in lines, ``scale`` beside the body."""

    segments: list[Segment]
    scale: float = 1.0
    before: float = 0.0
    first: bool = True
    last: bool = True
    keep: bool = False
    page_break: bool = False
    quote: int = 0
    bullet: int | None = None
    divider: bool = False
    figure: Picture | None = None
    table: TableRow | None = None


class Flow:
    """Breaks blocks into rows for a column ``width`` points wide and ``height`` high."""

    def __init__(
        self,
        measures: Measures,
        width: float,
        height: float,
        align: str = "left",
        slack: float = 0.0,
        hyphenator: Hyphenator | None = None,
        where: str = "the text",
        warn: bool = True,
    ) -> None:
        self.measures, self.width, self.height = measures, width, height
        self.align, self.slack, self.hyphenator, self.where, self.warn = align, slack, hyphenator, where, warn
        self._tables = 0
        self._warned: set[str] = set()

    def rows(self, shaped: Iterable[Shaped]) -> Iterator[LayoutRow]:
        """Rows of blocks in order."""
        pending: list[Run] = []
        begun = False
        for part in self._aside(shaped):
            block = part.block
            if isinstance(block, TextTable):
                yield from self._table(part, block)
            elif isinstance(block, Figure):
                yield self._figure(block)
            elif isinstance(block, Divider):
                yield LayoutRow([], before=block.before, divider=True, page_break=block.page_break)
            else:
                if part.begins:
                    pending, begun, marker = [], False, part.marker
                pending += self._runs(part.boxes, block, bool(pending) or begun)
                found, pending = self._lines(pending, block, begun, part.last)
                for index, runs in enumerate(found):
                    last = part.last and index == len(found) - 1
                    yield self._row(runs, block, not begun, last, marker if not begun else None)
                    begun = True

    def _aside(self, shaped: Iterable[Shaped]) -> Iterator[Shaped]:
        """The parts, those of blocks that stand at the right as one moved there together."""
        group: list[Shaped] = []
        for part in shaped:
            if isinstance(part.block, Block) and part.block.align == "block":
                group.append(part)
                continue
            yield from self._moved(group)
            group = []
            yield part
        yield from self._moved(group)

    def _moved(self, group: list[Shaped]) -> Iterator[Shaped]:
        wide = 0.0
        for part in group:
            assert isinstance(part.block, Block)
            whole = sum(box.width() for box in part.boxes) + sum(box.gap for box in part.boxes[1:])
            wide = max(wide, (1.04 * whole + 0.5) * part.block.scale)
        indent = max(0.0, self.width / self.measures.x_height - wide - 2 * self.slack)
        for part in group:
            assert isinstance(part.block, Block)
            yield replace(part, block=replace(part.block, align="left", indent=indent))

    def _row(self, runs: list[Run], block: Block, first: bool, last: bool, marker: ShapedWord | None) -> LayoutRow:
        left = self._indent(block, first)
        segment = Segment(runs, left, self.width - left, block.align or self.align, block.ends if last else 0, marker)
        bullet = block.marker if first and isinstance(block.marker, int) else None
        return LayoutRow(
            [segment],
            block.scale,
            block.before if first else 0.0,
            first,
            last,
            block.keep,
            block.page_break and first,
            block.quote,
            bullet,
        )

    def _indent(self, block: Block, first: bool) -> float:
        """Points a line of a block is moved in."""
        wanted = block.indent + QUOTE_INDENT * block.quote + (block.first if first else 0.0)
        return min(wanted * self.measures.x_height, 0.75 * self.width)

    def _room(self, block: Block, first: bool) -> float:
        unit = self.measures.x_height * block.scale
        return max((self.width - self._indent(block, first)) / unit - 2 * self.slack, 2.0)

    def _runs(self, boxes: list[ShapedWord], block: Block, begun: bool) -> list[Run]:
        """Parts of boxes that are not broken."""
        least = min(self._room(block, True), self._room(block, False))
        return self._parts(boxes, least, begun)

    def _parts(self, boxes: list[ShapedWord], room: float, begun: bool) -> list[Run]:
        found: list[Run] = []
        x = 0.0
        for index, box in enumerate(boxes):
            text = box.word.text
            cuts = [] if box.code else line_breaking.places(text, box.word.soft, self.hyphenator)
            if box.width() + (HYPHEN_WIDTH if cuts else 0) > room:
                cuts = self._cut(box, room, cuts)
            gap = box.gap
            if box.word.tab and (index or begun):
                gap = TAB_STOP * (1 + (x + NEAR_TAB) // TAB_STOP) - x
            bounds = [(0, False), *cuts, (len(text), False)]
            for (start, _), (stop, hyphen) in itertools.pairwise(bounds):
                found.append(Run(box, start, stop, gap if start == 0 else 0.0, hyphen))
            x += gap + box.width()
        return found

    def _cut(self, box: ShapedWord, room: float, cuts: list[tuple[int, bool]]) -> list[tuple[int, bool]]:
        """Places to break a box that is wider than the room: where it may be broken, if that is enough."""
        text = box.word.text
        if self.warn and text not in self._warned:
            self._warned.add(text)
            shown = text if len(text) <= 40 else f"{text[:37]}..."
            _LOG.warning("%s: '%s' is longer than a line and was broken", self.where, shown)
        verbatim = box.code or line_breaking.is_address(text)
        cuts = line_breaking.separated(text) if box.code else cuts
        bounds = [0, *(index for index, _ in cuts), len(text)]
        widest = max(box.width(a, b) for a, b in itertools.pairwise(bounds)) + HYPHEN_WIDTH
        return cuts if widest <= room else line_breaking.anywhere(text, verbatim)

    def _lines(self, pending: list[Run], block: Block, begun: bool, final: bool) -> tuple[list[list[Run]], list[Run]]:
        """Lines that are settled, and the runs of those that are not."""
        if not pending:
            return [], []
        first = None if begun else self._room(block, True)
        lines = self._broken(pending, self._room(block, False), first)
        if final:
            return [_joined(line) for line in lines], []
        settled = lines[:-3]
        rest = [run for line in lines[-3:] for run in line]
        return [_joined(line) for line in settled], rest

    def _broken(self, runs: list[Run], room: float, first: float | None) -> list[list[Run]]:
        items = Items()
        for index, run in enumerate(runs):
            box, whole = run.box, run.start == 0
            inside = run.stop < len(box.word.text)
            width = box.left(run.stop) - box.left(run.start) if inside else box.right(run.start) - box.left(run.start)
            before = runs[index - 1] if index else None
            hyphen = HYPHEN_WIDTH if before is not None and before.hyphen and not whole else 0.0
            if whole:
                penalty = FORBIDDEN if box.word.glued else 0.0
            else:
                penalty = _penalty(box.word.text, run, before, hyphen > 0)
            items.add(width, run.gap, penalty, hyphen)
        starts = line_breaking.starts(items, room, first)
        return [runs[a:b] for a, b in zip(starts, [*starts[1:], len(runs)], strict=True)]

    def _table(self, part: Shaped, table: TextTable) -> Iterator[LayoutRow]:
        boxes = iter(part.boxes)
        cells = [[[next(boxes) for _ in cell] for cell in row] for row in table.rows]
        unit = self.measures.x_height
        count = len(table.aligns)
        natural = [0.0] * count
        least = [0.0] * count
        for row in cells:
            for column, cell in enumerate(row):
                whole = sum(box.width() for box in cell) + sum(box.gap for box in cell[1:])
                # Gaps vary a little; the last word must not be driven out by that.
                natural[column] = max(natural[column], 1.04 * whole + 0.4)
                least[column] = max([least[column], *(box.width() + 0.4 for box in cell)])
        room = self.width / unit - 2 * CELL_PAD * count - 2 * self.slack
        widths = _shared(natural, least, room)
        rules = [0.0]
        for width in widths:
            rules.append(rules[-1] + (width + 2 * CELL_PAD) * unit)
        self._tables += 1
        for number, row in enumerate(cells):
            lines = []
            for cell, width in zip(row, widths, strict=True):
                runs = self._parts(cell, width, False)
                lines.append([_joined(line) for line in self._broken(runs, width, None)] if runs else [])
            deep = max(1, *(len(cell) for cell in lines))
            for index in range(deep):
                end = index == deep - 1
                segments = [
                    Segment(
                        cell[index],
                        rules[i] + CELL_PAD * unit,
                        widths[i] * unit,
                        table.aligns[i],
                        1 if index == len(cell) - 1 else 0,
                    )
                    for i, cell in enumerate(lines)
                    if index < len(cell)
                ]
                before = table.before + CELL_GAP if number == 0 and index == 0 else CELL_GAP if index == 0 else 0.0
                yield LayoutRow(
                    segments,
                    before=before,
                    table=TableRow(self._tables, rules, end),
                    keep=number == 0,
                    page_break=table.page_break and number == 0 and index == 0,
                )

    def _figure(self, block: Figure) -> LayoutRow:
        wide, high = picture_size(block.path)
        scale = min(1.0, self.width / wide, MOST_HEIGHT * self.height / high)
        picture = Picture(block.path, 0.0, 0.0, wide * scale, high * scale, block.text)
        return LayoutRow([], before=block.before, figure=picture, page_break=block.page_break)


def _penalty(text: str, run: Run, before: Run | None, hyphen: bool) -> float:
    """The cost of a break within a word, before ``run``."""
    separated = text[run.start - 1] in line_breaking.SEPARATORS
    if run.stop - run.start == 1 and before is not None and before.stop - before.start == 1 and not separated:
        return EMERGENCY
    return line_breaking.HYPHEN if hyphen or (separated and line_breaking.is_address(text)) else 1.0


def picture_size(path: Path) -> tuple[float, float]:
    """Points of an image at its own resolution, or 96 dots an inch."""
    with pictures.opened(path) as image:
        dpi = image.info.get("dpi", (96, 96))
        across, down = (float(value) if 30 <= float(value) <= 3000 else 96.0 for value in dpi)
        return image.width * 72 / across, image.height * 72 / down


def _joined(runs: list[Run]) -> list[Run]:
    """A line's runs with the parts of one word put together; a hyphen is only at the line's end."""
    found: list[Run] = []
    for run in runs:
        before = found[-1] if found else None
        if before is not None and before.box is run.box and before.stop == run.start:
            found[-1] = Run(run.box, before.start, run.stop, before.gap, run.hyphen)
        else:
            found.append(run)
    return [Run(r.box, r.start, r.stop, r.gap, r.hyphen and i == len(found) - 1) for i, r in enumerate(found)]


def _shared(natural: list[float], least: list[float], room: float) -> list[float]:
    """Widths of columns in the room there is."""
    if sum(natural) <= room:
        return natural
    if sum(least) <= room:
        spare, wanted = room - sum(least), sum(natural) - sum(least)
        return [low + (high - low) * spare / wanted for low, high in zip(least, natural, strict=True)]
    each = room / len(least)
    return [max(each, 2.0) for _ in least]
