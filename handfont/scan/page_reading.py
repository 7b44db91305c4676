"""What was understood of one page, whichever way it was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from handfont.core.arrays import ByteArray, DoubleArray
from handfont.core.glyph import GlyphSample
from handfont.core.pairs import SeenPair
from handfont.scan.cell_samples import PageMeasures
from handfont.style.posterior import Rhythm


@dataclass(frozen=True)
class CopiedLine:
    """A line of the writing sheet copied by hand: its text, and its picture (height, width, 3) RGB, straight.

    ``per_mm`` pixels to a millimeter; ``baseline`` the printed rule's middle, in pixels from the picture's top;
    ``left`` and ``top`` of the picture on the paper, in millimeters. The rule is still to be seen, and the line may be
    empty.
    """

    text: str
    picture: ByteArray
    per_mm: float
    baseline: float
    left: float
    top: float


@dataclass(frozen=True)
class SheetPage:
    """Which page of the writing sheet it is: ``number`` from 0, of ``count``; ``kind`` as in ``handfont sheet``."""

    number: int
    count: int
    kind: str


@dataclass
class PageReading:
    """One page: ``kind`` is ``sheet``, ``grid`` or ``writing``.

    ``page`` (height, width, 3) RGB is the page upright (of free writing the part with ink, at working size), and boxes
    of samples are in its pixels. ``samples`` holds every glyph that was found, ``doubtful`` those of them that are left
    out of the style, each with the reason; ``empty`` the characters of boxes without ink; ``notes`` whole sentences for
    the report. ``x_height_mm``, ``rhythm`` and ``slant`` (x over y, positive to the right) are None where the page does
    not show them. ``sheet`` and ``lines`` are those of the writing sheet, whose ``page`` has ``per_mm`` pixels to a
    millimeter. ``pairs`` are letters beside each other in words, both found with certainty. ``matrix`` (3, 3) goes from
    pixels of the scan to those of ``page`` (of free writing), ``text`` is what it says.
    """

    kind: str
    where: str
    page: ByteArray
    measures: PageMeasures
    samples: list[GlyphSample] = field(default_factory=list)
    doubtful: list[tuple[GlyphSample, str]] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    x_height_mm: float | None = None
    rhythm: Rhythm | None = None
    slant: float | None = None
    sheet: SheetPage | None = None
    per_mm: float = 0.0
    lines: list[CopiedLine] = field(default_factory=list)
    pairs: list[SeenPair] = field(default_factory=list)
    matrix: DoubleArray | None = None
    text: str = ""
