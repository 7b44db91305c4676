from __future__ import annotations

import numpy as np
import pytest

from handfont.core.drawn_signs import DRAWN
from handfont.core.forms import POINTS
from handfont.synthesis.hand import Hand
from handfont.synthesis.sign_allographs import Proportions, sign_allograph


def test_signs_have_the_proportions_of_the_hand():
    usual, other = Proportions(1.0, 2.0, 0.0), Proportions(0.8, 1.6, 0.3)
    for character in DRAWN:
        points = sign_allograph(character, usual, 1.0, 32).points
        assert points.shape == (POINTS, 2)
        assert points[:, 0].min() == pytest.approx(-points[:, 0].max(), abs=1e-5)
    tall = sign_allograph("Γ", other, 1.0, 32).points
    assert tall[:, 1].max() == pytest.approx(1.6, abs=0.02)
    stem = tall[tall[:, 1] < 1.5]
    assert np.polyfit(stem[:, 1], stem[:, 0], 1)[0] == pytest.approx(0.3, abs=0.02)


def test_a_hand_draws_each_sign_anew_and_the_same_for_a_seed(style):
    hand = Hand(style)
    first, second = hand.write("ππ", 1)
    assert not np.array_equal(first.strokes[0], second.strokes[0])
    assert np.array_equal(hand.write("ππ", 1)[1].strokes[0], second.strokes[0])
    assert np.array_equal(*(glyph.strokes[0] for glyph in Hand(style, 0.0).write("ππ", 1)))


def test_letters_around_signs_stay_as_they_are(style):
    hand = Hand(style)
    plain, mixed = hand.write("abc", 1), hand.write("a→c", 1)
    assert np.array_equal(plain[2].strokes[0], mixed[2].strokes[0])
