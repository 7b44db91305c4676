from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handfont.accents import WRITABLE
from handfont.errors import OptionError
from handfont.hand import Hand
from handfont.layout.page import PageSetup, typeset
from handfont.layout.text import prepare
from handfont.output.pdf import transform

SETUP = PageSetup(width=420, height=300)


@pytest.fixture(scope="module")
def hand(style):
    return Hand(style)


def written(pages):
    return "".join(word.text for page in pages for line in page.lines for word in line.words)


def ink(page):
    points = [transform(contour.reshape(-1, 2), placed) for line in page.lines for word in line.words
              for placed in word.glyphs for contour in placed.glyph.outline.contours]
    return np.concatenate(points)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from(WRITABLE + "    \n"), min_size=1, max_size=300).filter(str.strip))
def test_any_text_keeps_its_characters_in_order_inside_the_margins(hand, text):
    pages = list(typeset(prepare(text), hand, SETUP, seed=1))
    assert written(pages) == "".join(text.split())
    for page in pages:
        assert page.lines
        points = ink(page)
        x_height = page.lines[0].words[0].glyphs[0].scale
        assert points[:, 0].min() > SETUP.margin_left - 0.6 * x_height
        assert points[:, 0].max() < SETUP.width - SETUP.margin_right + 0.6 * x_height
        assert points[:, 1].min() > 0
        assert points[:, 1].max() < SETUP.height


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


def test_a_word_longer_than_the_line_is_cut_where_it_must_be(hand):
    pages = list(typeset(prepare("a " + "endless" * 30 + " z"), hand, SETUP, seed=1))
    assert written(pages) == "a" + "endless" * 30 + "z"
    assert sum(len(page.lines) for page in pages) > 3


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
    shapes = {tuple(np.round(contour, 4).tobytes() for contour in placed.glyph.outline.contours)
              for page in pages for line in page.lines for word in line.words for placed in word.glyphs}
    assert len(shapes) == 6 * 20


def test_margins_without_room(hand):
    with pytest.raises(OptionError, match="no room"):
        next(typeset(prepare("hello"), hand, PageSetup(width=100, height=300), seed=1))
