from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from nearly import fields, points_on, same

from handfont.core.charset import ASCII, INDEX, alike
from handfont.core.composites import COMPOSED
from handfont.core.contacts import CONTACT
from handfont.evaluate.metrics import overlap
from handfont.model import inference
from handfont.model.loading import load_weights
from handfont.synthesis.hand import Hand, redrawn

ACCENTED = "Žluťoučkýkůň½¾m²łóĳ®Ǖț" * 12


def test_composed_characters_are_one_glyph_each(style):
    glyphs = Hand(style).write(ACCENTED, seed=3)
    assert "".join(glyph.character for glyph in glyphs) == ACCENTED
    for glyph in glyphs:
        left, _, right, _ = glyph.outline.bounds()
        assert left - 0.1 < np.nanmin(glyph.left_edge) < np.nanmax(glyph.right_edge) < right + 0.1


def test_composed_characters_belong_to_their_positions(style):
    whole = Hand(style).write(ACCENTED, seed=3, document="a")
    hand = Hand(style)
    halves = [
        glyph
        for first, stop in ((0, 100), (100, len(ACCENTED)))
        for glyph in hand.write(ACCENTED[first:stop], seed=3, document="a", first=first)
    ]
    assert same(halves, whole) == 1
    assert same(hand.write(ACCENTED, seed=3, document="b"), whole) < 0.01


def test_marks_leave_letters_as_they_were(style):
    """The base is the sample of its position, and the letters beside it do not change."""
    hand = Hand(style)
    plain, accented = hand.write("seen", seed=4), hand.write("séën", seed=4)
    for position, (before, after) in enumerate(zip(plain, accented, strict=True)):
        assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(before.strokes, after.strokes, strict=False))
        assert (len(after.strokes) > len(before.strokes)) == (position in (1, 2))


def test_no_two_marks_are_alike(style):
    hand = Hand(style)
    marks = {glyph.strokes[-1].tobytes() for glyph in hand.write("é" * 30, seed=1)}
    assert len(marks) == 30
    still = Hand(style, neatness=0).write("éééé", seed=1)
    assert same(still, still[:1] * 4) == 1


def test_everything_that_can_be_composed_can_be_written(style):
    text = "".join(COMPOSED)
    for glyph in Hand(style).write(text, seed=1):
        assert np.isfinite(points_on(glyph.outline)).all(), glyph.character


def test_a_hand_knows_its_slant(style):
    assert -0.2 < Hand(style).slant < 0.6


def test_a_hand_that_is_slanted_more_knows_that(style):
    """Marks are set over letters as they are drawn, before the style's own slant leans both."""
    leaning = replace(style, geometry=replace(style.geometry, slant=20.0))
    assert Hand(leaning).slant == Hand(style).slant


def inferred(style):
    return next(character for character in "QZ&%qz#" + ASCII if character not in style.characters)


def test_repeated_letters_are_never_alike(style):
    """Neither one the writer was seen to write nor an inferred one comes out like one of the two before it."""
    hand = Hand(style)
    for character in ("e", inferred(style)):
        drawn = fields(hand.write(character * 40, seed=2))
        for gap in (1, 2):
            assert overlap(drawn[gap:], drawn[:-gap]).max() < 0.97, character


def test_the_mean_is_none_of_the_samples(style):
    """Without variation every glyph is the mean; with it none is, and all lie about it."""
    mean = Hand(style, neatness=0).write("e", seed=5)[0]
    drawn = Hand(style).write("e" * 60, seed=5)
    middle = np.mean([glyph.strokes[0] for glyph in drawn], axis=0)
    away = [float(np.hypot(*(glyph.strokes[0] - mean.strokes[0]).T).mean()) for glyph in drawn]
    assert min(away) > 0.005
    assert float(np.hypot(*(middle - mean.strokes[0]).T).mean()) < np.mean(away) / 2


def test_variation_grows_with_neatness(style):
    def scatter(neatness):
        return float(np.mean(np.std([glyph.strokes[0] for glyph in Hand(style, neatness).write("e" * 40, 1)], axis=0)))

    assert 0 < 1.5 * scatter(0.5) < scatter(1.0) < scatter(2.0) / 1.5


def test_letters_stand_where_their_mean_stands(style):
    """Variation of the shape neither lifts a letter from the line nor moves it along: layout does that."""
    straight = replace(style, rhythm=replace(style.rhythm, lean=0.0))
    hand, mean = Hand(straight), Hand(straight, neatness=0)
    for character in "enx":
        anchor = hand.allographs(character)[0].anchor
        own = mean.write(character, 1)[0]

        def stands(glyph, share=anchor):
            points = np.concatenate(glyph.strokes)
            low, high = points.min(axis=0), points.max(axis=0)
            return (low[0] + high[0]) / 2, (1 - share) * low[1] + share * high[1]

        if len(hand.allographs(character)) == 1:
            for glyph in hand.write(character * 20, 1):
                assert stands(glyph) == pytest.approx(stands(own), abs=1e-4)


def test_strokes_that_touch_still_touch(style):
    """The bar of a t and the arm of a k go where the stem goes, also in a hand of twice the variation."""
    hand = Hand(style, neatness=2.0)
    tried = 0
    for character in "tkKEFHAB+":
        for way in hand.allographs(character):
            mean = way.form.strokes(way.points)
            if len(mean) < 2 or nearest(*mean[:2]) >= CONTACT:
                continue
            tried += 1
            for glyph in hand.write(character * 20, 3):
                if [len(stroke) for stroke in glyph.strokes] == [len(stroke) for stroke in mean]:
                    assert nearest(*glyph.strokes[:2]) < 2 * CONTACT
    assert tried > 3


def nearest(one, other):
    return float(np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)).min())


def test_what_is_drawn_reads_as_meant(style):
    text = ASCII * 4
    read = inference.read(load_weights().reader, fields(Hand(style).write(text, seed=8))).argmax(axis=1)
    merged = alike()
    # Nothing is drawn again: as people's own letters (94 %), a few are read as something else.
    assert np.mean([merged[INDEX[character], chosen] for character, chosen in zip(text, read, strict=True)]) > 0.91


def test_a_lively_hand_can_still_be_read(style):
    """With twice the writer's variation what is written still reads, and still differs."""
    drawn = fields(Hand(style, neatness=2.0).write("e" * 60, seed=2))
    read = inference.legibility(inference.read(load_weights().reader, drawn), np.full(60, INDEX["e"]))
    assert (read > 0.3).mean() > 0.9
    assert overlap(drawn[1:], drawn[:-1]).max() < 0.97


def test_the_ink_lies_about_the_strokes(style):
    """No ink without a stroke, no stroke without ink: all of it lies within half the pressed pen of the path."""
    for glyph in Hand(style).write("Quickly,jump%&é", seed=1):
        ink, path = (
            points_on(glyph.outline),
            np.concatenate([np.linspace(a, b, 9) for stroke in glyph.strokes for a, b in itertools.pairwise(stroke)]),
        )
        assert np.hypot(*(ink[:, None] - path[None]).transpose(2, 0, 1)).min(axis=1).max() < 0.75 * glyph.pen + 0.04
        left, bottom, right, top = glyph.outline.bounds()
        assert left <= path[:, 0].min() <= path[:, 0].max() <= right
        assert bottom <= path[:, 1].min() <= path[:, 1].max() <= top


def test_the_pen_is_pressed_as_much_as_the_style_says(style):
    even = replace(style, pen=replace(style.pen, variation=0.0))
    calm, pressed = (Hand(one).write("lllll", seed=1) for one in (even, style))
    for one, other in zip(calm, pressed, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one.strokes, other.strokes, strict=True))
        assert one.outline.contours[0].shape != other.outline.contours[0].shape or not np.allclose(
            one.outline.contours[0], other.outline.contours[0], atol=1e-4
        )


def test_a_glyph_is_redrawn_with_its_pen(style):
    glyph = Hand(style).write("n", seed=1)[0]
    small = redrawn(glyph, np.diag([0.5, 0.5]).astype(np.float32))
    assert small.pen == glyph.pen
    for before, after in zip(glyph.strokes, small.strokes, strict=True):
        assert after == pytest.approx(0.5 * before, abs=1e-6)
    edge = points_on(small.outline)[:, 0]
    left, right = edge.min(), edge.max()
    assert right - left == pytest.approx(0.5 * np.ptp(np.concatenate(glyph.strokes)[:, 0]) + glyph.pen, abs=0.05)
    assert np.nanmin(small.left_edge) == pytest.approx(left, abs=0.03)  # handles lie outside of the ink


def test_nothing_written_is_no_glyph(style):
    assert Hand(style).write("", seed=1) == []
