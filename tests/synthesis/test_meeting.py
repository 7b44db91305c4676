"""Joined letters bent towards each other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.forms import ALONE, POINTS, Joins
from handfont.synthesis.meeting import FARTHEST, SEEN, Meeting

NUMBERS = 6
FIRST, LAST = Joins(left=False, right=True), Joins(left=True, right=False)
STILL = np.zeros((3, 2, 2))


def letters(seed: int, joins: list[Joins]) -> tuple[np.ndarray, np.ndarray, np.ndarray, Meeting]:
    """Means and numbers of three letters, the letters drawn, and how their ends move."""
    rng = np.random.default_rng(seed)
    directions = rng.normal(0, 0.15, (3, NUMBERS, POINTS, 2)).astype(np.float32)
    means = rng.normal(0, 0.3, (3, POINTS, 2)).astype(np.float32)
    numbers = rng.normal(0, 1, (3, NUMBERS)).astype(np.float32)
    meeting = Meeting(directions, np.arange(3), np.array([POINTS - 1, 40, POINTS - 1]), joins)
    return means, numbers, drawn(means, numbers, meeting), meeting


def drawn(means: np.ndarray, numbers: np.ndarray, meeting: Meeting) -> np.ndarray:
    return means + np.einsum("nr,nrpa->npa", numbers, meeting.directions)


@given(st.integers(0, 10_000))
def test_ends_come_nearer_to_where_they_should_be(seed):
    means, numbers, points, meeting = letters(seed, [FIRST, Joins(left=True, right=True), LAST])
    wanted = meeting.wanted(points, STILL)
    assert np.array_equal(wanted[:-1, 1, 1], wanted[1:, 0, 1])
    changed = meeting.nearer(points, wanted, numbers)
    joined = np.array([[False, True], [True, True], [True, False]])
    off = [np.abs(meeting.ends(own) - wanted)[joined][:, 1].sum() for own in (points, drawn(means, changed, meeting))]
    assert off[1] <= off[0] + 1e-3
    assert np.linalg.norm(changed - numbers, axis=1).max() < FARTHEST + 1e-4


def test_ends_go_as_far_out_as_neighbors_ask():
    _, _, points, meeting = letters(3, [FIRST, LAST, ALONE])
    shifts = STILL.copy()
    shifts[0, 1] = 0.3, 0.2
    moved = meeting.wanted(points, shifts) - meeting.wanted(points, STILL)
    assert np.allclose(moved[0, 1, 0], 0.3)
    assert 0 < moved[0, 1, 1] < 0.2  # the other letter comes to meet it


def test_pairs_come_nearer_to_the_height_at_which_they_were_seen():
    means, _, points, meeting = letters(4, [FIRST, LAST, ALONE])
    usual = meeting.wanted(means, STILL)[0, 1, 1]
    heights = np.array([usual + 0.5, np.nan, np.nan])
    shifts = meeting.at_heights(means, STILL, heights)
    assert np.isfinite(shifts).all()
    higher = meeting.wanted(points, shifts) - meeting.wanted(points, STILL)
    assert np.allclose([higher[0, 1, 1], higher[1, 0, 1]], SEEN * 0.5)
    assert not higher[..., 0].any()
    unchanged = meeting.at_heights(means, STILL, np.array([usual, np.nan, np.nan]))
    assert np.allclose(meeting.wanted(points, unchanged), meeting.wanted(points, STILL))


def test_an_end_that_hardly_varies_is_met_by_the_other():
    _, _, points, meeting = letters(1, [FIRST, LAST, ALONE])
    meeting.directions[0, :, :, 1] *= 0.01
    wanted = Meeting(meeting.directions, meeting.which, meeting.exits, meeting.joins).wanted(points, STILL)
    assert abs(wanted[0, 1, 1] - meeting.ends(points)[0, 1, 1]) < 0.05


def test_letters_alone_stay_as_they_are_and_marks_where_they_were():
    means, numbers, points, meeting = letters(2, [FIRST, LAST, ALONE])
    changed = meeting.nearer(points, meeting.wanted(points, STILL), numbers)
    assert np.array_equal(changed[2], numbers[2])
    bent = drawn(means, changed, meeting)
    kept = meeting.with_marks(bent, points)
    assert np.array_equal(kept[:, :41], bent[:, :41])
    assert np.array_equal(kept[1, 41:, 1], points[1, 41:, 1])  # the second letter is left from its 41st point
