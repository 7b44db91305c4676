"""One process at a time: locks that the system frees when their process ends, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from handfont.errors import OutputError
from handfont.util.files import check_writable, reason


@contextmanager
def locked(
    path: Path,
    busy: str,
    wait: float = 0.0,
    waiting: Callable[[], object] | None = None,
) -> Iterator[None]:
    """Hold the lock file ``path``, which stays there (to remove it would let two processes lock two files of one name).

    Args:
        path: the lock file; put it into the folder it protects, so that all who write there find the same one.
        busy: the sentence to refuse with while another process holds the lock.
        wait: seconds to wait for the other process.
        waiting: called once before waiting, to say so.

    Raises:
        OutputError: ``busy``, or the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    check_writable(path)
    lock = FileLock(str(path))
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if wait <= 0:
                raise
            if waiting is not None:
                waiting()
            lock.acquire(timeout=wait, poll_interval=0.1)
    except Timeout as error:
        raise OutputError(busy) from error
    except (OSError, NotImplementedError) as error:
        said = reason(error) if isinstance(error, OSError) else str(error)
        raise OutputError(f"cannot lock {path}: {said}") from error
    try:
        yield
    finally:
        lock.release()
