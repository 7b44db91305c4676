"""Draw and check: of a glyph that does not read as meant, or falls apart, other candidates are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont.forms import euler_number
from handfont.glyph import FloatArray
from handfont.model import inference
from handfont.recipes import Checker, Recipe
from handfont.sdf import GRID

SHRINK = (0.7, 0.4, 0.2)
"""A glyph that fails is drawn again in so many candidates, each closer to the mean; none is the mean itself, so that
even difficult letters do not repeat."""
READABLE = 0.65
"""A glyph passes when the reader gives its character this share of the probability that the mean glyph gets, and it has
as many parts and loops as that."""
OTHER_FORM = 0.95
"""Score of a glyph that reads well but has other parts or loops: written if no candidate is better."""


@dataclass
class _Attempt:
    """Candidates for some rows (N,): fields, metrics, whether each has its form, and how well it reads, up to 1; not a
    number where that is not known yet.
    """

    rows: NDArray[np.int64]
    fields: FloatArray
    metrics: FloatArray
    same: NDArray[np.bool_]
    read: NDArray[np.float64]

    @property
    def score(self) -> NDArray[np.float64]:
        """1 for those that pass."""
        return np.where(self.same & (self.read >= 1), 1.0, np.minimum(self.read, OTHER_FORM))


class Candidates:
    """Draws glyphs by recipes, and looks at what it drew."""

    def __init__(self, checker: Checker, picked: list[Recipe], labels: NDArray[np.int64], style: FloatArray) -> None:
        """``style`` (Z,) for all glyphs, or (N, Z)."""
        self.checker, self.labels, self.style = checker, labels, style
        self.means = np.stack([recipe.mean for recipe in picked])
        self.deviations = np.stack([recipe.deviation for recipe in picked])
        self._needed = np.maximum(READABLE * np.array([recipe.readable for recipe in picked]), 1e-6)
        self._form = np.array([recipe.form for recipe in picked])
        self._level = np.array([recipe.level for recipe in picked], np.float32)
        # Recipes are few: of their corrections, the only large part, there is one copy.
        different = {id(recipe): recipe for recipe in picked}
        place = {key: number for number, key in enumerate(different)}
        self._corrections = np.stack([recipe.correction for recipe in different.values()])
        self._correction = np.array([place[id(recipe)] for recipe in picked])

    def best(self, neatness: float, residual: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Fields and metrics of a glyph for each row, ``residual`` (draws, N, U) standard normal: the first candidate
        that passes; if none does, the best one.

        A candidate of another form cannot pass: it is read only where no other one passed.
        """
        deviations = self.deviations * neatness
        first = self._attempt(np.arange(len(self.means)), self.means + deviations * residual[0])
        bad, others = np.flatnonzero(~(first.score == 1)), [first]
        for attempt, shrink in enumerate(SHRINK, 1):
            if not len(bad):
                break
            others.append(self._attempt(bad, self.means[bad] + np.float32(shrink) * deviations[bad]
                                        * residual[attempt, bad]))
            passed = others[-1].score == 1
            first.fields[bad[passed]] = others[-1].fields[passed]
            first.metrics[bad[passed]] = others[-1].metrics[passed]
            bad = bad[~passed]
        if len(bad):
            score = np.full(len(self.means), -np.inf)
            for other in others:
                at = np.searchsorted(other.rows, bad)
                self._read(other, at[np.isnan(other.read[at])])
                better = other.score[at] > score[bad]
                new = bad[better]
                score[new] = other.score[at[better]]
                first.fields[new], first.metrics[new] = other.fields[at[better]], other.metrics[at[better]]
        return first.fields, first.metrics

    def _attempt(self, rows: NDArray[np.int64], u: FloatArray) -> _Attempt:
        count, network = len(rows), self.checker.weights.network
        attempt = _Attempt(rows, np.empty((count, GRID, GRID), np.float32),
                           np.empty((count, network.config.metrics), np.float32), np.empty(count, bool),
                           np.full(count, np.nan))

        def draw(part: slice) -> None:
            own = rows[part]
            style = self.style if self.style.ndim == 1 else self.style[own]
            fields, attempt.metrics[part] = inference.decode(network, style, u[part], self.labels[own])
            fields += self._corrections[self._correction[own]]
            attempt.fields[part] = fields
            attempt.same[part] = euler_number(fields > self._level[own, None, None]) == self._form[own]

        inference.in_parallel(draw, inference.batches(count))
        self._read(attempt, np.flatnonzero(attempt.same))
        return attempt

    def _read(self, attempt: _Attempt, at: NDArray[np.int64]) -> None:
        def read(part: slice) -> None:
            rows = attempt.rows[at[part]]
            score = self.checker.readability(attempt.fields[at[part]], self.labels[rows])
            attempt.read[at[part]] = np.minimum(score / self._needed[rows], 1.0)

        inference.in_parallel(read, inference.batches(len(at)))
