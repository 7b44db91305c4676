"""The sheet of paper on a photo of a desk: what lies around it is no writing, whatever its grain looks like."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from handfont.core.arrays import ByteArray

SMALL = 600
"""Paper is looked for with the longer side of the picture at this many pixels."""
SMALLEST, LARGEST = 0.15, 0.97
"""Share of the picture that paper with a desk around it covers."""
SOLID = 0.93
"""Share of its convex hull that paper fills."""
FREE = 0.6
"""Share of the paper's outline that lies within the picture: a shadow across a page reaches three of its sides."""
EDGE = 3
"""Pixels inside and outside of the outline that are compared."""
DARKER, CLEAR = 0.8, 0.85
"""Along the second share of the outline the desk is darker than paper by the first factor."""
NEARLY = 0.9
"""Regions of at least this share of the largest one are compared by their edges."""
THREAD = 25
"""Pixels of what hangs on paper and is none of it: bright spots of the desk."""
RIM = 2
"""Pixels of the outline that belong to neither."""
STEPS = 14
"""Levels of brightness at which the outline is looked for."""


@dataclass(frozen=True)
class Paper:
    """``page`` (height, width, 3) RGB, a part of the picture from column ``left`` and row ``top`` on."""

    page: ByteArray
    left: int = 0
    top: int = 0


def alone(page: ByteArray) -> Paper:
    """The part of a page (height, width, 3) RGB with the paper on it, the desk around painted over in the color of the
    paper next to it; the whole page where no desk is seen.
    """
    height, width = page.shape[:2]
    factor = min(1.0, SMALL / max(height, width))
    small = np.asarray(cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    found = _sheet(small)
    if found is None:
        return Paper(page)
    inside = np.asarray(cv2.erode(found, np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)), np.uint8)
    x, y, w, h = cv2.boundingRect(inside)
    scale_x, scale_y = width / small.shape[1], height / small.shape[0]
    left, right = round(x * scale_x), round((x + w) * scale_x)
    top, bottom = round(y * scale_y), round((y + h) * scale_y)
    size = right - left, bottom - top
    mask = cv2.resize(inside[y : y + h, x : x + w], size, interpolation=cv2.INTER_LINEAR)
    colour = cv2.resize(_extended(small, inside)[y : y + h, x : x + w], size, interpolation=cv2.INTER_LINEAR)
    part = page[top:bottom, left:right]
    return Paper(np.where((mask > 0)[:, :, None], part, colour).astype(np.uint8), left, top)


def _sheet(small: ByteArray) -> ByteArray | None:
    """The paper (height, width), 1 and 0, on a small picture: the largest bright region with a clear straight edge."""
    # Strokes of a pen are closed; the edges of the paper are not moved.
    bright = np.asarray(cv2.morphologyEx(small.min(axis=2), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), np.uint8)
    bright = np.asarray(cv2.medianBlur(bright, 5), np.uint8)
    low, high = np.percentile(bright, [2, 98])
    seen = []
    for level in np.linspace(low, high, STEPS + 2)[1:-1]:
        region = _largest((bright > level).astype(np.uint8))
        clear = 0.0 if region is None else _clear_edge(region, bright)
        if region is not None and clear > CLEAR:
            seen.append((clear, region))
    # The lowest level has the most of shaded paper, a higher one may have less of a bright desk.
    whole = max((int(region.sum()) for _, region in seen), default=0)
    return max((one for one in seen if one[1].sum() > NEARLY * whole), key=lambda one: one[0], default=(0.0, None))[1]


def _largest(mask: ByteArray) -> ByteArray | None:
    """The largest region of a mask, its holes filled, parted from what hangs on it by a thread."""
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((THREAD, THREAD), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    return np.asarray(cv2.drawContours(np.zeros(mask.shape, np.uint8), [largest], -1, 1, cv2.FILLED), np.uint8)


def _clear_edge(region: ByteArray, bright: ByteArray) -> float:
    """Share of a region's outline beside which it is clearly darker; 0 where its shape is not that of paper."""
    area, (height, width) = int(region.sum()), region.shape
    if not SMALLEST * region.size < area < LARGEST * region.size:
        return 0.0
    contour = max(cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=cv2.contourArea)
    if area < SOLID * cv2.contourArea(cv2.convexHull(contour)):
        return 0.0
    points = contour[:, 0]
    free = ((points > EDGE) & (points < np.array([width, height]) - 1 - EDGE)).all(axis=1)
    if free.mean() < FREE:
        return 0.0
    across = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)
    least, most = cv2.erode(bright, across), cv2.dilate(bright, across)
    x, y = points[free].T
    return float((least[y, x] < DARKER * most[y, x]).mean())


def _extended(small: ByteArray, inside: ByteArray) -> ByteArray:
    """The picture with every pixel outside replaced by the paper's color nearest to it."""
    plain = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 9)  # paper without its writing
    core = cv2.erode(inside, np.ones((9, 9), np.uint8))
    _, nearest = cv2.distanceTransformWithLabels(1 - core, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    ys, xs = np.nonzero(core)
    colours = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
    colours[nearest[ys, xs]] = plain[ys, xs]
    return np.where((inside > 0)[:, :, None], small, colours[nearest]).astype(np.uint8)
