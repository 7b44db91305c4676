from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.charset import ASCII, INDEX
from handfont.train import fit_aligner
from handfont.train.data.word_paths import UNKNOWN, WordPath, evenly, marks
from handfont.train.pen_marks import MarkPlaces
from handfont.train.trajectory_aligner import FEATURES, TrajectoryAligner, align, batched, cut, features, known

ARC = np.linspace(0, 2 * np.pi, 25)
LETTERS = {  # strokes in x-heights above the baseline, and how far the next letter is away
    "o": ([np.stack([0.4 - 0.4 * np.sin(ARC), 0.5 + 0.5 * np.cos(ARC)], axis=1)], 0.95),
    "l": ([np.array([(0.1, 1.8), (0.1, 0.0)])], 0.5),
    "v": ([np.array([(0, 1), (0.4, 0), (0.8, 1)], float)], 1.0),
    "i": ([np.array([(0, 1), (0, 0)], float), np.array([(0.02, 1.4), (0.02, 1.5)])], 0.4),
    "z": ([np.array([(0, 1), (0.7, 1), (0, 0), (0.7, 0)], float)], 0.9),
}


def written(text: str, writer: str = "anna", late: bool = False) -> WordPath:
    """A word of strokes apart; dots are written at its end if ``late``."""
    strokes, owners, x = [], [], 0.0
    dots = []
    for index, c in enumerate(text):
        for number, part in enumerate(LETTERS[c][0]):
            (dots if late and number else strokes).append((part + np.array([x, 0.0]), index))
        x += LETTERS[c][1]
    paths = [evenly(part)[0] for part, _ in strokes + dots]
    owners = [index for _, index in strokes + dots]
    lengths = [len(path) for path in paths]
    return WordPath(
        writer,
        text,
        np.concatenate(paths).astype(np.float32),
        np.repeat(np.arange(len(paths)), lengths),
        np.repeat(owners, lengths),
        np.repeat(marks(paths), lengths),
        (False,) * (len(text) - 1),
    )


WORDS = ["".join(letters) for letters in itertools.product("olvzi", repeat=3)]


def weights(points: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 2, (3, len(ASCII), points)).astype(np.float32)


def every_way(own: np.ndarray, text: str) -> dict[tuple[int, ...], float]:
    """The log weight of every way of cutting, by the letter of each point."""
    points, at = own.shape[2], [INDEX[c] for c in text]
    ways = {}
    for cuts in itertools.combinations(range(1, points), len(text) - 1):
        owner = np.searchsorted(cuts, np.arange(points), side="right")
        weight = sum(float(own[0, at[o], t]) for t, o in enumerate(owner))
        weight += sum(float(own[2, at[i], c - 1]) + float(own[1, at[i + 1], c]) for i, c in enumerate(cuts))
        ways[tuple(owner.tolist())] = weight
    return ways


@settings(deadline=None)
@given(st.integers(1, 7), st.text("abc", min_size=1, max_size=4), st.integers(0, 1000))
def test_shares_are_those_of_all_ways_of_cutting(points, text, seed):
    own = weights(points, seed)
    found = cut(own, text)
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
    found = cut(weights(6, 3), "abc", known(letter, 3))
    np.testing.assert_allclose(found.within[0], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found.within[3], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(found.within.sum(axis=1), 1.0)


def test_what_contradicts_the_order_of_the_text_has_no_weight():
    found = cut(weights(4, 3), "ab", known(np.array([1, UNKNOWN, UNKNOWN, 0]), 2))
    assert found.total == -np.inf
    assert not found.within.any()


def test_features_do_not_see_where_on_the_page_a_word_is():
    word = written("vil", late=True)
    moved = WordPath(**{**vars(word), "points": word.points + np.float32([5, 0])})
    np.testing.assert_allclose(features(word), features(moved), atol=1e-5)
    assert features(word).shape == ((~word.mark).sum(), FEATURES)


def test_the_network_sees_nothing_beyond_the_end_of_a_word():
    torch.manual_seed(0)
    network = TrajectoryAligner().eval()
    short, long = written("ol"), written("zozoz")
    alone = network(*batched([short])[:2])
    beside = network(*batched([short, long])[:2])
    np.testing.assert_allclose(
        alone.detach()[0].numpy(), beside.detach()[0, :, :, : alone.shape[-1]].numpy(), atol=1e-4
    )


def test_an_aligner_learns_where_letters_are():
    learnt = [word for word in WORDS if word[1] != "v"]
    data = fit_aligner.AlignerData([written(word) for word in learnt], [written(word, "ben") for word in learnt])
    network = fit_aligner.train_aligner(data, steps=40, batch=8, seed=1, report=lambda line: None)
    places = MarkPlaces.measure([written(word, late=True) for word in WORDS])
    words = [written(word, late=True) for word in ("lvo", "ovi", "zvl", "ivo")]
    right = [found.letter == found.word.letter for found in align(network, words, places)]
    assert np.concatenate(right).mean() > 0.9


def test_late_dots_go_to_their_letters():
    places = MarkPlaces.measure([written(word, late=True) for word in WORDS])
    word = written("lovizo", late=True)
    assert word.mark.any()
    body = np.where(word.mark, UNKNOWN, word.letter)
    np.testing.assert_array_equal(places.give(word, body), word.letter)
