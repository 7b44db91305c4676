"""The random numbers of a document: each position has its own, whatever part of the document is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.random_streams import stream

BLOCK = 256
"""Positions whose numbers are drawn from one random stream."""
PRESSURE_SPAN = 14.0
"""Glyphs over which the pressure of the pen drifts ..."""
LEAN_SPAN = 60.0
"""... and the slant of the hand."""
MAX_SHAPE = 2.0
"""Size of a number for the shape, at most: with larger ones, one letter in a hundred would be a scrawl."""
PROFILE = 3
"""Numbers for how the pressure changes along a glyph."""


@dataclass(frozen=True)
class Noise:
    """Standard normal numbers for N positions.

    Attributes:
        shape: (N, R) for the shape of a glyph, cut off at ``MAX_SHAPE``.
        profile: (N, PROFILE) for the pressure along it.
        choice: (N,) uniform.
        pressure, lean: (N,) slow stationary processes of unit variance: moving averages.
    """

    shape: FloatArray
    profile: FloatArray
    choice: DoubleArray
    pressure: FloatArray
    lean: FloatArray

    def with_parts(self, streams: list[np.random.Generator], owners: list[int]) -> Noise:
        """The same, and after it that of further parts: each from its own stream, at its owner's pressure and lean."""
        shape = [
            np.clip(rng.standard_normal(self.shape.shape[1], dtype=np.float32), -MAX_SHAPE, MAX_SHAPE)
            for rng in streams
        ]
        choice = [rng.random() for rng in streams]
        profile = [rng.standard_normal(PROFILE, dtype=np.float32) for rng in streams]
        return Noise(
            np.concatenate([self.shape, shape]),
            np.concatenate([self.profile, profile]),
            np.concatenate([self.choice, choice]),
            np.concatenate([self.pressure, self.pressure[owners]]),
            np.concatenate([self.lean, self.lean[owners]]),
        )


def noise_of(seed: int, document: str, first: int, count: int, dimensions: int) -> Noise:
    """The numbers of positions ``first`` to ``first + count`` of a document, ``dimensions`` for each one's shape."""
    lead = int(3 * max(PRESSURE_SPAN, LEAN_SPAN))
    blocks = range(max(0, first - lead) // BLOCK, (first + count + lead) // BLOCK + 1)
    shape, profile, choice, slow = [], [], [], []
    for block in blocks:
        rng = stream(seed, document, "glyphs", block)
        shape.append(rng.standard_normal((BLOCK, dimensions), dtype=np.float32))
        choice.append(rng.random(BLOCK))
        slow.append(rng.standard_normal((BLOCK, 2)))
        profile.append(rng.standard_normal((BLOCK, PROFILE), dtype=np.float32))
    start = first - blocks[0] * BLOCK
    part = slice(start, start + count)
    pressure, lean = (
        _smooth(np.concatenate(slow)[:, column], span)[part] for column, span in enumerate((PRESSURE_SPAN, LEAN_SPAN))
    )
    return Noise(
        np.clip(np.concatenate(shape)[part], -MAX_SHAPE, MAX_SHAPE),
        np.concatenate(profile)[part],
        np.concatenate(choice)[part],
        pressure,
        lean,
    )


def _smooth(numbers: DoubleArray, span: float) -> FloatArray:
    """A moving average of unit variance over ``span`` places."""
    reach = int(3 * span)
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / span) ** 2)
    taps /= np.sqrt((taps**2).sum())
    return np.convolve(np.pad(numbers, reach), taps, mode="valid").astype(np.float32)
