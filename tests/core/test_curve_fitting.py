"""Curves around ribbons: near their points, smooth, and few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.curve_fitting import fit

CAP = 5
STEP = 0.04
"""Points along a side are so far apart."""


def ribbon(heading: np.ndarray, half: float) -> np.ndarray:
    """Points (P, 2) around a path whose steps, all of one length, have these directions, with round ends."""
    steps = STEP * np.stack([np.cos(heading), np.sin(heading)], axis=1)
    path = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
    tangent = np.gradient(path, axis=0)
    tangent /= np.hypot(*tangent.T)[:, None]
    right = half * np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    angle = np.pi * np.arange(1, CAP + 1)[:, None] / (CAP + 1)
    end = path[-1] + np.cos(angle) * right[-1] + np.sin(angle) * half * tangent[-1]
    beginning = path[0] - np.cos(angle) * right[0] - np.sin(angle) * half * tangent[0]
    return np.concatenate([path + right, end, (path - right)[::-1], beginning])


def arc(length: float, turns: float, half: float = 0.05) -> np.ndarray:
    """A ribbon along an arc of a circle; straight where it does not turn."""
    return ribbon(2 * np.pi * turns * np.linspace(0, 1, round(length / STEP)), half)


def fitted(*ribbons: np.ndarray, tolerance: float = 0.01) -> list[np.ndarray]:
    x, y = np.concatenate(ribbons).T.copy()
    counts = np.array([len(points) for points in ribbons])
    curves, sizes = fit(x, y, counts, CAP, tolerance)
    assert sizes.sum() == len(curves) and len(sizes) == len(ribbons)
    return np.split(curves, np.cumsum(sizes)[:-1])


def on_curves(curves: np.ndarray, steps: int = 100) -> np.ndarray:
    starts = np.roll(curves[:, 2], 1, axis=0)
    t = np.linspace(0, 1, steps)[:, None]
    start, first, second, end = (knots[:, None] for knots in (starts, *curves.transpose(1, 0, 2)))
    points = (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * first + 3 * t**2 * (1 - t) * second + t**3 * end
    return points.reshape(-1, 2)


def away(points: np.ndarray, polyline: np.ndarray) -> float:
    """How far one of the points is from a polyline, at most."""
    starts, steps = polyline[:-1], np.diff(polyline, axis=0)
    off = points[:, None] - starts
    along = np.clip((off * steps).sum(axis=-1) / np.maximum((steps**2).sum(axis=-1), 1e-18), 0, 1)
    return float(np.hypot(*(off - along[..., None] * steps).transpose(2, 0, 1)).min(axis=1).max())


def corners(curves: np.ndarray, points: np.ndarray) -> list[int]:
    """Which of the points each curve ends at."""
    off = np.hypot(*(curves[:, None, 2] - points).transpose(2, 0, 1))
    assert off.min(axis=1).max() < 1e-6
    return off.argmin(axis=1).tolist()


RIBBONS = st.builds(
    lambda start, bend, wave, count, half: ribbon(
        start + bend * np.linspace(0, 1, count) + wave * np.sin(np.linspace(0, 9, count)), half
    ),
    st.floats(-3, 3),
    st.floats(-6, 6),
    st.floats(0, 1),
    st.integers(1, 60),
    st.floats(0.02, 0.2),
)


@settings(deadline=None, max_examples=100)
@given(RIBBONS, st.floats(0.003, 0.05))
def test_points_lie_within_the_tolerance_of_the_curves(points: np.ndarray, tolerance: float) -> None:
    (curves,) = fitted(points, tolerance=tolerance)
    assert away(points, on_curves(curves)) < tolerance + 2e-4
    assert len(curves) < len(points)


@settings(deadline=None, max_examples=100)
@given(RIBBONS)
def test_curves_go_around_in_the_order_of_the_points(points: np.ndarray) -> None:
    (curves,) = fitted(points)
    ends = corners(curves, points)
    assert ends[-1] == 0 and ends[:-1] == sorted(set(ends[:-1]))
    side = len(points) // 2 - CAP
    assert {side - 1, side + CAP, 2 * side + CAP - 1} <= set(ends)


@settings(deadline=None, max_examples=100)
@given(RIBBONS.filter(lambda points: len(points) > 2 * (CAP + 4)))
def test_curves_join_smoothly(points: np.ndarray) -> None:
    (curves,) = fitted(points)
    before, after = curves[:, 2] - curves[:, 1], np.roll(curves[:, 0], -1, axis=0) - curves[:, 2]
    cosine = (before * after).sum(axis=1) / np.linalg.norm(before, axis=1) / np.linalg.norm(after, axis=1)
    assert cosine == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("half", [0.03, 0.05, 0.15])
@pytest.mark.parametrize("turns", [0.0, 0.4])
def test_ends_are_one_curve_each(half: float, turns: float) -> None:
    points = arc(2.0, turns, half)
    side = len(points) // 2 - CAP
    (curves,) = fitted(points, tolerance=0.3 * half)
    inside = set(range(side, side + CAP)) | set(range(2 * side + CAP, len(points)))
    assert not inside & set(corners(curves, points))


def test_straight_and_circular_ribbons_need_few_curves() -> None:
    assert len(fitted(arc(0.4, 0.0))[0]) == 4
    assert len(fitted(arc(3.0, 0.0))[0]) == 4
    assert len(fitted(arc(3.0, 0.9))[0]) <= 10
    wavy = ribbon(np.sin(np.linspace(0, 30, 75)), 0.05)
    assert len(fitted(wavy)[0]) > 12  # as many as they need


@pytest.mark.parametrize("length", [0.2, 0.5, 1.5])
def test_straight_ribbons_are_as_wide_at_their_ends_as_elsewhere(length: float) -> None:
    (curves,) = fitted(arc(length, 0.0))
    drawn = on_curves(curves)
    between = (drawn[:, 0] > 0) & (drawn[:, 0] < round(length / STEP) * STEP)
    assert np.abs(drawn[between, 1]) == pytest.approx(0.05, abs=1e-6)


def test_a_finer_tolerance_takes_more_curves() -> None:
    wavy = ribbon(np.sin(np.linspace(0, 30, 75)), 0.05)
    sizes = [len(fitted(wavy, tolerance=tolerance)[0]) for tolerance in (0.03, 0.01, 0.002, 0.0)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]
    assert sizes[-1] > len(wavy) // 4 + 8  # more than there is room for at first


def test_ribbons_do_not_depend_on_those_beside_them() -> None:
    one, other = arc(2.0, 0.7), arc(0.4, 0.1, 0.1)
    together = fitted(one, other, one)
    assert np.array_equal(together[0], fitted(one)[0])
    assert np.array_equal(together[1], fitted(other)[0])
    assert np.array_equal(together[2], together[0])


def test_no_ribbons_have_no_curves() -> None:
    nothing = np.zeros(0)
    curves, sizes = fit(nothing, nothing, np.zeros(0, np.int64), CAP, 0.01)
    assert curves.shape == (0, 3, 2) and len(sizes) == 0


def test_a_ribbon_of_two_points_is_two_sides_and_two_ends() -> None:
    points = ribbon(np.zeros(1), 0.1)
    (curves,) = fitted(points, tolerance=0.03)
    assert corners(curves, points) == [1, CAP + 2, CAP + 3, 0]
    low, high = on_curves(curves).min(axis=0), on_curves(curves).max(axis=0)
    assert low == pytest.approx([-0.1, -0.1], abs=0.03) and high == pytest.approx([STEP + 0.1, 0.1], abs=0.03)


def test_a_ribbon_about_one_place_is_round() -> None:
    angle = 2 * np.pi * np.arange(2 * (CAP + 2)) / (2 * (CAP + 2))
    points = np.array([0.5, -0.5]) + 0.1 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    (curves,) = fitted(points, tolerance=0.03)
    assert len(curves) == 4
    assert np.hypot(*(on_curves(curves) - [0.5, -0.5]).T) == pytest.approx(0.1, abs=0.03)


def test_points_that_all_lie_in_one_place_are_no_trouble() -> None:
    (curves,) = fitted(np.full((2 * (CAP + 2), 2), [0.5, -0.5]))
    assert np.array_equal(curves, np.broadcast_to(np.float32([0.5, -0.5]), (4, 3, 2)))
