"""Engines on one machine: in this process, or in a pool of others that outlives any of them."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from handfont.batch.engines.job_queue import MAX_ATTEMPTS, Attempt, JobQueue, Stopped
from handfont.batch.plan import Job
from handfont.batch.worker import Result, write
from handfont.style.posterior import StylePosterior
from handfont.util import parallel, signals

Styles = Mapping[str, StylePosterior]


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
    attempt: Attempt


def pool(jobs: Iterator[Job], styles: Styles, folder: Path, stopped: Stopped, workers: int) -> Iterator[Result]:
    """Write jobs in ``workers`` processes, each with a model of its own; results come as they are ready.

    concurrent.futures breaks down as a whole when one worker is killed, and does not say which job it was at; here
    that job alone is tried again, then given up.
    """
    context = _context()
    queue = JobQueue(jobs, stopped)
    busy: list[_Worker] = []
    try:
        while True:
            while len(busy) < workers and (attempt := queue.take()) is not None:
                busy.append(_started(context, styles, folder, attempt))
            if not busy:
                return
            # A worker that dies closes its end of the connection, which makes it ready, too.
            ready = wait([worker.connection for worker in busy], timeout=1.0)
            for worker in [worker for worker in busy if worker.connection in ready]:
                result = _received(worker)
                if result is None:
                    busy.remove(worker)
                    cause = _death(worker)
                    if not queue.retry(worker.attempt):
                        yield Result(worker.attempt.job, error=cause)
                    continue
                following = None if result.stop else queue.take()
                if following is None:
                    busy.remove(worker)
                    _dismiss(worker)
                else:
                    _give(worker, following)
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


def _started(context: Any, styles: Styles, folder: Path, attempt: Attempt) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, dict(styles), folder), daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours, attempt)
    _give(worker, attempt)
    return worker


def _give(worker: _Worker, attempt: Attempt) -> None:
    worker.attempt = attempt
    with suppress(OSError):  # if it died just now, receiving will find out
        worker.connection.send(attempt.job)


def _received(worker: _Worker) -> Result | None:
    """What a worker that is ready made of its job; None if it died."""
    try:
        result: Result = worker.connection.recv()
    except (EOFError, OSError):
        return None
    return result


def _work(connection: Connection, styles: Styles, folder: Path) -> None:
    """What a worker does until it gets None for a job, or the process that started it is gone."""
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
    return f"its worker process {cause}, {MAX_ATTEMPTS} times"
