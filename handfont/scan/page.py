"""What was understood of one page, whichever way it was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from handfont.glyph import GlyphSample
from handfont.scan.image import ByteArray
from handfont.scan.samples import PageMeasures
from handfont.style.posterior import Rhythm


@dataclass
class PageReading:
    """One page: ``kind`` is ``sheet``, ``grid`` or ``writing``.

    ``page`` (height, width, 3) RGB is the page upright (of free writing the part with ink, at working size), and boxes
    of samples are in its pixels. ``samples`` holds every glyph that was found, ``doubtful`` those of them that are left
    out of the style, each with the reason; ``empty`` the characters of boxes without ink; ``notes`` whole sentences for
    the report. ``x_height_mm``, ``rhythm`` and ``slant`` (x over y, positive to the right) are None where the page does
    not tell.
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
