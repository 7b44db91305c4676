"""How far a batch is: on a terminal one line that changes, elsewhere a line a minute, always on standard error."""

from __future__ import annotations

import sys
import time

from handfont.util.terminal import control

TERMINAL_INTERVAL = 0.5
"""Seconds between two updates of the line on a terminal."""
LOG_INTERVAL = 60.0
"""Seconds between two lines elsewhere."""


class Progress:
    """Counts documents and prints their number, rate and the time left."""

    def __init__(self, total: int, quiet: bool = False) -> None:
        self.total, self.quiet = total, quiet
        self.done = self.failed = self.already_done = 0
        self._start = self._last = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def count(self, failed: bool = False, already_done: bool = False) -> None:
        """One document more; ``already_done`` ones were written by an earlier run and do not count for the rate."""
        self.done += not failed
        self.failed += failed
        self.already_done += already_done
        now = time.monotonic()
        if not self.quiet and now - self._last >= (TERMINAL_INTERVAL if self._terminal else LOG_INTERVAL):
            self._last = now
            self._print("\r" if self._terminal else "", "" if self._terminal else "\n")

    def _print(self, before: str, after: str) -> None:
        written = self.done + self.failed - self.already_done
        elapsed = time.monotonic() - self._start
        text = f"{self.done + self.failed:,} of {self.total:,} documents"
        if written and elapsed > 0:
            rate = written / elapsed
            text += f", {rate * 60:,.0f} a minute, {span((self.total - self.done - self.failed) / rate)} left"
        text += f", {self.failed} failed" if self.failed else ""
        control(sys.stderr, f"{before}{text:78}{after}" if self._terminal else f"{before}{text}{after}")
        sys.stderr.flush()

    def end(self) -> None:
        """Remove the line from the terminal."""
        if self._terminal and not self.quiet:
            control(sys.stderr, "\r" + " " * 78 + "\r")
            sys.stderr.flush()


def span(seconds: float) -> str:
    """A duration to read: ``40 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
