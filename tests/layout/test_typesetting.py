from __future__ import annotations

import itertools
import logging
from dataclasses import replace

import numpy as np
import pyphen
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nearly import same

from handfont.core.composites import WRITABLE
from handfont.errors import OptionError, TextError
from handfont.layout import markdown
from handfont.layout.page_setup import FitRange, PageSetup, Region, Ruling
from handfont.layout.plain_text import clean, prepare
from handfont.layout.typesetting import Panel, typeset
from handfont.synthesis.hand import Hand

SETUP = PageSetup(width=420, height=300)
ENGLISH = pyphen.Pyphen(lang="en_US")


@pytest.fixture(scope="module")
def hand(style):
    return Hand(style)


class Again:
    """A hand that writes each character as it did once: real glyphs, without the time of drawing them anew."""

    def __init__(self, hand):
        self.style, self.neatness, self.weights, self.slant = hand.style, hand.neatness, hand.weights, hand.slant
        self._glyphs = dict(zip(WRITABLE, hand.write(WRITABLE, seed=11), strict=True))

    def write(self, text, seed, document="", first=0, joins=None):
        return [self._glyphs[character] for character in text]


@pytest.fixture(scope="module")
def again(hand):
    return Again(hand)


def written(pages):
    return "".join(word.text for page in pages for line in page.lines for word in line.words)


def source(pages):
    """The text that pages were set from, as their words and lines tell it."""
    parts = []
    for page in pages:
        for line in page.lines:
            parts += [" " * word.spaces + word.text for word in line.words] + ["\n" * line.ends]
    return "".join(parts)


def ink(page):
    points = [
        placed.on_page(contour.reshape(-1, 2))
        for line in page.lines
        for word in line.words
        for placed in word.glyphs
        for contour in placed.glyph.outline.contours
    ]
    return np.concatenate(points)


SETTINGS = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}
any_text = st.text(st.sampled_from(WRITABLE + "    \n\t\f\u00a0\u00ad"), min_size=1, max_size=400)


@settings(max_examples=60, **SETTINGS)
@given(
    any_text.filter(lambda text: text.replace("\u00ad", "").split()),
    st.sampled_from([1, 2]),
    st.sampled_from(["left", "right", "centre"]),
    st.booleans(),
)
def test_any_text_keeps_its_characters_in_order_inside_the_margins(again, text, columns, align, hyphenated):
    setup = PageSetup(width=420, height=300, columns=columns, align=align)
    pages = list(typeset(prepare(text), again, setup, seed=1, hyphenator=ENGLISH if hyphenated else None))
    assert written(pages) == "".join(clean(text).replace("\u00ad", "").split())
    for page in pages:
        assert page.lines
        points = ink(page)
        x_height = page.lines[0].words[0].glyphs[0].scale
        assert points[:, 0].min() > setup.margin_left - 0.6 * x_height
        assert points[:, 0].max() < setup.width - setup.margin_right + 0.6 * x_height
        assert points[:, 1].min() > 0
        assert points[:, 1].max() < setup.height


@settings(max_examples=40, **SETTINGS)
@given(st.text(st.sampled_from("abcde WmgO-  \n"), min_size=1, max_size=400).filter(lambda text: text.split()))
def test_words_and_lines_tell_the_source_text(again, text):
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    told = source(typeset(prepare(text), again, SETUP, seed=1, hyphenator=ENGLISH))
    assert told.rstrip("\n") == "\n".join(lines).rstrip("\n")


@settings(max_examples=40, **SETTINGS)
@given(st.text(st.sampled_from("ab *_#>-`~|![]()1.\n\n    \\"), min_size=1, max_size=200))
def test_any_markdown_is_set(again, text):
    pages = list(typeset(markdown.blocks(text), again, SETUP, seed=1))
    assert all(page.lines or page.marks or page.pictures for page in pages[:-1])


def test_words_stay_whole_and_apart(hand):
    pages = list(typeset(prepare("the quick brown fox jumps over the lazy dog " * 6), hand, SETUP, seed=3))
    words = [word.text for page in pages for line in page.lines for word in line.words]
    assert words == ("the quick brown fox jumps over the lazy dog " * 6).split()
    for page in pages:
        for line in page.lines:
            for first, second in zip(line.words, line.words[1:], strict=False):
                end = max(g.x + g.scale * np.nanmax(g.glyph.right_edge) for g in first.glyphs)
                start = min(g.x + g.scale * np.nanmin(g.glyph.left_edge) for g in second.glyphs)
                assert start - end > 0.5 * first.glyphs[0].scale


def test_a_word_longer_than_the_line_is_hyphenated_with_a_warning(hand, caplog):
    with caplog.at_level(logging.WARNING, logger="handfont"):
        pages = list(typeset(prepare("a " + "endless" * 30 + " z"), hand, SETUP, seed=1, where="letter.txt"))
    assert "letter.txt: 'endless" in caplog.text
    assert "longer than a line" in caplog.text
    lines = [line for page in pages for line in page.lines]
    assert len(lines) > 3
    assert written(pages) == "a" + "endless" * 30 + "z"
    broken = [line.words[-1] for line in lines if line.words[-1].broken]
    assert len(broken) >= len(lines) - 2
    for word in broken:
        assert len(word.glyphs) == len(word.text) + 1
        assert word.glyphs[-1].glyph.character == "-"
    assert source(pages) == "a " + "endless" * 30 + " z"


def test_hyphenation_fills_lines_better(again):
    text = "extraordinarily incomprehensible characterisation internationalisation considerations " * 8
    narrow = PageSetup(width=320, height=700)
    plain, better = (list(typeset(prepare(text), again, narrow, seed=1, hyphenator=h)) for h in (None, ENGLISH))
    assert source(plain) == source(better)
    assert any(word.broken for page in better for line in page.lines for word in line.words)
    assert sum(len(page.lines) for page in better) < sum(len(page.lines) for page in plain)


def test_soft_hyphens_and_hyphens_of_the_word_itself(again):
    narrow = PageSetup(width=200, height=700)
    pages = list(typeset(prepare("well-established well\u00adestablished " * 6), again, narrow, seed=1))
    words = [word for page in pages for line in page.lines for word in line.words]
    assert {word.text for word in words if word.text.endswith("-")} == {"well-"}
    assert not any(word.broken for word in words if word.text == "well-")
    assert source(pages) == "well-established wellestablished " * 5 + "well-established wellestablished"


def test_no_line_of_a_paragraph_is_left_alone(again):
    text = "\n\n".join("some words that fill two or three or four lines, as it happens " * n for n in (2, 3, 4, 5) * 6)
    pages = list(typeset(prepare(text), again, PageSetup(width=420, height=420), seed=1))
    assert len(pages) > 4
    ends = [[line.ends > 0 for line in page.lines] for page in pages]
    for before, after in itertools.pairwise(ends):
        if not before[-1]:
            assert not before[-2], "the first line of a paragraph is alone at a page's foot"
            assert not after[0], "the last line of a paragraph is alone at a page's head"


def test_a_page_number_is_no_text(again):
    from handfont.layout.page_setup import PageNumbers

    setup = PageSetup(width=420, height=300, page_numbers=PageNumbers(form="- {n} -", start=2))
    pages = list(typeset(prepare("word " * 200), again, setup, seed=1))
    aside = [[word.text for line in page.lines if line.aside for word in line.words] for page in pages]
    assert aside[:3] == [[], ["-", "2", "-"], ["-", "3", "-"]]


def test_text_sits_on_the_rules(hand):
    setup = PageSetup(ruling=Ruling("lined", 22.0, first=90.0), margin_bottom=40)
    page = next(typeset(prepare("all the words of a page of text " * 40 + "\n\nnew"), hand, setup, seed=1))
    heights = np.array([rule.y0 for rule in page.rules])
    for line in page.lines:
        assert np.abs(heights - line.baseline).min() < 1e-6
        offsets = [glyph.y - line.baseline for word in line.words for glyph in word.glyphs]
        assert abs(np.mean(offsets)) < 0.12 * page.lines[0].words[0].glyphs[0].scale


def test_size_is_fitted_to_the_page(again):
    small = PageSetup(width=300, height=200, fit=FitRange(3.0, 12.0), most_pages=1)
    sizes = [
        next(typeset(prepare("word " * n), again, small, seed=1)).lines[0].words[0].glyphs[0].scale for n in (3, 40, 80)
    ]
    assert sizes[0] == pytest.approx(12, rel=0.15)
    assert sizes[0] > 1.3 * sizes[1] > 1.3 * sizes[2]
    with pytest.raises(TextError, match="does not fit on one page"):
        list(typeset(prepare("word " * 2000), again, small, seed=1))


def test_panels_stand_in_their_place(again):
    region = Region(250, 40, 390, 150)
    panel = Panel("address", tuple(prepare("Anna\nHigh Street 1\nTown")), region, fit=FitRange(4.0, 9.0))
    page = next(typeset(prepare("hello"), again, SETUP, seed=1, panels=[panel]))
    lines = page.lines[:3]
    assert [line.words[0].text for line in lines] == ["Anna", "High", "Town"]
    xs = [glyph.x for line in lines for word in line.words for glyph in word.glyphs]
    assert min(xs) >= 250
    assert max(xs) <= 390
    with pytest.raises(TextError, match="field 'address' does not fit"):
        list(
            typeset(
                prepare("x"),
                again,
                SETUP,
                seed=1,
                panels=[Panel("address", tuple(prepare("line\n" * 30)), region, x_height=8.0)],
            )
        )


def test_neatness_zero_does_not_move(style):
    pages = list(typeset(prepare("minimum minimum"), Hand(style, 0.0), SETUP, seed=1))
    line = pages[0].lines[0]
    assert {(round(g.y, 6), round(g.scale, 6), g.rotation) for word in line.words for g in word.glyphs} == {
        (round(line.baseline, 6), round(line.words[0].glyphs[0].scale, 6), 0.0)
    }


def test_a_long_line_and_blocks_drawn_apart(again):
    text = "word and others " * 2500
    pages = list(typeset(prepare(text), again, PageSetup(), seed=1))
    assert source(pages).split() == text.split()


def test_glyphs_are_the_same_whatever_follows(hand):
    text = "the same words again " * 30
    setup = PageSetup()
    short = next(typeset(prepare(text), hand, setup, seed=1))
    long = next(typeset(prepare(text + "\n\n" + "more " * 500), hand, setup, seed=1))
    before, after = ([placed for word in page.lines[0].words for placed in word.glyphs] for page in (short, long))
    assert same([placed.glyph for placed in before], [placed.glyph for placed in after]) == 1
    assert before[0].x == pytest.approx(after[0].x, abs=0.1)


def test_line_breaks_paragraphs_and_form_feeds(hand):
    pages = list(typeset(prepare("one\ntwo\n\nthree\ffour"), hand, SETUP, seed=1))
    assert [[line.words[0].text for line in page.lines] for page in pages] == [["one", "two", "three"], ["four"]]
    one, two, three = (line.baseline for line in pages[0].lines)
    assert (two - three) > (one - two) * 1.3


def test_long_texts_fill_pages_evenly(hand):
    pages = list(typeset(prepare("word " * 400), hand, SETUP, seed=1))
    assert len(pages) > 2
    counts = {len(page.lines) for page in pages[:-1]}
    assert len(counts) == 1


def test_every_glyph_is_its_own_sample(hand):
    pages = list(typeset(prepare("banana " * 20), hand, SETUP, seed=1))
    shapes = {
        tuple(np.round(contour, 4).tobytes() for contour in placed.glyph.outline.contours)
        for page in pages
        for line in page.lines
        for word in line.words
        for placed in word.glyphs
    }
    assert len(shapes) == 6 * 20


def test_margins_without_room(hand):
    with pytest.raises(OptionError, match="no room"):
        next(typeset(prepare("hello"), hand, PageSetup(width=100, height=300), seed=1))


HIGH = "one  \ntwo  \n$\\frac{\\frac{1}{2}}{\\frac{3}{4}}$ three  \nfour  \nfive"


def test_lines_make_room_for_high_formulas_and_no_others(hand):
    page = next(typeset(markdown.blocks(HIGH), hand, SETUP, seed=1))
    steps = -np.diff([line.baseline for line in page.lines])
    assert steps[0] == pytest.approx(steps[3])
    assert min(steps[1:3]) > 1.1 * steps[0]
    two, formula, four = [ink(replace(page, lines=[page.lines[i]]))[:, 1] for i in (1, 2, 3)]
    assert two.min() > formula.max()
    assert formula.min() > four.max()
    assert page.lines[2].words[0].text == "(1/2)/(3/4)"


def test_on_rules_formulas_take_whole_lines(hand):
    setup = replace(SETUP, ruling=Ruling("lines", 24.0))
    page = next(typeset(markdown.blocks(HIGH), hand, setup, seed=1))
    steps = -np.diff([line.baseline for line in page.lines]) / 24
    assert steps == pytest.approx(np.round(steps))


def test_a_formula_wider_than_a_line_is_refused(hand):
    with pytest.raises(TextError, match=r"notes: the formula '\(abc.*' is wider than a line; write it in parts"):
        list(typeset(markdown.blocks(f"$\\frac{{{'abc' * 40}}}{{2}}$"), hand, SETUP, seed=1, where="notes"))
