from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.random_streams import stream
from handfont.synthesis.latent_noise import BLOCK, MAX_SHAPE, PROFILE, noise_of


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 3 * BLOCK), st.integers(1, 2 * BLOCK), st.text(max_size=3))
def test_noise_belongs_to_positions(first, count, document):
    whole = noise_of(3, document, 0, 5 * BLOCK, 12)
    part = noise_of(3, document, first, count, 12)
    for name in ("shape", "profile", "choice"):
        assert np.array_equal(getattr(whole, name)[first : first + count], getattr(part, name))
    for name in ("pressure", "lean"):
        assert np.allclose(getattr(whole, name)[first : first + count], getattr(part, name), atol=1e-5)


def other_numbers(one, other):
    """Whether no number is in both, but those that are cut off."""
    inside = np.minimum(np.abs(one), np.abs(other)) < MAX_SHAPE
    return not ((one == other) & inside).any()


def test_numbers_are_normal_and_cut_off():
    for shape in (
        noise_of(3, "", 0, 4000, 12).shape,
        noise_of(3, "", 0, 1, 12).with_parts([stream(3, i) for i in range(2000)], [0] * 2000).shape[1:],
    ):
        assert np.abs(shape).max() == MAX_SHAPE
        assert abs((np.abs(shape) == MAX_SHAPE).mean() - 0.0455) < 0.006  # of a normal number, beyond 2
        assert abs((np.abs(shape) < 1).mean() - 0.6827) < 0.015
        assert abs(shape.mean()) < 0.03


def test_documents_and_seeds_have_noise_of_their_own():
    one = noise_of(3, "a", 0, 50, 12)
    for other in (noise_of(4, "a", 0, 50, 12), noise_of(3, "b", 0, 50, 12)):
        assert other_numbers(one.shape, other.shape)
        assert not (one.choice == other.choice).any()
        assert abs(np.corrcoef(one.shape.ravel(), other.shape.ravel())[0, 1]) < 0.2


@pytest.mark.parametrize(("name", "step"), [("pressure", 0.1), ("lean", 0.03)])
def test_pressure_and_slant_drift_slowly_with_unit_variance(name, step):
    drift = np.concatenate([getattr(noise_of(seed, "", 200, 3000, 1), name) for seed in range(10)])
    assert abs(drift.std() - 1) < 0.12
    assert np.abs(np.diff(drift)).mean() < step


def test_parts_have_noise_of_their_own_at_their_owners_pressure():
    plain = noise_of(1, "", 0, 5, 12)
    parts = plain.with_parts([stream(1, "mark", i) for i in range(2)], [1, 3])
    assert parts.shape.shape == (7, 12)
    assert parts.profile.shape == (7, PROFILE)
    assert np.array_equal(parts.shape[:5], plain.shape)
    assert np.array_equal(parts.pressure[5:], plain.pressure[[1, 3]])
    assert np.array_equal(parts.lean[5:], plain.lean[[1, 3]])
    assert other_numbers(parts.shape[5:], plain.shape[[1, 3]])
    assert ((parts.choice >= 0) & (parts.choice < 1)).all()
