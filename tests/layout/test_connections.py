"""Joined words on the page: one path, ink without gaps, and lifts where the writer lifts."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from handfont import RenderOptions, render
from handfont.model.joins import ALWAYS
from handfont.output.writing_order import written_lines
from handfont.style import store

TEXT = "minimum under the hill anemone"


@pytest.fixture(scope="module")
def joining():
    """A shipped hand that joins all letters that people join."""
    return replace(store.load_style("slant"), joins=ALWAYS)


def words(text, style, **options):
    pages = render(text, style, RenderOptions(**options)).pages
    return [word for page in pages for line in page.lines for word in line.words]


def pairs(found):
    for word in found:
        for one, other in itertools.pairwise(word.glyphs):
            if one.glyph.joined and other.glyph.joined and one.glyph.joined.joins.right:
                yield one, other


def test_letters_meet_where_they_are_joined(joining):
    met = list(pairs(words(TEXT, joining)))
    assert len(met) == sum(len(word) - 1 for word in TEXT.split())
    for one, other in met:
        before, after = one.on_page(one.glyph.strokes[one.glyph.joined.exit]), other.on_page(other.glyph.strokes[0])
        assert np.hypot(*(before[-1] - after[0])) < 1e-4 * one.scale


def test_joins_have_no_corners(joining):
    kinks = []
    for one, other in pairs(words(TEXT, joining)):
        before, after = one.on_page(one.glyph.strokes[one.glyph.joined.exit]), other.on_page(other.glyph.strokes[0])
        ways = [before[-1] - before[-2], after[1] - after[0]]
        turn = np.diff([np.degrees(np.arctan2(way[1], way[0])) for way in ways])[0]
        kinks.append(abs((turn + 180) % 360 - 180))
    assert np.percentile(kinks, 90) < 20


def test_every_letter_has_its_ink_and_its_edges(joining):
    for word in words(TEXT, joining):
        for placed in word.glyphs:
            left, _, right, _ = placed.glyph.outline.bounds()
            assert right > left
            assert np.nanmin(placed.glyph.left_edge) < np.nanmax(placed.glyph.right_edge)
            assert placed.glyph.joined is None or placed.glyph.joined.pressure is None


def area(word):
    """Of the ink of a word, in squared x-heights, overlaps counted twice."""
    total = 0.0
    for placed in word.glyphs:
        for contour in placed.glyph.outline.contours:
            x, y = contour[:, 2].T.astype(float)
            total += abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2
    return total


def test_strong_words_keep_their_wider_pen(joining):
    plain, strong = (words(text, joining, markdown=True)[0] for text in ("anemone", "**anemone**"))
    assert strong.glyphs[0].glyph.pen > 1.2 * plain.glyphs[0].glyph.pen
    assert area(strong) > 1.2 * area(plain)


def test_letters_are_joined_never_always_or_as_the_writer_does(joining):
    style = store.load_style("slant")
    assert not list(pairs(words(TEXT, style)))
    assert list(pairs(words(TEXT, style, joined="always")))
    assert not list(pairs(words(TEXT, joining, joined="never")))


def test_what_is_not_a_letter_is_not_joined(joining):
    for one, other in pairs(words("it's 1234 a-b (on) café naïve", joining)):
        assert one.glyph.character.isalpha()
        assert other.glyph.character.isalpha()


def test_a_hyphenated_word_is_lifted_at_the_line_end(joining):
    found = words("unwahrscheinlichkeiten " * 6, joining, lang="de", paper="60mmx120mm", margin="5mm", size="4mm")
    broken = [word for word in found if word.broken]
    assert broken
    for word in broken:
        assert word.glyphs[-1].glyph.joined is None  # the hyphen


def test_a_plotter_writes_joined_letters_in_one_go(joining):
    apart, one = (
        sum(len(group.strokes) for line in written_lines(render("une", style).pages[0]) for group in line[0].groups)
        for style in (store.load_style("slant"), joining)
    )
    assert apart == 3
    assert one == 1
