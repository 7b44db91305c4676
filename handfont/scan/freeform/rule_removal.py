"""Printed rules of a page, found and taken off: long straight dark lines, across or down, whatever is over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray

FINE = 1600
"""Rules are looked for with the longer side of the page at this many pixels."""
SHORTEST = 0.22
"""A rule covers at least this share of the page's width (height)."""
TILT = 7.5
"""Slope of rules, at most, in degrees."""
COVERED = 0.7
"""Share of a stretch of line that has to be dark."""
FAINT = 0.05
"""Darkness from which a rule can show."""


class RuleCurve(NamedTuple):
    """A rule across a page: the parabola (three coefficients) of its row by the column, and the columns that it goes
    from and to, in pixels.
    """

    curve: DoubleArray
    start: float
    stop: float


def found(dark: FloatArray) -> tuple[list[RuleCurve], list[RuleCurve]]:
    """The rules across a page and those down it, of its darkness (height, width); for the latter columns are rows."""
    factor = min(1.0, FINE / max(dark.shape))
    small = _reduced(dark, factor)
    return tuple(  # type: ignore[return-value]
        [_enlarged(curve, factor) for curve in _curves(picture)] for picture in (small, np.ascontiguousarray(small.T))
    )


def _enlarged(rule: RuleCurve, factor: float) -> RuleCurve:
    """A rule of a picture that was reduced by a factor, in pixels of the picture itself."""
    a, b, c = rule.curve
    moved = 0.5 * factor - 0.5
    # row * factor + moved = a * (column * factor + moved) ** 2 + ..., solved for the row
    middle = a * moved**2 + b * moved + c - moved
    curve = np.array([a * factor, 2 * a * moved + b, middle / factor])
    return RuleCurve(curve, (rule.start - moved) / factor, (rule.stop - moved) / factor)


def _reduced(dark: FloatArray, factor: float) -> FloatArray:
    small = dark if factor == 1 else cv2.resize(dark, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def removed(dark: FloatArray) -> tuple[FloatArray, int]:
    """Darkness (height, width) of a page without rules, and how many there were.

    Where a rule runs, only what goes on both above and below it is taken for a pen's stroke, besides what is clearly
    darker than the rule.
    """
    factor = min(1.0, FINE / max(dark.shape))
    small = _reduced(dark, factor)
    across, down = _curves(small), _curves(np.ascontiguousarray(small.T))
    if not across and not down:
        return dark, 0
    result = dark.copy()
    rows = [band for rule in across if (band := _band(result, rule.curve, factor)) is not None]
    for band in rows:
        _erase(result, band)
    count = len(rows)
    if down:
        turned = np.ascontiguousarray(result.T)
        for rule in down:
            if (band := _band(turned, rule.curve, factor)) is not None:
                _erase(turned, band)
                count += 1
        result = np.ascontiguousarray(turned.T)
        # At crossings each rule looked like a stroke through the other: once more, from further away.
        for band in rows:
            _erase(result, band, 3)
    return result, count


def _curves(small: FloatArray) -> list[RuleCurve]:
    """Lines that run across the page."""
    height, width = small.shape
    noise = 1.4826 * float(np.median(np.abs(small - np.median(small))))
    # Thin against what is above and below: a shadow's edge is none.
    local = small - cv2.blur(small, (1, 15))
    mask = (local > max(0.6 * FAINT, 2.5 * noise)).astype(np.float32)
    long = np.zeros(mask.shape, np.uint8)
    thick = cv2.dilate(mask, np.ones((2, 1), np.uint8))
    stretch = max(25, width // 20)
    for degrees in np.arange(-TILT, TILT + 0.1, 1.0):
        # Sheared so that rules of this slope lie level, and back. A pale rule is broken by noise; a row of letters
        # covers far less of any straight line.
        lean = np.tan(np.radians(degrees))
        there = np.array([[1, 0, 0], [lean, 1, -lean * width / 2]])
        level = cv2.warpAffine(thick, there, (width, height), flags=cv2.INTER_NEAREST)
        level = (cv2.blur(level, (stretch, 1)) > COVERED).astype(np.uint8)
        back = cv2.warpAffine(level, there, (width, height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
        long |= np.asarray(back, np.uint8)
    found = cv2.morphologyEx(
        long & cv2.dilate(mask, np.ones((3, 5), np.uint8)).astype(np.uint8),
        cv2.MORPH_CLOSE,
        np.ones((1, stretch), np.uint8),
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    parts = []
    for i in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[i])
        if w < 0.06 * width or h > 0.2 * w + 8:
            continue
        ys, xs = np.nonzero(labels[y : y + h, x : x + w] == i)
        parts.append((xs + x, ys + y))
    curves: list[RuleCurve] = []
    parts.sort(key=lambda part: -float(np.ptp(part[0])))
    used = [False] * len(parts)
    for first in range(len(parts)):
        if used[first]:
            continue
        xs, ys = parts[first]
        used[first] = True
        covered = np.unique(xs)
        line = np.polyfit(xs, ys, 1)
        for other in range(first + 1, len(parts)):
            far = np.abs(np.polyval(line, parts[other][0]) - parts[other][1])
            if not used[other] and float(np.median(far)) < 3.0:
                used[other] = True
                xs, ys = np.concatenate([xs, parts[other][0]]), np.concatenate([ys, parts[other][1]])
                covered = np.unique(np.concatenate([covered, parts[other][0]]))
                line = np.polyfit(xs, ys, 1)
        if len(covered) < SHORTEST * width:
            continue
        curve = np.polyfit(xs, ys, 2)
        keep = np.abs(np.polyval(curve, xs) - ys) < 2.5
        if keep.mean() > 0.5:
            curves.append(RuleCurve(np.polyfit(xs[keep], ys[keep], 2), float(covered[0]), float(covered[-1])))
    return curves


@dataclass(frozen=True)
class _Band:
    """Rows (2 * reach + 1, width) around a rule, of which ``low`` to ``high`` are the rule; its darkness."""

    rows: IntArray
    low: int
    high: int
    peak: float


def _band(dark: FloatArray, curve: DoubleArray, factor: float) -> _Band | None:
    """What a rule along a curve (in pixels reduced by ``factor``) covers: its profile is what most columns show."""
    height, width = dark.shape
    columns = np.arange(width)
    middle_row = np.polyval(curve, (columns + 0.5) * factor - 0.5) / factor
    reach = int(np.ceil(6 / factor))
    rows = np.clip(np.rint(middle_row)[None].astype(int) + np.arange(-reach, reach + 1)[:, None], 0, height - 1)
    profile = np.median(dark[rows, columns], axis=1)
    profile = profile - min(float(profile[0]), float(profile[-1]))
    middle = reach // 2 + int(np.argmax(profile[reach // 2 : -(reach // 2)]))
    peak = float(profile[middle])
    if peak < 0.5 * FAINT:
        return None
    low = high = middle
    while low > 1 and profile[low - 1] > 0.15 * peak:
        low -= 1
    while high < len(profile) - 2 and profile[high + 1] > 0.15 * peak:
        high += 1
    return _Band(rows, max(low - 1, 1), min(high + 1, len(profile) - 2), peak)


def _erase(dark: FloatArray, band: _Band, further: int = 0) -> None:
    """Take a rule off, in place; ``further`` rows more on both sides."""
    columns = np.arange(dark.shape[1])
    low, high = max(band.low - further, 1), min(band.high + further, len(band.rows) - 2)
    above, below = (_wider(dark[band.rows[at], columns]) for at in (low - 1, high + 1))
    inside = dark[band.rows[low : high + 1], columns]
    left = np.where(inside > 2.2 * band.peak + 0.1, inside, 0.0)
    if further:  # the rows besides the rule's own lose only what the rule's other crossing left
        left = np.where(inside > 1.5 * band.peak, inside, left)
    dark[band.rows[low : high + 1], columns] = np.maximum(left, np.minimum(inside, np.minimum(above, below)[None]))


def _wider(row: FloatArray) -> FloatArray:
    """The larger of each column and its neighbours: strokes cross a rule at a slant."""
    return np.asarray(cv2.dilate(row[None], np.ones((1, 5), np.uint8))[0], np.float32)
