"""A stroke model of a few invented writers of two letters, shared by tests."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from handfont.core.strokes import resampled
from handfont.model.loading import load_weights
from handfont.model.strokes import StrokeModel
from handfont.train.data.unipen import Trajectory
from handfont.train.strokes import fit

WRITERS, SAMPLES = 6, 6


def letter(writer: int, label: str, rng: np.random.Generator) -> Trajectory:
    """A t of two strokes or an l of one, slanted and sized as the writer does; some write the bar of the t first."""
    slant, wide = 0.1 * writer - 0.2, 0.4 + 0.1 * writer
    strokes = [np.array([[slant * 1.5, 1.5], [0.0, 0.0]]), np.array([[-wide / 2, 1.0], [wide / 2, 1.0]])]
    if label == "l":
        strokes = strokes[:1]
    elif writer % 2:
        strokes.reverse()
    drawn = [resampled((stroke + rng.normal(0, 0.02, (2, 2))).astype(np.float32), 20) for stroke in strokes]
    return Trajectory(f"w{writer}", label, drawn, True)


@lru_cache
def trajectories() -> list[Trajectory]:
    """All samples, writer by writer: each t's first."""
    rng = np.random.default_rng(1)
    return [letter(writer, label, rng) for writer in range(WRITERS) for label in "tl" for _ in range(SAMPLES)]


@lru_cache
def model() -> StrokeModel:
    """Fitted to them, with eight dimensions."""
    weights = load_weights()
    return fit(trajectories(), weights.networks(), weights.evidence, dimensions=8)
