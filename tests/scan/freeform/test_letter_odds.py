from __future__ import annotations

import numpy as np
import pytest

from handfont.core import sdf
from handfont.core.glyph import GlyphSample, Metrics
from handfont.model.loading import load_weights
from handfont.scan.freeform.found_letters import FoundLetter, FoundLetters
from handfont.scan.freeform.letter_odds import NO_KIN, OWN, LetterLook, look_of

RING = [np.array([(np.cos(a), 1 + np.sin(a)) for a in np.linspace(0, 2 * np.pi, 24)], np.float32) / 2]
CROSS = [np.array([(0, 0), (1, 1)], np.float32), np.array([(0, 1), (1, 0)], np.float32)]
STEM = [np.array([(0, 0), (0, 1)], np.float32)]
DOTTED = [*STEM, np.array([(0, 1.4), (0, 1.45)], np.float32)]


def looks(*letters: tuple[str, list[np.ndarray], dict]) -> LetterLook:
    """What is known of letters that follow each other: character, strokes, and what is unlike certain ones."""
    found, samples = [], []
    for place, (character, strokes, other) in enumerate(letters):
        known = {"sure": 0.98, "seen": 0.9, "apart": False, "box": (0, 0, 9, 9)} | other
        shape = sdf.from_strokes(strokes, sdf.MIN_SIZE)
        samples.append(GlyphSample(character, shape.field, Metrics(shape.side, shape.y), 0.1, "page", (0, 0, 9, 9)))
        found.append(FoundLetter(place, 0, character, **known))
    own = np.zeros((10, 10), np.int32)
    legible = np.full(len(letters), 0.95)
    return look_of(FoundLetters(found, own, [], 20.0), samples, legible, load_weights().population)


def test_a_letter_that_looks_like_the_others_of_its_character_is_likelier():
    look = looks(("o", RING, {}), ("o", RING, {}), ("o", CROSS, {}), ("x", CROSS, {}))
    assert look.distance[0] == 0.0 and look.distance[2] > 0.3
    assert look.distance[3] == NO_KIN[0]
    assert look.kin.tolist() == [1, 1, 1, 0]
    odds = look.odds()
    assert odds[0] > odds[2]


def test_letters_that_are_not_likely_are_no_kin():
    look = looks(("o", RING, {"sure": 0.01, "apart": True}), ("o", RING, {}))
    assert look.kin.tolist() == [1, 0]


def test_a_letter_wider_or_taller_than_the_others_of_its_character_is_less_likely():
    wide = {"box": (0, 0, 19, 9)}
    look = looks(("o", RING, {}), ("o", RING, {}), ("o", RING, {}), ("o", RING, wide), ("x", CROSS, wide))
    assert look.wide.tolist() == pytest.approx([0, 0, 0, 0.5, 0])
    assert not look.tall.any()
    odds = look.odds()
    assert odds[3] < odds[0]


def test_where_letters_are_pieces_of_their_own_a_letter_that_is_one_counts_as_more():
    cut = {"whole": False}
    apart, joined = looks(("o", RING, {}), ("x", CROSS, {})), looks(("o", RING, {}), ("x", CROSS, cut))
    assert apart.cuts.tolist() == [0, 0] and joined.cuts.tolist() == [0.5, 0.5]
    assert apart.odds()[0] > joined.odds()[0]


def test_what_speaks_against_a_letter():
    usual, unsure, apart, short = looks(
        ("o", RING, {}), ("o", RING, {"sure": 0.5}), ("o", RING, {"apart": True}), ("o", RING, {"length": 0.2})
    ).odds(OWN)
    assert max(unsure, apart, short) < usual
    look = looks(("i", STEM, {}), ("i", DOTTED, {}), ("l", STEM, {}))
    assert look.undotted.tolist() == [1, 0, 0]
    small, large = looks(("o", [s / 3 for s in RING], {}), ("o", RING, {})).size
    assert small > large
