"""A page of writing set upright: rules and desk taken off, quarter turns and slope found, brought to working size."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, ByteArray, DoubleArray, FloatArray
from handfont.errors import ScanError
from handfont.model.loading import Weights
from handfont.scan import image, paper
from handfont.scan.freeform import ink, rule_removal

LARGEST = 16_000_000
"""Pixels from which on pages are reduced before they are looked at."""
GLANCE = 4_000_000
"""Pixels of the page that the size of letters is first looked for on."""
LARGE = 75.0
"""Pixels of x-height that larger pages are reduced to before they are read."""
LETTER = 30.0
"""Pixels of x-height that pages are brought to, about."""
SMALLEST = 8.0
"""Height of letters in pixels of the scan, at least."""
FEWEST = 8
"""Letters that a page has to give to be of use, at least."""


@dataclass
class DeskewedPage:
    """``page`` and its ``dark``-ness at working size, the ink's ``level``, a rough ``x_height`` in pixels; ``scale``
    pixels to one of the scan, ``ruled`` lines taken off, ``matrix`` (3, 3) from the scan to here.
    """

    page: ByteArray
    dark: FloatArray
    level: float
    x_height: float
    scale: float
    ruled: int
    matrix: DoubleArray


def deskewed(page: ByteArray, text: str, where: str, weights: Weights, flip: bool = False) -> DeskewedPage:
    """A page turned upright (``flip``: the other way up than it seems), its lines level, at working size, cut to its
    ink, without rules and what lies around it.

    Raises:
        ScanError: there is nothing on it that can be writing.
    """
    sheet = paper.alone(page)
    factor = _needed(sheet.page)
    page = sheet.page
    if factor < 1:
        page = np.asarray(cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    dark, ruled = rule_removal.removed(ink.without_blots(image.darkness(page)))
    level = ink.level(dark)
    mask = dark > level
    labels, boxes = ink.components(mask, 12)
    size = ink.letter_size(boxes)
    if len(boxes) < FEWEST:
        raise ScanError(
            f"no writing found on {where}: the page is blank or too pale, only {len(boxes)} pieces of ink "
            "are seen; write with a dark pen, or scan it with more contrast"
        )
    if size < SMALLEST:
        raise ScanError(
            f"no writing found on {where}: what is on it is only about {size:.0f} pixels high, too coarse "
            "to be read; scan it at 200 dpi or more"
        )
    if mask.mean() > 0.35:
        raise ScanError(f"{where} is no page of writing: more than a third of it is dark")
    turns = (ink.quarter_turns(labels, boxes, text, weights) + 2 * flip) % 4
    mask = np.rot90(mask, turns)
    angle = ink.skew(mask, size)
    h = 0.55 * size
    scale = float(np.clip(LETTER / h, 0.4, 3.0))
    matrix, shape = _turn(mask, angle, scale, 3 * h)
    shrink = min(1.0, float(np.sqrt(LARGEST / (shape[0] * shape[1]))))
    scale, matrix, shape = scale * shrink, matrix * shrink, (int(shape[0] * shrink), int(shape[1] * shrink))
    page, dark = (
        _moved(np.ascontiguousarray(np.rot90(a, turns)), matrix, shape, scale, border)
        for a, border in ((page, (255, 255, 255)), (dark, 0))
    )
    quarter = np.diag([factor, factor, 1.0]) @ np.array([[1, 0, -sheet.left], [0, 1, -sheet.top], [0, 0, 1.0]])
    wide, tall = labels.shape[1], labels.shape[0]
    for _ in range(turns):
        quarter = np.array([[0, 1, 0], [-1, 0, wide], [0, 0, 1.0]]) @ quarter
        wide, tall = tall, wide
    return DeskewedPage(page, dark, level, h * scale, scale * factor, ruled, np.vstack([matrix, [0, 0, 1]]) @ quarter)


def _needed(page: ByteArray) -> float:
    """The factor that a page is reduced by before it is looked at: large letters need fewer pixels than it has."""
    pixels = page.shape[0] * page.shape[1]
    if pixels <= GLANCE:
        return 1.0
    factor = float(np.sqrt(GLANCE / pixels))
    small = np.asarray(cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    dark = ink.without_blots(image.darkness(small))
    x_height = 0.55 * ink.letter_size(ink.components(dark > ink.level(dark), 12)[1]) / factor
    wanted = LARGE / x_height if x_height > LARGE else 1.0
    return max(factor, min(wanted, float(np.sqrt(LARGEST / pixels))))


def _turn(mask: BoolArray, angle: float, scale: float, margin: float) -> tuple[DoubleArray, tuple[int, int]]:
    """The matrix (2, 3) that turns a page clockwise by ``angle`` degrees, enlarges it and cuts it to its ink with a
    margin, and the size (width, height) it then has.
    """
    height, width = mask.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -angle, scale), np.float64)
    ys, xs = np.nonzero(mask)
    points = matrix @ np.stack([xs, ys, np.ones(len(xs))])
    low, high = points.min(axis=1) - margin * scale, points.max(axis=1) + margin * scale
    matrix[:, 2] -= low
    return matrix, (int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))


def _moved(array: np.ndarray, matrix: DoubleArray, shape: tuple[int, int], scale: float, border: object) -> np.ndarray:
    if scale < 0.7:
        array = cv2.GaussianBlur(array, (0, 0), 0.4 / scale)
    # Colors would overshoot: ink would be darker than it is.
    method = cv2.INTER_CUBIC if scale > 1.2 and array.ndim == 2 else cv2.INTER_LINEAR
    return cv2.warpAffine(array, matrix, shape, flags=method, borderMode=cv2.BORDER_CONSTANT, borderValue=border)  # type: ignore[call-overload]
