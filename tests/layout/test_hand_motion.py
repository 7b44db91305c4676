from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from handfont.layout.hand_motion import LIMIT, MARGIN_LIMIT, Drift
from handfont.layout.page_setup import PageSetup, Ruling
from handfont.layout.plain_text import prepare
from handfont.layout.typesetting import typeset
from handfont.style.posterior import Rhythm
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand

LINES = 24
SEEDS = range(200)


@pytest.fixture(scope="module")
def drifts():
    """(seeds, lines, 3): margin, slope and size of the lines of many columns."""
    found = []
    for seed in SEEDS:
        drift = Drift(seed, "letter.txt")
        lines = [drift.at(i, i) for i in range(LINES)]
        found.append([(line.margin, line.slope, line.size) for line in lines])
    return np.array(found)


def test_neighboring_lines_are_alike_and_far_ones_are_not(drifts):
    for values in np.moveaxis(drifts, 2, 0):
        assert 0.6 < values.std() < 1.4
        near = np.corrcoef(values[:, :-1].ravel(), values[:, 1:].ravel())[0, 1]
        assert near > 0.5
    slopes = drifts[:, :, 1]
    assert abs(np.corrcoef(slopes[:, :-12].ravel(), slopes[:, 12:].ravel())[0, 1]) < 0.35


def test_margins_move_one_way_down_a_page_mostly_to_the_right(drifts):
    moved = drifts[:, LINES // 2 :, 0].mean(axis=1) - drifts[:, : LINES // 2, 0].mean(axis=1)
    assert 0.65 < (moved > 0).mean() < 0.95


def test_nothing_strays_too_far(drifts):
    assert np.abs(drifts[:, :, 0]).max() <= MARGIN_LIMIT
    assert np.abs(drifts[:, :, 1]).max() <= LIMIT


def test_a_line_drifts_the_same_whatever_was_asked_for_before():
    one, other = Drift(1, "a"), Drift(1, "a")
    lines = [one.at(i, i) for i in range(300)]
    assert other.at(299, 299) == lines[299]
    assert Drift(1, "b").at(0, 0) != lines[0]


def lines_of(rhythm, **setup):
    hand = Hand(replace(load_style("print"), rhythm=rhythm))
    sheet = PageSetup(width=420, height=900, x_height=6.0, **setup)
    text = "many a line of plain words is written on and on down the page until it ends " * 25
    return [line for page in typeset(prepare(text), hand, sheet, seed=4) for line in page.lines], sheet


def starts_of(lines):
    first = [line.words[0].glyphs[0] for line in lines]
    return np.array([g.x + g.scale * np.nanmin(g.glyph.left_edge) for g in first])


def test_margins_and_slopes_are_scaled_by_the_rhythm():
    careful, careless = (lines_of(Rhythm(margin=margin, slope=slope))[0] for margin, slope in ((0.1, 0.1), (0.8, 0.8)))
    assert starts_of(careless).std() > 3 * starts_of(careful).std()

    def slopes(lines):
        return np.array(
            [
                np.polyfit([g.x for w in line.words for g in w.glyphs], [g.y for w in line.words for g in w.glyphs], 1)[
                    0
                ]
                for line in lines[:-1]
            ]
        )

    assert slopes(careless).std() > 2 * slopes(careful).std()
    assert np.corrcoef(slopes(careless)[:-1], slopes(careless)[1:])[0, 1] > 0.3


def test_careless_hands_stay_within_the_margins_and_on_the_rules():
    lines, sheet = lines_of(Rhythm(margin=1.0, slope=1.2, size=0.1), ruling=Ruling("lined", 22.0))
    rules = {rule.y0 for rule in sheet.printed()}
    for line in lines:
        ends = [
            (g.x + g.scale * np.nanmin(g.glyph.left_edge), g.x + g.scale * np.nanmax(g.glyph.right_edge))
            for word in line.words
            for g in word.glyphs
        ]
        assert min(left for left, _ in ends) > sheet.margin_left - 0.6 * 6
        assert max(right for _, right in ends) < sheet.width - sheet.margin_right + 0.6 * 6
        assert min(abs(line.baseline - rule) for rule in rules) < 1e-6
        assert max(abs(g.y - line.baseline) for word in line.words for g in word.glyphs) < 0.35 * 6


def test_hands_move_unlike_each_other_over_the_same_text_and_seed():
    style = load_style("print")
    text, sheet = "one line after the other\n" * 12, PageSetup(width=420, height=600)
    pages = [next(typeset(prepare(text), Hand(replace(style, name=name)), sheet, seed=1)) for name in ("a", "a", "b")]
    starts = [starts_of(page.lines) for page in pages]
    assert np.array_equal(starts[0], starts[1])
    assert np.abs(starts[0] - starts[2]).max() > 0.05
