"""Who computes: one thread for what somebody waits for, one for what takes seconds; of each tab only the latest.

Each thread computes on one core: two threads on one small batch gain little, and where cores are shared they wait for
each other so long that everything stops.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from handfont.studio.errors import BusyError, SupersededError
from handfont.util import parallel

MAX_WAITING = 64
"""Requests that wait at the same time."""

_Result = TypeVar("_Result")


def _begin() -> None:
    parallel.limit(1)


class Worker:
    """A thread, and what waits for it: the newest of every key, in the order in which they came."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name, initializer=_begin)
        self._waiting: dict[str, Future[Any]] = {}

    async def do(self, key: str, work: Callable[[], _Result]) -> _Result:
        """The result of ``work``, once it is its turn.

        Raises:
            SupersededError: a newer work of the same key came before this one had begun.
            BusyError: too much is waiting.
        """
        older = self._waiting.pop(key, None)
        if older is not None:
            older.cancel()
        if len(self._waiting) >= MAX_WAITING:
            raise BusyError("the studio has more to do than it can at once; wait a moment")
        future = self._thread.submit(work)
        self._waiting[key] = future
        try:
            # The older of two works of a key is cancelled: an error of its own, not a cancellation of this task.
            done, _ = await asyncio.wait([asyncio.wrap_future(future)])
            if future.cancelled():
                raise SupersededError("a newer request took its place")
            return done.pop().result()
        except asyncio.CancelledError:
            future.cancel()
            raise
        finally:
            if self._waiting.get(key) is future:
                del self._waiting[key]

    def begin(self, work: Callable[[], object]) -> None:
        """Do something that no request waits for."""
        self._thread.submit(work)

    def close(self) -> None:
        """Drop what waits; what is at work ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)
