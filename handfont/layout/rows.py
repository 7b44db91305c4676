"""From shaped blocks to rows of one line each, broken to the width they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from handfont.layout.content import Block, Divider, Figure, TextTable
from handfont.layout.formulas.nodes import PLACEHOLDER
from handfont.layout.page import Picture
from handfont.layout.page_setup import Measures
from handfont.layout.runs import Hyphenator, Run, RunBreaker, joined
from handfont.layout.shaping import Shaped, ShapedWord
from handfont.util import pictures

CELL_PAD = 1.0
"""X-heights between a table's rules and the text of its cells."""
CELL_GAP = 0.3
"""Lines of space between rows of a table."""
MAX_PICTURE_HEIGHT = 0.6
"""Height of a picture, as a share of the column's."""
QUOTE_INDENT = 2.4
"""X-heights that a quotation is moved in, once for each level of quoting."""
MARKER_GAP = 1.1
"""X-heights between the marker of a list's item and its text."""


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

    @cached_property
    def rise(self) -> float:
        """X-heights of the body from the baseline to the highest ink of formulas; 0 without."""
        return self.scale * max((bounds[3] for bounds in self._formulas), default=0.0)

    @cached_property
    def fall(self) -> float:
        """X-heights of the body from the baseline down to the lowest ink of formulas; 0 without."""
        return self.scale * max((-bounds[1] for bounds in self._formulas), default=0.0)

    @property
    def _formulas(self) -> list[tuple[float, float, float, float]]:
        runs = [run for segment in self.segments for run in segment.runs if run.box.word.has_formula]
        glyphs = (glyph for run in runs for glyph in run.box.glyphs[run.start : run.stop])
        return [glyph.outline.bounds() for glyph in glyphs if glyph.character == PLACEHOLDER]


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
        self.align, self.slack = align, slack
        self._breaker = RunBreaker(hyphenator, where, warn)
        self._tables = 0

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
        """The parts, with those of blocks at the right moved there together."""
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
        """X-heights of the block's size that a line has room for."""
        unit = self.measures.x_height * block.scale
        return max((self.width - self._indent(block, first)) / unit - 2 * self.slack, 2.0)

    def _runs(self, boxes: list[ShapedWord], block: Block, begun: bool) -> list[Run]:
        """Parts of boxes that are not broken."""
        least = min(self._room(block, True), self._room(block, False))
        return self._breaker.runs(boxes, least, begun)

    def _lines(self, pending: list[Run], block: Block, begun: bool, final: bool) -> tuple[list[list[Run]], list[Run]]:
        """Lines that no further run can change, and the runs of those that may change."""
        if not pending:
            return [], []
        first = None if begun else self._room(block, True)
        lines = self._breaker.lines(pending, self._room(block, False), first)
        if final:
            return [joined(line) for line in lines], []
        rest = [run for line in lines[-3:] for run in line]
        return [joined(line) for line in lines[:-3]], rest

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
                runs = self._breaker.runs(cell, width, False)
                lines.append([joined(line) for line in self._breaker.lines(runs, width, None)] if runs else [])
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
        scale = min(1.0, self.width / wide, MAX_PICTURE_HEIGHT * self.height / high)
        picture = Picture(block.path, 0.0, 0.0, wide * scale, high * scale, block.text)
        return LayoutRow([], before=block.before, figure=picture, page_break=block.page_break)


def picture_size(path: pictures.PictureFile) -> tuple[float, float]:
    """Points of an image at its own resolution, or 96 dots an inch."""
    with pictures.opened(path) as image:
        dpi = image.info.get("dpi", (96, 96))
        across, down = (float(value) if 30 <= float(value) <= 3000 else 96.0 for value in dpi)
        return image.width * 72 / across, image.height * 72 / down


def _shared(natural: list[float], least: list[float], room: float) -> list[float]:
    """Widths of columns in the room there is."""
    if sum(natural) <= room:
        return natural
    if sum(least) <= room:
        spare, wanted = room - sum(least), sum(natural) - sum(least)
        return [low + (high - low) * spare / wanted for low, high in zip(least, natural, strict=True)]
    each = room / len(least)
    return [max(each, 2.0) for _ in least]
