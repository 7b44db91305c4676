"""Working ahead: items of an iterator made in a thread of their own while earlier ones are still being used."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")


def prefetch(items: Iterable[_Item], depth: int) -> Generator[_Item, None, None]:
    """The same items in the same order, up to ``depth`` of them made before they are asked for.

    What the iterator raises is raised here; when this generator is closed early, the thread ends after the item it is
    at.
    """
    iterator = iter(items)

    def following() -> list[_Item]:
        return list(islice(iterator, 1))

    worker = ThreadPoolExecutor(1, "handfont-ahead")
    try:
        ahead = deque(worker.submit(following) for _ in range(depth))
        while found := ahead.popleft().result():
            ahead.append(worker.submit(following))
            yield from found
    finally:
        worker.shutdown(cancel_futures=True)
