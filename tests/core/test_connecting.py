"""Joins between letters: smooth, and where the letters are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.connecting import MOST, OVERLAP, REACH, Letters, connect
from handfont.core.strokes import length

ANGLE = st.floats(-1.2, 1.2)
HERE = (0.0, 0.0, 1.0, 0.0)


def line(start: tuple[float, float], angle: float, far: float = 1.5, count: int = 30) -> np.ndarray:
    steps = np.linspace(0, far, count)[:, None]
    return (np.array(start) + steps * [np.cos(angle), np.sin(angle)]).astype(np.float32)


def joined(first: np.ndarray, second: np.ndarray, places=(HERE, HERE), pressure=(1.0, 1.0)):
    """Two letters of one stroke each, joined: the stroke of the first one without the points that are over, the other,
    and what :func:`connect` gave.
    """
    counts = np.array([len(first), len(second)])
    each = np.array([0, 1])
    result = connect(
        Letters(
            np.concatenate([first, second]),
            np.repeat(np.float32(pressure), counts),
            counts,
            each,
            each,
            np.array([True, False]),
            np.array(places),
        )
    )
    end = int(result.counts[0])
    return result.path[: end - result.over[0]], result.path[end:], result


def turns(path: np.ndarray) -> np.ndarray:
    """Degrees by which a path turns at each inner point."""
    ways = np.degrees(np.arctan2(*np.diff(path.astype(np.float64), axis=0).T[::-1]))
    return np.abs((np.diff(ways) + 180) % 360 - 180)


@settings(deadline=None)
@given(ANGLE, ANGLE, st.floats(-0.3, 0.3))
def test_a_join_leaves_and_arrives_in_the_directions_of_its_letters(leaving, coming, rise):
    first = line((0, 0), leaving)
    second = line((float(first[-1, 0]), float(first[-1, 1]) + rise), coming)
    own, other, _ = joined(first, second)
    assert np.allclose(own[-1], other[0], atol=1e-5)
    both = min(len(own), len(first))
    left = int(np.all(own[:both] == first[:both], axis=1).argmin())
    assert turns(own[left - 2 : left + 1]).max() < 25
    assert turns(np.concatenate([own[-2:], other[1:2]])).max() < 25


def test_a_straight_line_that_was_cut_is_whole_again():
    whole = line((0, 0), 0.3, 3.0, 61)
    path = np.concatenate(joined(whole[:31], whole[30:])[:2])
    assert np.abs(path @ [-np.sin(0.3), np.cos(0.3)]).max() < 1e-6
    assert (np.diff(path[:, 0]) >= 0).all()
    assert np.isclose(path[-1, 0], whole[-1, 0])


@settings(deadline=None)
@given(st.floats(0.05, 4.0))
def test_letters_keep_most_of_their_strokes(far):
    first, second = line((0, 0), 0.1, far), line((far, 0), 0.1, far)
    own, other, _ = joined(first, second)
    cut = min(REACH, MOST * far) + far / 29 + 1e-5
    kept = round((far - cut) / (far / 29))
    assert np.array_equal(own[:kept], first[:kept])
    assert length(other) >= far - cut


@settings(deadline=None)
@given(st.floats(-0.4, 0.4), st.floats(0.5, 2.0), st.floats(0.5, 2.0))
def test_letters_meet_wherever_they_are(turn, size, following):
    places = [
        (3.0, -2.0, size * np.cos(turn), size * np.sin(turn)),
        (3.0 + 1.5 * size, -2.0, following, 0.0),
    ]
    own, other, result = joined(line((0, 0), 0.2), line((0, 0), -0.2), places)
    ends = [
        np.array(place[:2]) + point @ np.array([[place[2], place[3]], [-place[3], place[2]]])
        for point, place in zip((own[-1], other[0]), places, strict=True)
    ]
    assert np.allclose(*ends, atol=1e-4)
    assert result.over.tolist() == [OVERLAP, 0]


def test_pressure_changes_along_the_join():
    *_, result = joined(line((0, 0), 0.1), line((1.5, 0.15), 0.1), pressure=(0.5, 1.0))
    pressed = result.pressure[: result.counts[0]]
    assert pressed[0] == 0.5
    assert pressed[-1] == 1.0
    assert (np.diff(pressed) >= 0).all()
    assert ((pressed > 0.55) & (pressed < 0.95)).sum() >= 5


@settings(deadline=None)
@given(st.floats(0.3, 0.6), st.floats(1.0, 3.0), st.floats(-0.3, 0.3))
def test_a_corner_of_a_letter_stays_a_corner_and_none_comes_in_at_the_seam(before, turn, leaving):
    led = line((0, 0), 0.0, before, round(before / 0.05) + 1)
    second = np.vstack([led, line((float(led[-1, 0]), 0.0), turn, 1.5)[1:]])
    first = line((-1.5 * np.cos(leaving), -1.5 * np.sin(leaving)), leaving)
    own, other, _ = joined(first, second)
    seam = len(own) - 1
    path = np.concatenate([own, other[1:]])
    assert turns(path[seam - 2 : seam + 3]).max() < 25
    assert np.isclose(turns(path).max(), np.degrees(turn), atol=1)
