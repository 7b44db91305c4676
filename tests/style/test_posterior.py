"""What is drawn of what is known of a writer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.forms import POINTS
from handfont.core.gaussian import Gaussian
from handfont.style.posterior import PRIOR, USUAL_COUNTED, Pen, StylePosterior, Variant, latent


def way(samples: int, variance: float) -> Variant:
    return Variant(samples, 0, np.zeros(4), np.full(3, variance), None, np.zeros((POINTS, 2), np.float32))


def style(*ways: Variant) -> StylePosterior:
    return StylePosterior("x", "m", Gaussian.standard(2), {"a": ways} if ways else {}, Pen(0.1))


@given(st.floats(-3, 3), st.floats(0.01, 0.999))
def test_a_style_is_drawn_where_the_letters_alone_would_have_it_with_some_of_the_prior(truth, variance):
    """A posterior of that variance is the product of the prior and of evidence; most of the prior is taken back."""
    posterior = Gaussian(np.array([truth * (1 - variance)]), np.array([variance]))
    evidence = 1 / variance - 1
    expected = truth * evidence / (evidence + PRIOR)
    assert latent(posterior)[0] == pytest.approx(expected, abs=1e-4)


def test_of_a_writer_of_whom_nothing_is_known_the_mean_is_drawn():
    assert latent(Gaussian.standard(4)) == pytest.approx(np.zeros(4))
    assert np.isfinite(latent(Gaussian(np.ones(2), np.full(2, 50.0)))).all()


def test_the_variation_of_a_writer_who_was_seen_once_is_peoples_usual():
    assert style().variation == 1.0
    assert style(way(1, 9.0)).variation == 1.0


@given(st.integers(2, 10**5), st.floats(0.0, 9.0))
def test_the_more_repetitions_the_more_the_writers_own_variation_counts(samples, variance):
    found = style(way(samples, variance)).variation ** 2
    share = (samples - 1) / (USUAL_COUNTED + samples - 1)
    assert found == pytest.approx(1 + share * (variance - 1), rel=1e-6)


def test_ways_of_writing_are_told_apart_by_all_that_they_are():
    one = way(2, 1.0)
    assert one == way(2, 1.0)
    for change in (
        {"samples": 3},
        {"form": 1},
        {"height": 0.5},
        {"mean": np.ones(4)},
        {"variance": np.ones(2)},
        {"offsets": np.ones((POINTS, 2), np.float32)},
    ):
        assert one != replace(one, **change)
    assert one != "a way"
    assert style(one, way(3, 1.0)).samples == 5
