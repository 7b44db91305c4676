"""Which letters of a text that was read by machine can be believed: clear ones in common words, all of them clear."""

from __future__ import annotations

import numpy as np

from handfont.scan.freeform.language import MARKS, common_words
from handfont.scan.freeform.text_alignment import PageText

BELIEVED = 0.972
"""Probability of a letter, at least."""
CLEAR, MOST = 2.35, 8.0
"""Log odds of a word's letters on average, at least, and what each counts at most; those without ink count nothing."""
SHORTEST = 3
"""Letters of a word: a misread letter makes another word of a shorter one too easily."""


def doubts(confidence: dict[int, float], text: PageText) -> dict[int, str]:
    """Why letters of a text are not believed, by their places in it; those that are have none.

    Args:
        confidence: probability of the letters that were found, by their places.
        text: what was read.
    """
    words: dict[int, list[int]] = {}
    begins = np.maximum.accumulate(np.where(text.begins, np.arange(len(text.begins)), 0))
    for place in confidence:
        words.setdefault(int(begins[place]), []).append(place)
    common = common_words("".join(text.characters))
    found = {}
    for places in words.values():
        word = text.word(places[0])
        odds = [np.log(confidence[place] / (1 - confidence[place] + 1e-4)) for place in places]
        clear = round(float(np.minimum(odds, MOST).sum()) / len(word), 3) > CLEAR
        bare = word.strip(MARKS).lower()
        for place in places:
            if bare not in common:
                found[place] = "read without a transcript, in a word that is in no list"
            elif confidence[place] < BELIEVED or not clear or len(bare) < SHORTEST:
                found[place] = "read without a transcript, and not clear enough"
    return found
