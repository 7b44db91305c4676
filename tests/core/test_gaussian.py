from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.gaussian import Gaussian, product

means = st.floats(-50, 50)
variances = st.floats(1e-3, 1e3)
COUNT = st.integers(1, 6)


@st.composite
def gaussians(draw, count=COUNT):
    dimensions = draw(st.integers(1, 5))
    vector = st.lists(means, min_size=dimensions, max_size=dimensions)
    positive = st.lists(variances, min_size=dimensions, max_size=dimensions)
    return [Gaussian(np.array(draw(vector)), np.array(draw(positive))) for _ in range(draw(count))]


@given(gaussians(), st.randoms())
def test_order_does_not_matter(factors, random):
    shuffled = list(factors)
    random.shuffle(shuffled)
    assert product(factors).close_to(product(shuffled), 1e-7)


@given(gaussians(st.integers(2, 6)), st.data())
def test_in_parts_is_the_same_as_at_once(factors, data):
    cut = data.draw(st.integers(1, len(factors) - 1))
    assert product([product(factors[:cut]), product(factors[cut:])]).close_to(product(factors), 1e-7)


@given(gaussians(st.integers(2, 6)))
def test_more_evidence_narrows(factors):
    fewer, more = product(factors[:-1]), product(factors)
    assert (more.variance < fewer.variance).all()


@given(gaussians())
def test_mean_lies_between_the_factors(factors):
    result = product(factors)
    stacked = np.stack([factor.mean for factor in factors])
    assert (result.mean >= stacked.min(axis=0) - 1e-6).all()
    assert (result.mean <= stacked.max(axis=0) + 1e-6).all()


@given(gaussians(st.just(1)), st.integers(1, 9))
def test_repeated_evidence_divides_the_variance(factors, times):
    result = product(factors * times)
    assert np.allclose(result.variance, factors[0].variance / times)
    assert np.allclose(result.mean, factors[0].mean, atol=1e-6)


def test_density_of_the_product_is_the_product_of_densities():
    a, b = Gaussian(np.array([1.0]), np.array([2.0])), Gaussian(np.array([-3.0]), np.array([0.5]))
    joint = product([a, b])
    x = np.linspace(-6, 4, 50)

    def log_density(g):
        return -0.5 * ((x - g.mean) ** 2 / g.variance)

    difference = log_density(a) + log_density(b) - log_density(joint)
    assert np.ptp(difference) < 1e-9


@pytest.mark.parametrize("variance", [0.0, -1.0, np.nan, np.inf])
def test_impossible_variances_are_refused(variance):
    with pytest.raises(ValueError, match="variance"):
        Gaussian(np.zeros(1), np.array([variance]))


def test_no_factors_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        product([])


def test_sampling_has_the_right_spread():
    g = Gaussian(np.array([3.0]), np.array([4.0]))
    rng = np.random.default_rng(0)
    draws = np.array([g.sample(rng, 0.5)[0] for _ in range(4000)])
    assert abs(draws.mean() - 3) < 0.1
    assert abs(draws.std() - 1) < 0.05
