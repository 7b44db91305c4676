"""The sheet a document is written on: its size, margins and columns, what is printed on it, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from handfont.core.units import POINTS
from handfont.errors import OptionError
from handfont.layout.content import ONE_INK, Inks
from handfont.layout.page import Rule
from handfont.layout.ruled_surface import RuledSurface, on_photo
from handfont.style.posterior import StylePosterior

NOTES, NOTE_GAP = 0.27, 6 * POINTS["mm"]
"""Share of the text's width that notes beside it have, and points between the two."""
ASCENT = 2.1
"""X-heights from the top margin to the first baseline."""
DESCENT = 1.0
"""X-heights from the last baseline to the bottom margin, at least."""
DEFAULT_X_HEIGHT_MM = 2.1
"""X-height of hands whose size is not known."""
RULED = 3.3
"""X-heights to a line of ruled paper, as far as ..."""
NARROWER, WIDER = 0.8, 1.25
"""... the size stays between these shares of the writer's own."""
MIN_LINE_WIDTH = 6.0
"""X-heights that a line has room for, at least."""


@dataclass(frozen=True)
class Region:
    """A rectangle that is written in, in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Points from its left to its right side."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Points from its lower to its upper side."""
        return self.top - self.bottom


@dataclass(frozen=True)
class Ruling:
    """Printed lines, a grid or dots ``spacing`` apart; ``first`` is the first line's distance from the top edge, and
    ``margin`` that of a vertical line from the left edge (None: none). Lines go from edge to edge, ``inset`` apart.
    Rules that are not ``printed`` are in the background.
    """

    kind: str
    spacing: float
    colour: str = "#b9c9dd"
    width: float = 0.5
    first: float | None = None
    margin: float | None = None
    inset: float = 0.0
    printed: bool = True


@dataclass(frozen=True)
class FitRange:
    """The size is chosen so that the text fills its region: an x-height between these."""

    smallest: float
    largest: float


@dataclass(frozen=True)
class PageNumbers:
    """``place`` is ``bottom`` or ``top`` with ``left``, ``centre`` or ``right``; ``form`` has ``{n}`` for the number;
    pages before the number ``start`` have none.
    """

    place: str = "bottom centre"
    form: str = "{n}"
    start: int = 1


@dataclass(frozen=True)
class PageSetup:
    """The sheet, in points: size and margins; ``x_height`` the size of the hand, ``leading`` between baselines.

    ``None`` for ``x_height`` is the writer's own size (on ruled paper: what fits the rules), for ``leading`` the
    writer's own. ``region`` is written in instead of what the margins leave. ``pen`` is a stroke width. ``inks``
    are those of strong words, emphasis and headings. ``mirrored`` margins change sides on even pages, as sheets
    that are written on both sides want it. ``photo`` is a picture of ruled paper to write on; its rules are a
    ``surface`` once they are found. ``notes`` is the width of a column for notes, outside of the text.
    """

    width: float = 210 * POINTS["mm"]
    height: float = 297 * POINTS["mm"]
    margin_left: float = 24 * POINTS["mm"]
    margin_right: float = 20 * POINTS["mm"]
    margin_top: float = 24 * POINTS["mm"]
    margin_bottom: float = 22 * POINTS["mm"]
    x_height: float | None = None
    leading: float | None = None
    region: Region | None = None
    columns: int = 1
    column_gap: float = 8 * POINTS["mm"]
    align: str = "left"
    ruling: Ruling | None = None
    rules: tuple[Rule, ...] = ()
    background: Path | None = None
    ink: str | None = None
    inks: Inks = ONE_INK
    pen: float | None = None
    page_numbers: PageNumbers | None = None
    fit: FitRange | None = None
    most_pages: int | None = None
    mirrored: bool = False
    notes: float | None = None
    notes_left: bool = False
    photo: Path | None = None
    surface: RuledSurface | None = None

    def on_photo(self, path: Path) -> PageSetup:
        """The sheet with a photo of ruled paper as its background, whose rules and margins are written on.

        Raises:
            OptionError: the picture cannot be read, or no rules are found.
        """
        surface = on_photo(path, max(self.width, self.height))
        last = surface.first + (len(surface.tops) - 1) * surface.step
        return replace(
            self,
            width=surface.width,
            height=surface.height,
            margin_left=surface.left,
            margin_right=surface.width - surface.right,
            margin_top=surface.first - surface.step,
            margin_bottom=surface.height - last - surface.step,
            ruling=Ruling("lined", surface.step, first=surface.first, printed=False),
            background=path,
            photo=path,
            surface=surface,
        )

    def on_page(self, number: int) -> PageSetup:
        """The sheet of a page, by its number: mirrored margins, and that of ruled paper, are those of its side."""
        if not self.mirrored or number % 2:
            return self
        ruling = self.ruling
        if ruling is not None and ruling.margin is not None:
            ruling = replace(ruling, margin=self.width - ruling.margin)
        return replace(
            self, margin_left=self.margin_right, margin_right=self.margin_left, ruling=ruling, notes_left=True
        )

    def with_notes(self) -> PageSetup:
        """The sheet with a column for notes beside the text.

        Raises:
            OptionError: the text has several columns.
        """
        if self.columns > 1:
            raise OptionError("notes in the margin need a page of one column; leave them out, or use another template")
        return replace(self, notes=NOTES * self.regions()[0].width)

    def regions(self) -> list[Region]:
        """The columns of a page, from left to right."""
        whole = self.region or Region(
            self.margin_left, self.margin_bottom, self.width - self.margin_right, self.height - self.margin_top
        )
        if self.notes:
            aside = self.notes + NOTE_GAP
            whole = replace(
                whole, **({"left": whole.left + aside} if self.notes_left else {"right": whole.right - aside})
            )
        wide = (whole.width - (self.columns - 1) * self.column_gap) / self.columns
        lefts = [whole.left + i * (wide + self.column_gap) for i in range(self.columns)]
        return [Region(left, whole.bottom, left + wide, whole.top) for left in lefts]

    def printed(self) -> tuple[Rule, ...]:
        """All that is printed on the sheet."""
        return (*_ruled(self), *self.rules)


@dataclass(frozen=True)
class Measures:
    """Sizes of writing on a sheet, in points. ``step`` is the distance of rules that text sits on, 0 without; ``start``
    the height of one of them.
    """

    x_height: float
    leading: float
    step: float = 0.0
    start: float = 0.0

    def lines(self, amount: float) -> float:
        """A height of ``amount`` lines in points: on rules, whole rules."""
        height = self.leading * amount
        return float(self.step * np.floor(height / self.step + 0.5)) if self.step else height

    def baseline(self, top: float, scale: float) -> float:
        """The first baseline under a height."""
        y = top - ASCENT * self.x_height * scale
        if not self.step:
            return y
        # Tall letters may reach into the margin a little, rather than leave the first rule empty.
        reach = 0.35 * self.x_height
        return float(self.start - np.ceil((self.start - y - reach) / self.step) * self.step)


def measures(setup: PageSetup, style: StylePosterior, region: Region, x_height: float | None = None) -> Measures:
    """Sizes of a style's writing in a region.

    Raises:
        OptionError: there is no room to write in.
    """
    own = (style.x_height_mm or DEFAULT_X_HEIGHT_MM) * POINTS["mm"]
    size = x_height or setup.x_height
    ratio = style.rhythm.leading
    ruling = setup.ruling
    if ruling is None:
        size = size or own
        found = Measures(size, setup.leading or ratio * size)
    else:
        wanted = setup.leading or (size or own) * RULED
        count = max(1, round(wanted / ruling.spacing))
        leading = count * ruling.spacing
        size = size or float(np.clip(leading / RULED, NARROWER * own, WIDER * own))
        found = Measures(size, leading, ruling.spacing, setup.height - _first(setup, ruling))
    if region.width < MIN_LINE_WIDTH * found.x_height or region.height < (ASCENT + DESCENT) * found.x_height:
        raise OptionError("the margins leave no room to write in; make them, or the writing, smaller")
    return found


def _first(setup: PageSetup, ruling: Ruling) -> float:
    if ruling.first is not None:
        return ruling.first
    if ruling.kind != "lined":
        # Whole squares in the middle of the sheet, as a grid is printed.
        return (setup.height % ruling.spacing) / 2 + ruling.spacing
    return setup.margin_top


def _ruled(setup: PageSetup) -> list[Rule]:
    ruling = setup.ruling
    if ruling is None or not ruling.printed:
        return []
    left, right = ruling.inset, setup.width - ruling.inset
    heights = np.arange(setup.height - _first(setup, ruling), ruling.inset + 0.3 * ruling.spacing, -ruling.spacing)
    found: list[Rule] = []
    if ruling.kind == "lined":
        found += [Rule(left, y, right, y, ruling.width, ruling.colour) for y in heights.tolist()]
        if ruling.margin is not None:
            found.append(Rule(ruling.margin, 0.0, ruling.margin, setup.height, ruling.width, "#e3a3a3"))
        return found
    heights = np.concatenate([[heights[0] + ruling.spacing], heights])
    heights = heights[heights <= setup.height - ruling.inset]
    spare = (right - left) % ruling.spacing
    across = np.arange(left + spare / 2, right + 1e-6, ruling.spacing)
    if ruling.kind == "grid":
        found += [Rule(left, y, right, y, ruling.width, ruling.colour) for y in heights.tolist()]
        found += [
            Rule(x, ruling.inset, x, setup.height - ruling.inset, ruling.width, ruling.colour) for x in across.tolist()
        ]
        return found
    return [
        Rule(x, y, x, y, max(2 * ruling.width, 0.8), ruling.colour) for y in heights.tolist() for x in across.tolist()
    ]
