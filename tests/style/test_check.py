"""What a style is warned of."""

from dataclasses import replace

import numpy as np
import pytest

from handfont.style import store
from handfont.style.check import implausible
from handfont.style.posterior import Rhythm


def test_the_rhythm_of_shipped_hands_is_plausible():
    for name in ("ballpoint", "slant", "compact"):
        assert not list(implausible(store.load_style(name).rhythm))


def test_words_that_run_together_are_told():
    (sentence,) = implausible(Rhythm(letter_gap=1.3, word_gap=1.15))
    assert "words run together" in sentence and "at least 1.95" in sentence
    assert not list(implausible(Rhythm(letter_gap=1.3, word_gap=1.15).parted()))


@pytest.mark.parametrize("change", [{"leading": 1.0}, {"bounce": 0.9}, {"slope": 8.0}])
def test_what_no_hand_has_is_named(change):
    (sentence,) = implausible(replace(Rhythm(), **change))
    assert sentence.startswith(next(iter(change)))


def test_a_mean_of_rhythms_keeps_words_apart():
    narrow = Rhythm(letter_gap=1.2, word_gap=1.0)
    assert Rhythm.mean([narrow, narrow], np.array([0.5, 0.5])).words_apart
    assert Rhythm.mean([Rhythm()], np.array([1.0])).word_gap == Rhythm().word_gap
