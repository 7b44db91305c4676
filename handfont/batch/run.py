"""A batch from beginning to end: every row checked, then written, recorded, and merged."""

from __future__ import annotations

import hashlib
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from handfont.batch import pool
from handfont.batch.manifest import Manifest
from handfont.batch.merging import merge
from handfont.batch.plan import Job, Planner, Refused
from handfont.batch.progress import Progress
from handfont.errors import BatchError, HandfontError
from handfont.util.files import check_writable, make_folder

LISTED = 50
"""Failures that are told one by one; all are in the manifest."""


@dataclass(frozen=True)
class Running:
    """How a batch runs. ``engine`` is ``local`` or ``ray``, ``address`` that of a Ray cluster."""

    workers: int = 1
    engine: str = "local"
    address: str | None = None
    resume: bool = False
    stop_on_error: bool = False
    limit: int | None = None
    merged: Path | None = None
    quiet: bool = False


@dataclass
class Outcome:
    """Counts, the first failures as sentences, and the rows that are in no merged file."""

    rows: int = 0
    done: int = 0
    kept: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)

    def fail(self, number: int, place: str, problem: str) -> str:
        self.failed += 1
        told = f"row {number} ({place}): {problem}" if place else problem
        if len(self.failures) < LISTED:
            self.failures.append(told)
        return told

    def listed(self) -> str:
        more = self.failed - len(self.failures)
        return "".join(f"\n  {told}" for told in self.failures) + (f"\n  and {more} more" if more else "")


class Interrupted(KeyboardInterrupt):
    """Ctrl-C: what was begun is finished and recorded."""


def check(planner: Planner, limit: int | None = None, tell: Callable[[str], None] = lambda told: None,
          merged: bool = False) -> Outcome:
    """Go through all rows without writing anything; ``tell`` hears of every problem.

    Raises:
        TableError, OptionError: something is wrong that no row can do without.
        BatchError: the table has no rows.
    """
    outcome = Outcome()
    for planned in planner.plan(limit):
        outcome.rows += 1
        if isinstance(planned, Refused):
            tell(outcome.fail(planned.number, planned.place, planned.problem))
        elif merged and not planned.name.endswith(".pdf"):
            raise BatchError(f"'{planned.name}' of row {planned.number} is no PDF; only PDFs can be merged")
    if not outcome.rows:
        raise BatchError(f"the table {planner.table.path} has no rows under its header")
    return outcome


def run(planner: Planner, folder: Path, running: Running) -> Outcome:
    """Write the documents of all rows into ``folder``, and the manifest beside them.

    Raises:
        OutputError: the folder cannot be made.
        BatchError: the batch cannot start, or had to stop (the disk is full, or a row failed and that is to stop it).
        Interrupted: Ctrl-C or a termination signal; documents in progress were finished.
    """
    if running.merged:
        check_writable(running.merged)
    source = planner.table.path
    before = _stamp(source)
    checked = check(planner, running.limit, merged=running.merged is not None)
    if checked.failed and running.stop_on_error:
        raise BatchError(f"nothing was written, as {_rows(checked.failed)} cannot be:{checked.listed()}")
    make_folder(folder)
    with _locked(folder), _signals() as stopping:
        if (folder / "manifest.jsonl").exists() and not running.resume:
            raise BatchError(f"{folder} holds a batch already; add --resume to finish it or bring it up to date, or "
                             "write to another folder")
        _sweep(folder)
        manifest = Manifest(folder)
        progress = Progress(checked.rows, running.quiet)
        outcome = Outcome(checked.rows)
        try:
            _write_all(planner, folder, running, manifest, progress, outcome, stopping)
        finally:
            progress.end()
            manifest.close()
        if stopping.is_set():
            raise Interrupted(f"stopped; {outcome.done} of {outcome.rows} documents are written, go on with --resume")
        if _stamp(source) != before:
            raise BatchError(f"the table {source} was changed during the run; run again with --resume")
        if running.merged:
            merge(_finished(planner, folder, running.limit), running.merged)
    return outcome


def _write_all(
    planner: Planner, folder: Path, running: Running, manifest: Manifest, progress: Progress, outcome: Outcome,
    stopping: threading.Event,
) -> None:
    halted = threading.Event()

    def jobs() -> Iterator[Job]:
        for planned in planner.plan(running.limit):
            if isinstance(planned, Job) and not running.resume and (folder / planned.name).exists():
                planned = Refused(planned.number, planned.place, planned.name,
                                  f"the file {folder / planned.name} is there already, and no work of this batch")
            if isinstance(planned, Refused):
                manifest.add(planned)
                outcome.fail(planned.number, planned.place, planned.problem)
                progress.count(failed=True)
            elif running.resume and manifest.finished(planned):
                outcome.done += 1
                outcome.kept += 1
                progress.count(kept=True)
            else:
                yield planned

    results = _engine(running)(jobs(), planner.styles, folder, lambda: halted.is_set() or stopping.is_set())
    full = ""
    try:
        for result in results:
            manifest.add(result)
            progress.count(failed=bool(result.error))
            if not result.error:
                outcome.done += 1
                continue
            outcome.fail(result.job.number, result.job.place, result.error)
            full = full or (result.error if result.stop else "")
            if result.stop or running.stop_on_error:
                halted.set()
    finally:
        results.close()
    if full:
        raise BatchError(f"stopped after {_documents(outcome.done)}: {full}; make room and go on with --resume")
    if halted.is_set():
        raise BatchError(f"stopped after {_documents(outcome.done)}:{outcome.listed()}")


def write_each(jobs: list[Job], planner_styles: pool.Styles, folder: Path, running: Running) -> Outcome:
    """Write documents that are no rows of a table, without a manifest.

    Raises:
        OutputError, BatchError, Interrupted: as :func:`run`.
    """
    make_folder(folder)
    outcome, progress = Outcome(len(jobs)), Progress(len(jobs), running.quiet)
    with _signals() as stopping:
        results = _engine(running)(iter(jobs), planner_styles, folder, stopping.is_set)
        try:
            for result in results:
                progress.count(failed=bool(result.error))
                if result.error:
                    outcome.fail(result.job.number, "", f"{result.job.place}: {result.error}")
                    if result.stop:
                        raise BatchError(f"stopped after {_documents(outcome.done)}: {result.error}")
                else:
                    outcome.done += 1
        finally:
            results.close()
            progress.end()
        if stopping.is_set():
            raise Interrupted(f"stopped; {outcome.done} of {len(jobs)} documents are written")
    return outcome


def _engine(running: Running) -> Callable[..., Any]:
    if running.engine == "ray":
        from handfont.batch.cluster import cluster

        return partial(cluster, workers=running.workers, address=running.address)
    return pool.serial if running.workers == 1 else partial(pool.pool, workers=running.workers)


def _finished(planner: Planner, folder: Path, limit: int | None) -> Iterator[Path]:
    """The documents there are, in the order of the rows."""
    for planned in planner.plan(limit):
        if isinstance(planned, Job) and (folder / planned.name).is_file():
            yield folder / planned.name


def _sweep(folder: Path) -> None:
    """Take away temporary files of a run that was killed."""
    for left in folder.rglob(".*.part"):
        with suppress(OSError):
            left.unlink()


def _stamp(path: Path) -> tuple[int, int]:
    with suppress(OSError):
        state = path.stat()
        return state.st_size, state.st_mtime_ns
    return 0, 0


def _documents(count: int) -> str:
    return f"{count} document{'' if count == 1 else 's'}"


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One batch at a time in a folder; the system frees the lock of a process that is killed."""
    from filelock import FileLock, Timeout

    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    lock = FileLock(Path(tempfile.gettempdir()) / f"handfont-{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BatchError(f"another batch is writing to {folder}; wait for it, or write to another folder") from error
    except OSError as error:
        raise HandfontError(f"cannot lock {folder}: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """Ctrl-C and termination set an event, and documents in progress are finished; a second one is heeded at once."""
    stopping = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return

    def heard(*_: object) -> None:
        if stopping.is_set():
            raise Interrupted("stopped at once")
        stopping.set()
        sys.stderr.write("\nhandfont: stopping after the documents in progress\n")

    former = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
