"""From samples of invented writers to their strokes, and what is left out on the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stroke_letters import letter, model

from handfont.core.forms import POINTS
from handfont.core.glyph import GlyphSample, Metrics, Skeleton
from handfont.core.sdf import GRID
from handfont.evaluate.deformations import Deformation, inked
from handfont.model.loading import load_weights
from handfont.scan import estimation
from handfont.scan.estimation import EXPLAINED, LARGEST, Fit, fit, fitted, style_of, unexplained
from handfont.style.posterior import Origin, Pen
from handfont.train.data.unipen import Trajectory
from handfont.train.strokes import sample_of


@pytest.fixture(scope="module")
def weights():
    """The shipped networks with the stroke model of two invented letters."""
    return replace(load_weights(), strokes=model())


def samples(label="t", writer=2, count=3, on_paper=True):
    """Letters of one writer, as ink on paper or as the pen's path."""
    rng = np.random.default_rng(9)
    drawn = [letter(writer, label, rng) for _ in range(count)]
    return [inked(glyph, Deformation("as written")) if on_paper else sample_of(glyph) for glyph in drawn]


def style(of, weights):
    return style_of(of, "x", "#000000", Origin(), weights)


def test_strokes_that_were_recorded_come_back_as_they_were_written(weights):
    for sample in samples(on_paper=False):
        found = fit(sample, model())
        assert found is not None
        assert found.explained == 1.0
        drawn = model().points(found.form, found.latent)
        middle = drawn - (drawn.min(axis=0) + drawn.max(axis=0)) / 2
        assert np.abs(middle + found.offsets - found.points).max() < 0.005
        assert np.concatenate(sample.strokes).min() == pytest.approx(found.points.min(), abs=0.02)


def test_strokes_in_ink_are_those_it_was_written_with(weights):
    for label in "tl":
        for drawn, read in zip(samples(label, on_paper=False), samples(label), strict=True):
            truth, found = fit(drawn, model()), fit(read, model())
            assert found is not None
            assert truth is not None
            assert found.form == truth.form
            assert found.explained > 0.95
            assert np.hypot(*(found.points - truth.points).T).mean() < 0.08
            assert found.anchor == pytest.approx(truth.anchor, abs=0.05)
            assert unexplained(found) == ""


def test_recorded_strokes_of_a_number_that_no_form_has_are_taken_as_ink(weights):
    glyph = letter(2, "l", np.random.default_rng(1))
    stem = glyph.strokes[0]
    twice = sample_of(Trajectory("w", "l", [stem[:11], stem[10:]], True))
    found = fit(twice, model())
    assert found is not None
    assert found.form == 0
    assert found.explained > 0.95


def test_ink_that_no_strokes_explain_is_in_doubt(weights):
    bar = np.array([[-1.2, 0.2], [-1.2, 1.2], [-0.6, 1.2]], np.float32)
    more = Trajectory("w", "l", [*letter(2, "l", np.random.default_rng(9)).strokes, bar], True)
    found = fit(inked(more, Deformation("as written")), model())
    assert found is not None
    assert found.explained < EXPLAINED
    assert unexplained(found) == "no strokes of the character explain its ink"


def test_a_character_that_has_no_form_is_reported(weights):
    sample = replace(samples()[0], character="Q")
    assert fit(sample, model()) is None
    assert unexplained(None) == "is a character without strokes"
    assert "Q" not in style([sample, *samples()], weights).characters


def test_all_samples_are_fitted_on_any_number_of_cores(weights, monkeypatch):
    own = samples() + samples("l")
    found = []
    for cores in ("1", "2"):
        monkeypatch.setenv("OMP_NUM_THREADS", cores)
        found.append(fitted(own, weights))
    assert [set(one) for one in found] == [{id(sample) for sample in own}] * 2
    for sample in own:
        one, other = (fits[id(sample)] for fits in found)
        assert one is not None
        assert other is not None
        assert np.array_equal(one.latent, other.latent)
        assert np.array_equal(one.offsets, other.offsets)


def test_a_style_has_the_mean_of_a_writers_strokes(weights):
    own = samples(count=6, on_paper=False)
    (way,) = style(own, weights).characters["t"]
    latents = [fit(sample, model()).latent for sample in own]
    assert (way.samples, way.form) == (6, 1)
    assert way.mean == pytest.approx(np.mean(latents, axis=0), abs=1e-3)
    # The foot of a t, 1.5 x-heights tall, is on the line.
    assert way.height == pytest.approx(1.5 * model().height[1, 0], abs=0.05)
    assert style(own, weights).pen.width == pytest.approx(np.median([sample.pen for sample in own]), abs=1e-4)
    unplaced = [replace(sample, metrics=replace(sample.metrics, centre_y=None)) for sample in own]
    assert style(unplaced, weights).characters["t"][0].height is None


def test_variances_are_of_the_writer_and_near_peoples_where_there_are_few_samples(weights):
    (one,) = style(samples(count=1, on_paper=False), weights).characters["t"]
    assert one.variance == pytest.approx(1.0)
    (alike,) = style(samples(count=1, on_paper=False) * 30, weights).characters["t"]
    assert alike.variance == pytest.approx(estimation.SHRINKAGE / (estimation.SHRINKAGE + 29), abs=1e-3)
    (many,) = style(samples(count=12, on_paper=False), weights).characters["t"]
    assert ((many.variance > 0) & (many.variance <= LARGEST)).all()


def fitted_as(form, latent, tall=1.0, centre=0.5):
    """A sample and its fit, made up: strokes of a height."""
    points = np.stack([np.zeros(POINTS), np.linspace(-tall / 2, tall / 2, POINTS)], axis=1).astype(np.float32)
    sample = GlyphSample("t", np.zeros((48, 48), np.float32), Metrics(tall, centre), 0.1, "", (0, 0, 0, 0))
    return sample, Fit(form, np.asarray(latent, np.float32), np.zeros((POINTS, 2), np.float32), -tall / 2, points, 1.0)


def test_two_forms_are_two_ways_the_usual_one_first():
    own = model()
    latents = [own.hand_latent[np.flatnonzero(own.hand_form == form)[0]] for form in (0, 1)]
    ways = estimation._variants([fitted_as(1, latents[1]), fitted_as(0, latents[0]), fitted_as(0, latents[0])], own)
    assert [(way.form, way.samples) for way in ways] == [(0, 2), (1, 1)]


def test_of_one_form_those_far_apart_are_two_ways_and_a_chain_is_one():
    own, start = model(), model().hand_latent[0]
    direction = own.within[0].sum(axis=0)

    def ways(*places):
        return [
            way.samples
            for way in estimation._variants([fitted_as(0, start + place * direction) for place in places], own)
        ]

    far = 3 * estimation.ALLOGRAPH
    assert ways(0, 0.1, far, far + 0.1, far - 0.1) == [3, 2]
    step = 0.9 * estimation.ALLOGRAPH
    assert ways(*(step * number for number in range(5))) == [5]


def test_strokes_found_in_another_direction_are_a_way_of_their_own():
    """Their mean with the others would be a dot."""
    sample, there = fitted_as(0, model().hand_latent[0])
    back = replace(there, points=there.points[::-1].copy())
    ways = estimation._variants([(sample, there), (sample, back), (sample, there)], model())
    assert [way.samples for way in ways] == [2, 1]
    near = replace(there, points=there.points * np.float32(1.2))
    assert [way.samples for way in estimation._variants([(sample, there), (sample, near)], model())] == [2]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0.2, 3), st.none() | st.floats(-1, 2)), min_size=1, max_size=12))
def test_most_samples_are_always_usual(measured):
    own = [fitted_as(0, model().hand_latent[0], tall, centre) for tall, centre in measured]
    ways = estimation._variants(own, model())
    assert len(own) / 2 < sum(way.samples for way in ways) <= len(own)


def test_slips_of_a_writer_are_left_out_of_the_mean():
    latent = model().hand_latent[0]
    usual = [fitted_as(0, latent, 1.0, 0.5) for _ in range(5)]
    for slip in (fitted_as(0, latent, 2.0, 0.5), fitted_as(0, latent, 0.5, 0.5), fitted_as(0, latent, 1.0, 1.2)):
        (way,) = estimation._variants([*usual, slip], model())
        assert way.samples == 5
    # Of a few samples none is known to be the slip; and half of them large is how the hand writes.
    assert sum(way.samples for way in estimation._variants([usual[0], slip], model())) == 2
    both = [fitted_as(0, latent, tall) for tall in (1.0, 1.0, 2.0, 2.0)]
    assert sum(way.samples for way in estimation._variants(both, model())) == 4


def test_pressure_is_how_much_letters_differ_in_width():
    def of(widths, character="a"):
        shape = np.zeros((GRID, GRID), np.float32)
        return [
            GlyphSample(
                character,
                shape,
                Metrics(1.0),
                0.1,
                "paper",
                (0, 0, 0, 0),
                skeleton=Skeleton(np.zeros((9, 2), np.float32), np.full(9, width, np.float32)),
            )
            for width in widths
        ]

    widths = 0.1 * np.exp(0.05 * np.random.default_rng(1).standard_normal(60))
    assert estimation.pressure_of(of(widths)) == pytest.approx(0.05, abs=0.015)
    assert estimation.pressure_of(of(1e5 * widths**6)) == estimation.PRESSURES[1]
    for few in (of(widths[:5]), of(np.full(60, 0.1)), of(widths, "-"), []):
        assert estimation.pressure_of(few) == Pen.variation
