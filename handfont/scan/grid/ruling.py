"""Finding a ruled grid of single letters: the cells, whatever is written in or under them.

Closed boxes of one common size are found from the dark rules; a lattice with perspective (a homography from row and
column numbers to pixels) is then fitted to their centers with RANSAC, and gives every cell, also those whose rule was
broken. Nothing is taken from the size of contours alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.errors import ScanError

RULE_DARKNESS = 0.25
"""Darkness of rules, at least, from 0 for paper to 1 for black."""
CLOSED = 0.4
"""Share of the cells of a grid that must be seen as closed boxes: blots and letters make a few in any place."""


@dataclass(frozen=True)
class Grid:
    """Corners of every cell in pixels: (rows, columns, 4, 2), from the upper left clockwise, on the rules' middle."""

    corners: DoubleArray

    @property
    def rows(self) -> int:
        """Number of rows of cells."""
        return int(self.corners.shape[0])

    @property
    def columns(self) -> int:
        """Number of cells in a row."""
        return int(self.corners.shape[1])


def find(darkness: FloatArray, where: str) -> Grid:
    """The grid on a page.

    Raises:
        ScanError: there is no ruled grid of at least two by two cells.
    """
    boxes = _boxes(darkness)
    if len(boxes) < 4:
        raise ScanError(f"no letters found on {where}: there is no ruled grid with one letter in each cell")
    centres = boxes.mean(axis=1)
    rows, columns = _numbers(centres, boxes)
    indices = np.stack([columns, rows], axis=1).astype(np.float64)
    if columns.max() < 1 or rows.max() < 1 or len(boxes) < CLOSED * (columns.max() + 1) * (rows.max() + 1):
        raise ScanError(f"no letters found on {where}: its boxes do not form a grid of rows and columns")
    side = float(np.median(np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)))
    matrix, _ = cv2.findHomography(indices, centres, cv2.RANSAC, 0.12 * side)
    if matrix is None:
        raise ScanError(f"no letters found on {where}: its boxes do not form a grid of rows and columns")
    # Relative to their center, all boxes have nearly the same corners: the median shape replaces broken rules.
    shape = np.median(boxes - centres[:, None], axis=0)
    corners = np.empty((rows.max() + 1, columns.max() + 1, 4, 2))
    lattice = np.stack(np.meshgrid(np.arange(columns.max() + 1), np.arange(rows.max() + 1)), axis=-1)
    predicted = cv2.perspectiveTransform(lattice.reshape(1, -1, 2).astype(np.float64), matrix)[0]
    corners[:] = predicted.reshape(*lattice.shape[:2], 1, 2) + shape
    for box, row, column in zip(boxes, rows, columns, strict=True):
        if np.abs(box - corners[row, column]).max() < 0.15 * side:
            corners[row, column] = box  # where the rule was seen, it is exact
    return Grid(corners)


def _boxes(darkness: FloatArray) -> DoubleArray:
    """Corners (B, 4, 2) of the boxes of the most common size, from the upper left clockwise."""
    height, width = darkness.shape
    ruled = (darkness > RULE_DARKNESS).astype(np.uint8)
    ruled = np.asarray(cv2.morphologyEx(ruled, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    contours, _ = cv2.findContours(1 - ruled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    smallest, largest = (min(height, width) / 60) ** 2, height * width / 4
    found = []
    for contour in contours:
        area = cv2.contourArea(contour)
        if not smallest < area < largest:
            continue
        hull = np.asarray(cv2.convexHull(contour), np.int32)
        (_, _), (w, h), _ = cv2.minAreaRect(hull)
        if min(w, h) < 0.3 * max(w, h) or cv2.contourArea(hull) < 0.85 * w * h or area < 0.7 * w * h:
            continue
        quad = _quad(hull)
        if quad is not None:
            found.append(quad)
    if not found:
        return np.zeros((0, 4, 2))
    boxes = np.array(found)
    areas = np.array([cv2.contourArea(box.astype(np.float32)) for box in boxes])
    # The most common size: the window of a factor 1.6 in area that holds most boxes.
    order = np.sort(np.log(areas))
    held = np.searchsorted(order, order + np.log(1.6), side="right") - np.arange(len(order))
    low = order[int(np.argmax(held))]
    return np.asarray(boxes[(np.log(areas) >= low - 1e-9) & (np.log(areas) <= low + np.log(1.6))])


def _quad(hull: NDArray[np.int32]) -> DoubleArray | None:
    """The four corners of a box-like hull, clockwise from the upper left."""
    perimeter = cv2.arcLength(hull, True)
    for tolerance in (0.02, 0.04, 0.06):
        polygon = cv2.approxPolyDP(hull, tolerance * perimeter, True)
        if len(polygon) == 4:
            points = polygon[:, 0].astype(np.float64)
            total, difference = points.sum(axis=1), points[:, 0] - points[:, 1]
            order = [total.argmin(), difference.argmax(), total.argmax(), difference.argmin()]
            return points[order] if len(set(map(int, order))) == 4 else None
    return None


def _numbers(centres: DoubleArray, boxes: DoubleArray) -> tuple[IntArray, IntArray]:
    """Row and column number of each box: steps along the grid's own axes, so a slightly turned page is no matter."""
    right = np.median(boxes[:, 1] - boxes[:, 0], axis=0)
    down = np.median(boxes[:, 3] - boxes[:, 0], axis=0)
    axes = np.linalg.inv(np.stack([right, down], axis=1))
    places = centres @ axes.T
    return _levels(places[:, 1]), _levels(places[:, 0])


def _levels(values: DoubleArray) -> IntArray:
    """Numbers 0.. of the levels that values cluster at, in units of a box: a gap of half a box parts two levels."""
    order = np.argsort(values)
    steps = np.diff(values[order]) > 0.5
    levels = np.empty(len(values), np.int64)
    levels[order] = np.concatenate([[0], np.cumsum(steps)])
    return levels
