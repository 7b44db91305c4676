from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from handfont.layout.page import Page
from handfont.options import RenderOptions
from handfont.output.animation.timing import LONGEST, timed
from handfont.rendering import render


@pytest.fixture(scope="module")
def page():
    return render("lo il\noo", "print", RenderOptions(paper="A6")).pages[0]


def test_the_pen_writes_one_stroke_after_the_other(page):
    plan = timed(page, None)
    strokes = [stroke for line in plan.lines for item in line for stroke in item.strokes]
    times = [stroke.times for stroke in strokes]
    assert all((np.diff(one) >= 0).all() and len(one) == len(s.points) for one, s in zip(times, strokes, strict=True))
    pauses = [after[0] - before[-1] for before, after in pairwise(times)]
    assert min(pauses) > 0.05  # it is lifted
    assert times[0][0] == 0
    assert plan.duration == pytest.approx(times[-1][-1])
    letters = 6
    assert 0.2 < plan.duration / letters < 1.0  # as fast as people write
    assert plan.lines[0][0].end == times[len(plan.lines[0][0].strokes) - 1][-1]
    between_words = plan.lines[0][1].strokes[0].times[0] - plan.lines[0][0].end
    between_lines = plan.lines[1][0].strokes[0].times[0] - plan.lines[0][1].end
    assert min(pauses) < between_words < between_lines


def test_a_duration_scales_all_alike(page):
    slow, fast = timed(page, "1min"), timed(page, "6s")
    assert (slow.duration, fast.duration) == (60.0, 6.0)
    for one, other in zip(slow.lines[1][0].strokes, fast.lines[1][0].strokes, strict=True):
        assert one.times == pytest.approx(10 * other.times)
    assert timed(render("many words " * 20, "print").pages[0], None).duration == LONGEST
    assert timed(Page(100, 100), None).duration == 0
