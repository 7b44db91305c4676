"""How hard the pen is pressed: it drifts from letter to letter, changes along a stroke, and eases as the pen lifts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.strokes import StrokeGlyph
from handfont.synthesis.latent_noise import Noise

WITHIN = 0.8
"""Deviation of the pressure along a glyph, as a share of that from glyph to glyph."""
EASED = 0.86
"""Factor of the pen's width at the very ends of strokes ..."""
REACH = 0.16
"""... and the x-heights along the stroke over which it comes back to 1."""
LIMITS = (0.6, 1.5)
"""Least and largest factor of the pen's width."""


def pressures(glyphs: Sequence[StrokeGlyph], noise: Noise, amount: float) -> list[FloatArray]:
    """Factors of the pen's width for each point of each glyph; ``amount`` is their relative deviation over glyphs."""
    if not amount:
        return [np.ones(sum(map(len, glyph.strokes)), np.float32) for glyph in glyphs]
    counts = np.array([len(stroke) for glyph in glyphs for stroke in glyph.strokes])
    sizes = np.array([sum(map(len, glyph.strokes)) for glyph in glyphs])
    path = np.concatenate([stroke for glyph in glyphs for stroke in glyph.strokes]).astype(np.float64)
    owner = np.repeat(np.arange(len(glyphs)), sizes)
    ends = np.cumsum(counts)
    begins = ends - counts
    steps = np.hypot(*np.diff(path, axis=0, prepend=path[:1]).T)
    steps[begins] = 0.0
    way = np.cumsum(steps)
    stroke = np.repeat(np.arange(len(counts)), counts)
    from_begin, to_end = way - way[begins][stroke], way[ends - 1][stroke] - way
    along = from_begin / np.maximum(from_begin + to_end, 1e-6)
    profile = noise.profile[: len(glyphs)][owner]
    wave = (
        profile[:, 0] * (along - 0.5) * 2
        + profile[:, 1] * np.cos(2 * np.pi * along)
        + profile[:, 2] * np.sin(2 * np.pi * along)
    ) / np.sqrt(1.0 + 1.0 / 3)
    logarithm = amount * (noise.pressure[: len(glyphs)][owner] + WITHIN * wave)
    easing = 1 - (1 - EASED) * np.exp(-np.minimum(from_begin, to_end) / (REACH / 2))
    long = (from_begin + to_end) > REACH  # a dot is pressed, not drawn
    factors = np.clip(np.exp(logarithm) * np.where(long, easing, 1.0), *LIMITS).astype(np.float32)
    return np.split(factors, np.cumsum(sizes)[:-1])
