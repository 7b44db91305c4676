"""Finding ruled grids of single letters: the cells of each table on a page, whatever is written in or under them.

A lattice with perspective (a homography from places of rows and columns to pixels) is fitted to the closed boxes of a
table with RANSAC, and gives every cell, also those whose rule was broken. Nothing is taken from the size of contours
alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray
from handfont.errors import ScanError
from handfont.scan.grid import boxes as boxes_of

CLOSED = 0.4
"""Share of the cells of a grid that must be seen as closed boxes: blots and letters make a few in any place."""
FEWEST, FEWEST_BESIDE = 4, 3
"""Boxes of a table, at least, and of one beside a larger table."""
STRIP = 5
"""Boxes of a table of one row, at least, if there is no other table."""
UNEVEN = 0.12
"""How far the distance of rows or columns is from a multiple of the usual one, at most, if some were not seen."""
NEAR, FAR = 0.15, 0.7
"""Where rules are looked for beyond a grid, in sides of a cell."""
LETTER = 0.1, 1.5
"""Height of letters, at least and at most, in heights of a cell."""
APART = 1.35
"""Distance of rows, in the usual one of a table, from which on another table begins."""


@dataclass(frozen=True)
class Grid:
    """Corners of every cell in pixels: (rows, columns, 4, 2), from the upper left clockwise, on the rules' middle, and
    whether each was ``seen`` as a closed box (rows, columns).
    """

    corners: DoubleArray
    seen: BoolArray

    @property
    def rows(self) -> int:
        """Number of rows of cells."""
        return int(self.corners.shape[0])

    @property
    def columns(self) -> int:
        """Number of cells in a row."""
        return int(self.corners.shape[1])

    @property
    def box(self) -> tuple[float, float]:
        """Usual width and height of a cell, in pixels."""
        right, down = (self.corners[..., k, :] - self.corners[..., 0, :] for k in (1, 3))
        return float(np.median(np.linalg.norm(right, axis=-1))), float(np.median(np.linalg.norm(down, axis=-1)))

    def holds(self, other: Grid) -> bool:
        """Whether another grid's middle is within this one."""
        hull = cv2.convexHull(self.corners.reshape(-1, 2).astype(np.float32))
        x, y = other.corners.reshape(-1, 2).mean(axis=0).tolist()
        return cv2.pointPolygonTest(hull, (x, y), False) >= 0


def find(darkness: FloatArray, where: str) -> list[Grid]:
    """The grids on a page, in reading order.

    Raises:
        ScanError: there is no ruled grid of at least two by two cells, or of five in a row.
    """
    ruled = boxes_of.rules(darkness)
    tables = [part for table in boxes_of.tables(ruled) for part in _parted(table)]
    if sum(map(len, tables)) < FEWEST:
        raise ScanError(f"no letters found on {where}: there is no ruled grid with one letter in each cell")
    grids: list[Grid] = []
    for table in tables:
        grid = _grid(table) if len(table) >= FEWEST_BESIDE else None
        # Letters part boxes that they reach through.
        if grid is not None and not any(other.holds(grid) for other in grids) and not _runs_on(grid, ruled):
            grids.append(grid)
    if not any(_is_table(grid) for grid in grids):
        raise ScanError(f"no letters found on {where}: its boxes do not form a grid of rows and columns")
    return in_order(grids)


def _is_table(grid: Grid) -> bool:
    count = int(grid.seen.sum())
    return count >= STRIP or (count >= FEWEST and grid.rows > 1 and grid.columns > 1)


def _runs_on(grid: Grid, ruled: ByteArray) -> bool:
    """Whether rules run on beyond a grid on two sides or more: it is a part of squared paper."""
    wide, tall = grid.box
    reach = 0.04 * min(wide, tall)
    corners = grid.corners
    count = 0
    # Cells of a side, and which corners of theirs a rule ends at, and comes from.
    for side, end, start in ((corners[:, 0], 3, 2), (corners[:, -1], 2, 3), (corners[0], 1, 2), (corners[-1], 2, 1)):
        ways = side[:, end] - side[:, start]
        dark = [
            boxes_of.seen_along(at + NEAR * way, at + FAR * way, ruled, reach)
            for at, way in zip(side[:, end], ways, strict=True)
        ]
        count += float(np.mean(np.array(dark) >= boxes_of.RULED)) > 0.5
    return count >= 2


def _parted(boxes: DoubleArray) -> list[DoubleArray]:
    """The boxes of tables that stand close below each other."""
    if len(boxes) < 2 * FEWEST_BESIDE:
        return [boxes]
    along = _places(boxes.mean(axis=1), boxes)[:, 1]
    rows, heights = _clusters(along)
    steps = np.diff(heights)
    if len(steps) < 2:
        return [boxes]
    # Between boxes further apart there are rules: one was not seen.
    begins = np.concatenate([[0], np.cumsum((steps > APART * np.median(steps)) & (steps < boxes_of.BELOW))])
    return [boxes[begins[rows] == part] for part in range(begins[-1] + 1)]


def _grid(boxes: DoubleArray) -> Grid | None:
    """The lattice of a table's boxes, if most of its cells are among them."""
    centres = boxes.mean(axis=1)
    places = _places(centres, boxes)
    (columns, across), (rows, along) = _levels(places[:, 0]), _levels(places[:, 1])
    shape = len(along), len(across)
    seen = np.zeros(shape, bool)
    seen[rows, columns] = True
    if seen.sum() < CLOSED * seen.size or seen.sum() < FEWEST_BESIDE:
        return None
    side = float(np.median(np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)))
    # Relative to their center, all boxes have nearly the same corners: the median shape replaces broken rules.
    usual = np.median(boxes - centres[:, None], axis=0)
    matrix = _homography(np.stack([across[columns], along[rows]], axis=1), centres, usual, 0.12 * side)
    if matrix is None:
        return None
    lattice = np.stack(np.meshgrid(across, along), axis=-1)
    predicted = cv2.perspectiveTransform(lattice.reshape(1, -1, 2), matrix)[0]
    corners = predicted.reshape(*shape, 1, 2) + usual
    for box, row, column in zip(boxes, rows, columns, strict=True):
        if np.abs(box - corners[row, column]).max() < 0.15 * side:
            corners[row, column] = box  # where the rule was seen, it is exact
    return Grid(corners, seen)


def _homography(places: DoubleArray, centres: DoubleArray, usual: DoubleArray, near: float) -> DoubleArray | None:
    """From places of boxes (B, 2), in their sides, to centers in pixels. A single row or column shows its other
    direction by the sides of its boxes.
    """
    for axis, side in ((0, usual[1] - usual[0]), (1, usual[3] - usual[0])):
        if np.ptp(places[:, axis]) == 0:
            places = np.concatenate([places, places + np.eye(2)[axis]])
            centres = np.concatenate([centres, centres + side])
    if len(places) < 4:
        return None
    matrix, _ = cv2.findHomography(places, centres, cv2.RANSAC, near)
    return None if matrix is None else np.asarray(matrix, np.float64)


def _places(centres: DoubleArray, boxes: DoubleArray) -> DoubleArray:
    """Centers (B, 2) along the grid's own axes, in sides of boxes, so a slightly turned page is no matter."""
    return np.asarray(centres @ np.linalg.inv(np.stack(boxes_of.axes(boxes))))


def _clusters(values: DoubleArray) -> tuple[IntArray, DoubleArray]:
    """The clusters of values (B,), in units of a box: the number (B,) of that of each, and their places. A gap of half
    a box parts two.
    """
    order = np.argsort(values)
    number = np.empty(len(values), np.int64)
    number[order] = np.concatenate([[0], np.cumsum(np.diff(values[order]) > 0.5)])
    return number, np.array([np.median(values[number == level]) for level in range(int(number.max()) + 1)])


def _levels(values: DoubleArray) -> tuple[IntArray, DoubleArray]:
    """Rows or columns of values (B,) as clusters: where the distance is a multiple of the usual one, some of them were
    not seen, and are put in.
    """
    number, places = _clusters(values)
    steps = np.diff(places)
    if len(steps) < 2:
        return number, places
    counts = np.maximum(1, np.rint(steps / np.median(steps))).astype(int)
    counts[np.abs(steps / np.median(steps) - counts) > UNEVEN] = 1
    levels = np.concatenate([[0], np.cumsum(counts)])
    return levels[number], np.interp(np.arange(levels[-1] + 1), levels, places)


def in_order(grids: list[Grid]) -> list[Grid]:
    """Grids from top to bottom, and those beside each other from left to right."""
    right = np.median([(g.corners[..., 1, :] - g.corners[..., 0, :]).mean(axis=(0, 1)) for g in grids], axis=0)
    right /= np.linalg.norm(right)
    level = np.array([right, [-right[1], right[0]]])
    spans = [(grid.corners.reshape(-1, 2) @ level.T) for grid in grids]
    left = [float(span[:, 0].min()) for span in spans]
    top, bottom = [float(span[:, 1].min()) for span in spans], [float(span[:, 1].max()) for span in spans]
    rest = sorted(range(len(grids)), key=lambda k: top[k])
    order: list[int] = []
    while rest:
        first = rest[0]
        band = [
            k
            for k in rest
            if min(bottom[k], bottom[first]) - max(top[k], top[first])
            > 0.5 * min(bottom[k] - top[k], bottom[first] - top[first])
        ]
        order += sorted(band, key=lambda k: left[k])
        rest = [k for k in rest if k not in band]
    return [grids[k] for k in order]


def marks_outside(darkness: FloatArray, grids: list[Grid]) -> int:
    """Number of marks as large as letters around grids: what is written or printed there."""
    dark = boxes_of.rules(darkness)
    tall = max(grid.box[1] for grid in grids)
    for grid in grids:
        hull = cv2.convexHull(grid.corners.reshape(-1, 2).astype(np.float32))
        # With its border, and labels beside it.
        cv2.fillConvexPoly(dark, np.rint(hull).astype(np.int32), (0,))
        cv2.polylines(dark, [np.rint(hull).astype(np.int32)], True, (0,), round(tall))
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    return int(((heights > LETTER[0] * tall) & (heights < LETTER[1] * tall)).sum())
