"""Engine on a Ray cluster: a model in an actor on each of many machines, which need share no files.

Documents come back as bytes and are put in place here; templates travel with the job. A job whose actor or machine dies
is given to another actor. Glyphs are drawn on processors: on a GPU their last digits, and with them the bytes, differ.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from handfont.batch.engines.job_queue import MAX_ATTEMPTS, Attempt, JobQueue, Stopped
from handfont.batch.engines.local_processes import Styles
from handfont.batch.plan import Job
from handfont.batch.worker import DISK_FULL, Result, sha256, write
from handfont.errors import OptionError, OutputError, parameter
from handfont.layout import template_yaml
from handfont.style.posterior import StylePosterior
from handfont.util import parallel
from handfont.util.files import atomic

PATIENCE = 120.0
"""Seconds to wait for an actor when none is left."""

Files = dict[str, bytes]


class RenderActor:
    """The actor: writes documents to a folder of its own and hands them over."""

    def __init__(self, styles: dict[str, StylePosterior]) -> None:
        parallel.limit(1)
        self._styles = styles
        self._own = tempfile.TemporaryDirectory(prefix="handfont-")  # goes with the actor
        self._sheets = Path(self._own.name)

    def ready(self) -> bool:
        """True, once the actor is there."""
        return True

    def write(self, job: Job, template: Files) -> tuple[Result, Files]:
        """Write a job; ``template`` holds its sheet and background, the sheet first."""
        for name, content in template.items():
            if not (self._sheets / name).exists():
                (self._sheets / name).write_bytes(content)
        with tempfile.TemporaryDirectory(prefix="handfont-") as name:
            folder = Path(name)
            options = replace(job.options, template=str(self._sheets / next(iter(template))))
            here = replace(job, options=options)
            result = write(here, self._styles, folder)
            return replace(result, job=job), {file: (folder / file).read_bytes() for file, _ in result.files}


def cluster(
    jobs: Iterator[Job], styles: Styles, folder: Path, stopped: Stopped, workers: int, address: str | None
) -> Iterator[Result]:
    """Write jobs on a Ray cluster with up to ``workers`` actors, one processor each; results as they are ready.

    Args:
        address: of the cluster; without one that of the environment (``RAY_ADDRESS``), or else a cluster is started on
            this machine.

    Raises:
        OptionError: Ray is not installed, or there is no such cluster.
    """
    ray = _ray(address, workers)
    actors = _Actors(ray, styles, workers)
    queue = JobQueue(jobs, stopped)
    try:
        while True:
            actors.give(queue)
            if not actors.given and queue.finished:
                return
            if not queue.finished:
                actors.grow()
            actors.check_alive()
            for attempt, outcome in actors.ready():
                if isinstance(outcome, Exception):
                    if not queue.retry(attempt):
                        reason = str(outcome).splitlines()[0]
                        error = f"its worker on the cluster died {MAX_ATTEMPTS} times: {reason}"
                        yield Result(attempt.job, error=error)
                else:
                    yield _placed(*outcome, folder)
    finally:
        actors.kill()
        ray.shutdown()


class _Actors:
    """The actors of a run: those that start, those without a job, and those at work."""

    def __init__(self, ray: Any, styles: Styles, workers: int) -> None:
        self._ray, self._workers = ray, workers
        self._styles = ray.put(dict(styles))
        self._make = ray.remote(RenderActor).options(num_cpus=1, max_restarts=0)
        self._lost = (
            ray.exceptions.RayActorError,
            ray.exceptions.WorkerCrashedError,
            ray.exceptions.NodeDiedError,
            ray.exceptions.ObjectLostError,
            ray.exceptions.OutOfMemoryError,
        )
        self._starting: dict[Any, Any] = {}  # the reference that is ready when an actor is -> the actor
        self._idle: list[Any] = []
        self.given: dict[Any, tuple[Any, Attempt]] = {}
        """The reference of a result -> the actor at work on it, and what it was given."""
        self._last_alive = time.monotonic()

    def give(self, queue: JobQueue) -> None:
        """Give jobs to the actors without one."""
        while self._idle and (attempt := queue.take()) is not None:
            actor = self._idle.pop()
            files = _template(attempt.job.options.template)
            self.given[actor.write.remote(attempt.job, files)] = actor, attempt

    def grow(self) -> None:
        """Ask for actors in place of those that died; each comes up when there is room for it."""
        while len(self._starting) + len(self._idle) + len(self.given) < self._workers:
            actor = self._make.remote(self._styles)
            self._starting[actor.ready.remote()] = actor

    def check_alive(self) -> None:
        """Raise OptionError if there has been no actor for too long."""
        if self.given or self._idle:
            self._last_alive = time.monotonic()
        elif time.monotonic() - self._last_alive > PATIENCE:
            raise OptionError(
                f"the Ray cluster gave no processor in {PATIENCE:.0f} seconds; it has "
                f"{self._ray.cluster_resources().get('CPU', 0):.0f}"
            )

    def ready(self) -> Iterator[tuple[Attempt, tuple[Result, Files] | Exception]]:
        """Attempts that ended within a second, each with its result and files, or the error of an actor that died."""
        references, _ = self._ray.wait([*self.given, *self._starting], timeout=1.0)
        for reference in references:
            if reference in self._starting:
                actor = self._starting.pop(reference)
                with suppress(*self._lost):
                    self._ray.get(reference)
                    self._idle.append(actor)
                continue
            actor, attempt = self.given.pop(reference)
            try:
                outcome = self._ray.get(reference)
                self._idle.append(actor)
            except self._lost as error:
                outcome = error
            yield attempt, outcome

    def kill(self) -> None:
        """End all actors."""
        for actor in [*self._idle, *self._starting.values(), *(actor for actor, _ in self.given.values())]:
            self._ray.kill(actor)


def _ray(address: str | None, workers: int) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ModuleNotFoundError as error:
        raise OptionError(
            f"{parameter('engine', 'ray')} needs the package ray; install it with: pip install 'handfont[cluster]'"
        ) from error
    running = address or os.environ.get("RAY_ADDRESS")
    own: dict[str, Any] = {} if running else {"num_cpus": workers, "include_dashboard": False}
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, configure_logging=False, **own)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise OptionError(
            f"the Ray cluster {address or 'of this machine'} cannot be reached: {str(error).splitlines()[0]}"
        ) from error
    return ray


@lru_cache(maxsize=64)
def _template(name: str) -> Files:
    """The sheet and its background, which is looked for beside it."""
    path = template_yaml.find(name)
    content = path.read_bytes()
    background = template_yaml.load(name).setup.background
    if background is None:
        return {path.name: content}
    sheet = yaml.safe_load(content) | {"background": background.name}
    return {path.name: yaml.safe_dump(sheet, allow_unicode=True).encode(), background.name: background.read_bytes()}


def _placed(result: Result, files: Files, folder: Path) -> Result:
    """The result of a document once its files are in the output folder."""
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with atomic(folder / name) as temporary:
                temporary.write_bytes(content)
        return replace(result, files=tuple((name, sha256(folder / name)) for name in files))
    except (OutputError, OSError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        code = cause.errno if isinstance(cause, OSError) else None
        return replace(result, files=(), error=str(error), stop=code in DISK_FULL)
