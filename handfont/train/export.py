"""From a trained network to shipped weights: the population tables are measured and everything is saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from handfont.forms import euler_number
from handfont.model.loading import Weights, save_weights
from handfont.model.network import HandModel
from handfont.model.population import Population
from handfont.model.proofreader import Proofreader
from handfont.model.reader import Reader
from handfont.sdf import CANONICAL_PEN, GRID, INNER
from handfont.train.corpus import METRICS, Corpus
from handfont.train.prior import latents


def measure_population(network: HandModel, corpus: Corpus, residuals: np.ndarray) -> Population:
    """The tables of :class:`Population` over a corpus of real (not virtual) writers."""
    characters, dimensions = len(network.config.characters), residuals.shape[1]
    within: list[list[np.ndarray]] = [[] for _ in range(characters)]
    means: list[list[np.ndarray]] = [[] for _ in range(characters)]
    bottoms: list[list[float]] = [[] for _ in range(characters)]
    key = corpus.writers * characters + corpus.labels
    order = np.argsort(key, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(key[order])) + 1):
        label = int(corpus.labels[rows[0]])
        if len(rows) >= 4:
            within[label].append(residuals[rows].var(axis=0, ddof=1))
        values = np.where(corpus.known[rows], corpus.metrics[rows], np.nan)
        with np.errstate(all="ignore"):
            means[label].append(np.array([np.nan if np.isnan(v).all() else np.nanmedian(v) for v in values.T]))
        placed = rows[corpus.known[rows, 1]]
        if len(placed):
            bottoms[label].append(float(np.median([_bottom(corpus, row) for row in placed])))
    repeated = [np.stack(w) for w in within if w]
    # A corpus without repetitions says nothing of the spread: the residual's prior scale stands in.
    pooled = np.median(np.concatenate(repeated), axis=0) if repeated else np.ones(dimensions)
    spread = np.empty((characters, dimensions), np.float32)
    metric_mean, metric_std = np.zeros((2, characters, METRICS), np.float32)
    bottom = np.zeros(characters, np.float32)
    for label in range(characters):
        # Median over writers, shrunk to the whole population's as if it had been seen in six more writers.
        seen = len(within[label])
        own = np.median(np.stack(within[label]), axis=0) if seen else pooled
        spread[label] = (seen * own + 6 * pooled) / (seen + 6)
        table = np.stack(means[label]) if means[label] else np.full((1, METRICS), np.nan)
        for column in range(METRICS):
            values = table[~np.isnan(table[:, column]), column]
            if len(values):
                metric_mean[label, column] = np.median(values)
                deviation = 1.4826 * np.median(np.abs(values - np.median(values)))
                metric_std[label, column] = max(0.05, deviation)
            else:
                metric_std[label, column] = 0.5
        bottom[label] = np.median(bottoms[label]) if bottoms[label] else 0.0
    return Population(spread, metric_mean, metric_std, bottom, _forms(corpus, characters))


def _forms(corpus: Corpus, characters: int, most: int = 4, batch: int = 4096) -> np.ndarray:
    """How often glyphs of each character have each Euler number; one part is expected of those without glyphs."""
    table = np.zeros((characters, 2 * most + 1), np.float32)
    for start in range(0, len(corpus.labels), batch):
        part = slice(start, start + batch)
        number = np.clip(euler_number(corpus.fields[part] > 0), -most, most) + most
        np.add.at(table, (corpus.labels[part], number), 1)
    table[table.sum(axis=1) == 0, most + 1] = 1
    return table / table.sum(axis=1, keepdims=True)


def _bottom(corpus: Corpus, row: int) -> float:
    """Lowest point of the pen's path above the baseline, in x-heights."""
    rows = np.flatnonzero((corpus.fields[row] > 0).any(axis=1))
    lowest = (GRID - 1) / 2 - (rows[-1] if len(rows) else GRID / 2) + CANONICAL_PEN / 2 - 0.5
    return float(corpus.metrics[row, 1] + lowest * np.exp(corpus.metrics[row, 0]) / INNER)


def export(
    network: HandModel, reader: Reader, proofreader: Proofreader, corpus: Corpus, folder: Path
) -> Weights:
    """Measure the population on the corpus' real writers and save the weights in ``folder``."""
    corpus = corpus.subset(corpus.real)
    network = network.float().eval()
    _, residual = latents(network, corpus, torch.device("cpu"), fast=False)
    population = measure_population(network, corpus, residual.mean.numpy())
    weights = Weights(network, reader.float().eval(), proofreader.float().eval(), population)
    save_weights(weights, folder)
    return weights
