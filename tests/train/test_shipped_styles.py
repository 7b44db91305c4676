"""The samples that shipped styles are enrolled from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handfont.model.loading import load_weights
from handfont.style import store
from handfont.synthesis.hand import Hand
from handfont.train.data.unipen import Trajectory
from handfont.train.shipped_styles import JOINED_STYLES, UNIPEN_STYLES, samples_of


@pytest.fixture(scope="module")
def glyphs():
    """Letters of a shipped hand as trajectories, and some of them with a wrong label."""
    written = Hand(store.load_style("slant")).write("abo" * 5, seed=1)
    right = [Trajectory("w", glyph.character, list(glyph.strokes), True) for glyph in written]
    return [replace(glyph, label="a" if glyph.label == "b" else glyph.label) for glyph in right[:6]] + right[6:]


def test_of_each_character_those_are_taken_that_read_best(glyphs):
    found = samples_of(glyphs, load_weights(), per_character=3)
    assert [sample.character for sample in found] == list("aaabbbooo")
    taken = {stroke.tobytes() for sample in found if sample.character == "a" for stroke in sample.strokes}
    wrong = samples_of([replace(glyphs[1]), replace(glyphs[4])], load_weights())
    assert not taken & {stroke.tobytes() for sample in wrong for stroke in sample.strokes}


def test_a_height_is_known_where_the_baseline_is(glyphs):
    found = samples_of([replace(glyph, baseline=False) for glyph in glyphs[6:]], load_weights())
    assert all(sample.metrics.centre_y is None for sample in found)
    assert all(sample.metrics.centre_y is not None for sample in samples_of(glyphs[6:], load_weights()))


def test_every_chosen_writer_has_a_style_of_its_pen():
    for chosen in UNIPEN_STYLES + JOINED_STYLES:
        pen = store.load_style(store.shipped() / f"{chosen.name}.yaml").pen
        assert (pen.width, pen.ink) == (chosen.pen, chosen.ink)


def test_styles_of_writers_who_join_letters_join_them():
    joined = {chosen.name for chosen in JOINED_STYLES}
    for path in store.shipped().glob("*.yaml"):
        assert (store.load_style(path).joins is not None) == (path.stem in joined)
    rates = [store.load_style(chosen.name).joins.rate for chosen in JOINED_STYLES]
    assert min(rates) < 0 < 2 < max(rates)  # from one who lifts the pen most of the time to one who seldom does
