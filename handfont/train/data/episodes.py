"""Episodes: batches of glyphs by a few writers each."""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import IntArray
from handfont.train.data.corpus import Corpus, GlyphBatch

LAYOUTS = ((12, 16), (12, 16), (12, 16), (4, 48))
"""(writers, glyphs each) for a batch of 192; others scale. Few writers with many glyphs teach narrow posteriors."""


class EpisodeSampler:
    """Draws episodes from a corpus; the same seed and step give the same episode."""

    def __init__(self, corpus: Corpus, seed: int, batch: int) -> None:
        self.corpus, self.seed, self.batch = corpus, seed, batch
        self.rows: list[list[np.ndarray]] = []
        weights = []
        for writer in range(len(corpus.names)):
            rows = np.flatnonzero(corpus.writers == writer)
            labels = corpus.labels[rows]
            per_label = [rows[labels == label] for label in np.unique(labels)]
            if len(per_label) >= 8:
                self.rows.append(per_label)
                weights.append(np.sqrt(min(len(rows), 400)))
        self.weights = np.array(weights) / np.sum(weights)

    def draw(self, step: int, layout: tuple[int, int] | None = None) -> GlyphBatch:
        """The episode of a step: W writers with G glyphs each, flattened to W * G; ``layout`` (W, G) instead of the
        usual ones.
        """
        return self.corpus.rows(self.places(step, layout))

    def places(self, step: int, layout: tuple[int, int] | None = None) -> IntArray:
        """Rows (N,) of the corpus that are the episode of a step."""
        rng = np.random.default_rng([self.seed, step])
        writers, glyphs = layout or LAYOUTS[step % len(LAYOUTS)]
        writers = max(1, writers * self.batch // 192) if layout is None else writers
        picked = rng.choice(len(self.rows), writers, replace=len(self.rows) < writers, p=self.weights)
        return np.concatenate([self._glyphs(self.rows[w], glyphs, rng) for w in picked])

    @staticmethod
    def _glyphs(per_label: list[np.ndarray], count: int, rng: np.random.Generator) -> np.ndarray:
        # Characters evenly, so that rare signs are learned as well as the letter e; then a sample of each.
        order = rng.permutation(len(per_label))
        picks = np.resize(order, count) if len(order) < count else order[:count]
        return np.array([rng.choice(per_label[p]) for p in picks])
