"""SVG for plotters: a page as the paths of the pen, open and in the order of drawing, without any ink.

Each pen is a layer as Inkscape, vpype and AxiDraw's software understand it. Only what is written by hand is there:
letters, and strokes such as underlines and rules of tables; what is printed on the sheet is left out unless its rules
are asked for, and what is pasted on it always.
"""

from __future__ import annotations

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.strokes import cubics
from handfont.layout.page import Page
from handfont.options import FileOptions
from handfont.output.integer_outlines import UNITS
from handfont.output.metadata import DocumentInfo
from handfont.output.plotter import beds
from handfont.output.plotter.layers import Drawn, Layer, layers_of
from handfont.output.svg import head, number, upright

EVERY = 2
"""Of a stroke's points every second one will do: the curve between them mostly stays within a tenth of a thin pen, at
tight hooks within half of one."""
TRAVEL = "#e0004d"
"""Color of the travel in a preview."""


def to_text(page: Page, ink: str, info: DocumentInfo, options: FileOptions) -> str:
    """The page as an SVG document of open paths; identical pages give identical text.

    Raises:
        OutputError: the page is larger than the bed of the plotter that was named.
    """
    if options.device is not None:
        beds.check(page.width, page.height, options.device)
    layers = layers_of(page, ink, options)
    transform = upright(page)
    return "\n".join(
        [
            *head(page, info, ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'),
            # Paths in whole units, y up, as in all other files.
            *(_layer(layer, index, transform) for index, layer in enumerate(layers, 1)),
            *([_travel(layers, transform)] if options.preview else []),
            "</svg>",
            "",
        ]
    )


def _layer(layer: Layer, index: int, transform: str) -> str:
    return "\n".join(
        [
            f'<g class="strokes" id="layer{index}" inkscape:groupmode="layer" '
            f'inkscape:label={quoteattr(f"{index} {layer.name}")} fill="none" stroke="{layer.ink}" '
            f'stroke-width="{number(layer.pen * UNITS)}" stroke-linecap="round" stroke-linejoin="round" {transform}>',
            *('<g class="line">\n' + "\n".join(map(_drawn, line)) + "\n</g>" for line in layer.lines),
            "</g>",
        ]
    )


def _drawn(drawn: Drawn) -> str:
    if drawn.text is None:
        return "\n".join(f'<path class="mark" d="{_path(stroke)}"/>' for stroke in drawn.strokes)
    paths = [f'<path d="{_path(stroke)}"/>' for stroke in drawn.strokes]
    return "\n".join(
        [
            f'<g class="word" role="img" aria-label={quoteattr(drawn.text)}><title>{escape(drawn.text)}</title>',
            *paths,
            "</g>",
        ]
    )


def _travel(layers: list[Layer], transform: str) -> str:
    """Straight moves from the end of each stroke to the next, in a layer whose name begins with %, which AxiDraw's
    software does not plot.
    """
    moves = []
    for layer in layers:
        strokes = list(layer.strokes())
        for before, after in pairwise(strokes):
            (x0, y0), (x1, y1) = np.rint(np.stack([before[-1], after[0]]) * UNITS).astype(np.int64).tolist()
            moves.append(f"M{x0} {y0}L{x1} {y1}")
    return (
        f'<g class="travel" id="travel" inkscape:groupmode="layer" inkscape:label="%travel" fill="none" '
        f'stroke="{TRAVEL}" stroke-width="{number(0.2 * UNITS)}" opacity="0.6" {transform}>\n'
        f'<path d="{"".join(moves)}"/>\n</g>'
    )


def _path(points: DoubleArray) -> str:
    """The smooth curve through points, in whole units: relative numbers, which are short."""
    stroke: FloatArray = np.concatenate([points[:-1:EVERY], points[-1:]]).astype(np.float32)
    curves = np.rint(cubics(stroke).astype(np.float64) * UNITS).astype(np.int64).reshape(-1, 6)
    start = np.rint(points[:1] * UNITS).astype(np.int64)
    starts = np.concatenate([start, curves[:-1, 4:]])
    relative = curves - np.tile(starts, 3)
    return ("M%d %d" + "c%d %d %d %d %d %d" * len(curves)) % (*start[0].tolist(), *relative.ravel().tolist())
