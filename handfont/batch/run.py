"""A batch from beginning to end: every row checked, then written, recorded, and merged."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from handfont.batch.engines import local_processes
from handfont.batch.leftovers import Leftovers
from handfont.batch.manifest import FILE, Manifest
from handfont.batch.plan import Job, Planner, RejectedRow
from handfont.batch.progress import Progress
from handfont.errors import BatchError
from handfont.output.pdf.merge import merge
from handfont.util import signals
from handfont.util.files import check_writable, make_folder
from handfont.util.locks import locked

STOPPING = "stopping after the documents in progress"
LOCK = ".handfont-batch.lock"
"""In the output folder, so that all who write there meet it, from wherever; it stays there."""
LISTED_LEFT = 5
LISTED = 50
"""Failures that are told one by one; all are in the manifest."""


@dataclass(frozen=True)
class RunOptions:
    """How a batch runs. ``engine`` is ``local`` or ``ray``, ``address`` that of a Ray cluster; ``prune`` removes the
    documents of rows that are no longer in the table.
    """

    workers: int = 1
    engine: str = "local"
    address: str | None = None
    resume: bool = False
    prune: bool = False
    stop_on_error: bool = False
    limit: int | None = None
    merged: Path | None = None
    quiet: bool = False


@dataclass
class BatchResult:
    """Counts, the first failures as sentences, and files of rows that the table has no more: those still there, and
    how many were removed. ``nameless`` rows cannot be written, and what their documents were called is not known.
    """

    rows: int = 0
    done: int = 0
    kept: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    nameless: int = 0
    left: list[str] = field(default_factory=list)
    left_count: int = 0
    removed: int = 0

    def fail(self, number: int, place: str, problem: str) -> str:
        self.failed += 1
        told = f"row {number} ({place}): {problem}" if place else problem
        if len(self.failures) < LISTED:
            self.failures.append(told)
        return told

    def listed(self) -> str:
        more = self.failed - len(self.failures)
        return "".join(f"\n  {told}" for told in self.failures) + (f"\n  and {more} more" if more else "")


def check(
    planner: Planner, limit: int | None = None, tell: Callable[[str], None] = lambda told: None, merged: bool = False
) -> BatchResult:
    """Go through all rows without writing anything; ``tell`` hears of every problem.

    Raises:
        TableError, OptionError: something is wrong that no row can do without.
        BatchError: the table has no rows.
    """
    outcome = BatchResult()
    for planned in planner.plan(limit):
        outcome.rows += 1
        if isinstance(planned, RejectedRow):
            tell(outcome.fail(planned.number, planned.place, planned.problem))
        elif merged and not planned.name.endswith(".pdf"):
            raise BatchError(f"'{planned.name}' of row {planned.number} is no PDF; only PDFs can be merged")
    if not outcome.rows:
        raise BatchError(f"the table {planner.table.path} has no rows under its header")
    return outcome


def run(planner: Planner, folder: Path, running: RunOptions) -> BatchResult:
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
    busy = f"another batch is writing to {folder}; wait for it, or write to another folder"
    with locked(folder / LOCK, busy), signals.stopping_in_order(STOPPING) as stopping:
        if os.path.lexists(folder / FILE) and not running.resume:
            raise BatchError(
                f"{folder} holds a batch already; add --resume to finish it or bring it up to date, or "
                "write to another folder"
            )
        manifest = Manifest(folder)
        progress = Progress(checked.rows, running.quiet)
        outcome = BatchResult(checked.rows)
        try:
            _write_all(planner, folder, running, manifest, progress, outcome, stopping)
            if running.resume and running.limit is None and not stopping.is_set() and _stamp(source) == before:
                _unclaimed(manifest, running.prune, outcome)
            manifest.finish()
        finally:
            progress.end()
            manifest.close()
        if stopping.is_set():
            raise stopping.interrupted(
                f"stopped; {outcome.done} of {outcome.rows} documents are written, go on with --resume"
            )
        if _stamp(source) != before:
            raise BatchError(f"the table {source} was changed during the run; run again with --resume")
        if running.merged:
            merge(_finished(planner, folder, running.limit), running.merged)
    return outcome


def _write_all(
    planner: Planner,
    folder: Path,
    running: RunOptions,
    manifest: Manifest,
    progress: Progress,
    outcome: BatchResult,
    stopping: signals.Stopping,
) -> None:
    halted = threading.Event()
    leftovers = Leftovers(folder)

    def jobs() -> Iterator[Job]:
        for planned in planner.plan(running.limit):
            if planned.name:
                leftovers.remove(planned.name)
                manifest.claim(planned.name)
            else:
                outcome.nameless += 1
            if isinstance(planned, Job) and not running.resume and os.path.lexists(folder / planned.name):
                planned = RejectedRow(
                    planned.number,
                    planned.place,
                    planned.name,
                    f"the file {folder / planned.name} is there already, and no work of this batch",
                )
            if isinstance(planned, RejectedRow):
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


def _unclaimed(manifest: Manifest, prune: bool, outcome: BatchResult) -> None:
    """Files of rows that the table has no more: counted, or removed. While a row's name is not known, any of them could
    be its.
    """
    for name in manifest.unclaimed():
        if prune and not outcome.nameless and manifest.remove(name):
            outcome.removed += 1
            continue
        outcome.left_count += 1
        if len(outcome.left) < LISTED_LEFT:
            outcome.left.append(name)


def write_each(
    jobs: list[Job], planner_styles: local_processes.Styles, folder: Path, running: RunOptions
) -> BatchResult:
    """Write documents that are no rows of a table, without a manifest.

    Raises:
        OutputError, BatchError, Interrupted: as :func:`run`.
    """
    make_folder(folder)
    outcome, progress = BatchResult(len(jobs)), Progress(len(jobs), running.quiet)
    with signals.stopping_in_order(STOPPING) as stopping:
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
            raise stopping.interrupted(f"stopped; {outcome.done} of {len(jobs)} documents are written")
    return outcome


def _engine(running: RunOptions) -> Callable[..., Any]:
    if running.engine == "ray":
        from handfont.batch.engines.ray_cluster import cluster

        return partial(cluster, workers=running.workers, address=running.address)
    return local_processes.serial if running.workers == 1 else partial(local_processes.pool, workers=running.workers)


def _finished(planner: Planner, folder: Path, limit: int | None) -> Iterator[Path]:
    """The documents there are, in the order of the rows."""
    for planned in planner.plan(limit):
        if isinstance(planned, Job) and os.path.isfile(folder / planned.name):  # noqa: PTH113 (which never raises)
            yield folder / planned.name


def _stamp(path: Path) -> tuple[int, int]:
    with suppress(OSError):
        state = path.stat()
        return state.st_size, state.st_mtime_ns
    return 0, 0


def _documents(count: int) -> str:
    return f"{count} document{'' if count == 1 else 's'}"


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"
