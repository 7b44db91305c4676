from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from handfont.core.charset import X_HEIGHT_LETTERS
from handfont.errors import DataError
from handfont.train.data import dhsd

WORDS = Path(__file__).parents[2] / "data" / "dhsd"


@pytest.fixture(scope="module")
def train():
    return list(dhsd.read(WORDS, "train"))


def test_letters_come_in_the_order_of_their_words(train):
    labels = "".join(glyph.label for glyph in train if glyph.writer == "dhsd:w29")
    for text in ("Mu¨llrose", "Großbeeren", "Droßdorf"):
        assert text in labels
    assert Counter(glyph.label for glyph in train)["ß"] >= 3


def test_place_on_the_line_is_plausible(train):
    for glyph in train:
        top, bottom = glyph.baseline / glyph.x_height, (glyph.baseline - len(glyph.ink)) / glyph.x_height
        assert glyph.ink[0].any() and glyph.ink[-1].any() and glyph.ink[:, 0].any() and glyph.ink[:, -1].any()
        assert 0 < glyph.pen < glyph.x_height / 2
        if glyph.label in X_HEIGHT_LETTERS:
            assert 0.5 < top < 1.5 and -0.4 < bottom < 0.4
        elif glyph.label in "ßGDM":
            assert 1.2 < top < 2.6
        elif glyph.label == "¨":
            assert top > bottom > 0.9


def test_splits_share_no_writer(train):
    held_out = {glyph.writer for glyph in dhsd.read(WORDS, "dev")}
    assert held_out == {"dhsd:w26"}
    assert {glyph.writer for glyph in train} == {"dhsd:w29", "dhsd:w34"}
    assert len(dhsd.DEV_WRITERS) == 6


def test_reading_is_deterministic(train):
    again = list(dhsd.read(WORDS, "train"))
    assert len(again) == len(train)
    for first, second in zip(train, again, strict=True):
        assert np.array_equal(first.ink, second.ink)
        assert (first.writer, first.label, first.x_height, first.baseline, first.pen) == (
            second.writer,
            second.label,
            second.x_height,
            second.baseline,
            second.pen,
        )


def test_a_folder_without_words_is_reported(tmp_path):
    with pytest.raises(DataError, match=r"data\.csv"):
        next(dhsd.read(tmp_path, "train"))
