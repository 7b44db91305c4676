"""Dots that vary: they move, turn and stretch, and do not bend."""

from __future__ import annotations

import numpy as np
import pytest

from handfont.core.dots import DOT, is_ring, stiffened


def ring(radius: float, count: int = 12) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, count)
    return (radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype(np.float32)


def dash(far: float, count: int = 12) -> np.ndarray:
    return (np.linspace(0, far, count)[:, None] * [0.6, 0.8]).astype(np.float32)


def bent(stroke: np.ndarray) -> float:
    """How far a stroke is from a straight one, as a share of its length."""
    across = np.linalg.svd((stroke - stroke.mean(axis=0)).astype(np.float64), compute_uv=False)
    return float(across[1] / across[0])


def test_dashes_stay_straight_and_long_strokes_bend() -> None:
    points = np.concatenate([dash(1.2, 52), dash(0.9 * DOT)])
    directions = np.random.default_rng(3).normal(0, 0.02, (4, 64, 2)).astype(np.float32)
    stiff = stiffened(points, (52, 12), directions)
    assert np.array_equal(stiff[:, :52], directions[:, :52])
    for own in stiff[:, 52:]:
        assert bent(points[52:] + own) < 1e-5
    assert all(bent(points[52:] + own) > 0.02 for own in directions[:, 52:])


def test_what_moves_turns_and_stretches_a_dash_is_left() -> None:
    points = dash(0.9 * DOT, 64)
    moved = np.stack([np.full((64, 2), 0.1), points[:, ::-1] * [-0.3, 0.3], 0.5 * points]).astype(np.float32)
    assert np.allclose(stiffened(points, (64,), moved), moved, atol=1e-6)


def test_a_point_only_moves() -> None:
    noise = np.random.default_rng(5).normal(0, 0.02, (2, 64, 2)).astype(np.float32)
    stiff = stiffened(np.full((64, 2), 0.4, np.float32), (64,), noise)
    assert np.allclose(stiff, noise.mean(axis=1, keepdims=True), atol=1e-6)


def test_rings_become_ovals() -> None:
    noise = np.random.default_rng(5).normal(0, 0.02, (6, 12, 2)).astype(np.float32)
    for own in ring(0.2) + stiffened(ring(0.2), (12,), noise):
        assert np.allclose(own[0], own[-1], atol=1e-6)
        middle = own[:-1].mean(axis=0)
        across = np.linalg.lstsq(ring(0.2)[:-1], own[:-1] - middle, rcond=None)[0]
        assert np.allclose(ring(0.2)[:-1] @ across + middle, own[:-1], atol=1e-6)


@pytest.mark.parametrize(("stroke", "small"), [(ring(0.2), True), (ring(0.4), False), (dash(0.4), False)])
def test_rings_are_small_and_closed(stroke: np.ndarray, small: bool) -> None:
    assert is_ring(stroke) == small
