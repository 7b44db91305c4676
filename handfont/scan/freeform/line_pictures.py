"""Pictures of lines of writing as the network of :mod:`handfont.model.ink_aligner` sees them: level, upright, at a
fixed size, with the way from the page to them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray
from handfont.model.ink_aligner import ABOVE, BELOW, CELL, CHARACTERS, ROWS, X_HEIGHT, InkAligner
from handfont.scan.freeform.text_lines import Ridge

MARGIN = 1.0
"""Paper before and after the ink of a line, in x-heights."""
FAR = 12
"""Columns from which on ink is far."""
NOTHING = -8.0
"""Log probability of a character where there is no ink near."""


@dataclass(frozen=True, eq=False)
class LinePicture:
    """A line set level and upright.

    Attributes:
        picture: (ROWS, width) darkness from 0 to 1, of the ink's own.
        baseline: the row of the page under each of its columns.
        left: column of the page, on the baseline, where the picture begins.
        x_height: in pixels of the page.
        slant: x over y, positive to the right, that was taken out.
    """

    picture: FloatArray
    baseline: Ridge
    left: float
    x_height: float
    slant: float

    def up(self, points: DoubleArray) -> DoubleArray:
        """(N, 2) x-heights along the line and over its baseline of points (N, 2) x, y of the page."""
        x, y = points.T
        foot = x
        for _ in range(3):
            foot = x - self.slant * (self.baseline.row(foot) - y)
        return np.column_stack([foot - self.left, self.baseline.row(foot) - y]) / self.x_height

    def places(self, points: DoubleArray) -> DoubleArray:
        """(N, 2) pixels x, y of the picture of points (N, 2) x, y of the page."""
        along, over = self.up(points).T
        return np.column_stack([along, ABOVE - over]) * X_HEIGHT


def line_picture(
    dark: FloatArray, core: float, baseline: Ridge, x_height: float, slant: float, factor: float = 1.0
) -> LinePicture:
    """The picture of a line of a page.

    Args:
        dark: (height, width) darkness of the page reduced by ``factor``.
        core: darkness of ink.
        baseline: of the line, in pixels of the page.
        x_height: in pixels of the page.
        slant: of the hand, x over y.
        factor: pixels of ``dark`` to one of the page.
    """
    left = baseline.left - MARGIN * x_height
    right = baseline.right + MARGIN * x_height
    width = 2 * int(np.ceil((right - left) / x_height * X_HEIGHT / 2))
    foot = left + (np.arange(width) + 0.5) / X_HEIGHT * x_height
    over = (ABOVE - (np.arange(ROWS) + 0.5) / X_HEIGHT) * x_height
    x = foot[None] + slant * over[:, None]
    y = baseline.row(foot)[None] - over[:, None]
    seen = cv2.remap(
        dark,
        ((x + 0.5) * factor - 0.5).astype(np.float32),
        ((y + 0.5) * factor - 0.5).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    picture = np.clip(np.asarray(seen, np.float32) / np.float32(core), 0, 1)
    return LinePicture(picture, baseline, left, x_height, slant)


def reduced(dark: FloatArray, x_height: float) -> tuple[FloatArray, float]:
    """Darkness of a page at about two pixels to one of lines' pictures, so that none are passed over, and the factor
    that it was reduced by.
    """
    factor = min(1.0, 2 * X_HEIGHT / x_height)
    if factor > 0.8:
        return dark, 1.0
    small = cv2.resize(dark, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32), small.shape[1] / dark.shape[1]


@dataclass(frozen=True, eq=False)
class LineScores:
    """What the network says of a line: ``columns`` (3, C, N), ``cells`` (C, rows, N) and ``joined`` (N,), see
    :class:`handfont.model.ink_aligner.InkScores`.
    """

    columns: FloatArray
    cells: FloatArray
    joined: FloatArray


def scores_of(network: InkAligner, lines: list[LinePicture]) -> list[LineScores]:
    """The network's scores of lines, one after the other, so that none hangs on the others."""
    result = []
    with torch.inference_mode():
        for line in lines:
            seen = network(torch.from_numpy(line.picture)[None, None])
            result.append(LineScores(seen.columns[0].numpy(), seen.cells[0].numpy(), seen.joined[0].numpy()))
    return result


def certainty(line: LinePicture, scores: LineScores) -> tuple[float, int]:
    """Mean log probability of the likeliest character in the columns of a line that have ink in the middle of small
    letters, and their count.
    """
    dark = _inked(line)
    best = scores.columns[0].max(axis=0)
    return float(best[dark].sum()), int(dark.sum())


def with_margins(line: LinePicture, columns: FloatArray) -> FloatArray:
    """Scores (3, C, N) of a line's columns in which those far from all its ink are of spaces: the network, which has
    never seen much paper without ink, may take it for anything.
    """
    far = cv2.dilate(_inked(line).astype(np.uint8)[None], np.ones((1, 2 * FAR + 1), np.uint8))[0] == 0
    result = columns.copy()
    result[0, :, far] = NOTHING
    result[0, CHARACTERS.index(" "), far] = 0.0
    return result


def _inked(line: LinePicture) -> BoolArray:
    """(N,) columns that have ink in the middle of small letters."""
    band = line.picture[round((ABOVE - 1.1) * X_HEIGHT) : round((ABOVE + BELOW * 0.1) * X_HEIGHT)]
    return np.asarray(band.max(axis=0).reshape(-1, CELL[1]).max(axis=1) > 0.4)
