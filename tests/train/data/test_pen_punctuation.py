from __future__ import annotations

import numpy as np
from written_words import written

from handfont.train.data.pen_punctuation import SIGNS, punctuated


def test_words_get_signs_behind_them_and_accents_over_their_vowels():
    rng = np.random.default_rng(2)
    word = written("ovo")
    seen = [punctuated(word, rng) for _ in range(200)]
    signed = [one for one in seen if one.text != word.text]
    accented = [one for one in seen if one.text == word.text and len(one.points) > len(word.points)]
    assert 20 < len(signed) < 90 and 3 < len(accented) < 40
    for one in signed:
        own = one.letter == len(word.text)
        assert one.text[-1] in SIGNS and one.text[:-1] == word.text
        assert one.points[own, 0].min() > one.points[~own, 0].max()
        assert not one.mark[own].any() and len(one.joined or (False,) * 3) == 3
    for one in accented:
        added = np.arange(len(one.points)) >= len(word.points)
        assert one.mark[added].all() and (one.points[added, 1] > word.points[:, 1].max()).all()
