"""Engine on a Ray cluster: a model in an actor on each of many machines, which need share no files.

Documents come back as bytes and are put in place here; templates travel with the job. A job whose actor or machine dies
is given to another actor. Glyphs are drawn on processors: on a GPU their last digits, and with them the bytes, differ.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from handfont.batch.engines.local_processes import TRIES, Stopped, Styles
from handfont.batch.plan import Job
from handfont.batch.worker import FULL, Result, sha256, write
from handfont.errors import OptionError, OutputError
from handfont.layout import template as templates
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


@dataclass
class _Given:
    actor: Any
    job: Job
    tries: int


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
    kept = ray.put(dict(styles))
    make = ray.remote(RenderActor).options(num_cpus=1, max_restarts=0)
    lost = (
        ray.exceptions.RayActorError,
        ray.exceptions.WorkerCrashedError,
        ray.exceptions.NodeDiedError,
        ray.exceptions.ObjectLostError,
        ray.exceptions.OutOfMemoryError,
    )
    waiting: deque[tuple[Job, int]] = deque()
    starting: dict[Any, Any] = {}  # what an actor says when it is ready -> the actor
    given: dict[Any, _Given] = {}
    idle: list[Any] = []
    exhausted = False
    alone = time.monotonic()
    try:
        while True:
            while idle and not stopped():
                if waiting:
                    job, tries = waiting.popleft()
                elif exhausted or (found := next(jobs, None)) is None:
                    exhausted = True
                    break
                else:
                    job, tries = found, 1
                actor = idle.pop()
                given[actor.write.remote(job, _template(job.options.template))] = _Given(actor, job, tries)
            more = not stopped() and (bool(waiting) or not exhausted)
            if not given and not more:
                return
            # An actor is asked for beyond those at work whenever one has died; it comes up when there is room for it.
            while more and len(starting) + len(idle) + len(given) < workers:
                actor = make.remote(kept)
                starting[actor.ready.remote()] = actor
            if given or idle:
                alone = time.monotonic()
            elif time.monotonic() - alone > PATIENCE:
                raise OptionError(
                    f"the Ray cluster gave no processor in {PATIENCE:.0f} seconds; it has "
                    f"{ray.cluster_resources().get('CPU', 0):.0f}"
                )
            ready, _ = ray.wait([*given, *starting], timeout=1.0)
            for reference in ready:
                if reference in starting:
                    actor = starting.pop(reference)
                    try:
                        ray.get(reference)
                        idle.append(actor)
                    except lost:
                        pass
                    continue
                one = given.pop(reference)
                try:
                    result, files = ray.get(reference)
                except lost as error:
                    if one.tries < TRIES:
                        waiting.append((one.job, one.tries + 1))
                    else:
                        reason = str(error).splitlines()[0]
                        yield Result(one.job, error=f"its worker on the cluster died {TRIES} times: {reason}")
                    continue
                idle.append(one.actor)
                yield _placed(result, files, folder)
    finally:
        for actor in [*idle, *starting.values(), *(one.actor for one in given.values())]:
            ray.kill(actor)
        ray.shutdown()


def _ray(address: str | None, workers: int) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ModuleNotFoundError as error:
        raise OptionError(
            "--engine ray needs the package ray; install it with: pip install 'handfont[cluster]'"
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
    path = templates.find(name)
    content = path.read_bytes()
    background = templates.load(name).setup.background
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
        return replace(result, files=(), error=str(error), stop=code in FULL)
