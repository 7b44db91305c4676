from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont import fitting

STEP = 0.05


def wavy(radius, waves, depth, count=240):
    angle = np.arange(count) * 2 * np.pi / count
    distance = radius * (1 + depth * np.sin(waves * angle))
    return distance * np.cos(angle), distance * np.sin(angle)


def fitted(*shapes):
    x, y = (np.concatenate(axis) for axis in zip(*shapes, strict=True))
    counts = np.array([len(shape[0]) for shape in shapes])
    curves, sizes = fitting.fit(x, y, counts, np.full(len(shapes), STEP), fitting.TOLERANCE, fitting.FEWEST)
    return np.split(curves, np.cumsum(sizes)[:-1])


def on_curves(curves, steps=400):
    starts = np.roll(curves[:, 2], 1, axis=0)
    t = np.linspace(0, 1, steps)[:, None, None]
    points = ((1 - t) ** 3 * starts + 3 * t * (1 - t) ** 2 * curves[:, 0] + 3 * t**2 * (1 - t) * curves[:, 1]
              + t**3 * curves[:, 2])
    return points.reshape(-1, 2)


@settings(deadline=None, max_examples=100)
@given(st.floats(0.2, 1.5), st.integers(0, 6), st.floats(0, 0.3))
def test_points_lie_on_the_curves(radius, waves, depth):
    x, y = wavy(radius, waves, depth)
    (curves,) = fitted((x, y))
    drawn = on_curves(curves)
    away = np.hypot(x[:, None] - drawn[:, 0], y[:, None] - drawn[:, 1]).min(axis=1)
    assert away.max() < fitting.TOLERANCE + 0.002


def test_a_circle_needs_few_curves():
    assert len(fitted(wavy(1.0, 0, 0.0))[0]) <= 6
    assert len(fitted(wavy(1.0, 8, 0.25))[0]) > 8


def test_curves_join_smoothly():
    (curves,) = fitted(wavy(1.0, 5, 0.2))
    before, after = curves[:, 2] - curves[:, 1], np.roll(curves[:, 0], -1, axis=0) - curves[:, 2]
    cosine = (before * after).sum(axis=1) / np.linalg.norm(before, axis=1) / np.linalg.norm(after, axis=1)
    assert cosine == pytest.approx(1, abs=1e-4)


def test_lines_do_not_depend_on_those_beside_them():
    one, other = wavy(1.0, 3, 0.2), wavy(0.5, 6, 0.3)
    together = fitted(one, other, one)
    assert np.array_equal(together[0], fitted(one)[0])
    assert np.array_equal(together[1], fitted(other)[0])
    assert np.array_equal(together[2], together[0])


def test_the_shortest_line_and_none():
    (curves,) = fitted(wavy(0.01, 0, 0.0, count=8))
    assert 3 <= len(curves) <= 8
    nothing, whole = np.zeros(0), np.zeros(0, np.int64)
    curves, sizes = fitting.fit(nothing, nothing, whole, nothing, fitting.TOLERANCE, fitting.FEWEST)
    assert len(curves) == len(sizes) == 0


def test_points_that_all_lie_in_one_place_are_no_trouble():
    (curves,) = fitted((np.full(8, 0.5), np.full(8, -0.5)))
    assert curves.reshape(-1, 2) == pytest.approx(np.broadcast_to([0.5, -0.5], (3 * len(curves), 2)))
