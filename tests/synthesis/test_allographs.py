from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stroke_letters import model

from handfont.core.charset import ASCII
from handfont.core.contacts import CONTACT, in_touch
from handfont.core.forms import POINTS
from handfont.core.variation import varied
from handfont.model.loading import load_weights
from handfont.style.posterior import StylePosterior, Variant
from handfont.synthesis.allographs import SEEN_VARIATION, UNSEEN_VARIATION, allographs_of, inferred


@pytest.fixture(scope="module")
def weights():
    """The shipped tables with the stroke model of two invented letters."""
    return replace(load_weights(), strokes=model())


def variant(
    form: int, samples: int = 2, height: float | None = 0.2, variance: float = 1.0, offsets: np.ndarray | None = None
) -> Variant:
    own = model()
    latent = own.hand_latent[np.flatnonzero(own.hand_form == form)[0]].astype(np.float64)
    return Variant(
        samples,
        form,
        latent,
        np.full(own.within.shape[1], variance),
        height,
        np.zeros((POINTS, 2), np.float32) if offsets is None else offsets,
    )


def of(style: StylePosterior, *variants: Variant) -> StylePosterior:
    return replace(style, characters={"t": variants})


def anchor_of(way):
    low, high = way.points.min(axis=0), way.points.max(axis=0)
    return (1 - way.anchor) * low[1] + way.anchor * high[1]


def test_a_seen_character_is_written_as_it_was_seen(style, weights):
    (way,) = allographs_of(of(style, variant(1)), "t", weights)
    own = model().points(1, variant(1).mean.astype(np.float32))
    assert way.form is model().forms[1]
    assert np.ptp(way.points - own, axis=0) == pytest.approx([0, 0], abs=1e-5)  # only moved
    assert way.points[:, 0].min() == pytest.approx(-way.points[:, 0].max(), abs=1e-5)
    assert anchor_of(way) == pytest.approx(0.2, abs=1e-5)


def test_offsets_are_added_to_the_strokes(style, weights):
    offsets = np.zeros((POINTS, 2), np.float32)
    offsets[20:30, 0] = 0.05
    plain, bent = (
        allographs_of(of(style, one), "t", weights)[0].points for one in (variant(1), variant(1, offsets=offsets))
    )
    assert np.allclose((bent - plain) - (bent - plain)[0], offsets - offsets[0], atol=1e-5)


def test_without_a_baseline_a_character_stands_at_its_forms_usual_height(style, weights):
    (way,) = allographs_of(of(style, variant(1, height=None)), "t", weights)
    assert anchor_of(way) == pytest.approx(float(model().height[1, 1]), abs=1e-5)


def test_ways_are_chosen_as_often_as_they_were_seen(style, weights):
    ways = allographs_of(of(style, variant(1, samples=3), variant(0, samples=1)), "t", weights)
    assert [way.share for way in ways] == [0.75, 0.25]


def factor_of(form: int, share: float) -> np.ndarray:
    """So much of the rows of the model's factor, in points."""
    return (share * model().within[form] @ model().basis[form]).reshape(-1, POINTS, 2)


def test_a_writer_who_varies_twice_as_much_has_directions_twice_as_long(style, weights):
    """Of an l, which touches nothing."""
    usual, wild, still = (
        allographs_of(of(style, variant(0, variance=variance)), "t", weights)[0].directions
        for variance in (1.0, 4.0, 0.0)
    )
    assert usual.shape == (model().within.shape[1], POINTS, 2)
    assert np.allclose(wild, 2 * usual, atol=1e-5)
    assert not still.any()
    assert np.allclose(usual, factor_of(0, SEEN_VARIATION), atol=1e-5)


def test_the_bar_of_a_t_stays_on_its_stem_however_much_the_writer_varies(style, weights):
    (way,) = allographs_of(of(style, variant(1, variance=9.0)), "t", weights)
    noise = np.random.default_rng(5).standard_normal((50, len(way.directions))).astype(np.float32)
    which = np.zeros(50, np.int64)
    apart = []
    for directions in (way.directions, factor_of(1, 3 * SEEN_VARIATION)):
        for points in varied(way.points[None], directions[None].astype(np.float32), which, noise):
            stem, bar = way.form.strokes(points)
            apart.append(np.hypot(*(stem[:, None] - bar[None]).transpose(2, 0, 1)).min())
    assert max(apart[:50]) < CONTACT < max(apart[50:])  # without contacts some bars come off
    assert np.allclose(
        way.directions, in_touch(way.points, way.form.counts, factor_of(1, 3 * SEEN_VARIATION)), atol=1e-4
    )


def test_an_unseen_character_is_somebodys_and_varies_less(style, weights):
    way = inferred(replace(style, characters={}), "t", weights)
    assert way.form is model().forms[1]
    assert way.share == 1.0
    assert anchor_of(way) == pytest.approx(float(model().height[1, 1]), abs=1e-5)
    assert UNSEEN_VARIATION < SEEN_VARIATION
    assert np.allclose(way.directions, in_touch(way.points, way.form.counts, factor_of(1, UNSEEN_VARIATION)), atol=1e-4)


def test_how_much_a_writer_varies_shows_in_unseen_characters(style, weights):
    def directions(variance):
        lively = replace(style, characters={"t": (variant(1, samples=1000, variance=variance),)})
        return np.abs(inferred(lively, "l", weights).directions).sum()

    assert directions(4.0) == pytest.approx(2 * directions(1.0), rel=0.05)


def test_every_shipped_character_of_ascii_has_a_way(style):
    for character in ASCII:
        for way in allographs_of(style, character, load_weights()):
            assert way.points.shape == (POINTS, 2)
            assert np.isfinite(way.points).all()
            assert np.isfinite(way.directions).all()
            assert -1.6 < way.points[:, 1].min() < way.points[:, 1].max() < 3.2, character
