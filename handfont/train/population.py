"""Measuring the tables of :class:`handfont.model.population.Population` on a corpus."""

from __future__ import annotations

import numpy as np

from handfont.core.sdf import CANONICAL_PEN, GRID, INNER
from handfont.model.population import Population
from handfont.train.data.corpus import METRICS, Corpus

LEAST_DEVIATION = 0.05
"""Least deviation of a metric over writers; sizes are logarithms, the others in x-heights."""
UNKNOWN_DEVIATION = 0.5
"""Deviation of metrics that no glyph of a character has."""


def measure(corpus: Corpus, characters: int) -> Population:
    """The tables of a corpus of real (not virtual) writers, over the given number of characters."""
    means: list[list[np.ndarray]] = [[] for _ in range(characters)]
    bottoms: list[list[float]] = [[] for _ in range(characters)]
    key = corpus.writers * characters + corpus.labels
    order = np.argsort(key, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(key[order])) + 1):
        label = int(corpus.labels[rows[0]])
        values = np.where(corpus.known[rows], corpus.metrics[rows], np.nan)
        with np.errstate(all="ignore"):
            means[label].append(np.array([np.nan if np.isnan(v).all() else np.nanmedian(v) for v in values.T]))
        placed = rows[corpus.known[rows, 1]]
        if len(placed):
            bottoms[label].append(float(np.median([_bottom(corpus, row) for row in placed])))
    mean, deviation = np.zeros((2, characters, METRICS), np.float32)
    bottom = np.zeros(characters, np.float32)
    for label in range(characters):
        table = np.stack(means[label]) if means[label] else np.full((1, METRICS), np.nan)
        for column in range(METRICS):
            values = table[~np.isnan(table[:, column]), column]
            deviation[label, column] = UNKNOWN_DEVIATION
            if len(values):
                mean[label, column] = np.median(values)
                robust = 1.4826 * np.median(np.abs(values - np.median(values)))
                deviation[label, column] = max(LEAST_DEVIATION, robust)
        bottom[label] = np.median(bottoms[label]) if bottoms[label] else 0.0
    return Population(mean, deviation, bottom)


def _bottom(corpus: Corpus, row: int) -> float:
    """Lowest point of the pen's path above the baseline, in x-heights."""
    rows = np.flatnonzero((corpus.fields[row] > 0).any(axis=1))
    lowest = (GRID - 1) / 2 - (rows[-1] if len(rows) else GRID / 2) + CANONICAL_PEN / 2 - 0.5
    return float(corpus.metrics[row, 1] + lowest * np.exp(corpus.metrics[row, 0]) / INNER)
