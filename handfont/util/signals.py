"""Signals and exit codes: how the program ends, and how long work is stopped in order."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from handfont.errors import HandfontError, ReaderGoneError, UserError, on_command_line


class ExitCode(IntEnum):
    """What the program ends with. Codes over 128 are those of a shell: 128 and the number of the signal."""

    DONE = 0
    FAULT = 1
    """A fault of handfont, or of its installation."""
    USER = 2
    """Something that the user can mend."""
    INTERRUPTED = 130
    """Ctrl-C (SIGINT)."""
    READER_GONE = 141
    """Whoever read standard output has gone (SIGPIPE)."""
    TERMINATED = 143
    """The system asked the program to end (SIGTERM)."""


class Interrupted(KeyboardInterrupt):
    """A signal ends the program, in order: ``message`` says what was left, ``code`` is the exit code."""

    def __init__(
        self, message: str = "interrupted; nothing half-written was left", number: int = signal.SIGINT
    ) -> None:
        super().__init__(message)
        self.message = on_command_line(message)
        self.code = ExitCode.TERMINATED if number == signal.SIGTERM else ExitCode.INTERRUPTED


class Stopping:
    """Whether a signal has asked to stop, and which one."""

    def __init__(self) -> None:
        self.number: int | None = None

    def is_set(self) -> bool:
        """Whether a signal has come."""
        return self.number is not None

    def interrupted(self, message: str) -> Interrupted:
        """The exception to end with once all that was begun is finished."""
        return Interrupted(message, self.number or signal.SIGINT)


def exit_code(error: BaseException) -> ExitCode:
    """The exit code of a program that an exception ends."""
    if isinstance(error, Interrupted):
        return error.code
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    if isinstance(error, (ReaderGoneError, BrokenPipeError)):
        return ExitCode.READER_GONE
    if isinstance(error, UserError) or (isinstance(error, OSError) and not isinstance(error, HandfontError)):
        return ExitCode.USER
    return ExitCode.FAULT


_ending = Stopping()
"""Whether a signal has come to end the program."""


def heed() -> None:
    """From now on Ctrl-C, if it is not ignored, and SIGTERM raise :class:`Interrupted`."""
    _ending.number = None
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupted)


def _interrupted(number: int, frame: object) -> None:
    _ending.number = number
    raise Interrupted(number=number)


def end_if_asked() -> None:
    """Raise :class:`Interrupted` if a signal has come to end the program whose exception was lost: what is raised while
    an object is taken away is printed by Python and ignored. Long work calls this now and then, and before its end;
    while an exception is cleaned up after, it does nothing.
    """
    if _ending.number is not None and sys.exc_info()[0] is None:
        raise Interrupted(number=_ending.number)


def work_for_another() -> None:
    """Of a worker process: Ctrl-C, which reaches all processes of a terminal, is left to the one that it works for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.TERMINATED))


@contextmanager
def stopping_in_order(notice: str) -> Iterator[Stopping]:
    """Within the block the first Ctrl-C or termination prints ``notice`` and only sets what is yielded, so that what
    was begun can be finished; a second one raises :class:`Interrupted` at once.
    """
    stopping = Stopping()
    if threading.current_thread() is not threading.main_thread():  # where no signals arrive, and none may be caught
        yield stopping
        return

    def heard(number: int, frame: object) -> None:
        if stopping.is_set():
            raise Interrupted("stopped at once", number)
        stopping.number = number
        sys.stderr.write(f"\nhandfont: {notice}\n")

    former = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
