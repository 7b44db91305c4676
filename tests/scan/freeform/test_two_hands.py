from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core import sdf
from handfont.core.glyph import GlyphSample, Metrics
from handfont.model.loading import load_weights
from handfont.scan.freeform.two_hands import CHARACTERS, DIFFERENT, ratios, second_hand
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand

LINE = "theraindoesnotstopanditisstilldarkoutside"


def written(style: str, count: int) -> list[GlyphSample]:
    """The letters of so many lines in a shipped style."""
    samples = []
    hand = Hand(load_style(style))
    for number in range(count):
        for glyph in hand.write(LINE, number):
            shape = sdf.from_strokes(list(glyph.strokes), sdf.MIN_SIZE)
            metrics = Metrics(float(shape.side), float(shape.y))
            samples.append(GlyphSample(glyph.character, shape.field, metrics, 0.1, "page", (0, 0, 9, 9)))
    return samples


def lines(count: int) -> np.ndarray:
    return np.repeat(np.arange(count), len(LINE))


@pytest.mark.parametrize("style", ["print", "rounded"])
def test_one_hand_is_one(style):
    assert second_hand(written(style, 6), lines(6), load_weights().embedder) is None


def test_another_hand_begins_where_it_begins():
    page = written("print", 2) + written("rounded", 4)
    assert second_hand(page, lines(6), load_weights().embedder) == 2


def test_a_few_letters_tell_nothing():
    embedder = load_weights().embedder
    assert second_hand([], np.zeros(0, int), embedder) is None
    assert second_hand(written("print", 1), lines(1), embedder) is None


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10.0))
def test_letters_that_differ_only_by_chance_are_about_as_far_apart_as_their_scatter(seed, size):
    rng = np.random.default_rng(seed)
    characters, where = np.tile(np.arange(CHARACTERS), 12), np.repeat(np.arange(6), 2 * CHARACTERS)
    means = rng.normal(0, 10 * size, (CHARACTERS, 40))
    seen = (means[characters] + rng.normal(0, size, (len(characters), 40))).astype(np.float32)
    found = ratios(seen, characters, where)
    assert sorted(found) == [1, 2, 3, 4, 5]
    assert max(found.values()) < DIFFERENT
    moved = seen + np.where(where >= 3, 4 * size, 0.0)[:, None]
    other = ratios(moved.astype(np.float32), characters, where)
    assert max(other, key=other.get) == 3
    assert other[3] > DIFFERENT


def test_characters_of_one_side_are_not_compared():
    seen = np.eye(24, dtype=np.float32)
    assert ratios(seen, np.repeat(np.arange(12), 2), np.repeat(np.arange(12), 2)) == {}
