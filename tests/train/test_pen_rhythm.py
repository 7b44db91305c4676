"""The rhythm of UNIPEN writers: two real ones, and pages whose rhythm is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from handfont.layout.page_setup import PageSetup
from handfont.layout.plain_text import prepare
from handfont.layout.typesetting import typeset
from handfont.style.posterior import Rhythm
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand
from handfont.train import pen_rhythm
from handfont.train.data import pen_lines
from handfont.train.data.pen_lines import PenLetter, PenText
from handfont.train.pen_rhythm import RhythmPopulation, RhythmReading

SINGLE, SEVERAL = "ud14bb14b08", "u8dc546deb1"
"""A writer of texts of one line each, and one of several lines."""
PEN = 0.11
TEXT = "the quick brown fox jumps over the lazy dog while seven vexed wizards make some more noise than usual " * 14


def spelled(line):
    return "".join(" " * letter.spaced + letter.character for letter in line)


@pytest.fixture(scope="module")
def texts(request):
    return pen_lines.read(request.path.parent.parent / "data" / "unipen", "train")


def test_letters_of_texts_are_found_with_their_places(texts):
    assert len(texts[SINGLE]) == 16
    assert [spelled(line) for line in texts[SINGLE][1].lines] == ["over the lazy black dog"]
    lines = [line for text in texts[SINGLE] for line in text.lines]
    for line in lines:
        assert np.all(np.diff([letter.points[:, 0].min() for letter in line]) > -0.8)
    small = [np.ptp(letter.points[:, 1]) for line in lines for letter in line if letter.character in "aceonumrsxz"]
    assert 0.8 < np.median(small) < 1.25


def test_texts_of_several_lines_are_parted_into_them(texts):
    first = [spelled(line).strip() for line in texts[SEVERAL][0].lines]
    assert first == [
        "901 El Camino",
        "Real",
        "1234 Lexington",
        "Ave.",
        "56 Main St.,",
        "Suite A",
        "7 University",
        "Rd.",
    ]


def test_the_slant_of_a_hand_is_seen(texts):
    slants = {
        writer: pen_lines.slant_of([q for text in own for line in text.lines for q in line])
        for writer, own in texts.items()
    }
    assert slants[SINGLE] > 0.1 > slants[SEVERAL]


def test_real_lines_tell_what_they_can(texts):
    single, several = (pen_rhythm.readings(texts[writer], PEN) for writer in (SINGLE, SEVERAL))
    assert {"letter_gap", "word_gap", "slope"} <= single.keys()
    assert not {"leading", "margin"} & single.keys()
    assert {"leading", "margin"} <= several.keys()
    gaps = np.exp([single["letter_gap"].value, single["word_gap"].value])
    assert 0.3 < gaps[0] < 0.7
    assert 0.8 < gaps[1] < 1.8


def drawn(rhythm):
    """Lines of a page as those of a tablet: the outlines' points stand for the pen's, which had no width then."""
    style = replace(load_style("print"), rhythm=rhythm)
    setup = PageSetup(width=500, height=4000, x_height=6.0)
    lines = [line for page in typeset(prepare(TEXT), Hand(style), setup, seed=3) for line in page.lines]
    found = []
    for line in lines:
        letters = [
            PenLetter(
                character,
                tuple(placed.on_page(contour.reshape(-1, 2)) / 6.0 for contour in placed.glyph.outline.contours),
                index > 0 and i == 0,
            )
            for index, word in enumerate(line.words)
            for i, (character, placed) in enumerate(zip(word.text, word.glyphs, strict=True))
        ]
        found.append(PenText((tuple(letters),)))
    return found


@pytest.mark.parametrize(("gap", "words", "slope"), [(0.25, 1.4, 0.2), (0.5, 2.0, 0.6)])
def test_the_rhythm_of_a_drawn_page_is_measured(gap, words, slope):
    own = pen_rhythm.readings(drawn(Rhythm(letter_gap=gap, word_gap=words, slope=slope)), 0.0)
    assert np.exp(own["letter_gap"].value) == pytest.approx(gap, rel=0.2)
    assert np.exp(own["word_gap"].value) == pytest.approx(words, rel=0.15)
    assert np.exp(own["slope"].value) == pytest.approx(slope, rel=0.6)


AMONG = {
    "letter_gap": RhythmPopulation(np.log(0.4), 0.4),
    "word_gap": RhythmPopulation(np.log(1.5), 0.2),
    "margin": RhythmPopulation(np.log(0.5), 0.5),
    "bounce": RhythmPopulation(np.log(0.12), 0.3),
}


def test_few_readings_are_drawn_towards_the_population():
    sure, unsure = (
        pen_rhythm.rhythm(
            "a", {"letter_gap": RhythmReading(np.log(0.8), error), "word_gap": RhythmReading(0.5, 0.1)}, AMONG
        )
        for error in (0.01, 1.0)
    )
    assert sure.letter_gap == pytest.approx(0.8, abs=0.01)
    assert 0.4 < unsure.letter_gap < 0.5
    assert sure.measured


def test_what_lines_do_not_tell_is_each_styles_own_and_said():
    own = {"letter_gap": RhythmReading(np.log(0.5), 0.01), "word_gap": RhythmReading(np.log(1.6), 0.01)}
    one, same, other = (pen_rhythm.rhythm(name, own, AMONG) for name in ("one", "one", "other"))
    assert one == same
    assert one.margin != other.margin
    assert one.letter_gap == other.letter_gap
    assert one.turn == Rhythm().turn
    assert "margins and heights of letters, which they do not tell" in pen_rhythm.described(own, AMONG)
    assert not pen_rhythm.rhythm("one", {}, AMONG).measured
    assert "drawn at random" in pen_rhythm.described({}, AMONG)


def test_fields_that_paper_changes_are_relative_to_other_writers():
    usual = pen_rhythm.rhythm("a", {"bounce": RhythmReading(np.log(0.12), 0.01)}, AMONG)
    more = pen_rhythm.rhythm("a", {"bounce": RhythmReading(np.log(0.16), 0.01)}, AMONG)
    assert usual.bounce == pytest.approx(Rhythm().bounce, abs=0.001)
    assert more.bounce == pytest.approx(Rhythm().bounce * 4 / 3, abs=0.002)


def test_populations_leave_out_the_errors_of_readings():
    rng = np.random.default_rng(1)
    writers = [{"slope": RhythmReading(value, 0.3)} for value in rng.normal(0, np.hypot(0.4, 0.3), 4000)]
    found = pen_rhythm.populations(writers)["slope"]
    assert found.mean == pytest.approx(0.0, abs=0.03)
    assert found.deviation == pytest.approx(0.4, abs=0.03)
