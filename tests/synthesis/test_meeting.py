"""Joined letters bent towards each other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.forms import ALONE, Joins
from handfont.synthesis.meeting import FARTHEST, met

POINTS, NUMBERS = 8, 3
JOINS = [Joins(False, True), Joins(True, True), Joins(True, False)]


def letters(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    directions = rng.normal(0, 0.15, (3, NUMBERS, POINTS, 2)).astype(np.float32)
    return rng.normal(0, 0.3, (3, POINTS, 2)).astype(np.float32), directions


def drawn(means: np.ndarray, directions: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return means + np.einsum("nr,nrpa->npa", numbers, directions)


@given(st.integers(0, 10_000))
def test_ends_come_nearer(seed):
    rng = np.random.default_rng(seed)
    means, directions = letters(rng)
    numbers = rng.normal(0, 1, (3, NUMBERS)).astype(np.float32)
    exits, which = np.full(3, POINTS - 1), np.arange(3)
    before = drawn(means, directions, numbers)
    changed = met(before, directions, which, exits, JOINS, numbers)
    after = drawn(means, directions, changed)
    gap = lambda points: np.abs(points[:-1, -1, 1] - points[1:, 0, 1]).sum()  # noqa: E731
    assert gap(after) <= gap(before) + 1e-4
    assert np.linalg.norm(changed - numbers, axis=1).max() < FARTHEST + 1e-4


def test_an_end_that_hardly_varies_is_met_by_the_other():
    means = np.zeros((2, POINTS, 2), np.float32)
    means[1, :, 1] = 0.4
    directions = np.zeros((2, NUMBERS, POINTS, 2), np.float32)
    directions[0, 0, :, 1], directions[1, 0, :, 1] = 0.005, 0.3
    numbers = np.zeros((2, NUMBERS), np.float32)
    joins = [Joins(False, True), Joins(True, False)]
    after = drawn(means, directions, met(means, directions, np.arange(2), np.full(2, 7), joins, numbers))
    assert abs(after[0, -1, 1]) < 0.02
    assert abs(after[1, 0, 1]) < 0.1


def test_letters_alone_stay_as_they_are():
    rng = np.random.default_rng(1)
    means, directions = letters(rng)
    numbers = rng.normal(0, 1, (3, NUMBERS)).astype(np.float32)
    joins = [Joins(False, True), Joins(True, False), ALONE]
    changed = met(means, directions, np.arange(3), np.full(3, 7), joins, numbers)
    assert np.array_equal(changed[2], numbers[2])
