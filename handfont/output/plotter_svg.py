"""SVG for plotters: a page as the paths of the pen, open and in the order of writing, without any ink.

Only what is written by hand is there: letters, and strokes such as underlines and rules of tables. What is printed or
pasted on the sheet is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.strokes import cubics
from handfont.layout.page import Line, Page, PlacedWord
from handfont.output.integer_outlines import UNITS
from handfont.output.metadata import DocumentInfo
from handfont.output.svg import first_words, number

EVERY = 2
"""Of a stroke's points every second one will do: the curve between them mostly stays within a tenth of a thin pen, at
tight hooks within half of one."""


def to_text(page: Page, ink: str, info: DocumentInfo) -> str:
    """The page as an SVG document of open paths; identical pages give identical text."""
    width, height = number(page.width), number(page.height)
    pens = [glyph.glyph.pen * glyph.scale for line in page.lines for word in line.words for glyph in word.glyphs]
    pen = float(np.median(pens)) if pens else 1.0
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" '
            f'viewBox="0 0 {width} {height}" xml:lang={quoteattr(info.language)} role="document">',
            f"<title>{escape(info.title or first_words(page))}</title>",
            # Paths in whole units, y up, as in all other files.
            f'<g class="strokes" fill="none" stroke="{ink}" stroke-width="{number(pen * UNITS)}" '
            f'stroke-linecap="round" stroke-linejoin="round" '
            f'transform="translate(0 {height}) scale({1 / UNITS:g} {-1 / UNITS:g})">',
            *(_line(line) for line in page.lines),
            *(f'<path class="mark" d="{_path(mark.path.astype(np.float64))}"/>' for mark in page.marks),
            "</g>",
            "</svg>",
            "",
        ]
    )


def _line(line: Line) -> str:
    return "\n".join(['<g class="line">', *(_word(word) for word in line.words if word.glyphs), "</g>"])


def _word(word: PlacedWord) -> str:
    paths = [f'<path d="{_path(points)}"/>' for points in _strokes(word)]
    text = word.text + "\u00ad" * word.broken
    return "\n".join(
        [f'<g class="word" role="img" aria-label={quoteattr(text)}><title>{escape(text)}</title>', *paths, "</g>"]
    )


def _strokes(word: PlacedWord) -> Iterator[np.ndarray]:
    """The strokes of a word: the bodies of letters that are joined are one, their dots and bars come after it."""
    going: np.ndarray | None = None
    late: list[np.ndarray] = []
    for placed, following in zip(word.glyphs, [*word.glyphs[1:], None], strict=True):
        strokes = [placed.on_page(stroke) for stroke in placed.glyph.strokes]
        joined, beside = placed.glyph.joined, following.glyph.joined if following else None
        body = len(strokes) if joined is None else joined.exit + 1
        late += strokes[body:]
        if going is not None:
            strokes[0] = np.concatenate([going[:-1], strokes[0]])
        onward = bool(joined and joined.joins.right and beside and beside.joins.left)
        going = strokes[body - 1] if onward else None
        yield from strokes[: body - 1] if onward else strokes[:body]
        if not onward:
            yield from late
            late = []


def _path(points: np.ndarray) -> str:
    """The smooth curve through points, in whole units: relative numbers, which are short."""
    stroke: FloatArray = np.concatenate([points[:-1:EVERY], points[-1:]]).astype(np.float32)
    curves = np.rint(cubics(stroke).astype(np.float64) * UNITS).astype(np.int64).reshape(-1, 6)
    start = np.rint(points[:1] * UNITS).astype(np.int64)
    starts = np.concatenate([start, curves[:-1, 4:]])
    relative = curves - np.tile(starts, 3)
    return ("M%d %d" + "c%d %d %d %d %d %d" * len(curves)) % (*start[0].tolist(), *relative.ravel().tolist())
