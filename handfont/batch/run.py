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
from handfont.batch.result import BatchResult
from handfont.batch.worker import Result
from handfont.errors import BatchError, parameter
from handfont.output.pdf.merge import merge
from handfont.util import signals
from handfont.util.files import check_writable, make_folder
from handfont.util.locks import locked
from handfont.util.progress import Progress
from handfont.util.wording import counted

STOPPING = "stopping after the documents in progress"
"""What is said when a signal comes."""
LOCK = ".handfont-batch.lock"
"""In the output folder, so that all who write there meet it, from wherever; it stays there."""
MAX_LEFT_LISTED = 5
"""Files without a row that are named in the summary."""


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


def check(
    planner: Planner,
    limit: int | None = None,
    report: Callable[[str], None] = lambda problem: None,
    merged: bool = False,
) -> BatchResult:
    """Go through all rows without writing anything; ``report`` is called with every problem.

    Raises:
        TableError, OptionError: something is wrong that no row can do without.
        BatchError: the table has no rows.
    """
    outcome = BatchResult()
    for planned in planner.plan(limit):
        outcome.rows += 1
        if isinstance(planned, RejectedRow):
            report(outcome.fail(planned.number, planned.place, planned.problem))
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
        raise BatchError(f"nothing was written, as {counted(checked.failed, 'row')} cannot be:{checked.listed()}")
    make_folder(folder)
    busy = f"another batch is writing to {folder}; wait for it, or write to another folder"
    with locked(folder / LOCK, busy), signals.stopping_in_order(STOPPING) as stopping:
        if os.path.lexists(folder / FILE) and not running.resume:
            raise BatchError(
                f"{folder} holds a batch already; add {parameter('resume')} to finish it or bring it up to date, or "
                "write to another folder"
            )
        manifest = Manifest(folder)
        progress = Progress(checked.rows, running.quiet)
        outcome = BatchResult(checked.rows)
        try:
            _Run(planner, folder, running, manifest, progress, outcome).write(stopping)
            if running.resume and running.limit is None and not stopping.is_set() and _stamp(source) == before:
                _unclaimed(manifest, running.prune, outcome)
            manifest.finish()
        finally:
            progress.end()
            manifest.close()
        if stopping.is_set():
            raise stopping.interrupted(
                f"stopped; {outcome.done} of {outcome.rows} documents are written, go on with {parameter('resume')}"
            )
        if _stamp(source) != before:
            raise BatchError(f"the table {source} was changed during the run; run again with {parameter('resume')}")
        if running.merged:
            merge(_finished(planner, folder, running.limit), running.merged)
    return outcome


@dataclass
class _Run:
    """The writing of all rows, and what has become of them so far."""

    planner: Planner
    folder: Path
    running: RunOptions
    manifest: Manifest
    progress: Progress
    result: BatchResult
    disk_full: str = ""
    """The error that no other document can be written after."""
    halted: threading.Event = field(default_factory=threading.Event)

    def write(self, stopping: signals.Stopping) -> None:
        """Write what there is to write.

        Raises:
            BatchError: the disk is full, or a row failed and that is to stop the batch.
        """
        engine = _engine(self.running)
        results = engine(
            self._jobs(), self.planner.styles, self.folder, lambda: self.halted.is_set() or stopping.is_set()
        )
        try:
            for result in results:
                self._record(result)
        finally:
            results.close()
        done = counted(self.result.done, "document")
        if self.disk_full:
            raise BatchError(f"stopped after {done}: {self.disk_full}; make room and go on with {parameter('resume')}")
        if self.halted.is_set():
            raise BatchError(f"stopped after {done}:{self.result.listed()}")

    def _jobs(self) -> Iterator[Job]:
        """The rows to write; the others are recorded."""
        leftovers = Leftovers(self.folder)
        for planned in self.planner.plan(self.running.limit):
            if planned.name:
                leftovers.remove(planned.name)
                self.manifest.claim(planned.name)
            else:
                self.result.nameless += 1
            checked = self._unless_in_the_way(planned)
            if isinstance(checked, RejectedRow):
                self.manifest.add(checked)
                self.result.fail(checked.number, checked.place, checked.problem)
                self.progress.count(failed=True)
            elif self.running.resume and self.manifest.finished(checked):
                self.result.done += 1
                self.result.already_done += 1
                self.progress.count(already_done=True)
            else:
                yield checked

    def _unless_in_the_way(self, planned: Job | RejectedRow) -> Job | RejectedRow:
        """Reject the row of a new batch whose document would replace a file of somebody else."""
        target = self.folder / planned.name
        if isinstance(planned, RejectedRow) or self.running.resume or not os.path.lexists(target):
            return planned
        problem = f"the file {target} is there already, and no work of this batch"
        return RejectedRow(planned.number, planned.place, planned.name, problem)

    def _record(self, result: Result) -> None:
        self.manifest.add(result)
        self.progress.count(failed=bool(result.error))
        if not result.error:
            self.result.done += 1
            return
        self.result.fail(result.job.number, result.job.place, result.error)
        if result.stop:
            self.disk_full = self.disk_full or result.error
        if result.stop or self.running.stop_on_error:
            self.halted.set()


def _unclaimed(manifest: Manifest, prune: bool, outcome: BatchResult) -> None:
    """Files of rows that the table has no more: counted, or removed. While a row's name is not known, any of them could
    be its.
    """
    for name in manifest.unclaimed():
        if prune and not outcome.nameless and manifest.remove(name):
            outcome.removed += 1
            continue
        outcome.left_count += 1
        if len(outcome.left) < MAX_LEFT_LISTED:
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
                        raise BatchError(f"stopped after {counted(outcome.done, 'document')}: {result.error}")
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
