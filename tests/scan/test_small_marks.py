"""Dots drawn along their ink."""

from __future__ import annotations

import numpy as np
import pytest

from handfont.core.dots import is_ring
from handfont.scan.small_marks import along_dots

STEM = np.stack([np.zeros(40), np.linspace(1, 0, 40)], axis=1)
TOP = np.array([0.1, 1.4])


def hook(count: int = 24) -> np.ndarray:
    """A stroke like an s, 0.15 x-heights wide and high."""
    along = np.linspace(-1, 1, count)
    return TOP + np.stack([0.075 * np.sin(3 * along), 0.075 * along], axis=1)


def ring(radius: float, count: int = 40) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return TOP + radius * np.stack([np.cos(angle), 1.2 * np.sin(angle)], axis=1)


def with_dot(ink: np.ndarray, lift: bool = True) -> np.ndarray:
    """The dot, (24, 2), of a stem and a hook above it, along ink beside that of the stem."""
    points = along_dots(np.concatenate([STEM, hook()]), np.concatenate([STEM, ink]), [40] if lift else [])
    assert np.array_equal(points[:40], STEM)
    return points[40:]


@pytest.mark.parametrize("radius", [0.04, 0.1, 0.2])
def test_a_dot_that_is_a_ring_is_drawn_as_a_ring(radius: float) -> None:
    dot = with_dot(ring(radius))
    assert is_ring(dot.astype(np.float32))
    off = np.hypot(*(dot[:, None] - ring(radius)[None]).transpose(2, 0, 1))
    assert off.min(axis=1).max() < 0.25 * radius
    assert off.min(axis=0).max() < 0.25 * radius


def test_where_the_pen_left_a_ring_is_no_part_of_it() -> None:
    tail = TOP + np.linspace([0.09, 0.09], [0.2, 0.2], 8)
    dot = with_dot(np.concatenate([ring(0.1), tail]))
    assert is_ring(dot.astype(np.float32))
    assert np.ptp(dot, axis=0).max() < 0.3


def test_a_small_dot_is_a_straight_dash_as_long_as_its_ink() -> None:
    rough = np.random.default_rng(1).normal(0, 0.01, (12, 2))
    dot = with_dot(TOP + np.linspace([-0.05, -0.05], [0.05, 0.05], 12) + rough)
    across = np.linalg.svd(dot - dot.mean(axis=0), compute_uv=False)
    assert across[1] < 1e-9
    assert np.hypot(*(dot[-1] - dot[0])) == pytest.approx(0.14, abs=0.03)
    assert (dot[-1] - dot[0]) @ (hook()[-1] - hook()[0]) > 0


def test_ink_that_is_large_is_not_a_dot() -> None:
    wave = TOP + np.stack([np.linspace(-0.3, 0.3, 40), 0.1 * np.sin(np.linspace(0, 9, 40))], axis=1)
    assert np.array_equal(with_dot(wave), hook())


def test_a_dot_without_a_stroke_of_its_own_changes_none() -> None:
    assert np.array_equal(with_dot(ring(0.1), lift=False), hook())
