"""Figures of ink, on ink whose figures are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stroke_letters import SAMPLES, WRITERS, model, trajectories

from handfont.core.inking import Nib, ink
from handfont.core.strokes import StrokeGlyph, resampled
from handfont.evaluate.held_out import HeldOut, real
from handfont.evaluate.ink import ENROLLED, PIXELS, THICK, ink_and_thick, ink_rows, pieces_of
from handfont.evaluate.raster import filled
from handfont.model.loading import Weights, load_weights

PEN = 0.1


def line(*points):
    return resampled(np.array(points, np.float32), 30)


def outline(*strokes, pen=PEN):
    return ink([StrokeGlyph("x", strokes)], Nib(pen)).outlines[0]


def test_pieces_are_those_of_the_ink():
    assert pieces_of(outline(line((0, 0), (0, 1)))) == 1
    assert pieces_of(outline(line((0, 0), (0, 1)), line((-0.5, 0.5), (0.5, 0.5)))) == 1
    assert pieces_of(outline(line((0, 0), (0, 1)), line((0, 1.3), (0.01, 1.3)))) == 2
    assert pieces_of(outline(*(line((x, 0), (x, 1)) for x in (0, 0.05, 0.5)))) == 2


@pytest.mark.parametrize(("times", "blot"), [(1.0, False), (1.5, False), (2.0, True)])
def test_ink_of_more_than_so_many_pens_is_thick(times, blot):
    mask, _ = filled(outline(line((0, 0), (0, 1)), pen=times * PEN), PIXELS)
    whole, thick = ink_and_thick(mask, PEN)
    assert whole == mask.sum()
    assert (times > THICK) == blot
    assert thick / whole == pytest.approx(1.0 if blot else 0.0, abs=0.05)


def test_a_blot_in_a_stroke_counts_by_its_own_ink():
    mask, (column, row) = filled(outline(line((-1, 0), (1, 0))), PIXELS)
    assert ink_and_thick(mask, PEN)[1] == 0
    blotted = mask.copy()
    blotted[max(0, int(row) - 6) : int(row) + 6, int(column) - 7 : int(column) + 7] = 1
    whole, thick = ink_and_thick(blotted, PEN)
    assert whole > mask.sum()
    assert 0 < thick < 0.5 * whole


@pytest.fixture(scope="module")
def weights() -> Weights:
    return replace(load_weights(), strokes=model())


@pytest.fixture(scope="module")
def writers() -> list[HeldOut]:
    """Two of the invented writers, with an l and a t each."""
    result = []
    for number in (1, 4):
        own = trajectories()[2 * SAMPLES * number : 2 * SAMPLES * (number + 1)]
        writer = HeldOut(f"w{number}")
        for glyph in (own[0], own[SAMPLES]):
            writer.paths[glyph.label], writer.first[glyph.label] = glyph, real(glyph)
        result.append(writer)
    assert len(result) < WRITERS
    return result


def test_figures_of_writers_whose_letters_are_in_the_model_are_good(writers, weights):
    rows = {row.what: (row.letters, row.value, row.real, row.percent) for row in ink_rows(writers, weights)}
    assert len(rows) == 5
    pieces, thick, decoded, on_strokes, on_ink = rows.values()
    assert pieces[:3] == (ENROLLED, 0.0, 0.0)
    assert thick[1] < 0.1  # where bar and stem of a t cross
    assert thick[2] == pytest.approx(thick[1], abs=0.06)
    assert decoded[1] < 0.03
    assert on_strokes[1] > 0.95
    assert on_ink[1] > 0.95
    assert [row[3] for row in rows.values()] == [False, True, False, True, True]
