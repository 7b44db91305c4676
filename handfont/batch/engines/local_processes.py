"""Engines on one machine: in this process, or in a pool of others that outlives any of them."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from handfont.batch.plan import Job
from handfont.batch.worker import Result, write
from handfont.style.posterior import StylePosterior
from handfont.util import parallel, signals

Styles = Mapping[str, StylePosterior]
Stopped = Callable[[], bool]
"""Whether to begin no more jobs."""
TRIES = 3
"""A job whose worker dies is given to another one, so many times in all."""


def serial(jobs: Iterator[Job], styles: Styles, folder: Path, stopped: Stopped) -> Iterator[Result]:
    """Write jobs one after the other in this process."""
    parallel.limit(1)
    try:
        for job in jobs:
            yield write(job, styles, folder)
            if stopped():
                return
    finally:
        parallel.limit(None)


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    job: Job
    tries: int


def pool(jobs: Iterator[Job], styles: Styles, folder: Path, stopped: Stopped, workers: int) -> Iterator[Result]:
    """Write jobs in ``workers`` processes, each with a model of its own; results come as they are ready.

    concurrent.futures breaks down as a whole when one worker is killed, and does not tell which job it was at; here
    that job alone is tried again, then given up.
    """
    context = _context()
    waiting: deque[tuple[Job, int]] = deque()
    busy: list[_Worker] = []

    def following() -> tuple[Job, int] | None:
        if stopped():
            return None
        if waiting:
            return waiting.popleft()
        job = next(jobs, None)
        return None if job is None else (job, 1)

    try:
        while True:
            while len(busy) < workers and (one := following()) is not None:
                busy.append(_started(context, styles, folder, *one))
            if not busy:
                return
            # A worker that dies closes its end of the connection, which makes it ready, too.
            ready = wait([worker.connection for worker in busy], timeout=1.0)
            for worker in [worker for worker in busy if worker.connection in ready]:
                try:
                    result: Result = worker.connection.recv()
                except (EOFError, OSError):
                    busy.remove(worker)
                    lost = _death(worker)
                    if worker.tries < TRIES:
                        waiting.append((worker.job, worker.tries + 1))
                    else:
                        yield Result(worker.job, error=lost)
                    continue
                one = following() if not result.stop else None
                if one is None:
                    busy.remove(worker)
                    _dismiss(worker)
                else:
                    worker.job, worker.tries = one
                    with suppress(OSError):  # if it died just now, recv tells
                        worker.connection.send(worker.job)
                yield result
    finally:
        for worker in busy:
            worker.process.terminate()
        for worker in busy:
            worker.process.join(5)
            worker.connection.close()


def _context() -> Any:
    """Processes that start from a clean one with the modules loaded: no threads or files of ours are inherited."""
    if "forkserver" in multiprocessing.get_all_start_methods() and sys.platform != "darwin":
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["handfont.rendering"])
        return context
    return multiprocessing.get_context("spawn")


def _started(context: Any, styles: Styles, folder: Path, job: Job, tries: int) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, dict(styles), folder), daemon=True)
    process.start()
    theirs.close()
    with suppress(OSError):
        ours.send(job)
    return _Worker(process, ours, job, tries)


def _work(connection: Connection, styles: Styles, folder: Path) -> None:
    """The life of a worker: it ends when told to, or when the process that started it is gone."""
    signals.work_for_another()
    parallel.limit(1)
    with suppress(EOFError, OSError):
        while (job := connection.recv()) is not None:
            connection.send(write(job, styles, folder))


def _dismiss(worker: _Worker) -> None:
    with suppress(OSError):
        worker.connection.send(None)
    worker.process.join(10)
    worker.connection.close()


def _death(worker: _Worker) -> str:
    worker.process.join(10)
    worker.connection.close()
    code = worker.process.exitcode
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        cause = f"was killed ({name}{', perhaps for want of memory' if name == 'SIGKILL' else ''})"
    else:
        cause = f"ended by itself (code {code})"
    return f"its worker process {cause}, {TRIES} times"
