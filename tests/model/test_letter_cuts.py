from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.charset import ASCII, INDEX
from handfont.model.letter_cuts import cut
from handfont.train.data.word_paths import UNKNOWN
from handfont.train.trajectory_aligner import known


def at(text: str) -> list[int]:
    return [INDEX[c] for c in text]


def weights(points: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 2, (3, len(ASCII), points)).astype(np.float32)


def every_way(own: np.ndarray, text: str) -> dict[tuple[int, ...], float]:
    """The log weight of every way of cutting, by the letter of each point."""
    points, letters = own.shape[2], at(text)
    ways = {}
    for cuts in itertools.combinations(range(1, points), len(text) - 1):
        owner = np.searchsorted(cuts, np.arange(points), side="right")
        weight = sum(float(own[0, letters[o], t]) for t, o in enumerate(owner))
        weight += sum(float(own[2, letters[i], c - 1]) + float(own[1, letters[i + 1], c]) for i, c in enumerate(cuts))
        ways[tuple(owner.tolist())] = weight
    return ways


@settings(deadline=None)
@given(st.integers(1, 7), st.text("abc", min_size=1, max_size=4), st.integers(0, 1000))
def test_shares_are_those_of_all_ways_of_cutting(points, text, seed):
    own = weights(points, seed)
    found = cut(own, at(text))
    ways = every_way(own, text)
    if not ways:
        assert found.total == -np.inf and not found.within.any()
        return
    total = np.logaddexp.reduce(list(ways.values()))
    within = np.zeros((points, len(text)))
    begins, ends = np.zeros_like(within), np.zeros_like(within)
    for owner, weight in ways.items():
        share = np.exp(weight - total)
        for t, o in enumerate(owner):
            within[t, o] += share
            if t and owner[t - 1] != o:
                begins[t, o] += share
                ends[t - 1, owner[t - 1]] += share
    assert found.total == pytest.approx(total)
    np.testing.assert_allclose(found.within, within, atol=1e-9)
    np.testing.assert_allclose(found.begins, begins, atol=1e-9)
    np.testing.assert_allclose(found.ends, ends, atol=1e-9)


def test_known_points_stay_with_their_letters():
    letter = np.array([0, UNKNOWN, UNKNOWN, 1, UNKNOWN, UNKNOWN])
    found = cut(weights(6, 3), at("abc"), known(letter, 3))
    np.testing.assert_allclose(found.within[0], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found.within[3], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(found.within.sum(axis=1), 1.0)


def test_what_contradicts_the_order_of_the_text_has_no_weight():
    found = cut(weights(4, 3), at("ab"), known(np.array([1, UNKNOWN, UNKNOWN, 0]), 2))
    assert found.total == -np.inf
    assert not found.within.any()
