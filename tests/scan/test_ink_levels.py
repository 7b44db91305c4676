from __future__ import annotations

import numpy as np
import pytest

from handfont.scan.ink_levels import FEWEST, ink_levels


def page(ink: float, pixels: int, noise: float = 0.01) -> np.ndarray:
    values = np.random.default_rng(1).normal(0.1, noise, 10_000).astype(np.float32)
    values[:pixels] = ink
    return values


@pytest.mark.parametrize("ink", [0.35, 0.6, 0.9])
def test_core_of_little_ink_is_how_dark_it_is(ink):
    levels = ink_levels(page(ink, 200), 0.1)
    assert levels.paper == pytest.approx(0.1, abs=0.01)
    assert levels.noise == pytest.approx(0.01, rel=0.1)
    assert levels.core == pytest.approx(ink)


def test_a_few_dark_pixels_are_no_ink():
    assert ink_levels(page(0.9, FEWEST - 1), 0.1).core is None


def test_what_the_noise_of_the_paper_reaches_is_not_clear():
    levels = ink_levels(page(0.5, 200, noise=0.08), 0.1)
    assert levels.clear == pytest.approx(0.48, rel=0.1)
    assert levels.core is None
