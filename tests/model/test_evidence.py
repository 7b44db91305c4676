"""What glyphs say of a style, against the equations of the model that it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.gaussian import Gaussian, product
from handfont.model.evidence import LEAST_PRECISION, PLACES, Evidence

CHARACTERS, EMBEDDED, STYLE = 4, 6, 3


def evidence(seed: int = 0) -> Evidence:
    """An evidence whose loadings do not mix the dimensions of the style."""
    rng = np.random.default_rng(seed)
    loading = np.zeros((CHARACTERS, EMBEDDED + PLACES, STYLE), np.float32)
    for row in range(EMBEDDED + PLACES):
        loading[:, row, row % STYLE] = rng.normal(0, 1, CHARACTERS)
    return Evidence(
        rng.normal(0, 1, loading.shape[:2]).astype(np.float32),
        loading,
        rng.uniform(0.5, 2, loading.shape[:2]).astype(np.float32),
    )


def seen(
    own: Evidence, style: np.ndarray, labels: np.ndarray, rng: np.random.Generator, noise: float = 1.0
) -> np.ndarray:
    """(N, EMBEDDED + PLACES) what glyphs of a style look like."""
    mean = own.centre[labels] + own.loading[labels] @ style
    return mean + noise * rng.standard_normal(mean.shape) * np.sqrt(own.noise[labels])


def told(own: Evidence, values: np.ndarray, labels: np.ndarray, known: np.ndarray) -> list[Gaussian]:
    metrics = np.zeros((len(labels), 4), np.float32)
    metrics[:, :PLACES] = values[:, EMBEDDED:]
    given_ = np.zeros((len(labels), 4), np.float32)
    given_[:, :PLACES] = known
    return own.of(values[:, :EMBEDDED].astype(np.float32), labels, metrics, given_)


@given(st.integers(0, 1000))
def test_the_product_over_glyphs_is_the_posterior_of_the_factor_analysis(seed: int) -> None:
    own, rng = evidence(seed), np.random.default_rng(seed)
    labels = rng.integers(0, CHARACTERS, 20)
    values = seen(own, rng.standard_normal(STYLE), labels, rng)
    found = product([Gaussian.standard(STYLE), *told(own, values, labels, np.ones((20, PLACES)))])
    loading, weight = own.loading[labels].astype(float), 1 / own.noise[labels]
    precision = np.eye(STYLE) + np.einsum("ndr,nd,nds->rs", loading, weight, loading)
    mean = np.linalg.solve(precision, np.einsum("ndr,nd->r", loading, weight * (values - own.centre[labels])))
    assert found.mean == pytest.approx(mean, abs=1e-3)
    assert 1 / found.variance == pytest.approx(np.diag(precision), rel=1e-3)


def test_the_style_is_found_again_from_many_glyphs() -> None:
    own, rng, style = evidence(), np.random.default_rng(1), np.array([1.0, -2.0, 0.5])
    labels = rng.integers(0, CHARACTERS, 4000)
    values = seen(own, style, labels, rng)
    found = product([Gaussian.standard(STYLE), *told(own, values, labels, np.ones((4000, PLACES)))])
    assert found.mean == pytest.approx(style, abs=0.1)


@given(st.floats(-1e3, 1e3))
def test_what_is_not_known_does_not_count(anything: float) -> None:
    own, rng, labels = evidence(), np.random.default_rng(2), np.arange(CHARACTERS)
    values = seen(own, np.zeros(STYLE), labels, rng)
    other = values.copy()
    other[:, EMBEDDED:] = anything
    for one, two in zip(
        *(told(own, rows, labels, np.zeros((CHARACTERS, PLACES))) for rows in (values, other)), strict=True
    ):
        assert np.array_equal(one.mean, two.mean)
        assert np.array_equal(one.variance, two.variance)


def test_glyphs_that_say_nothing_still_have_a_variance() -> None:
    own = Evidence(
        np.zeros((1, EMBEDDED + PLACES), np.float32),
        np.zeros((1, EMBEDDED + PLACES, STYLE), np.float32),
        np.ones((1, EMBEDDED + PLACES), np.float32),
    )
    (one,) = told(own, np.ones((1, EMBEDDED + PLACES)), np.zeros(1, np.int64), np.ones((1, PLACES)))
    assert one.variance == pytest.approx(np.full(STYLE, 1 / LEAST_PRECISION))
    assert (one.mean == 0).all()


def test_what_is_expected_of_a_style_is_a_unit_vector_and_says_that_style() -> None:
    own, labels = evidence(), np.arange(CHARACTERS)
    for style in (np.zeros(STYLE, np.float32), np.array([2.0, -1.0, 0.0], np.float32)):
        expected = own.expected(style, labels)
        assert expected.shape == (CHARACTERS, EMBEDDED)
        assert np.linalg.norm(expected, axis=1) == pytest.approx(1, abs=1e-5)
        mean = (own.centre + own.loading @ style)[:, :EMBEDDED]
        cosine = (expected * mean).sum(axis=1) / np.linalg.norm(mean, axis=1)
        assert cosine == pytest.approx(1, abs=1e-5)
