"""Strokes that touch in the mean still touch in what varies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.contacts import APART, CONTACT, SLACK, in_touch, pairs

STEM = np.stack([np.zeros(30), np.linspace(1.5, 0, 30)], axis=1)
BAR = np.stack([np.linspace(-0.4, 0.4, 16), np.full(16, 1.0)], axis=1)
TURN = np.linspace(0.1, 0.1 + 2 * np.pi, 40)
T = np.concatenate([STEM, BAR]).astype(np.float32), (30, 16)
BOWL = np.stack([0.5 * np.cos(TURN), 0.5 + 0.5 * np.sin(TURN)], axis=1).astype(np.float32), (40,)
OPEN_C = BOWL[0][4:-4], (32,)
DOTTED = np.concatenate([STEM[10:], np.full((5, 2), [0.0, 1.6])]).astype(np.float32), (20, 5)


def drawn(points: np.ndarray, seed: int, count: int = 6) -> np.ndarray:
    """Directions (count, P, 2) in which points move about by a fifth of an x-height each."""
    return np.random.default_rng(seed).normal(0, 0.2, (count, *points.shape)).astype(np.float32)


def moving(directions: np.ndarray, touching: np.ndarray) -> np.ndarray:
    """Standard deviations (K, 2) of the points of each pair from each other."""
    apart = directions[:, touching[:, 0]] - directions[:, touching[:, 1]]
    return np.sqrt((apart**2).sum(axis=0))


def test_the_bar_of_a_t_touches_its_stem_where_they_cross() -> None:
    touching = pairs(*T)
    assert len(touching)
    assert ((touching < 30).sum(axis=1) == 1).all()
    assert np.abs(T[0][touching] - [0.0, 1.0]).max() < CONTACT + 0.06


def test_a_bowl_touches_itself_where_it_closes() -> None:
    touching = pairs(*BOWL)
    assert {0, 39} <= set(touching.ravel().tolist())
    assert (np.abs(touching[:, 0] - touching[:, 1]) * np.pi / 39 > APART).all()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.sampled_from([T, BOWL]))
def test_contacts_move_by_the_slack_at_most(seed: int, letter: tuple[np.ndarray, tuple[int, ...]]) -> None:
    points, counts = letter
    directions, touching = drawn(points, seed), pairs(points, counts)
    assert moving(directions, touching).max() > 5 * SLACK
    assert moving(in_touch(points, counts, directions), touching).max() < 1.001 * SLACK


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.sampled_from([T, BOWL]))
def test_what_varies_is_gaussian_given_its_contacts(seed: int, letter: tuple[np.ndarray, tuple[int, ...]]) -> None:
    """Against the textbook's covariance of a Gaussian of which sums were observed with noise."""
    points, counts = letter
    directions, touching = drawn(points, seed), pairs(points, counts)
    flat = directions.reshape(len(directions), -1).astype(np.float64)
    observed = (directions[:, touching[:, 0]] - directions[:, touching[:, 1]]).reshape(len(directions), -1)
    prior, between = flat.T @ flat, flat.T @ observed
    covariance = prior - between @ np.linalg.solve(
        observed.T @ observed + SLACK**2 * np.eye(observed.shape[1]), between.T
    )
    kept = in_touch(points, counts, directions).reshape(len(directions), -1)
    assert np.allclose(kept.T @ kept, covariance, atol=1e-3)


def test_what_parts_no_contact_varies_as_before() -> None:
    """A t moved whole, its bar drawn out from where it crosses the stem, and its bar moved up."""
    points, counts = T
    whole, longer, higher = (np.zeros_like(points) for _ in range(3))
    whole[:] = [0.3, 0.2]
    longer[30:, 0] = 0.5 * np.sign(BAR[:, 0]) * np.maximum(np.abs(BAR[:, 0]) - 0.2, 0.0)
    higher[30:, 1] = 0.2
    kept = in_touch(points, counts, np.stack([whole, longer, higher]))
    before, after = (np.sqrt((some**2).sum(axis=0)) for some in (np.stack([whole, longer]), kept))
    assert np.allclose(after[:30], before[:30], atol=1e-5)
    assert np.allclose(after[30:, 0], before[30:, 0], atol=1e-5)
    # The bar goes up no more than its contacts allow: each of them tells the same, so that many tell it better.
    touching = len(pairs(points, counts))
    assert after[30:, 1] == pytest.approx(np.hypot(0.2, 0.2 / np.sqrt(1 + touching * (0.2 / SLACK) ** 2)), abs=1e-5)


@pytest.mark.parametrize("letter", [DOTTED, OPEN_C], ids=["dot", "open"])
def test_without_contacts_directions_are_kept_exactly(letter: tuple[np.ndarray, tuple[int, ...]]) -> None:
    points, counts = letter
    directions = drawn(points, 1)
    assert not len(pairs(points, counts))
    assert np.array_equal(in_touch(points, counts, directions), directions)
