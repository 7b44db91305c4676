"""Fitting the factor analysis behind the style latent (:mod:`handfont.model.evidence`) to the training hands, by EM.

One observation is the mean over a writer's glyphs of one character; values that are not known have no weight. Loadings
of characters that few writers wrote are drawn to those of all characters together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from handfont.core.arrays import DoubleArray, IntArray
from handfont.model.embedder import Embedder
from handfont.model.evidence import PLACES, Evidence
from handfont.train.data.augment import as_scanned
from handfont.train.data.corpus import Corpus
from handfont.train.device import autocast

ROUNDS = 15
"""Rounds of expectation maximization."""
SHRINKAGE = 50.0
"""Writers that the loadings of all characters together count as for each character."""
NOISE_SHRINKAGE = 5.0
"""The same for the noise."""
CAUTION = 3.0
"""Factor of the noise that the training hands show: the embedder knows those, and strangers' glyphs
scatter more in it; and glyphs of one sheet are more alike than independent ones."""


@dataclass
class _Observed:
    """Means (M, D), known (M, D), writer and character of each."""

    value: DoubleArray
    known: DoubleArray
    writer: IntArray
    character: IntArray


@torch.no_grad()
def embed(embedder: Embedder, corpus: Corpus, seed: int, device: torch.device, batch: int = 512) -> DoubleArray:
    """(N, E) embeddings of all glyphs, each made to look scanned once."""
    generator = torch.Generator(device).manual_seed(seed)
    rows = []
    for start in range(0, len(corpus.labels), batch):
        glyphs = corpus.rows(slice(start, start + batch)).to(device)
        with autocast(device):
            rows.append(embedder(as_scanned(glyphs.fields, generator, loose=0.5), glyphs.labels).cpu().numpy())
    return np.concatenate(rows).astype(np.float64)


def fit(embedded: DoubleArray, corpus: Corpus, characters: int, style: int) -> Evidence:
    """The evidence head that explains the embeddings and metrics of a corpus with ``style`` factors."""
    seen = _observed(embedded, corpus, characters)
    dimensions = seen.value.shape[1]
    count = np.zeros((characters, dimensions))
    np.add.at(count, seen.character, seen.known)
    centre = np.zeros((characters, dimensions))
    np.add.at(centre, seen.character, seen.value * seen.known)
    centre /= np.maximum(count, 1)
    value = (seen.value - centre[seen.character]) * seen.known
    everywhere = np.maximum((value**2).sum(0) / np.maximum(seen.known.sum(0), 1), 1e-6)

    by_writer = np.split(np.arange(len(value)), np.flatnonzero(np.diff(seen.writer)) + 1)
    means = np.stack([value[rows].sum(0) / np.maximum(seen.known[rows].sum(0), 1) for rows in by_writer])
    _, strength, axes = np.linalg.svd(means, full_matrices=False)
    first = np.zeros((dimensions, style))
    rank = min(style, len(strength))
    first[:, :rank] = axes[:rank].T * strength[:rank] / np.sqrt(len(means))
    loading = np.repeat(first[None], characters, 0)
    noise = np.repeat(everywhere[None], characters, 0)
    for _ in range(ROUNDS):
        loading, noise = _round(value, seen, by_writer, loading, noise, everywhere)
    noise = noise * CAUTION
    # Turned so that the precision of an average glyph is diagonal, which the product of Gaussians keeps.
    weight = np.where(count > 0, 1 / noise, 0.0)
    precision = np.einsum("cdr,cd,cds->rs", loading, weight, loading)
    loading = loading @ np.linalg.eigh(precision)[1][:, ::-1]
    return Evidence(*(np.ascontiguousarray(values, np.float32) for values in (centre, loading, noise)))


def _observed(embedded: DoubleArray, corpus: Corpus, characters: int) -> _Observed:
    """Means over each writer's glyphs of each character."""
    value = np.concatenate([embedded, corpus.metrics[:, :PLACES].astype(np.float64)], axis=1)
    known = np.concatenate([np.ones_like(embedded), corpus.known[:, :PLACES].astype(np.float64)], axis=1)
    keys, place = np.unique(corpus.writers * characters + corpus.labels, return_inverse=True)
    total, number = np.zeros((2, len(keys), value.shape[1]))
    np.add.at(total, place, value * known)
    np.add.at(number, place, known)
    return _Observed(
        total / np.maximum(number, 1), (number > 0).astype(np.float64), keys // characters, keys % characters
    )


def _round(
    value: DoubleArray,
    seen: _Observed,
    by_writer: list[IntArray],
    loading: DoubleArray,
    noise: DoubleArray,
    everywhere: DoubleArray,
) -> tuple[DoubleArray, DoubleArray]:
    """One round of EM: posteriors of all writers' styles, then loadings and noise that fit them best."""
    characters, dimensions, style = loading.shape
    second = np.zeros((characters, style, style))
    cross = np.zeros((characters, dimensions, style))
    square, count = np.zeros((2, characters, dimensions))
    for rows in by_writer:
        c = seen.character[rows]
        weight = seen.known[rows] / noise[c]
        precision = np.eye(style) + np.einsum("cdr,cd,cds->rs", loading[c], weight, loading[c], optimize=True)
        variance = np.linalg.inv(precision)
        z = variance @ np.einsum("cdr,cd->r", loading[c], weight * value[rows])
        second[c] += variance + np.outer(z, z)
        cross[c] += value[rows][:, :, None] * z
        square[c] += value[rows] ** 2
        count[c] += seen.known[rows]
    shared = cross.sum(0) @ np.linalg.inv(second.sum(0))
    ridge = SHRINKAGE * np.eye(style)
    loading = (cross + SHRINKAGE * shared) @ np.linalg.inv(second + ridge)
    # Where a value is unknown its square and products are zero, and the explained part must not count either.
    known = count / np.maximum(count.max(axis=1, keepdims=True), 1)
    explained = np.einsum("cdr,crs,cds->cd", loading, second, loading, optimize=True) * known
    rest = square - 2 * (cross * loading).sum(-1) + explained
    noise = (rest + NOISE_SHRINKAGE * 0.5 * everywhere) / (count + NOISE_SHRINKAGE)
    return loading, np.maximum(noise, 1e-4)
