"""Signs that no writer was seen to write, drawn as a hand would: in its proportions, its slant and its variation.

How wide a hand writes, how tall its capitals are and how it leans is measured on letters that the hand does write.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handfont.core import drawn_signs
from handfont.core.arrays import FloatArray
from handfont.core.contacts import in_touch
from handfont.core.forms import POINTS, StrokeForm, coarse, shared_points
from handfont.core.strokes import length, resampled
from handfont.synthesis.allographs import Allograph

ROUND, WIDTH = "oncaeu", 0.78
"""Letters that show how wide a hand writes, and how wide they usually are, in x-heights."""
TALL = "HTEILB"
"""Letters that show how tall its capitals are."""
LEAST, MOST = 0.75, 1.3
"""Signs are this much narrower or wider than drawn, at most."""
WHOLE = 0.045
"""Standard deviations of a sign's width, height, lean and turn ..."""
STROKE = 0.035
"""... and of the places of its strokes, in x-heights ..."""
BEND = 0.02
"""... and of how they bend, in x-heights for each x-height of their length, up to two."""
ANCHOR = 0.0
"""Signs keep to where their foot is."""


@dataclass(frozen=True)
class Proportions:
    """Width beside the usual hand's, height of capitals in x-heights, slant in x per y."""

    width: float
    capital: float
    slant: float


def proportions(letters: Mapping[str, FloatArray], slant: float) -> Proportions:
    """Those of a hand, by the points (N, 2) of its letters ``ROUND`` and ``TALL``."""
    wide = float(np.median([np.ptp(letters[letter][:, 0] - slant * letters[letter][:, 1]) for letter in ROUND]))
    tall = float(np.median([letters[letter][:, 1].max() for letter in TALL]))
    return Proportions(float(np.clip(wide / WIDTH, LEAST, MOST)), float(np.clip(tall, 1.2, 3.0)), slant)


def sign_allograph(character: str, own: Proportions, variation: float, dimensions: int) -> Allograph:
    """How a hand draws one of :data:`handfont.core.drawn_signs.DRAWN`.

    Args:
        variation: deviation of the writer's repetitions, 1 being people's usual.
        dimensions: the numbers that letters of the hand vary with.
    """
    fitted = [_fitted(stroke, own) for stroke in drawn_signs.strokes(character) or ()]
    counts = shared_points([length(stroke) for stroke in fitted])
    points = np.concatenate([resampled(stroke, count) for stroke, count in zip(fitted, counts, strict=True)])
    points[:, 0] -= (points[:, 0].min() + points[:, 0].max()) / 2
    directions = in_touch(points, counts, variation * _directions(points, counts, dimensions))
    return Allograph(StrokeForm(character, counts, coarse(fitted)), points, directions, 1.0, ANCHOR)


def _fitted(stroke: FloatArray, own: Proportions) -> FloatArray:
    x, y = stroke.astype(np.float64).T
    above = (own.capital - 1) / (drawn_signs.CAPITAL - 1)
    y = np.where(y > 1, 1 + (y - 1) * above, y)
    return np.stack([own.width * x + own.slant * y, y], axis=1).astype(np.float32)


def _directions(points: FloatArray, counts: Sequence[int], dimensions: int) -> FloatArray:
    """How points move with each number: all together first, then stroke by stroke; zero for what is left."""
    x, y = points.astype(np.float64).T
    x, y = x - x.mean(), y - y.mean()
    nothing = np.zeros_like(x)
    moves = [WHOLE * np.stack(one, axis=1) for one in ((x, nothing), (nothing, y), (y, nothing), (-y, x))]
    bounds = np.cumsum([0, *counts])
    for start, stop in itertools.pairwise(bounds.tolist()):
        part = points[start:stop].astype(np.float64)
        long = min(length(points[start:stop]), 2.0)
        along = np.linspace(0.0, 1.0, len(part))
        tangent = np.gradient(part, axis=0)
        normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
        normal /= np.maximum(np.hypot(*normal.T), 1e-6)[:, None]
        bends = [BEND * long * np.sin(np.pi * waves * along)[:, None] * normal for waves in (1, 2)]
        shifts = [STROKE * np.ones((len(part), 1)) * axis for axis in ((1.0, 0.0), (0.0, 1.0))]
        for move in [*bends, *shifts]:
            whole = np.zeros((len(x), 2))
            whole[start:stop] = move
            moves.append(whole)
    found = np.zeros((dimensions, POINTS, 2), np.float32)
    kept = moves[:dimensions]
    found[: len(kept)] = kept
    return found
