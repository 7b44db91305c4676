"""Ink in the cells of a grid: cut out, cleaned, measured."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from handfont.scan.grid import Grid
from handfont.scan.image import ByteArray

CELL_PIXELS = 360
"""Cells are straightened to about this height: several pixels to a stroke, so that edges are found between pixels."""
BORDER = 0.06
"""Share of a cell beside its rule that is left out."""


@dataclass(frozen=True)
class Cell:
    """What stands in one cell: straightened ink (binary), pixels of it to a pixel of the scan, colour of the ink.

    ``box`` is the cell in the scan: left, top, right, bottom. ``touches`` tells whether ink ran into the rule.
    """

    row: int
    column: int
    ink: NDArray[np.bool_]
    zoom: float
    colour: tuple[int, int, int] | None
    box: tuple[int, int, int, int]
    touches: bool


def cut(page: ByteArray, darkness: NDArray[np.float32], grid: Grid) -> list[Cell]:
    """All cells of a grid, row by row. One threshold serves the page: ink against paper over all cells together."""
    flat = []
    for row in range(grid.rows):
        for column in range(grid.columns):
            flat.append((row, column, *_straighten(page, darkness, grid.corners[row, column])))
    everything = np.concatenate([dark[::3, ::3].ravel() for _, _, dark, _, _ in flat])
    threshold = _threshold(everything)
    cells = []
    for row, column, dark, colours, zoom in flat:
        ink, touches = _clean(dark > threshold)
        corners = grid.corners[row, column]
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        box = (int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom)))
        cells.append(Cell(row, column, ink, zoom, _colour(colours, dark, ink), box, touches))
    return cells


def _straighten(
    page: ByteArray, darkness: NDArray[np.float32], corners: NDArray[np.float64]
) -> tuple[NDArray[np.float32], ByteArray, float]:
    """Darkness and colours inside one cell seen straight on, and pixels of it to a pixel of the scan."""
    wide = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    tall = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    zoom = max(1.0, CELL_PIXELS / tall)
    w, h = max(8, round(wide * zoom)), max(8, round(tall * zoom))
    target = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    dark = cv2.warpPerspective(darkness, matrix, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    colours = cv2.warpPerspective(page, matrix, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cut_x, cut_y = round(BORDER * w), round(BORDER * h)
    inside = np.s_[cut_y : h - cut_y, cut_x : w - cut_x]
    return np.asarray(dark[inside], np.float32), np.asarray(colours[inside], np.uint8), float(zoom)


def _threshold(values: NDArray[np.float32]) -> float:
    """Between paper and ink: halfway from the paper's level to the strokes' core, never within the paper's noise.

    Ink covers a few per cent of a cell, too little for Otsu's method to see: the core is the median of what stands out
    clearly. Half the height of an edge is where a blurred stroke has its true width.
    """
    paper = float(np.median(values))
    noise = float(np.median(np.abs(values - paper))) * 1.4826
    clear = values[values > paper + max(0.15, 6 * noise)]
    if len(clear) < 20:
        return paper + max(0.15, 6 * noise)
    return max(paper + 0.5 * (float(np.percentile(clear, 70)) - paper), paper + max(0.08, 5 * noise))


def _clean(ink: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], bool]:
    """Ink without specks and without what comes in from the rule; whether the letter itself ran into the rule."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    if count < 2:
        return ink, False
    areas = stats[1:, cv2.CC_STAT_AREA]
    smallest = max(12.0, 0.0004 * ink.size, 0.02 * float(areas.max()))
    keep = np.concatenate([[False], areas >= smallest])
    touches = False
    height, width = ink.shape
    for index in range(1, count):
        x, y, w, h = (int(v) for v in stats[index, :4])
        at_edge = x == 0 or y == 0 or x + w == width or y + h == height
        if keep[index] and at_edge:
            # A sliver along the edge is the rule's; anything that reaches well inside is the writer's.
            reach = min(w, h) if (w > 4 * h or h > 4 * w) else max(w, h)
            if reach < 0.12 * min(height, width):
                keep[index] = False
            else:
                touches = True
    return keep[labels], touches


def _colour(colours: ByteArray, dark: NDArray[np.float32], ink: NDArray[np.bool_]) -> tuple[int, int, int] | None:
    """Median colour of the darker half of the ink: edges are mixed with paper."""
    if not ink.any():
        return None
    core = ink & (dark >= np.median(dark[ink]))
    red, green, blue = np.median(colours[core], axis=0)
    return int(red), int(green), int(blue)
