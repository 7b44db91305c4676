"""Varied letters: means with their directions added, and set back on the line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.variation import restore_position, varied

LETTERS, NUMBERS, POINTS = 3, 4, 10


def drawn(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Means, directions, the letter of each glyph and the numbers of each."""
    rng = np.random.default_rng(seed)
    return (
        rng.standard_normal((LETTERS, POINTS, 2)).astype(np.float32),
        rng.standard_normal((LETTERS, NUMBERS, POINTS, 2)).astype(np.float32),
        rng.integers(0, LETTERS, count),
        rng.standard_normal((count, NUMBERS)).astype(np.float32),
    )


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_points_are_the_mean_and_so_much_of_each_direction(seed: int, count: int) -> None:
    means, directions, which, noise = drawn(seed, count)
    expected = means[which] + np.einsum("nr,nrpa->npa", noise, directions[which])
    assert np.allclose(varied(means, directions, which, noise), expected, atol=1e-4)


def test_a_glyph_is_the_same_to_the_last_bit_whatever_is_drawn_with_it() -> None:
    means, directions, which, noise = drawn(1, 40)
    whole = varied(means, directions, which, noise)
    for row in range(40):
        alone = varied(
            means[which[row : row + 1]], directions[which[row : row + 1]], np.zeros(1, np.int64), noise[row : row + 1]
        )
        assert alone.tobytes() == whole[row].tobytes()


def test_without_noise_letters_are_the_means() -> None:
    means, directions, which, noise = drawn(2, 6)
    assert np.array_equal(varied(means, directions, which, 0 * noise), means[which])


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_letters_stand_as_their_means_do(seed: int, shares: list[float]) -> None:
    rng = np.random.default_rng(seed)
    means, points = rng.standard_normal((2, len(shares), POINTS, 2)).astype(np.float32)
    before = points.copy()
    share = np.array(shares, np.float32)
    restore_position(points, means, share)
    for mean, old, new, own in zip(means, before, points, share.tolist(), strict=True):
        assert np.ptp(new - old, axis=0) == pytest.approx([0, 0], abs=1e-5)  # moved whole
        for axis, place in ((0, 0.5), (1, own)):
            heights = [(1 - place) * one[:, axis].min() + place * one[:, axis].max() for one in (mean, new)]
            assert heights[0] == pytest.approx(heights[1], abs=1e-4)
