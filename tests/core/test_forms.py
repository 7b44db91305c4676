"""Strokes brought into the order of a form, whatever order and direction they were written in."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.forms import POINTS, StrokeForm, coarse, in_form, shared_points, tidied
from handfont.core.strokes import resampled


def line(*points: tuple[float, float]) -> np.ndarray:
    return resampled(np.array(points, np.float32), 20)


STEM, TOP = line((0, 1.6), (0, 0)), line((0, 1.6), (1, 1.6))
MIDDLE, FOOT = line((0, 0.8), (0.8, 0.8)), line((0, 0), (1, 0))
E_STROKES = [STEM, TOP, MIDDLE, FOOT]
E_FORM = StrokeForm("E", shared_points([1.6, 1, 0.8, 1]), coarse(E_STROKES))


@given(st.permutations(range(4)), st.lists(st.booleans(), min_size=4, max_size=4))
def test_order_and_direction_are_the_forms(order: list[int], turned: list[bool]) -> None:
    written = [E_STROKES[i][::-1] if turn else E_STROKES[i] for i, turn in zip(order, turned, strict=True)]
    assert np.allclose(in_form(written, E_FORM), in_form(E_STROKES, E_FORM), atol=1e-5)


def test_points_go_back_into_strokes() -> None:
    points = in_form(E_STROKES, E_FORM)
    assert points.shape == (POINTS, 2)
    strokes = E_FORM.strokes(points)
    assert [len(stroke) for stroke in strokes] == list(E_FORM.counts)
    for stroke, original in zip(strokes, E_STROKES, strict=True):
        assert np.allclose(stroke[-1] - stroke[0], original[-1] - original[0], atol=1e-4)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=5))
def test_all_points_are_shared_out(lengths: list[float]) -> None:
    counts = shared_points(lengths)
    assert sum(counts) == POINTS and min(counts) >= 5


def test_a_stroke_that_goes_on_is_one_stroke() -> None:
    first, second = line((0, 1), (0, 0.5)), line((0, 0.48), (0, 0))
    assert len(tidied([first, second])) == 1
    assert len(tidied([first, line((0, 0.48), (0.5, 0.48))])) == 2  # a corner: the pen was lifted


def test_a_touch_on_other_ink_is_left_out_but_not_a_dot() -> None:
    touch, dot = line((0.02, 0.5), (0.05, 0.5)), line((0, 2), (0.03, 2))
    assert len(tidied([STEM, touch])) == 1
    assert len(tidied([STEM, dot])) == 2
