"""What is printed while something takes long."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import pytest

from handfont.util import progress
from handfont.util.progress import Progress, StepProgress, span


class Clock:
    """Time that passes as a test says."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=terminal))
    return terminal


def lines(text: str) -> list[str]:
    return [line.strip() for line in re.split("[\r\n]", text) if line.strip()]


def test_a_step_is_said_at_once_and_then_with_the_time_left(clock, terminal):
    with StepProgress() as watch:
        watch("reading scans", 0, 2)
        clock.now += 0.1
        watch("reading scans", 1, 2)  # too soon to be read
        clock.now += 10
        watch("finding strokes", 0, 100)
        clock.now += 5
        watch("finding strokes", 25, 100)
    assert lines(terminal.getvalue()) == [
        "reading scans: 0 of 2",
        "finding strokes: 0 of 100",
        "finding strokes: 25 of 100, 15 s left",
    ]


def test_what_has_no_known_end_has_a_rate(clock, terminal):
    with StepProgress() as watch:
        watch("writing pages", 0, None)
        clock.now += 4
        watch("writing pages", 10, None)
    assert lines(terminal.getvalue())[-1] == "writing pages: 10, 2.5 a second"


def test_documents_are_counted_with_those_that_failed(clock, terminal):
    line = Progress(10)
    clock.now += 6
    line.count()
    clock.now += 6
    line.count(failed=True)
    assert lines(terminal.getvalue())[-1] == "2 of 10 documents, 10 a minute, 48 s left, 1 failed"


def test_elsewhere_there_is_a_line_a_minute_and_none_if_quiet(clock, capsys):
    for quiet in (False, True):
        line = Progress(10, quiet)
        for _ in range(5):
            clock.now += 31
            line.count()
    assert len(lines(capsys.readouterr().err)) == 2


def test_a_program_without_standard_error_says_nothing(monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    with StepProgress() as step:
        step("writing pages", 1, None)


@pytest.mark.parametrize(("seconds", "text"), [(40, "40 s"), (720, "12 min"), (12_000, "3 h 20 min")])
def test_spans_can_be_read(seconds, text):
    assert span(seconds) == text
