"""Typesetting: text -> lines -> pages of placed glyphs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont.errors import OptionError
from handfont.glyph import Glyph
from handfont.hand import Hand
from handfont.layout import spacing
from handfont.layout.motion import LineMotion
from handfont.layout.text import Chunk, TextLine
from handfont.layout.units import POINTS
from handfont.pages import Line, Page, PlacedGlyph, PlacedWord
from handfont.streams import stream

ASCENT = 2.1
"""The first baseline lies so many x-heights below the top margin."""
DESCENT = 1.0
DEFAULT_X_HEIGHT_MM = 2.1
PARAGRAPH_GAP = 0.55
"""An empty line in the text moves the pen down by this share of a line."""
GAP_VARIATION = 0.14
LETTER_VARIATION = 0.16
WORD_PART = 0.9
"""Longest word, as a share of the line, that is kept whole at any price."""


@dataclass(frozen=True)
class PageSetup:
    """The sheet, in points: size and margins; ``x_height`` the size of the hand, ``leading`` between baselines.

    ``None`` for ``x_height`` is the writer's own size, for ``leading`` the writer's own.
    """

    width: float = 210 * POINTS["mm"]
    height: float = 297 * POINTS["mm"]
    margin_left: float = 24 * POINTS["mm"]
    margin_right: float = 20 * POINTS["mm"]
    margin_top: float = 24 * POINTS["mm"]
    margin_bottom: float = 22 * POINTS["mm"]
    x_height: float | None = None
    leading: float | None = None


@dataclass
class _Word:
    """A word before it has a place: its glyphs and their origins from the first one's, in x-heights."""

    text: str
    glyphs: list[Glyph]
    origins: NDArray[np.float64]

    @property
    def left(self) -> float:
        return float(np.nanmin(self.glyphs[0].left_edge))

    @property
    def right(self) -> float:
        ends = [x + float(np.nanmax(g.right_edge)) for x, g in zip(self.origins, self.glyphs, strict=True)]
        return max(ends)


def typeset(
    lines: list[TextLine], hand: Hand, setup: PageSetup, seed: int, document: str = ""
) -> Iterator[Page]:
    """Pages of placed glyphs, one after the other.

    Raises:
        OptionError: the margins leave no room to write in.
    """
    rhythm = hand.style.rhythm
    millimetres = hand.style.x_height_mm or DEFAULT_X_HEIGHT_MM
    x_height = setup.x_height or millimetres * POINTS["mm"]
    leading = setup.leading or rhythm.leading * x_height
    room = (setup.width - setup.margin_left - setup.margin_right) / x_height
    tall = setup.height - setup.margin_top - setup.margin_bottom
    if room < 6 or tall < (ASCENT + DESCENT) * x_height:
        raise OptionError("the margins leave no room to write in; make them, or the writing, smaller")
    words = _words(lines, hand, seed, document)
    broken = _break(lines, words, room, rhythm.word_gap, rhythm.margin * hand.neatness)
    page: Page | None = None
    y = -1.0
    for number, (row, gap_before, new_page, indent) in enumerate(broken):
        y -= gap_before * leading
        if page is None or new_page or y < setup.margin_bottom + DESCENT * x_height:
            if page is not None:
                yield page
            page = Page(setup.width, setup.height)
            y = setup.height - setup.margin_top - ASCENT * x_height
        motion = LineMotion(seed, document, number)
        page.lines.append(_place(row, hand, setup.margin_left, y, x_height, room, indent, motion))
        y -= leading
    if page is not None:
        yield page


def _words(lines: list[TextLine], hand: Hand, seed: int, document: str) -> list[_Word]:
    """Every word of the text in order, with fresh glyphs; all of the document is drawn and spaced at once."""
    texts = [word for line in lines for chunk in line.chunks for word in chunk.words]
    glyphs = hand.write("".join(texts), seed, document)
    left = np.stack([glyph.left_edge for glyph in glyphs])
    right = np.stack([glyph.right_edge for glyph in glyphs])
    jitter = np.clip(stream(seed, document, "gaps").standard_normal(max(len(glyphs) - 1, 0)), -2, 2)
    gaps = hand.style.rhythm.letter_gap * (1 + hand.neatness * LETTER_VARIATION * jitter)
    apart = spacing.distances(left, right, gaps)
    words = []
    start = 0
    for text in texts:
        stop = start + len(text)
        origins = np.concatenate([[0.0], np.cumsum(apart[start : stop - 1])])
        words.append(_Word(text, glyphs[start:stop], origins))
        start = stop
    return words


_Row = list[tuple[_Word, float]]
"""Words of one line with the gap before each, in word gaps."""


def _break(
    lines: list[TextLine], words: list[_Word], room: float, word_gap: float, margin: float
) -> list[tuple[_Row, float, bool, float]]:
    """Rows of words that fit: (row, lines of extra space before, page break before, indent in x-heights)."""
    rows: list[tuple[_Row, float, bool, float]] = []
    source = iter(words)
    blank, page_break = 0, False
    for line in lines:
        page_break |= line.page_break
        if not line.chunks:
            blank += 1
            continue
        indent = min(line.chunks[0].spaces * 0.6 * word_gap, 0.5 * room)
        row: _Row = []
        used = 2 * margin + indent
        before = PARAGRAPH_GAP * min(blank, 6)
        for chunk in line.chunks:
            for position, part in enumerate(_fitting(chunk, source, room - 2 * margin - indent)):
                gap = (chunk.spaces if position == 0 else 1) * word_gap if row else 0.0
                width = sum(w.right - w.left for w in part) + (len(part) - 1) * word_gap
                if row and used + gap + width > room:
                    rows.append((row, before, page_break, indent))
                    row, used, before, page_break, gap = [], 2 * margin + indent, 0.0, False, 0.0
                row += [(word, (gap if i == 0 else word_gap) / word_gap) for i, word in enumerate(part)]
                used += gap + width
        rows.append((row, before, page_break, indent))
        blank, page_break = 0, False
    return rows


def _fitting(chunk: Chunk, source: object, room: float) -> list[list[_Word]]:
    """The words of a chunk, kept together if they fit on a line; a word wider than the line is cut where it must."""
    words = [next(source) for _ in chunk.words]  # type: ignore[call-overload]
    whole = sum(w.right - w.left for w in words)
    if whole <= WORD_PART * room:
        return [words]
    parts: list[list[_Word]] = []
    for word in words:
        start = 0
        while start < len(word.glyphs):
            stop = start + 1
            while stop < len(word.glyphs) and _slice(word, start, stop + 1).right - _slice(
                    word, start, stop + 1).left <= WORD_PART * room:
                stop += 1
            parts.append([_slice(word, start, stop)])
            start = stop
    return parts


def _slice(word: _Word, start: int, stop: int) -> _Word:
    origins = word.origins[start:stop] - word.origins[start]
    return _Word(word.text[start:stop], word.glyphs[start:stop], origins)


def _place(
    row: _Row, hand: Hand, left: float, baseline: float, x_height: float, room: float, indent: float,
    motion: LineMotion,
) -> Line:
    """Give every glyph of a row its place on the page, with the hand's motion."""
    rhythm, amount = hand.style.rhythm, hand.neatness
    gaps = motion.words(len(row)) * GAP_VARIATION * amount
    natural = [gap * rhythm.word_gap for _, gap in row]
    widths = [word.right - word.left for word, _ in row]
    start = indent + motion.margin * rhythm.margin * amount
    # Gaps vary, but never so much that the last word leaves the line.
    slack = room - start - sum(widths) - sum(natural)
    growth = sum(n * g for n, g in zip(natural, gaps, strict=True))
    shrink = min(1.0, max(0.0, slack) / growth) if growth > 0 else 1.0
    slope = np.tan(np.radians(motion.slope * rhythm.slope * amount))
    # A sloping line stays within a third of an x-height of where it should be at its end.
    slope = float(np.clip(slope, -0.5 / room, 0.5 / room))
    words: list[PlacedWord] = []
    pen = start
    for (word, _), gap, extra, width in zip(row, natural, gaps, widths, strict=True):
        pen += gap * (1 + extra * shrink)
        origins = pen - word.left + word.origins
        bounce, turn, size = motion.letters(len(word.glyphs))
        drift = amount * (rhythm.wander * motion.wander(origins) + rhythm.bounce * bounce)
        ys = baseline + x_height * (drift + slope * origins)
        scales = x_height * (1 + amount * rhythm.size * size)
        turns = amount * rhythm.turn * turn
        placed = tuple(
            PlacedGlyph(glyph, left + float(x) * x_height, float(y), float(s), float(t))
            for glyph, x, y, s, t in zip(word.glyphs, origins, ys, scales, turns, strict=True)
        )
        words.append(PlacedWord(word.text, placed))
        pen += width
    return Line(tuple(words), baseline)
