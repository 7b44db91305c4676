"""What is measured of shapes: overlap, slant, width."""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.glyph import GlyphSample
from handfont.core.sdf import GRID, INNER

SHEARS = np.arange(-0.7, 0.701, 0.02)
"""Slants that are tried, x over y."""
UPRIGHT = "bdfhiklmnprtuBDEFHIKLMNPRT1!|/\\"
"""Characters with long upright strokes, by which the slant of a hand is measured."""


def overlap(first: FloatArray, second: FloatArray) -> DoubleArray:
    """Intersection over union (N,) of the ink of fields (N, grid, grid)."""
    both = ((first > 0) & (second > 0)).sum((1, 2))
    either = ((first > 0) | (second > 0)).sum((1, 2))
    return np.asarray(both / np.maximum(either, 1))


def width(glyph: GlyphSample) -> float:
    """Width of the pen's path in x-heights."""
    columns = np.flatnonzero((glyph.shape > 0).any(axis=0))
    return float((np.ptp(columns) + 1 - 4.0) * glyph.metrics.size / INNER) if len(columns) else 0.0


def slant(glyphs: list[GlyphSample]) -> float:
    """Slant of a hand in x per y: the shear whose removal makes the projections of its upright letters on the line the
    most peaked, over all of them together (after Vinciarelli, Luettin 2001).
    """
    heights = (GRID - 1) / 2 - np.arange(GRID)
    score = np.zeros(len(SHEARS))
    for glyph in glyphs:
        rows, columns = np.nonzero(glyph.shape > 0)
        for index, shear in enumerate(SHEARS):
            upright = columns - shear * heights[rows]
            # Each sample is shared by the two columns it lies between: whole columns would favour no shear at all.
            column = np.floor(upright + GRID).astype(int)
            part = upright + GRID - column
            counts = np.bincount(column, 1 - part, 3 * GRID) + np.bincount(column + 1, part, 3 * GRID)
            wide = np.convolve(counts, [0.25, 0.5, 0.25])
            score[index] += float((wide**2).sum()) / max(1, len(rows)) ** 1.5
    best = int(np.clip(score.argmax(), 1, len(SHEARS) - 2))
    before, peak, after = score[best - 1 : best + 2]
    return float(SHEARS[best] + 0.01 * (before - after) / min(before - 2 * peak + after, -1e-9))


def active(means: DoubleArray) -> int:
    """How many latent dimensions are alive: their posterior means (N, D) vary by more than 0.01 (Burda et al. 2016)."""
    return int((means.var(axis=0) > 0.01).sum())
