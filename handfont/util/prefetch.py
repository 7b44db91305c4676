"""Working ahead: items of an iterator made in a thread of their own while earlier ones are still being used."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from queue import Full, Queue
from typing import TypeVar

_Item = TypeVar("_Item")


def prefetch(items: Iterable[_Item], depth: int) -> Generator[_Item, None, None]:
    """The same items in the same order, up to ``depth`` of them made before they are asked for.

    What the iterator raises is raised here; when this generator is closed early, the thread ends after the item it is
    at.
    """
    ready: Queue[tuple[_Item | None, BaseException | None, bool]] = Queue(depth)
    stopped = threading.Event()

    def offer(entry: tuple[_Item | None, BaseException | None, bool]) -> None:
        while not stopped.is_set():
            try:
                return ready.put(entry, timeout=0.1)
            except Full:
                continue

    def work() -> None:
        try:
            for item in items:
                offer((item, None, False))
                if stopped.is_set():
                    return
            offer((None, None, True))
        except BaseException as error:  # whatever it is, it belongs to who asks for the items
            offer((None, error, True))

    thread = threading.Thread(target=work, name="handfont-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error, last = ready.get()
            if error is not None:
                raise error
            if last:
                return
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        thread.join()
