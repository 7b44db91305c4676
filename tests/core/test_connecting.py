"""Joins between letters: smooth, and where the letters are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.connecting import MOST, REACH, connect
from handfont.core.strokes import length

ANGLE = st.floats(-1.2, 1.2)


def line(start: tuple[float, float], angle: float, far: float = 1.5, count: int = 30) -> np.ndarray:
    steps = np.linspace(0, far, count)[:, None]
    return (np.array(start) + steps * [np.cos(angle), np.sin(angle)]).astype(np.float32)


def between(first: np.ndarray, second: np.ndarray) -> float:
    """Degrees between two directions."""
    cosine = float(first @ second / (np.hypot(*first) * np.hypot(*second)))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


@given(ANGLE, ANGLE, st.floats(-0.3, 0.3))
def test_a_join_leaves_and_arrives_in_the_directions_of_its_letters(leaving, coming, rise):
    first = line((0, 0), leaving)
    end = first[-1]
    second = line((float(end[0]), float(end[1]) + rise), coming)
    join = connect(first, second)
    assert between(join.path[1] - join.path[0], first[join.left - 1] - first[join.left - 2]) < 25
    assert between(join.path[-1] - join.path[-2], second[join.met + 1] - second[join.met]) < 25
    assert np.allclose(join.path[0], first[join.left - 1])
    assert np.allclose(join.path[-1], second[join.met])


def test_a_straight_line_that_was_cut_is_whole_again():
    whole = line((0, 0), 0.3, 3.0, 61)
    join = connect(whole[:31], whole[30:])
    off = np.abs(join.path @ [-np.sin(0.3), np.cos(0.3)])
    assert off.max() < 1e-6
    assert (np.diff(join.path[:, 0]) > 0).all()


@given(st.floats(0.05, 4.0))
def test_letters_keep_most_of_their_strokes(far):
    first, second = line((0, 0), 0.1, far), line((far, 0), 0.1, far)
    join = connect(first, second)
    cut = min(REACH, MOST * far) + far / 29 + 1e-5
    assert length(first[: join.left]) >= far - cut
    assert length(second[join.met :]) >= far - cut
