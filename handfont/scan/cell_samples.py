"""From labelled cells to glyph samples: x-height, baseline and pen are estimated, shapes taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core import sdf
from handfont.core.arrays import BoolArray, FloatArray
from handfont.core.charset import INDEX, SITS_ON_BASELINE
from handfont.core.glyph import GlyphSample, Metrics
from handfont.model.population import Population
from handfont.scan.cells import Cell
from handfont.scan.skeleton import skeleton_of

FEWEST = 8
"""Letters from which on x-height and baseline of a page are measured."""
SIZE_RANGE = (0.3, 3.0)
"""A glyph whose size is outside this multiple of the usual one is doubtful."""


@dataclass(frozen=True)
class PageMeasures:
    """What a page of cells says of the hand: x-height in pixels of the scan, stroke width in x-heights, ink color."""

    x_height: float
    pen: float
    ink: str


def measure(
    cells: list[Cell], labels: list[str], population: Population, source: str
) -> tuple[list[GlyphSample], PageMeasures]:
    """Samples of all labelled cells that hold ink.

    The x-height is the weighted median of each glyph's size over the size its character usually has. A letter alone in
    a box does not show its baseline; see :func:`_centres`.
    """
    filled = [(cell, label) for cell, label in zip(cells, labels, strict=True) if label in INDEX and cell.ink.any()]
    if not filled:
        return [], PageMeasures(0.0, 0.0, "#000000")
    pens = np.array([cell.pen for cell, _ in filled])
    zooms = np.array([cell.zoom for cell, _ in filled])
    letters = np.array([label.isalnum() for _, label in filled])
    # One pen wrote the page; where a dot or a blot pretends otherwise, the letters' median rules.
    typical = float(np.median((pens / zooms)[letters if letters.any() else slice(None)]))
    pens = np.clip(pens / zooms, 0.6 * typical, 1.5 * typical) * zooms
    sides = np.array([_side(cell, pen) for (cell, _), pen in zip(filled, pens, strict=True)]) / zooms
    rows = np.array([INDEX[label] for _, label in filled])
    usual, spread = population.metric_mean[rows, 0], population.metric_std[rows, 0]
    sized = np.exp(usual) > 1.2 * sdf.MIN_SIZE  # the smallest signs all have the smallest box: they show no size
    chosen = sized if sized.any() else np.ones(len(filled), bool)
    x_height = float(np.exp(weighted_median((np.log(sides) - usual)[chosen], 1 / spread[chosen] ** 2)))

    shapes = [sdf.from_ink(cell.ink, x_height * cell.zoom, pen) for (cell, _), pen in zip(filled, pens, strict=True)]
    sizes = np.array([shape.side / (x_height * cell.zoom) for (cell, _), shape in zip(filled, shapes, strict=True)])
    drops = np.array(
        [
            (cell.ink.shape[0] / 2 - shape.y) / (x_height * cell.zoom)
            for (cell, _), shape in zip(filled, shapes, strict=True)
        ]
    )
    lows = np.array(
        [
            (cell.ink.shape[0] / 2 - (np.nonzero(cell.ink)[0].max() + 1 - pen / 2)) / (x_height * cell.zoom)
            for (cell, _), pen in zip(filled, pens, strict=True)
        ]
    )
    width = _true_width([cell for cell, _ in filled], letters)
    centres = _centres([label for _, label in filled], drops, lows, rows, population)
    samples = []
    for (cell, label), shape, size, centre, pen in zip(filled, shapes, sizes, centres, pens, strict=True):
        ratio = float(size / np.exp(population.metric_mean[INDEX[label], 0]))
        plausible = SIZE_RANGE[0] < ratio < SIZE_RANGE[1] and not cell.touches
        samples.append(
            GlyphSample(
                label,
                shape.field,
                Metrics(float(size), float(centre)),
                float(width * pen / (x_height * cell.zoom)),
                source,
                cell.box,
                1.0 if plausible else 0.5,
                skeleton_of(cell.ink, x_height * cell.zoom, (shape.x, shape.y)),
            )
        )
    colours = np.array([cell.colour for cell, _ in filled if cell.colour is not None])
    ink = "#" + "".join(f"{int(v):02x}" for v in np.median(colours, axis=0))
    return samples, PageMeasures(x_height, width * typical / x_height, ink)


def places(
    cells: list[Cell], labels: list[str], sure: BoolArray, population: Population
) -> tuple[FloatArray, FloatArray] | None:
    """Metrics (N, 4) of cells, and which are known, from the x-height and baseline that the ``sure`` labels show; None
    where these are too few.
    """
    shown = [
        i
        for i, (cell, label) in enumerate(zip(cells, labels, strict=True))
        if sure[i] and label in SITS_ON_BASELINE and label.isalnum() and cell.ink.any()
    ]
    if len(shown) < FEWEST:
        return None
    _, page = measure([cells[i] for i in shown], [labels[i] for i in shown], population, "")
    metrics = np.zeros((len(cells), 4), np.float32)
    known = np.tile(np.array([1, 1, 0, 0], np.float32), (len(cells), 1))
    lows = np.zeros(len(cells))
    for i, cell in enumerate(cells):
        if not cell.ink.any():
            continue
        unit, half = page.x_height * cell.zoom, cell.pen / 2
        ys, _ = np.nonzero(cell.ink)
        lows[i] = (cell.ink.shape[0] / 2 - (ys.max() + 1 - half)) / unit
        middle = (cell.ink.shape[0] / 2 - (ys.min() + ys.max() + 1) / 2) / unit
        metrics[i, :2] = np.log(max(_side(cell, 2 * half) / unit, sdf.MIN_SIZE)), middle
    metrics[:, 1] -= np.median(lows[shown])
    return metrics, known


def _true_width(cells: list[Cell], letters: BoolArray) -> float:
    """Width of the pen over that of its ink as cut out: blur makes thin strokes wider and paler, and what it adds in
    width it takes in darkness, so that the darkness added up stays that of the true width. Strokes are fully dark where
    they are widest or cross.
    """
    chosen = [cell for cell, letter in zip(cells, letters, strict=True) if letter] or cells
    full = float(np.percentile([cell.core for cell in chosen], 75))
    return float(np.clip(np.median([cell.mass / (cell.ink.sum() * full) for cell in chosen]), 0.5, 1.1))


def _side(cell: Cell, pen: float) -> float:
    """Longer side of the centerline box, in pixels of the cell."""
    ys, xs = np.nonzero(cell.ink)
    return float(max(np.ptp(xs) + 1 - pen, np.ptp(ys) + 1 - pen, 1.0))


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """The value at which half of the weight is reached."""
    order = np.argsort(values)
    running = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(running, running[-1] / 2)])


def _centres(
    labels: list[str], drops: np.ndarray, lows: np.ndarray, rows: np.ndarray, population: Population
) -> np.ndarray:
    """Height of each square's center above the baseline, in x-heights.

    ``drops`` and ``lows`` are the heights of center and lowest pen point above the middle of the cell. A character that
    rests on the baseline in every hand shows the baseline itself. For the others the baseline lies where the resting
    ones of the page have it in their cells, give or take how much people move about in boxes; weighed against where
    the character usually is.
    """
    resting = np.array([label in SITS_ON_BASELINE for label in labels])
    usual_low = population.bottom[rows]
    where = lows - np.where(resting, np.clip(usual_low, -0.1, 0.1), usual_low)
    page = float(np.median(where[resting])) if resting.any() else float(np.median(where))
    scatter = 1.4826 * float(np.median(np.abs(where[resting] - page))) if resting.sum() >= 4 else 0.3
    observed = drops - page
    usual, deviation = population.metric_mean[rows, 1], population.metric_std[rows, 1]
    box_precision, usual_precision = 1 / max(scatter, 0.05) ** 2, 1 / np.maximum(deviation, 0.05) ** 2
    weighed = (observed * box_precision + usual * usual_precision) / (box_precision + usual_precision)
    return np.asarray(np.where(resting, drops - where, weighed))
