from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import torch
from written_words import written

from handfont.train import fit_aligner
from handfont.train.data.word_paths import UNKNOWN, WordPath
from handfont.train.pen_marks import MarkPlaces
from handfont.train.trajectory_aligner import (
    FEATURES,
    AlignedWord,
    TrajectoryAligner,
    align,
    batched,
    features,
    labeled,
)

WORDS = ["".join(letters) for letters in itertools.product("olvzi", repeat=3)]


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


def found_in(text: str, sure: list[float]) -> AlignedWord:
    word = written(text)
    return AlignedWord(word, word.letter, np.array(sure))


def test_letters_that_are_not_sure_are_unknown():
    word = labeled(found_in("lovz", [0.99, 0.3, 0.99, 0.99]))
    assert word is not None
    assert set(word.letter.tolist()) == {0, UNKNOWN, 2, 3}
    assert word.joined == (False, False, False)


def test_words_of_which_little_is_sure_are_left_out():
    assert labeled(found_in("lovz", [0.99, 0.3, 0.3, 0.99])) is None


def test_letters_on_one_stroke_are_joined():
    word = written("lov")
    joined = replace(word, stroke=np.where(word.letter == 0, 0, 1))
    found = labeled(AlignedWord(joined, joined.letter, np.ones(3)))
    assert found is not None and found.joined == (False, True)
