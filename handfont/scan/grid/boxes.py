"""Closed boxes on a page, from its dark rules, and the tables that they form: boxes of one size beside and below each
other.

A table's boxes may share their rules or stand a little apart. Boxes that printed letters have for themselves, above or
beside the larger ones that they belong to, are no table.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray

RULE_DARKNESS = 0.25
"""Darkness of rules, at least, from 0 for paper to 1 for black."""
ALIKE = 1.12
"""Factor by which sides of a table's boxes differ from their neighbors', at most."""
BESIDE, BELOW = 1.75, 1.9
"""Distance of the centers of neighbors in a row, and in a column, at most, in sides of a box: between boxes that stand
apart there is a gap, and between rows there may be one for printed letters."""
ASIDE = 0.3
"""How far a neighbor is out of line, at most, in sides of a box."""
ACROSS = 3.5
"""Distance of boxes between which some were not seen, as letters run into their rules, at most."""
RULED = 0.6
"""Share of the way between such boxes that rules must be seen on."""
LABEL = 1.5
"""Factor by which a box is larger, at least, than the one of its printed label."""
MOST = 6000
"""Boxes of a page, at most: a sheet of squared paper has half as many."""


def closed_boxes(ruled: ByteArray) -> DoubleArray:
    """Corners (B, 4, 2) of the closed boxes of a page, from the upper left clockwise; ``ruled`` is 1 where dark."""
    height, width = ruled.shape
    contours, hierarchy = cv2.findContours(1 - ruled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    smallest, largest = (min(height, width) / 60) ** 2, height * width / 4
    found: list[DoubleArray] = []
    for contour, (_, _, _, parent) in zip(contours, hierarchy[0] if len(contours) else (), strict=True):
        # What lies in an area, a letter or a box, bounds a hole of it, and is no box of its own.
        if parent >= 0 or not smallest < cv2.contourArea(contour) < largest:
            continue
        area = cv2.contourArea(contour)
        hull = np.asarray(cv2.convexHull(contour), np.int32)
        (_, _), (w, h), _ = cv2.minAreaRect(hull)
        if min(w, h) < 0.3 * max(w, h) or cv2.contourArea(hull) < 0.85 * w * h or area < 0.7 * w * h:
            continue
        quad = _quad(hull)
        if quad is not None:
            found.append(quad)
    return np.array(found[:MOST]) if found else np.zeros((0, 4, 2))


def rules(darkness: FloatArray) -> ByteArray:
    """1 where a page is dark enough for a rule, small breaks closed."""
    dark = (darkness > RULE_DARKNESS).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)


def tables(ruled: ByteArray) -> list[DoubleArray]:
    """Boxes (B, 4, 2) of each table of a page, the largest table first; ``ruled`` as from :func:`rules`."""
    boxes = closed_boxes(ruled)
    if not len(boxes):
        return []
    number = _joined(boxes, ruled)
    parts = [boxes[number == k] for k in range(int(number.max()) + 1)]
    parts = _merged([part for part in parts if not _labels(part, boxes)])
    return sorted(parts, key=len, reverse=True)


def axes(boxes: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Median right and downward side (2,) of boxes."""
    right = np.median(boxes[:, 1] - boxes[:, 0], axis=0)
    down = np.median(boxes[:, 3] - boxes[:, 0], axis=0)
    return np.asarray(right, np.float64), np.asarray(down, np.float64)


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


def _sides(boxes: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Right and downward side (B, 2) of each box, the mean of both."""
    right = (boxes[:, 1] - boxes[:, 0] + boxes[:, 2] - boxes[:, 3]) / 2
    down = (boxes[:, 3] - boxes[:, 0] + boxes[:, 2] - boxes[:, 1]) / 2
    return right, down


def _placed(box: DoubleArray, centres: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """How far centers (B, 2) are to the right of and below that of a box (4, 2), in its sides."""
    right, down = _sides(box[None])
    places = (centres - box.mean(axis=0)) @ np.linalg.inv(np.stack([right[0], down[0]]))
    return places[:, 0], places[:, 1]


def _joined(boxes: DoubleArray, ruled: ByteArray) -> IntArray:
    """Number (B,) of the table of each box."""
    centres = boxes.mean(axis=1)
    right, down = _sides(boxes)
    wide, tall = np.linalg.norm(right, axis=1), np.linalg.norm(down, axis=1)
    parent = np.arange(len(boxes))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    for i, box in enumerate(boxes):
        near = np.flatnonzero(
            (np.abs(centres - centres[i]).max(axis=1) < ACROSS * max(wide[i], tall[i]))
            & _alike(wide, wide[i])
            & _alike(tall, tall[i])
        )
        for j, u, v in zip(near.tolist(), *_placed(box, centres[near]), strict=True):
            beside, below = abs(v) < ASIDE and u > 0.5, abs(u) < ASIDE and v > 0.5
            close = (beside and u < BESIDE) or (below and v < BELOW)
            if (beside or below) and root(i) != root(j) and (close or _between(box, boxes[j], below, ruled)):
                parent[root(i)] = root(j)
    roots = np.array([root(i) for i in range(len(boxes))])
    return np.unique(roots, return_inverse=True)[1]


def _alike(lengths: DoubleArray, length: float) -> BoolArray:
    return np.asarray((lengths < ALIKE * length) & (lengths > length / ALIKE))


def _between(first: DoubleArray, second: DoubleArray, below: bool, ruled: ByteArray) -> bool:
    """Whether both rules go along from one box to another on its right, or below it."""
    reach = 0.04 * float(np.linalg.norm(first[3] - first[0]))
    ends = ((3, 0), (2, 1)) if below else ((1, 0), (2, 3))
    return all(seen_along(first[a], second[b], ruled, reach) >= RULED for a, b in ends)


def seen_along(start: DoubleArray, end: DoubleArray, ruled: ByteArray, reach: float) -> float:
    """Share of the way between two points on which it is dark, ``reach`` pixels aside at most."""
    height, width = ruled.shape
    points = np.rint(start + np.linspace(0, 1, 60)[:, None] * (end - start)).astype(int)
    aside = max(2, round(reach))
    shifts = np.arange(-aside, aside + 1)
    level = abs(end[0] - start[0]) > abs(end[1] - start[1])
    xs = np.clip(points[:, 0] + (0 if level else shifts[:, None]), 0, width - 1)
    ys = np.clip(points[:, 1] + (shifts[:, None] if level else 0), 0, height - 1)
    return float(ruled[ys, xs].any(axis=0).mean())


def _labels(part: DoubleArray, boxes: DoubleArray) -> bool:
    """Whether most boxes of a table each touch a larger one, as wide if it is above or below and as tall if beside."""
    right, down = _sides(boxes)
    wide, tall = np.linalg.norm(right, axis=1), np.linalg.norm(down, axis=1)
    centres = boxes.mean(axis=1)
    count = 0
    for box in part:
        (own_right,), (own_down,) = _sides(box[None])
        w, h = float(np.linalg.norm(own_right)), float(np.linalg.norm(own_down))
        u, v = _placed(box, centres)
        stacked = (np.abs(u) < 0.15) & _near(np.abs(v), (1 + tall / h) / 2) & _alike(wide, w) & (tall > LABEL * h)
        beside = (np.abs(v) < 0.15) & _near(np.abs(u), (1 + wide / w) / 2) & _alike(tall, h) & (wide > LABEL * w)
        count += bool((stacked | beside).any())
    return count > 0.5 * len(part)


def _near(values: DoubleArray, wanted: DoubleArray) -> BoolArray:
    return np.asarray(np.abs(values - wanted) < 0.3)


def _merged(parts: list[DoubleArray]) -> list[DoubleArray]:
    """Tables, those put together whose boxes lie among each other's and are of one size: parts of a single one."""
    parts = sorted(parts, key=len, reverse=True)
    result: list[DoubleArray] = []
    for part in parts:
        for k, whole in enumerate(result):
            if _within(part, whole):
                result[k] = np.concatenate([whole, part])
                break
        else:
            result.append(part)
    return result


def _within(part: DoubleArray, whole: DoubleArray) -> bool:
    """Whether a smaller part lies among the boxes of a larger one, and has boxes of the same size."""
    for own, other in zip(_sides(part), _sides(whole), strict=True):
        ratio = float(np.median(np.linalg.norm(own, axis=1)) / np.median(np.linalg.norm(other, axis=1)))
        if not 1 / ALIKE < ratio < ALIKE:
            return False
    inverse = np.linalg.inv(np.stack(axes(whole)))
    own, other = part.mean(axis=1) @ inverse, whole.mean(axis=1) @ inverse
    middle = own.mean(axis=0)
    return bool((middle > other.min(axis=0) - 0.3).all() and (middle < other.max(axis=0) + 0.3).all())
