"""The order in which a page is written: lines of words, and the pen's other strokes where a writer would draw them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.layout.page import Line, Mark, Page, PlacedWord, Rule

NEAR = 3.0
"""X-heights from a baseline within which a mark belongs to its line."""
HEAVIER = 1.2
"""Pen width, in that of most letters of the page, above which a word is written with a heavier pen."""


@dataclass(frozen=True)
class StrokeGroup:
    """Strokes that belong together, each (points, 2) in points of the page: those of a letter, of joined letters with
    their dots and bars, or of a mark. ``joined``: the first stroke is the body of joined letters.
    """

    strokes: tuple[DoubleArray, ...]
    joined: bool = False


@dataclass(frozen=True)
class Written:
    """A word, a mark between words, or a printed rule, with what the pen does for it."""

    source: PlacedWord | Mark | Rule
    groups: tuple[StrokeGroup, ...]
    heavy: bool = False


def written_lines(page: Page) -> list[list[Written]]:
    """What is written on a page, line by line: bullets before the words of their line, underlines after the words above
    them, and bars and rules of tables at the end.
    """
    pens = [glyph.glyph.pen for line in page.lines for word in line.words for glyph in word.glyphs]
    usual = float(np.median(pens)) if pens else 0.0
    sources: list[list[PlacedWord | Mark]] = [[word for word in line.words if word.glyphs] for line in page.lines]
    places = [_Place(line) for line in page.lines]
    late: list[Mark] = []
    for mark in page.marks:
        index = _line_of(mark, places)
        if index is None:
            late.append(mark)
        else:
            sources[index].insert(_position(mark, sources[index]), mark)
    everything: list[list[PlacedWord | Mark]] = [*sources, list(late)]
    return [[_written(one, usual) for one in line] for line in everything if line]


class _Place:
    """Where a line is: left, right, baseline and x-height in points; without words nothing is near it."""

    def __init__(self, line: Line) -> None:
        glyphs = [glyph for word in line.words for glyph in word.glyphs]
        self.left = min((glyph.x for glyph in glyphs), default=np.inf)
        self.right = max((glyph.x for glyph in glyphs), default=-np.inf)
        self.unit = float(np.median([glyph.scale for glyph in glyphs])) if glyphs else 0.0
        self.baseline = float(np.median([glyph.y for glyph in glyphs])) if glyphs else np.inf


def _line_of(mark: Mark, places: list[_Place]) -> int | None:
    """The line that a mark belongs to; None if it is drawn over several, or is wider than any line near it."""
    (left, low), (right, high) = mark.path.min(axis=0), mark.path.max(axis=0)
    middle = (low + high) / 2
    best, least = None, NEAR
    for index, place in enumerate(places):
        if not place.unit or high - low > NEAR * place.unit or left > place.right + NEAR * place.unit:
            continue
        if left < place.left - place.unit and right > place.right + place.unit:
            continue
        # An underline is below its line, a bullet above the baseline: the middle of the letters is what is near.
        away = abs(middle - place.baseline - 0.3 * place.unit) / place.unit
        if away < least:
            best, least = index, away
    return best


def _position(mark: Mark, line: list[PlacedWord | Mark]) -> int:
    """Behind the last word that begins before the mark ends."""
    right = float(mark.path[:, 0].max())
    begun = [i for i, one in enumerate(line) if isinstance(one, PlacedWord) and one.glyphs[0].x < right]
    after = begun[-1] + 1 if begun else 0
    while after < len(line) and isinstance(line[after], Mark):
        after += 1
    return after


def _written(source: PlacedWord | Mark, usual: float) -> Written:
    if isinstance(source, Mark):
        return Written(source, (StrokeGroup((source.path.astype(np.float64),)),))
    heavy = float(np.median([glyph.glyph.pen for glyph in source.glyphs])) > HEAVIER * usual
    return Written(source, tuple(_groups(source)), heavy)


def _groups(word: PlacedWord) -> Iterator[StrokeGroup]:
    """The strokes of a word: the bodies of letters that are joined are one, their dots and bars come after it."""
    before: list[DoubleArray] = []
    body: DoubleArray | None = None
    late: list[DoubleArray] = []
    for placed, following in zip(word.glyphs, [*word.glyphs[1:], None], strict=True):
        strokes = [placed.on_page(stroke) for stroke in placed.glyph.strokes]
        joined, beside = placed.glyph.joined, following.glyph.joined if following else None
        count = len(strokes) if joined is None else joined.exit + 1
        if joined is None and body is None:
            yield StrokeGroup(tuple(strokes))
            continue
        late += strokes[count:]
        if body is not None:
            strokes[0] = np.concatenate([body[:-1], strokes[0]])
        onward = bool(joined and joined.joins.right and beside and beside.joins.left)
        before += strokes[: count - 1]
        body = strokes[count - 1]
        if not onward:
            yield from (StrokeGroup((stroke,), joined=True) for stroke in before)
            yield StrokeGroup((body, *late), joined=True)
            before, body, late = [], None, []
