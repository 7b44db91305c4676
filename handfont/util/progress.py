"""How far something is: on a terminal one line that changes, elsewhere a line a minute, always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

from handfont.util.terminal import control

Watch = Callable[[str, int, int | None], object]
"""Called with what is being done, how much of it is done, and of how much (None where that is not known)."""

TERMINAL_INTERVAL = 0.5
"""Seconds between two updates of the line on a terminal."""
LOG_INTERVAL = 60.0
"""Seconds between two lines elsewhere."""
WIDTH = 78
"""Columns of the line on a terminal."""


class ProgressLine:
    """Prints how far something is, no more often than can be read."""

    def __init__(self, quiet: bool = False) -> None:
        there = sys.stderr is not None  # it may be closed
        self._terminal = there and sys.stderr.isatty()
        self._quiet = quiet or not there
        self._last = time.monotonic()

    def say(self, text: Callable[[], str]) -> None:
        """Print a text, which is made only if it is time to print one."""
        now = time.monotonic()
        if self._quiet or now - self._last < (TERMINAL_INTERVAL if self._terminal else LOG_INTERVAL):
            return
        self._last = now
        control(sys.stderr, f"\r{text()[:WIDTH]:{WIDTH}}" if self._terminal else f"{text()}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Remove the line from the terminal."""
        if self._terminal and not self._quiet:
            control(sys.stderr, "\r" + " " * WIDTH + "\r")
            sys.stderr.flush()


class StepProgress(ProgressLine):
    """A :data:`Watch` that prints each step with its rate and, where its length is known, the time left."""

    def __init__(self, quiet: bool = False) -> None:
        super().__init__(quiet)
        self._step, self._start = "", time.monotonic()

    def __enter__(self) -> StepProgress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Some of a step is done; a new step begins with another name."""
        if step != self._step:
            self._step, self._start = step, time.monotonic()
            self._last -= TERMINAL_INTERVAL  # what begins is said at once
        self.say(lambda: _state(step, done, total, time.monotonic() - self._start))


class Progress(ProgressLine):
    """Counts documents and prints their number, rate and the time left."""

    def __init__(self, total: int, quiet: bool = False) -> None:
        super().__init__(quiet)
        self.total = total
        self.done = self.failed = self.already_done = 0
        self._start = time.monotonic()

    def count(self, failed: bool = False, already_done: bool = False) -> None:
        """One document more; ``already_done`` ones were written by an earlier run and do not count for the rate."""
        self.done += not failed
        self.failed += failed
        self.already_done += already_done
        self.say(self._state)

    def _state(self) -> str:
        written = self.done + self.failed - self.already_done
        elapsed = time.monotonic() - self._start
        text = f"{self.done + self.failed:,} of {self.total:,} documents"
        if written and elapsed > 0:
            rate = written / elapsed
            text += f", {rate * 60:,.0f} a minute, {span((self.total - self.done - self.failed) / rate)} left"
        return text + (f", {self.failed} failed" if self.failed else "")


def _state(step: str, done: int, total: int | None, elapsed: float) -> str:
    if total is None:
        return f"{step}: {done:,}" + (f", {done / elapsed:.1f} a second" if done and elapsed > 0 else "")
    left = f", {span((total - done) * elapsed / done)} left" if done and elapsed > 1 else ""
    return f"{step}: {done:,} of {total:,}{left}"


def span(seconds: float) -> str:
    """A duration to read: ``40 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
