"""Lines of writing on an upright page: found as ridges of blurred ink, which touching descenders do not join.

A line is a parabola, the row of the middle of its small letters for each column.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray

CORE = 0.42
"""Half the height of a line's core, in x-heights, around its middle."""
ROW = 4
"""Letters that make a line of their own."""
MOST = 300
"""Parts of lines from which on there are none: the size is that of something else."""
GRAIN = 5.0
"""Pixels of an x-height when lines are looked for."""
STEEPEST = 0.12
"""Slope, rows to a column, with which lines go on, at most."""


@dataclass
class Ridge:
    """The middle of a line of writing: ``curve`` gives the row of a column, between ``left`` and ``right``."""

    curve: DoubleArray
    left: float
    right: float

    def row(self, columns: DoubleArray) -> DoubleArray:
        """Rows of columns; beyond its ends the line goes on straight."""
        inside = np.clip(columns, self.left, self.right)
        slope = 2 * self.curve[0] * inside + self.curve[1]
        return np.asarray(np.polyval(self.curve, inside) + slope * (columns - inside))


def find(ink: BoolArray, x_height: float) -> list[Ridge]:
    """The lines of a page, from top to bottom."""
    factor = GRAIN / x_height
    small = cv2.resize(ink.astype(np.float32), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    blurred = np.asarray(
        cv2.GaussianBlur(small, (0, 0), sigmaX=3.5 * GRAIN, sigmaY=0.5 * GRAIN, borderType=cv2.BORDER_CONSTANT),
        np.float32,
    )
    parts = _parts(blurred)
    ridges = _joined(parts) if len(parts) < MOST else []
    if not ridges:
        return []
    strength = np.array([_strength(blurred, ridge) for ridge in ridges])
    # Rows of dots or tails alone are faint beside real lines.
    strong = strength > 0.28 * np.median(strength)
    found = [
        Ridge(np.array([r.curve[0] * factor, r.curve[1], r.curve[2] / factor]), r.left / factor, r.right / factor)
        for r, s in zip(ridges, strong, strict=True)
        if s
    ]
    middle = np.full(1, ink.shape[1] / 2)
    return sorted(_apart(found, x_height), key=lambda ridge: float(ridge.row(middle)[0]))


def _parts(blurred: FloatArray) -> list[tuple[IntArray, IntArray, float]]:
    """Connected crests: columns, rows, and the ink along them."""
    padded = np.pad(blurred, ((1, 1), (0, 0)))
    local = cv2.dilate(blurred, np.ones((int(2 * GRAIN) | 1, 1), np.uint8))
    least = 0.12 * float(np.percentile(blurred[blurred > 0.02], 90)) if (blurred > 0.02).any() else 1.0
    crest = (blurred >= local - 1e-7) & (blurred > padded[:-2]) & (blurred >= padded[2:]) & (blurred > least)
    count, labels = cv2.connectedComponents(cv2.dilate(crest.astype(np.uint8), np.ones((3, 3), np.uint8)))
    labels = np.where(crest, labels, 0)
    ys, xs = np.nonzero(labels)
    owner = labels[ys, xs]
    order = np.argsort(owner, kind="stable")
    edges = np.searchsorted(owner[order], np.arange(1, count + 1))
    result = []
    for start, stop in pairwise(edges):
        rows = order[start:stop]
        if stop - start >= 2:
            result.append((xs[rows], ys[rows], float(blurred[ys[rows], xs[rows]].sum())))
    return sorted(result, key=lambda part: -part[2])


class _Crest:
    """Columns and rows of a crest, or of several that go on in each other, and the box around them."""

    def __init__(self, xs: IntArray, ys: IntArray) -> None:
        self.xs, self.ys = xs, ys
        self.left, self.right = int(xs.min()), int(xs.max())
        self.top, self.bottom = int(ys.min()), int(ys.max())
        self.middle, self.row = float(xs.mean()), float(ys.mean())

    def and_then(self, other: _Crest) -> _Crest:
        """Both as one."""
        return _Crest(np.concatenate([self.xs, other.xs]), np.concatenate([self.ys, other.ys]))

    def goes_on(self, crest: _Crest) -> bool:
        """Whether a crest goes on where this one would."""
        shared = min(crest.right, self.right) - max(crest.left, self.left)
        gap = max(0, -shared)
        if shared > 0.5 * (crest.right - crest.left) or gap >= 30 * GRAIN:
            return False
        middle, row, near = crest.middle, crest.row, (0.6 + 0.02 * gap / GRAIN) * GRAIN
        farthest = near + STEEPEST * max(abs(middle - self.left), abs(middle - self.right))
        if not self.top - farthest < row < self.bottom + farthest:
            return False
        # The nearest end of it, and a slope over its last stretch, show where it should go on.
        end = np.argsort(np.abs(self.xs - middle))[: int(14 * GRAIN)]
        slope = np.polyfit(self.xs[end], self.ys[end], 1)[0] if np.ptp(self.xs[end]) > 4 * GRAIN else 0.0
        predicted = self.ys[end].mean() + np.clip(slope, -STEEPEST, STEEPEST) * (middle - self.xs[end].mean())
        return bool(abs(predicted - row) < near)


def _joined(parts: list[tuple[IntArray, IntArray, float]]) -> list[Ridge]:
    """Crests that go on in each other, as one ridge."""
    chains: list[_Crest] = []
    for columns, rows, _ in parts:
        crest = _Crest(columns, rows)
        found = next((k for k, chain in enumerate(chains) if chain.goes_on(crest)), None)
        if found is None:
            chains.append(crest)
        else:
            chains[found] = chains[found].and_then(crest)
    ridges = []
    for chain in chains:
        xs, ys = chain.xs.astype(float), chain.ys.astype(float)
        degree = 2 if np.ptp(xs) > 25 * GRAIN else 1 if np.ptp(xs) > 8 * GRAIN else 0
        curve = np.polyfit(xs, ys, degree)
        keep = np.abs(np.polyval(curve, xs) - ys) < 0.5 * GRAIN
        if keep.sum() > degree + 1:
            curve = np.polyfit(xs[keep], ys[keep], degree)
        ridges.append(Ridge(np.concatenate([np.zeros(2 - degree), curve]), float(xs.min()), float(xs.max())))
    return ridges


def _strength(blurred: FloatArray, ridge: Ridge) -> float:
    columns = np.arange(ridge.left, ridge.right + 1)
    rows = np.clip(np.rint(ridge.row(columns)), 0, blurred.shape[0] - 1).astype(int)
    return float(np.percentile(blurred[rows, columns.astype(int)], 75))


def _apart(ridges: list[Ridge], x_height: float) -> list[Ridge]:
    """Of ridges that lie nearly on each other (a row of dots over its line), the longest."""
    chosen: list[Ridge] = []
    for ridge in sorted(ridges, key=lambda r: r.left - r.right):
        columns = np.linspace(ridge.left, ridge.right, 9)
        rows = ridge.row(columns)
        over = [other for other in chosen if ridge.left < other.right and ridge.right > other.left]
        if all(float(np.median(np.abs(other.row(columns) - rows))) > 1.3 * x_height for other in over):
            chosen.append(ridge)
    return chosen


def with_missed(ridges: list[Ridge], boxes: IntArray, x_height: float) -> list[Ridge]:
    """The lines, and those that blurring ran into a neighbour: rows of at least ``ROW`` whole letters of which none
    reaches into the core of any line.

    ``boxes`` (n, 5) are the components' left, top, right, bottom and area.
    """
    x0, y0, x1, y1, _ = boxes.T
    middle, tall = (y0 + y1) / 2, y1 - y0
    usual = float(np.median(tall[tall > 0.5 * x_height])) if (tall > 0.5 * x_height).any() else x_height
    alone = (tall > max(0.4 * usual, 0.75 * x_height)) & (tall < 2.5 * usual)  # no dots, commas, quotation marks
    for ridge in ridges:
        row = ridge.row((x0 + x1) / 2.0)
        alone &= (y0 > row + CORE * x_height) | (y1 < row - CORE * x_height)
    found = list(ridges)
    left = np.flatnonzero(alone)
    while len(left) >= ROW:
        # The letters that are beside each other most: their middles lie within half a letter's height.
        beside = np.abs(middle[left][:, None] - middle[left]) < 0.5 * usual
        own = left[beside[int(np.argmax(beside.sum(axis=1)))]]
        left = np.setdiff1d(left, own)
        if len(own) >= ROW and _in_a_row(x0[own], x1[own]):
            columns, rows = (x0[own] + x1[own]) / 2.0, middle[own]
            slope, offset = np.polyfit(columns, rows, 1)
            found.append(Ridge(np.array([0.0, slope, offset]), float(x0[own].min()), float(x1[own].max())))
    if len(found) == len(ridges):
        return ridges
    between = np.full(1, float(np.median((x0 + x1) / 2)))
    return sorted(found, key=lambda ridge: float(ridge.row(between)[0]))


def _in_a_row(left: IntArray, right: IntArray) -> bool:
    """Whether spans are beside each other, not over each other."""
    order = np.argsort(left)
    return bool((right[order][:-1] <= left[order][1:] + 0.3 * (right - left).mean()).all())


def x_height_and_baselines(mask: BoolArray, ridges: list[Ridge], h: float) -> tuple[float, DoubleArray]:
    """x-height from the height of the lines' bands of dense ink, and depth (lines,) of the baseline below each ridge,
    in pixels; ``h`` is a rough x-height.
    """
    reach = int(2.5 * h)
    profiles, bottoms = [], []
    for ridge in ridges:
        columns = np.arange(max(0, int(ridge.left)), min(mask.shape[1], int(ridge.right) + 1))
        rows = np.clip(
            np.rint(ridge.row(columns))[None].astype(int) + np.arange(-reach, reach)[:, None], 0, mask.shape[0] - 1
        )
        profile = np.convolve(mask[rows, columns].mean(axis=1), np.hanning(max(3, int(0.5 * h)) + 2), "same")
        peak = float(profile[reach - int(0.5 * h) : reach + int(0.5 * h)].max())
        middle = reach - int(0.5 * h) + int(np.argmax(profile[reach - int(0.5 * h) : reach + int(0.5 * h)]))
        low = middle
        while low < 2 * reach - 1 and profile[low] > 0.45 * peak:
            low += 1
        top = middle
        while top > 0 and profile[top] > 0.45 * peak:
            top -= 1
        profiles.append((low - top, len(columns)))
        bottoms.append(float(low - reach))
    tall = np.array([p[0] for p in profiles], float)
    return float(np.clip(np.median(tall), 0.5 * h, 1.6 * h)), np.array(bottoms)
