"""A page as the layers of a plotter, one for each pen, with the strokes of each in the order of drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.layout.page import Page, PlacedWord, Rule
from handfont.options import FileOptions
from handfont.output.plotter import order
from handfont.output.writing_order import HEAVIER, StrokeGroup, Written, written_lines


@dataclass(frozen=True)
class Drawn:
    """A word, a mark or a printed rule: its text (None of what is no word) and strokes, in the order of drawing."""

    text: str | None
    strokes: tuple[DoubleArray, ...]


@dataclass(frozen=True)
class Layer:
    """What one pen draws: name, color ``#rrggbb``, width of the pen in points, and lines of drawn things."""

    name: str
    ink: str
    pen: float
    lines: tuple[tuple[Drawn, ...], ...]

    def strokes(self) -> Iterator[DoubleArray]:
        """All strokes (points, 2), in points of the page, y up."""
        return (stroke for line in self.lines for drawn in line for stroke in drawn.strokes)


def layers_of(page: Page, ink: str, options: FileOptions) -> list[Layer]:
    """The layers of a page: what is written with the usual pen, what is written with a heavier one (strong words), and,
    if asked for, the printed rules, a layer for each of their colors. A layer without strokes is left out.
    """
    pens = [glyph.glyph.pen * glyph.scale for line in page.lines for word in line.words for glyph in word.glyphs]
    pen = float(np.median(pens)) if pens else 1.0
    written = written_lines(page)
    found = [
        ("writing", ink, pen, [[one for one in line if not one.heavy] for line in written]),
        ("heavier pen", ink, HEAVIER**2 * pen, [[one for one in line if one.heavy] for line in written]),
    ]
    if options.ruling:
        for color in dict.fromkeys(rule.colour for rule in page.rules):
            rules = [rule for rule in page.rules if rule.colour == color]
            width = float(np.median([rule.width for rule in rules]))
            found.append(
                (
                    f"ruling {color}",
                    color,
                    width,
                    [[_ruled(rule) for rule in row] for _, row in groupby(rules, lambda rule: rule.y0)],
                )
            )
    return [
        Layer(name, color, width, tuple(_drawn(lines, options))) for name, color, width, lines in found if any(lines)
    ]


def travel(strokes: Iterable[DoubleArray]) -> tuple[float, float]:
    """Lengths drawn with the pen down, and moved with the pen up from each stroke to the next, in points."""
    drawn = moved = 0.0
    last: DoubleArray | None = None
    for stroke in strokes:
        drawn += float(np.hypot(*np.diff(stroke, axis=0).T).sum())
        if last is not None:
            moved += float(np.hypot(*(stroke[0] - last)))
        last = stroke[-1]
    return drawn, moved


def _ruled(rule: Rule) -> Written:
    """A printed rule as a stroke; a dot as one of half its width, as a plotter lowers its pen for no less."""
    ends = np.array([[rule.x0, rule.y0], [rule.x1, rule.y1]], np.float64)
    if (ends[0] == ends[1]).all():
        ends += [[-rule.width / 4, 0.0], [rule.width / 4, 0.0]]
    return Written(rule, (StrokeGroup((ends,)),))


def _drawn(lines: list[list[Written]], options: FileOptions) -> Iterator[tuple[Drawn, ...]]:
    lines = [line for line in lines if line]
    if not options.optimize:
        for line in lines:
            yield tuple(
                Drawn(_text(one), tuple(stroke for group in one.groups for stroke in group.strokes)) for one in line
            )
        return
    grouped = [
        [order.Group(index, group.strokes, group.joined) for index, one in enumerate(line) for group in one.groups]
        for line in lines
    ]
    for line, ordered in zip(lines, order.shortest(grouped, not options.forward), strict=True):
        strokes: dict[int, list[DoubleArray]] = {}
        for group in ordered:
            strokes.setdefault(group.item, []).extend(group.strokes)
        yield tuple(Drawn(_text(line[index]), tuple(drawn)) for index, drawn in strokes.items())


def _text(one: Written) -> str | None:
    """What a word says, with a soft hyphen where it goes on in the next line."""
    return one.source.text + "\u00ad" * one.source.broken if isinstance(one.source, PlacedWord) else None
