from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from handfont import outline, tracing
from handfont.hand import Hand


@pytest.fixture
def drawn(style):
    found = Hand(style).sample("Tracing,shared." * 6, seed=1)
    return found.fields, found.size, found.centre_y, found.pen


@pytest.fixture
def helpers():
    tracing.start(2)
    yield
    while not tracing._free.empty():
        tracing._free.get().kill()
    tracing._started = 0


def same(first, second):
    return (np.array_equal(first.left, second.left, equal_nan=True)
            and all(len(a.contours) == len(b.contours) and all(map(np.array_equal, a.contours, b.contours))
                    for a, b in zip(first.outlines, second.outlines, strict=True)))


def test_helpers_trace_the_same(drawn, helpers):
    assert tracing._started == 2
    assert same(tracing.trace(*drawn), outline.trace(*drawn))


def test_a_helper_that_died_costs_nothing_but_time(drawn, helpers):
    expected = outline.trace(*drawn)
    for _ in range(2):
        helper = tracing._free.get()
        helper.kill()
        helper.wait()
        tracing._free.put(helper)
    for left in (1, 0, 0):
        assert same(tracing.trace(*drawn), expected)
        assert tracing._started == left


def test_without_helpers_it_is_done_here(drawn):
    tracing.start(0)
    assert tracing._started == 0
    assert same(tracing.trace(*drawn), outline.trace(*drawn))


def test_helpers_end_with_the_process_that_started_them():
    """They hold its standard error, which is read here until all have closed it."""
    code = "from handfont import tracing; tracing.start(2)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
