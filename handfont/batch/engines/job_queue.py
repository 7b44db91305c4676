"""The queue that engines take jobs from: a job whose worker died is tried again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from handfont.batch.plan import Job

MAX_ATTEMPTS = 3
"""How often a job is tried whose worker dies."""
Stopped = Callable[[], bool]
"""Whether to begin no more jobs."""


@dataclass(frozen=True)
class Attempt:
    """A job, and the number of the attempt to do it, from 1."""

    job: Job
    number: int = 1


class JobQueue:
    """Jobs to do, and those to do again; it gives none once ``stopped`` says so."""

    def __init__(self, jobs: Iterator[Job], stopped: Stopped) -> None:
        self._jobs, self._stopped = jobs, stopped
        self._again: deque[Attempt] = deque()
        self._exhausted = False

    @property
    def finished(self) -> bool:
        """Whether there is certainly nothing left to take."""
        return self._stopped() or (self._exhausted and not self._again)

    def take(self) -> Attempt | None:
        """The next attempt, or None."""
        if self._stopped():
            return None
        if self._again:
            return self._again.popleft()
        job = None if self._exhausted else next(self._jobs, None)
        self._exhausted = job is None
        return None if job is None else Attempt(job)

    def retry(self, attempt: Attempt) -> bool:
        """Put a job back whose worker died; False if it was tried often enough."""
        if attempt.number == MAX_ATTEMPTS:
            return False
        self._again.append(Attempt(attempt.job, attempt.number + 1))
        return True
