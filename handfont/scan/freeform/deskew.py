"""A page of writing set upright: rules and desk taken off, quarter turns, slope and size of its lines found."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from handfont.core.arrays import ByteArray, DoubleArray, FloatArray
from handfont.errors import ScanError
from handfont.model.ink_aligner import InkAligner
from handfont.scan import image, paper
from handfont.scan.freeform import ink, rule_removal
from handfont.scan.freeform.line_pictures import LinePicture, line_picture, reduced
from handfont.scan.freeform.line_search import FoundLines, Turned, best_turn, core_of, find_lines

GLANCE = 3_000_000
"""Pixels of the page that lines are first looked for on."""
LARGEST = 16_000_000
"""Pixels that pages are reduced to at most."""
LETTER = 30.0
"""Pixels of x-height that pages are brought to, about."""
SMALLEST = 4.0
"""x-height in pixels of the scan, at least."""
FEWEST = 8
"""Letters that a page has to give to be of use, at least."""
DARKEST = 0.35
"""Share of a page that may be ink."""


@dataclass
class DeskewedPage:
    """A page at working size, its lines level.

    Attributes:
        page: (height, width, 3) RGB.
        dark: (height, width) darkness, without rules.
        level: darkness from which on it is ink.
        core: darkness of the ink's own.
        x_height: in pixels.
        slant: x over y, positive to the right.
        lines: from top to bottom.
        scale: pixels to one of the scan.
        ruled: printed rules that were taken off.
        matrix: (3, 3) from pixels of the scan to here.
        turned: how it was turned.
    """

    page: ByteArray
    dark: FloatArray
    level: float
    core: float
    x_height: float
    slant: float
    lines: list[LinePicture]
    scale: float
    ruled: int
    matrix: DoubleArray
    turned: Turned


def deskewed(page: ByteArray, where: str, network: InkAligner, wrong: Turned | None = None) -> DeskewedPage:
    """A page turned upright at working size, cut to its ink, without rules and what lies around it.

    Args:
        page: (height, width, 3) RGB.
        where: the scan, for messages.
        network: that reads lines.
        wrong: a turn that is upside down; it is looked for if this is None.

    Raises:
        ScanError: there is nothing on it that can be writing.
    """
    sheet = paper.alone(page)
    factor = min(1.0, float(np.sqrt(LARGEST / (sheet.page.shape[0] * sheet.page.shape[1]))))
    page = _resized(sheet.page, factor)
    dark, ruled = rule_removal.removed(ink.without_blots(image.darkness(page)))
    level = ink.level(dark)
    _check(dark, level, where)
    glance = min(1.0, float(np.sqrt(GLANCE / dark.size)))
    small = _resized(dark, glance)
    turned = wrong.flipped() if wrong else best_turn(small, level, network)
    if turned is None:
        raise ScanError(
            f"no lines of writing found on {where}; write at least a few words in a row, and keep drawings and "
            "printed text off the page"
        )
    glance = small.shape[1] / dark.shape[1]
    in_scan = turned.lines.x_height / glance / factor
    if in_scan < SMALLEST:
        raise ScanError(
            f"the writing on {where} is too small to be read, its small letters are only {in_scan:.0f} pixels high; "
            "scan it at 200 dpi or more"
        )
    scale = float(np.clip(LETTER * glance / turned.lines.x_height, 0.2, 3.0))
    matrix, shape = _placed(small, level, turned, glance, scale)
    page, dark = (
        _moved(np.ascontiguousarray(np.rot90(a, turned.quarters)), matrix, shape, scale, border)
        for a, border in ((page, (255, 255, 255)), (dark, 0))
    )
    found = find_lines(dark, level, network, turned.lines.x_height * scale / glance)
    if found is None:
        raise ScanError(f"no lines of writing found on {where}; write at least a few words in a row")
    core = core_of(dark, dark > level)
    quarter = np.diag([factor, factor, 1.0]) @ np.array([[1, 0, -sheet.left], [0, 1, -sheet.top], [0, 0, 1.0]])
    wide, tall = round(sheet.page.shape[1] * factor), round(sheet.page.shape[0] * factor)
    for _ in range(turned.quarters):
        quarter = np.array([[0, 1, 0], [-1, 0, wide], [0, 0, 1.0]]) @ quarter
        wide, tall = tall, wide
    return DeskewedPage(
        page, dark, level, core, found.x_height, found.slant, _pictures(dark, core, found), scale * factor, ruled,
        np.vstack([matrix, [0, 0, 1]]) @ quarter, turned,
    )  # fmt: skip


def _check(dark: FloatArray, level: float, where: str) -> None:
    mask = dark > level
    pieces = len(ink.components(mask, 12)[1])
    if pieces < 2:
        raise ScanError(
            f"no writing found on {where}: the page is blank or too pale, only {pieces} pieces of ink are seen; "
            "write with a dark pen, or scan it with more contrast"
        )
    if mask.mean() > DARKEST:
        raise ScanError(f"{where} is no page of writing: more than a third of it is dark")


def _pictures(dark: FloatArray, core: float, found: FoundLines) -> list[LinePicture]:
    small, factor = reduced(dark, found.x_height)
    return [line_picture(small, core, line, found.x_height, found.slant, factor) for line in found.baselines]


def _resized(array: np.ndarray, factor: float) -> np.ndarray:
    if factor == 1.0:
        return array
    return np.asarray(cv2.resize(array, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), array.dtype)


def _placed(
    small: FloatArray, level: float, turned: Turned, glance: float, scale: float
) -> tuple[DoubleArray, tuple[int, int]]:
    """The matrix (2, 3) that levels a page after its quarter turns, enlarges it by ``scale`` and cuts it to its ink
    with a margin, and the size (width, height) it then has; ``small`` is the page, reduced by ``glance``.
    """
    upright = np.rot90(small, turned.quarters)
    height, width = upright.shape
    around = width / 2 / glance, height / 2 / glance
    matrix = np.asarray(cv2.getRotationMatrix2D(around, -turned.angle, scale), np.float64)
    ys, xs = np.nonzero(upright > level)
    points = matrix @ np.stack([(xs + 0.5) / glance - 0.5, (ys + 0.5) / glance - 0.5, np.ones(len(xs))])
    margin = 3 * turned.lines.x_height / glance * scale
    low, high = points.min(axis=1) - margin, points.max(axis=1) + margin
    matrix[:, 2] -= low
    shape = np.ceil(high - low)
    fewer = min(1.0, float(np.sqrt(LARGEST / np.prod(shape))))
    return matrix * fewer, (int(shape[0] * fewer), int(shape[1] * fewer))


def _moved(array: np.ndarray, matrix: DoubleArray, shape: tuple[int, int], scale: float, border: object) -> np.ndarray:
    if scale < 0.7:
        array = cv2.GaussianBlur(array, (0, 0), 0.4 / scale)
    # Colors would overshoot: ink would be darker than it is.
    method = cv2.INTER_CUBIC if scale > 1.2 and array.ndim == 2 else cv2.INTER_LINEAR
    return cv2.warpAffine(array, matrix, shape, flags=method, borderMode=cv2.BORDER_CONSTANT, borderValue=border)  # type: ignore[call-overload]
