"""Ink on a page of writing: its level, its components, and how its lines slope and its strokes lean."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import BoolArray, FloatArray, IntArray
from handfont.scan.ink_levels import ink_levels
from handfont.scan.square_morphology import dilated, eroded

CONTRAST = 0.1
"""What is darker than the paper by so much, from 0 to 1, may be ink."""
STEEPEST = 14.0
"""Slope of lines once the page is turned, at most, in degrees."""


def level(dark: FloatArray) -> float:
    """Darkness between paper and ink: half of the strokes' core, never within the paper's noise."""
    paper, noise, clear, core = ink_levels(dark[::3, ::3].ravel(), CONTRAST)
    if core is None:
        return paper + clear
    return max(paper + 0.5 * (core - paper), paper + max(0.08, 5 * noise))


def without_blots(dark: FloatArray) -> FloatArray:
    """Darkness without what is thicker than any stroke of letters: the desk around the paper, a shadow's edge."""
    mask = (dark > level(dark)).astype(np.uint8)
    labels, boxes = components(mask > 0, 12)
    size = letter_size(boxes)
    height, width = dark.shape
    x0, y0, x1, y1, filled = boxes.T
    long = (x1 - x0 > 0.25 * width) | (y1 - y0 > 0.25 * height)
    area = np.zeros(mask.shape, np.uint8)
    for share, which in ((0.8, np.ones(len(boxes), bool)), (0.3, long)):  # the rim of the paper may be a narrow band
        thick = max(9, round(share * size), round(0.006 * max(height, width))) | 1
        core = eroded(mask, thick) & np.concatenate([[False], which])[labels]
        # Rules and letters may hang on the rim: only what is near its thick part goes.
        if core.any():
            area |= dilated(core.astype(np.uint8), 2 * thick + 1)
    # What runs along the picture's edge for long is none of the writing either.
    outer = (x0 <= 1) | (y0 <= 1) | (x1 >= width - 1) | (y1 >= height - 1)
    outer &= ((x1 - x0 > 0.15 * width) | (y1 - y0 > 0.15 * height)) & (filled > 0.3 * (x1 - x0) * (y1 - y0))
    edge = np.concatenate([[False], outer])[labels].astype(np.uint8)
    area |= np.asarray(cv2.dilate(edge, np.ones((7, 7), np.uint8)), np.uint8)
    if not area.any():
        return dark
    # The rim of the paper parts it from the desk: of what is left, only the largest region is paper.
    small = cv2.resize(area, (max(8, width // 4), max(8, height // 4)), interpolation=cv2.INTER_AREA)
    _, regions, stats, _ = cv2.connectedComponentsWithStats((small == 0).astype(np.uint8), connectivity=4)
    paper = regions == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if len(stats) > 1 else small == 0
    rim = max(3, round(0.012 * max(small.shape))) | 1
    near = eroded(paper.astype(np.uint8), rim).astype(np.uint8)
    inside = cv2.resize(near, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    return np.where((area > 0) | ~inside, np.float32(0), dark)


def components(ink: BoolArray, smallest: float) -> tuple[NDArray[np.int32], IntArray]:
    """Numbered pieces of connected ink (0: paper), and rows of left, top, right, bottom, area; specks below
    ``smallest`` pixels are paper.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= smallest
    keep[0] = False
    number = np.zeros(count, np.int32)
    number[keep] = np.arange(1, int(keep.sum()) + 1)
    x, y, w, h, area = stats[keep].T.astype(np.int64)
    return number[labels], np.stack([x, y, x + w, y + h, area], axis=1)


def letter_size(boxes: IntArray) -> float:
    """Usual longer side of components, weighted by it so that specks and dots count little; 0 without any."""
    if not len(boxes):
        return 0.0
    side = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]).astype(float)
    order = np.argsort(side)
    running = np.cumsum(np.minimum(side[order], 4 * np.median(side)))
    return float(side[order][np.searchsorted(running, running[-1] / 2)])


def skew(ink: BoolArray, size: float) -> float:
    """Degrees that the lines of writing climb to the right, where the rows of ink are most distinct."""
    ys, xs = np.nonzero(ink)
    return sharpness(ys, xs, size)[0]


def sharpness(ys: IntArray, xs: IntArray, size: float) -> tuple[float, float]:
    """The slope in degrees at which rows of ink are most distinct, and how much: their variation over their mean."""
    step = max(1, len(ys) // 60000)
    y, x = ys[::step].astype(float), xs[::step].astype(float)

    def apart(angle: float) -> float:
        turned = y * np.cos(np.radians(angle)) + x * np.sin(np.radians(angle))
        counts = np.bincount(((turned - turned.min()) / max(1.0, size / 6)).astype(int)).astype(float)
        return float((counts**2).sum() / counts.sum())

    best = max(np.arange(-STEEPEST, STEEPEST + 0.1, 0.5), key=apart)
    best = float(max(best + np.arange(-0.5, 0.51, 0.1), key=apart))
    return best, apart(best) / len(y)


def slant(lines: IntArray, ys: IntArray, xs: IntArray, x_height: float) -> float:
    """Lean of the writing, x over y (positive to the right), where its upright strokes are sharpest.

    ``lines`` (N,) is the line of each ink pixel at row ``ys`` over its baseline (up) and column ``xs``.
    """
    step = max(1, len(ys) // 80000)
    line, y, x = lines[::step], ys[::step], xs[::step]
    bins = max(1.0, x_height / 12)
    wide = int((x.max() - x.min() + 6 * abs(y).max()) / bins) + 2

    def sharpness(lean: float) -> float:
        column = ((x - lean * y - x.min() + 3 * abs(y).max()) / bins).astype(np.int64)
        counts = np.bincount(line * wide + np.clip(column, 0, wide - 1)).astype(float)
        return float((counts**2).sum())

    leans = np.arange(-0.5, 1.01, 0.05)
    scores = np.array([sharpness(float(lean)) for lean in leans])
    return float(leans[int(np.argmax(cv2.GaussianBlur(scores[None], (0, 0), 1.0)[0]))])
