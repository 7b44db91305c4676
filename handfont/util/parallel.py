"""Work on several cores at once, with results that do not depend on how many there are."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain, islice
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_limit: int | None = None


def processors() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def limit(threads: int | None) -> None:
    """Let this process compute on no more threads than these; None takes the limit away."""
    global _limit
    _limit = threads


def threads() -> int:
    """Threads that this process computes on: all its cores, no more than OMP_NUM_THREADS or :func:`limit` say."""
    most = _limit or processors()
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(most, int(asked))) if asked.isdecimal() else most


def run_ahead(tasks: Iterator[Callable[[], _Result]]) -> Generator[_Result, None, None]:
    """Results of tasks, in their order and some ahead of their use: as many at a time as there are threads."""
    some = list(islice(tasks, 2))
    if len(some) < 2:
        yield from (task() for task in some)
        return
    most = threads()
    waiting: deque[Future[_Result]] = deque()
    with ThreadPoolExecutor(most) as pool:
        try:
            for task in chain(some, tasks):
                waiting.append(pool.submit(task))
                if len(waiting) > most:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def map_parallel(
    work: Callable[[_Item], _Result], items: Sequence[_Item], done: Callable[[int], object] | None = None
) -> list[_Result]:
    """Results of ``work`` on each item, in their order, on as many threads as there are; ``done`` is called with how
    many there are.
    """
    results: list[_Result] = []
    with ExitStack() as stack:
        found: Iterator[_Result] = map(work, items)
        if threads() > 1 and len(items) > 1:
            found = stack.enter_context(ThreadPoolExecutor(min(threads(), len(items)))).map(work, items)
        for result in found:
            results.append(result)
            if done is not None:
                done(len(results))
    return results
