"""The random numbers of a document: each position has its own, whatever part of the document is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont.glyph import FloatArray
from handfont.streams import stream

BLOCK = 256
"""Numbers are drawn for so many positions at once."""
PRESSURE_SPAN = 14.0
"""Glyphs over which the pressure of the pen drifts."""


@dataclass(frozen=True)
class Noise:
    """Standard normal numbers for N positions.

    ``residual`` (draws, N, dimensions); ``choice`` (N,) uniform; ``pressure`` (N,) a slow stationary process of unit
    variance: a moving average over ``PRESSURE_SPAN`` glyphs.
    """

    residual: FloatArray
    choice: NDArray[np.float64]
    pressure: FloatArray

    def with_parts(self, streams: list[np.random.Generator], owners: list[int]) -> Noise:
        """The same, and after it that of further parts: each from its own stream, at its owner's pressure."""
        attempts, _, dimensions = self.residual.shape
        residual = [rng.standard_normal((attempts, 1, dimensions), dtype=np.float32) for rng in streams]
        choice = [rng.random() for rng in streams]
        return Noise(np.concatenate([self.residual, *residual], axis=1), np.concatenate([self.choice, choice]),
                      np.concatenate([self.pressure, self.pressure[owners]]))


def noise_of(seed: int, document: str, first: int, count: int, dimensions: int, draws: int) -> Noise:
    """The numbers of positions ``first`` to ``first + count`` of a document, ``draws`` residuals for each."""
    lead = int(3 * PRESSURE_SPAN)
    blocks = range(max(0, first - lead) // BLOCK, (first + count + lead) // BLOCK + 1)
    residual, choice, slow = [], [], []
    for block in blocks:
        rng = stream(seed, document, "glyphs", block)
        residual.append(rng.standard_normal((draws, BLOCK, dimensions), dtype=np.float32))
        choice.append(rng.random(BLOCK))
        slow.append(rng.standard_normal(BLOCK))
    start = first - blocks[0] * BLOCK
    part = slice(start, start + count)
    taps = np.exp(-0.5 * (np.arange(-lead, lead + 1) / PRESSURE_SPAN) ** 2)
    taps /= np.sqrt((taps**2).sum())
    smooth = np.convolve(np.concatenate([np.zeros(lead), *slow, np.zeros(lead)]), taps, mode="valid")
    return Noise(np.concatenate(residual, axis=1)[:, part], np.concatenate(choice)[part],
                  smooth[part].astype(np.float32))
