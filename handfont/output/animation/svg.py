"""SVG in which a page writes itself, by style sheet alone: no script, so that it also moves as a picture in a page.

The ink is that of :mod:`handfont.output.svg`, and is shown by masks, one for each line: the paths of the pen, somewhat
wider than its ink, drawn as far as it has come. Once a word is written its whole box is uncovered, so that the finished
page is the very same as without animation. It is finished from the start on paper, and for readers who have asked their
system for less motion (``prefers-reduced-motion``).
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.layout.page import Mark, Page, PlacedWord
from handfont.options import FileOptions
from handfont.output import svg
from handfont.output.animation.timing import TimedItem, TimedStroke, timed
from handfont.output.integer_outlines import UNITS
from handfont.output.metadata import DocumentInfo
from handfont.output.plotter.simplify import kept_points
from handfont.output.svg import number

COARSE = 10
"""Units to one of a mask, which needs to be less exact than ink."""
WIDER = 2.0
"""Width of a mask's strokes, in that of the pen."""
TOLERANCE = 0.25
"""Pen widths by which a mask's strokes may leave the path of the pen."""
EVEN = 0.1
"""Seconds below which nobody sees that a stroke is not written at an even speed."""
SAMPLE = 0.05
"""Seconds between the places of the pen that an uneven speed is described by, and most places of a stroke."""
MAX_SAMPLES = 12
STYLE = """<style>
.pen{fill:none;stroke:#fff;stroke-linecap:round;stroke-linejoin:round}
rect{fill:#fff}
@media screen and (prefers-reduced-motion:no-preference){
.pen path{stroke-dasharray:1 1.1;animation:w var(--t) var(--d) both;animation-timing-function:var(--e,linear)}
rect{animation:r 1ms var(--d) both}
@keyframes w{from{stroke-dashoffset:1.05}to{stroke-dashoffset:0}}
@keyframes r{from{visibility:hidden}to{visibility:visible}}
}
</style>"""
"""Strokes are dashes that are shifted out of their gap; a path's length counts as 1."""


def to_text(page: Page, ink: str, info: DocumentInfo, options: FileOptions) -> str:
    """The page as an SVG document that writes itself; identical pages give identical text."""
    lines = timed(page, options.duration).lines
    return "\n".join(
        [
            *svg.head(page, info),
            STYLE,
            *svg.printed(page),
            f'<g class="ink" fill="{ink}" {svg.upright(page)}>',
            *(_line(line, index) for index, line in enumerate(lines)),
            "</g>",
            "</svg>",
            "",
        ]
    )


def _line(line: tuple[TimedItem, ...], index: int) -> str:
    pen = max(_pen(item) for item in line)
    return "\n".join(
        [
            f'<mask id="line{index}">',
            f'<g class="pen" transform="scale({COARSE})" stroke-width="{number(WIDER * pen * UNITS / COARSE)}">',
            *(_stroke(stroke, pen) for item in line for stroke in item.strokes),
            "</g>",
            *(_box(item, pen) for item in line),
            "</mask>",
            f'<g class="line" mask="url(#line{index})">',
            *(_ink(item) for item in line),
            "</g>",
        ]
    )


def _ink(item: TimedItem) -> str:
    source = item.written.source
    if isinstance(source, PlacedWord):
        return svg.word(source)
    assert isinstance(source, Mark)
    return f'<path class="mark" d="{svg.path_of(source.outline)}"/>'


def _pen(item: TimedItem) -> float:
    """Width of the pen, in points."""
    source = item.written.source
    if isinstance(source, PlacedWord):
        return max(glyph.glyph.pen * glyph.scale for glyph in source.glyphs)
    assert isinstance(source, Mark)
    return source.pen


def _stroke(stroke: TimedStroke, pen: float) -> str:
    points = np.rint(stroke.points[kept_points(stroke.points, TOLERANCE * pen)] * UNITS / COARSE).astype(np.int64)
    steps = " ".join(map(str, np.diff(points, axis=0).ravel().tolist())).replace(" -", "-")
    x, y = points[0].tolist()
    begin, duration = float(stroke.times[0]), float(stroke.times[-1] - stroke.times[0])
    timing = f"--d:{number(begin)}s;--t:{_short(duration)}s" + _easing(stroke, duration)
    return f'<path pathLength="1" d="M{x} {y}l{steps}" style="{timing}"/>'


def _easing(stroke: TimedStroke, duration: float) -> str:
    """How far the pen has come at even times, where that is not even itself."""
    if duration < EVEN:
        return ""
    count = int(np.clip(round(duration / SAMPLE), 3, MAX_SAMPLES))
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke.points, axis=0).T))])
    places = np.interp(np.linspace(stroke.times[0], stroke.times[-1], count + 1), stroke.times, lengths / lengths[-1])
    return f";--e:linear({','.join(_short(place) for place in places.tolist())})"


def _short(value: float) -> str:
    """A number from 0 on with two decimal places at most, no shorter than it must be."""
    return number(value).removeprefix("0") or "0"


def _box(item: TimedItem, pen: float) -> str:
    """The box of a word's ink, which is uncovered when it is written."""
    points = np.concatenate([stroke.points for stroke in item.strokes])
    low: DoubleArray = np.floor((points.min(axis=0) - 2 * pen) * UNITS)
    high: DoubleArray = np.ceil((points.max(axis=0) + 2 * pen) * UNITS)
    (x, y), (width, height) = low.astype(int).tolist(), (high - low).astype(int).tolist()
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" style="--d:{number(item.end)}s"/>'
