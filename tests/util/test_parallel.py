"""Work on several cores: as much as there are, with the same results on any number of them."""

from __future__ import annotations

import os
import threading
import time
from contextlib import closing
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.util import parallel


@pytest.fixture(autouse=True)
def three_threads(monkeypatch):
    """As on a machine of three cores, whatever the tests run on."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    parallel.limit(3)
    yield
    parallel.limit(None)


def tasks(count, made, work=lambda number: number):
    for number in range(count):
        made.append(number)
        yield partial(work, number)


def test_a_process_computes_on_its_cores_unless_it_is_told_less(monkeypatch):
    assert parallel.threads() == 3
    parallel.limit(None)
    assert parallel.threads() == parallel.processors() == len(os.sched_getaffinity(0))
    for told, most in (("1", 1), ("0", 1), ("999", parallel.processors()), ("many", parallel.processors()), ("", None)):
        monkeypatch.setenv("OMP_NUM_THREADS", told)
        assert parallel.threads() == (most or parallel.processors())


def test_results_of_tasks_come_in_their_order():
    def late(number):
        time.sleep(0.02 if number % 2 else 0.0)
        return number

    assert list(parallel.run_ahead(tasks(20, [], late))) == list(range(20))
    assert list(parallel.run_ahead(iter([]))) == []


def test_tasks_are_begun_only_a_little_ahead():
    made: list[int] = []
    with closing(parallel.run_ahead(tasks(100, made))) as results:
        assert next(results) == 0
        assert len(made) <= parallel.threads() + 1


def test_a_single_task_is_done_here():
    here = threading.get_ident()
    assert list(parallel.run_ahead(iter([threading.get_ident]))) == [here]
    assert parallel.map_parallel(lambda _: threading.get_ident(), [1]) == [here]
    parallel.limit(1)
    assert parallel.map_parallel(lambda _: threading.get_ident(), [1, 2, 3]) == [here] * 3


def test_several_are_done_side_by_side():
    together = threading.Barrier(3, timeout=60)  # passes only when three wait at it at once
    assert len(set(parallel.map_parallel(lambda _: (together.wait(), threading.get_ident())[1], range(3)))) == 3


def test_what_a_task_raises_is_raised_in_its_place():
    def broken(number):
        if number == 3:
            raise ValueError("broken")
        return number

    results = parallel.run_ahead(tasks(100, [], broken))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(results)
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]
    with pytest.raises(ValueError, match="broken"):
        parallel.map_parallel(broken, range(6))


@given(st.lists(st.integers(), max_size=30))
def test_each_item_has_its_result_in_its_place(items):
    assert parallel.map_parallel(lambda item: 2 * item, items) == [2 * item for item in items]
