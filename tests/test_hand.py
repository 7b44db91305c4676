from __future__ import annotations

from dataclasses import replace

import numpy as np
from nearly import same

from handfont.charset import ASCII, INDEX, alike
from handfont.evaluate.measures import overlap
from handfont.glyph import Outline
from handfont.hand import Hand
from handfont.model import inference

ACCENTED = "Žluťoučkýkůň½¾m²łóĳ®Ǖț" * 12


def contours(glyph):
    return [contour.tobytes() for contour in glyph.outline.contours]


def test_composed_characters_are_one_glyph_each(style):
    glyphs = Hand(style).write(ACCENTED, seed=3)
    assert "".join(glyph.character for glyph in glyphs) == ACCENTED
    for glyph in glyphs:
        left, _, right, _ = glyph.outline.bounds()
        assert left - 0.1 < np.nanmin(glyph.left_edge) < np.nanmax(glyph.right_edge) < right + 0.1


def test_composed_characters_belong_to_their_positions(style):
    whole = Hand(style).write(ACCENTED, seed=3, document="a")
    hand = Hand(style)
    halves = [glyph for first, stop in ((0, 100), (100, len(ACCENTED)))
              for glyph in hand.write(ACCENTED[first:stop], seed=3, document="a", first=first)]
    assert same(halves, whole) > 0.97
    other = hand.write(ACCENTED, seed=3, document="b")
    assert same(other, whole) < 0.1


def test_marks_leave_letters_as_they_were(style):
    """The base is the sample of its position, and the letters beside it do not change."""
    hand = Hand(style)
    plain, accented = hand.write("seen", seed=4), hand.write("séën", seed=4)
    for position, (before, after) in enumerate(zip(plain, accented, strict=True)):
        letter = replace(after, outline=Outline(after.outline.contours[: len(before.outline.contours)]))
        assert same([letter], [before]) == 1
        assert (len(after.outline.contours) > len(before.outline.contours)) == (position in (1, 2))


def test_no_two_marks_are_alike(style):
    hand = Hand(style)
    marks = {tuple(contours(glyph))[-1] for glyph in hand.write("é" * 30, seed=1)}
    assert len(marks) == 30
    still = Hand(style, neatness=0).write("éééé", seed=1)
    assert same(still, still[:1] * 4) == 1


def test_a_hand_knows_its_slant(style):
    assert -0.2 < Hand(style).slant < 0.6


def test_repeated_letters_are_never_alike(style):
    """Neither one the writer was seen to write nor an inferred one comes out like one of the two before it."""
    hand = Hand(style)
    inferred = next(character for character in "QZ&%qz" + ASCII if character not in style.characters)
    for character in ("e", inferred):
        fields = hand.sample(character * 40, seed=2).fields
        for gap in (1, 2):
            assert overlap(fields[gap:], fields[:-gap]).max() < 0.97, character


def test_what_is_drawn_reads_as_meant(style):
    text = ASCII * 4
    fields = Hand(style).sample(text, seed=8).fields
    read = inference.read(Hand(style).weights.reader, fields).argmax(axis=1)
    same = alike()
    assert np.mean([same[INDEX[character], chosen] for character, chosen in zip(text, read, strict=True)]) > 0.97


def test_glyphs_that_fail_are_chosen_among_candidates(style):
    """With twice the writer's variation many first draws fail; what is written still reads, and still differs."""
    hand = Hand(style, neatness=2.0)
    fields = hand.sample("e" * 60, seed=2).fields
    assert (hand._checker.readability(fields, np.full(60, INDEX["e"])) > 0.3).mean() > 0.9
    assert overlap(fields[1:], fields[:-1]).max() < 0.97
