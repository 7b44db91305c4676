"""What a style is warned of."""

from dataclasses import replace

import numpy as np
import pytest

from handfont.core.charset import ASCII, CHARACTERS
from handfont.style import store
from handfont.style.posterior import Rhythm
from handfont.synthesis.hand import Hand
from handfont.synthesis.legibility import UNREADABLE, check, implausible, legible, readability


def test_the_rhythm_of_shipped_hands_is_plausible():
    for name in ("ballpoint", "slant", "compact"):
        assert not list(implausible(store.load_style(name).rhythm))


def test_words_that_run_together_are_reported():
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


def test_what_a_style_knows_and_lacks_is_found(style):
    findings = check(style)
    assert 0.3 < findings.known < 1
    assert set(findings.missing) == set(ASCII) - set(style.characters)
    assert set(findings.inferred) == set(CHARACTERS) - set(ASCII) - set(style.characters)
    assert "a" in findings.single
    assert set(findings.readable) == set(CHARACTERS)
    assert {character for character, value in findings.readable.items() if value < UNREADABLE} == set(findings.doubtful)
    assert len(set(findings.doubtful) & set(ASCII)) < 10
    assert replace(style, characters={}).samples == 0
    few = check(replace(style, characters={}, writer=replace(style.writer, variance=np.ones_like(style.writer.mean))))
    assert few.known == 0
    assert set(few.missing) == set(ASCII)


def other_shape(style, character, other):
    """The style with the strokes of another character in one's place, which its form can be bent to."""
    hand, way = Hand(style), style.characters[character][0]
    points = hand.allographs(other)[0].points
    mean = hand.weights.strokes.points(way.form, way.mean.astype(np.float32))
    shape = points - (points.min(axis=0) + points.max(axis=0)) / 2
    return replace(style, characters=style.characters | {character: (replace(way, offsets=shape - mean),)})


def test_a_letter_that_came_out_as_another_is_doubtful_and_inferred_instead(style):
    assert readability(style, ["o", "n", "o"]).keys() == {"o", "n"}
    assert readability(style, []) == {}
    spoiled = other_shape(style, "o", "z")
    assert readability(style, ["o"])["o"] > 0.8
    assert readability(spoiled, ["o"])["o"] < UNREADABLE
    healed, lost = legible(spoiled, [style, style])
    assert lost == ("o",)
    assert "o" not in healed.characters
    assert readability(healed, ["o"])["o"] > 0.8
    # Whoever writes it so has it so.
    kept, lost = legible(spoiled, [spoiled])
    assert (kept, lost) == (spoiled, ())
