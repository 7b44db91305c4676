"""A page of joined writing on squared paper, drawn from words of a writer whose letters taught nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from handfont.model.loading import load_weights
from handfont.scan import image
from handfont.scan.freeform import reader

PAGE = Path(__file__).parents[2] / "data" / "joined_page.jpg"


@pytest.fixture(scope="module")
def page():
    return image.load(PAGE)[0]


@pytest.fixture(scope="module")
def text():
    return PAGE.with_suffix(".txt").read_text()


@pytest.fixture(scope="module")
def reading(page, text):
    return reader.read(page, text, PAGE.name, load_weights(), dpi=180)


def kept(reading):
    bad = {id(sample) for sample, _ in reading.doubtful}
    return [sample for sample in reading.samples if id(sample) not in bad]


def test_most_letters_are_cut_out_and_know_their_neighbors(reading, text):
    assert len(kept(reading)) > 0.5 * len("".join(text.split()))
    assert len({sample.character for sample in kept(reading)}) >= 18
    assert reading.x_height_mm == pytest.approx(1.97, rel=0.2)
    assert np.mean([sample.joins.right for sample in kept(reading)]) > 0.4
    assert sum(pair.joined for pair in reading.pairs) > 40
    assert not all(pair.joined for pair in reading.pairs)
    low = [pair.height for pair in reading.pairs if pair.left in "acdehlmnu" and pair.height is not None]
    assert len(low) > 15
    assert -0.2 < np.median(low) < 0.6
    assert all(pair.joined for pair in reading.pairs if pair.height is not None)


def test_a_page_that_is_upside_down(page, text, reading):
    turned = reader.read(np.ascontiguousarray(page[::-1, ::-1]), text.replace("\n", " "), "page.jpg", load_weights())
    assert len(kept(turned)) > 0.85 * len(kept(reading))


def test_without_a_transcript_letters_of_known_words_are_kept(page, text):
    reading = reader.read(page, None, PAGE.name, load_weights())
    shared = [word for word in reading.text.split() if word in text.split()]
    assert len(shared) > 0.35 * len(text.split())
    assert "no transcript" in reading.notes[0]
    assert len(kept(reading)) > 0.2 * len("".join(text.split()))
