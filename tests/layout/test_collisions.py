from __future__ import annotations

import numpy as np

from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS, Glyph, Metrics, Outline
from handfont.layout import collisions
from handfont.layout.page import Line, PlacedGlyph, PlacedWord


def bar(low, high, x, y, scale=10.0):
    heights = BAND_BOTTOM + (np.arange(BANDS) + 0.5) * (BAND_TOP - BAND_BOTTOM) / BANDS
    inside = (heights > low) & (heights < high)
    left, right = (np.where(inside, half, np.nan).astype(np.float32) for half in (-0.05, 0.05))
    return PlacedGlyph(Glyph("l", Outline(()), Metrics(1.0), 0.1, left, right), x, y, scale)


def line(*glyphs):
    return Line((PlacedWord("l" * len(glyphs), glyphs),), glyphs[0].y)


def scales(lines):
    return [glyph.scale for line in lines for word in line.words for glyph in word.glyphs]


def test_only_letters_under_a_tail_are_written_lower():
    above = collisions.spans([bar(-1.2, 1, 50, 130), bar(0, 1, 80, 130)], tails=True)
    assert set(above[:, 0]) == {0}
    kept = collisions.kept_clear([line(bar(0, 2, 50, 100), bar(0, 2, 80, 100), bar(0, 1, 50, 100))], above, 0.5)
    short, tall, small = scales(kept)
    assert 8 <= short < 10
    assert 100 + 2 * short <= 130 - 1.2 * 10 + 1.1
    assert (tall, small) == (10, 10)


def test_a_letter_keeps_most_of_its_size():
    above = collisions.spans([bar(-1.5, 1, 50, 120)], tails=True)
    assert scales(collisions.kept_clear([line(bar(0, 2, 50, 100))], above, 0.5)) == [10 * collisions.MIN_SCALE]


def test_nothing_above_changes_nothing():
    lines = [line(bar(0, 2, 50, 100))]
    assert collisions.kept_clear(lines, collisions.spans([], tails=True), 0.5) is lines
    assert collisions.kept_clear([], collisions.spans([bar(-1, 1, 0, 0)], tails=True), 0.5) == []
