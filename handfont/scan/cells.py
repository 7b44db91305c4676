"""Ink in the cells of a grid: cut out, cleaned, measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from handfont.core import sdf
from handfont.core.arrays import BoolArray, ByteArray, DoubleArray, FloatArray
from handfont.scan.grid.ruling import Grid
from handfont.scan.ink_levels import ink_levels

CELL_PIXELS = 360
"""Cells are straightened to about this height: several pixels to a stroke, so that edges are found between pixels."""
FEWEST = 8
"""Cells from which on it shows what is printed and what is written."""
CONTRAST = 0.15
"""What is darker than the paper by so much, from 0 to 1, may be ink."""
SAME = 1.15
"""Factor by which sides of boxes of one size differ, at most, between the tables of a page."""
BORDER = 0.06
"""Share of a cell beside its rule that is left out."""


@dataclass(frozen=True)
class Cell:
    """What is in one cell: straightened ink (binary), pixels of it to a pixel of the scan, color of the ink.

    ``box`` is the cell in the scan: left, top, right, bottom. ``touches`` says whether ink ran into the rule. ``mass``
    is the darkness of the ink, 0..1, added up over its pixels and the blur around it, ``core`` that of its darkest.
    """

    ink: BoolArray
    zoom: float
    colour: tuple[int, int, int] | None
    touches: bool
    mass: float
    core: float
    box: tuple[int, int, int, int] = (0, 0, 0, 0)

    @cached_property
    def pen(self) -> float:
        """Width of the ink's strokes, in pixels."""
        return sdf.pen_width(self.ink)

    def with_ink(self, ink: BoolArray) -> Cell:
        """The cell with a part of its ink; what it weighs is shared by area."""
        return replace(self, ink=ink, mass=self.mass * float(ink.sum()) / max(1.0, float(self.ink.sum())))

    def overturned(self, size: tuple[int, int]) -> Cell:
        """The cell with the page the other way up, whose ``size`` is width and height."""
        left, top, right, bottom = self.box
        width, height = size
        box = (width - right, height - bottom, width - left, height - top)
        return replace(self, ink=np.ascontiguousarray(self.ink[::-1, ::-1]), box=box)


def cut(page: ByteArray, darkness: FloatArray, grids: list[Grid]) -> list[list[Cell]]:
    """All cells of each grid of a page, row by row."""
    darks: list[list[FloatArray]] = []
    colours, zooms, boxes = [], [], []
    for grid in grids:
        darks.append([])
        for corners in grid.corners.reshape(-1, 4, 2):
            dark, colour, zoom = _straighten(page, darkness, corners)
            (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
            darks[-1].append(dark)
            colours.append(colour)
            zooms.append(zoom)
            boxes.append((int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom))))
    # Boxes of one size are printed alike, whichever table they are of.
    for alike in grouped(grids):
        clean = iter(unprinted([dark for k in alike for dark in darks[k]]))
        for k in alike:
            darks[k] = [next(clean) for _ in darks[k]]
    found = inked([dark for one in darks for dark in one], colours, zooms)
    cells = iter([replace(cell, box=box) for cell, box in zip(found, boxes, strict=True)])
    return [[next(cells) for _ in one] for one in darks]


def grouped(grids: list[Grid]) -> list[list[int]]:
    """Numbers of the grids whose boxes are of one size."""
    groups: list[list[int]] = []
    for k, grid in enumerate(grids):
        for group in groups:
            first = grids[group[0]]
            if all(1 / SAME < a / b < SAME for a, b in zip(grid.box, first.box, strict=True)):
                group.append(k)
                break
        else:
            groups.append([k])
    return groups


def unprinted(darks: list[FloatArray]) -> list[FloatArray]:
    """Straightened cells of one page without what is printed in all of them alike, guides and remains of the rules.

    That is what most of them have in common at a pixel. Ink on it is as dark as both together, so it is divided out.
    """
    if len(darks) < FEWEST:
        return darks
    # Guides lie a little higher in one cell than in another: three rows are seen as one.
    tall = np.ones((3, 1), np.uint8)
    small = np.stack([cv2.dilate(cv2.resize(dark, (120, 120), interpolation=cv2.INTER_AREA), tall) for dark in darks])
    rank = round(0.35 * (len(small) - 1))
    printed = np.partition(small, rank, axis=0)[rank]
    # Guides run from side to side: what a letter that is in many cells leaves is smoothed away along them.
    printed = np.clip(cv2.blur(printed, (20, 1)), 0, 0.6)
    result = []
    for dark in darks:
        common = cv2.resize(printed, dark.shape[::-1], interpolation=cv2.INTER_LINEAR)
        result.append(np.asarray(np.clip(1 - (1 - dark) / (1 - common), 0, 1), np.float32))
    return result


def inked(darks: list[FloatArray], colours: list[ByteArray], zooms: list[float]) -> list[Cell]:
    """The ink of straightened cells of one page, from how dark and what color they are.

    Ink begins where it is half as dark as the stroke's own core: there a blurred edge lies, for pale strokes and for
    thin ones that never get fully dark as well as for others. One level for the page, halfway from paper to the core of
    most strokes, decides what is ink at all.
    """
    paper, noise, clear, core = ink_levels(np.concatenate([dark[::3, ::3].ravel() for dark in darks]), CONTRAST)
    core = max(paper + 2 * clear, core or 0.0)
    least = paper + max(0.08, 5 * noise)
    common = max((paper + core) / 2, least)
    first = sorted((dark > common for dark in darks), key=lambda ink: -int(ink.sum()))[: max(8, len(darks) // 4)]
    pen = float(np.median([sdf.pen_width(ink) for ink in first]))
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(pen) + 1, 2 * round(pen) + 1))
    result = []
    for dark, colour, zoom in zip(darks, colours, zooms, strict=True):
        local = cv2.GaussianBlur(cv2.dilate(dark, near), (0, 0), max(1.0, pen))
        level = np.maximum((paper + np.clip(local, paper + 0.6 * (core - paper), 1.0)) / 2, least)
        ink, touches = _clean(dark > level)
        around = cv2.dilate(ink.astype(np.uint8), near) > 0
        result.append(
            Cell(
                ink,
                zoom,
                _colour(colour, dark, ink),
                touches,
                float((dark[around] - paper).sum()),
                float(np.percentile(dark[ink], 95) - paper) if ink.any() else 0.0,
            )
        )
    return result


def _straighten(page: ByteArray, darkness: FloatArray, corners: DoubleArray) -> tuple[FloatArray, ByteArray, float]:
    """Darkness and colors inside one cell seen straight on, and pixels of it to a pixel of the scan."""
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


def _clean(ink: BoolArray) -> tuple[BoolArray, bool]:
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


def _colour(colours: ByteArray, dark: FloatArray, ink: BoolArray) -> tuple[int, int, int] | None:
    """Median color of the darker half of the ink: edges are mixed with paper."""
    if not ink.any():
        return None
    core = ink & (dark >= np.median(dark[ink]))
    red, green, blue = np.median(colours[core], axis=0)
    return int(red), int(green), int(blue)
