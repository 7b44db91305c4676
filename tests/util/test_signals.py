import os
import signal
import subprocess
import sys
import time

import pytest

from handfont.errors import HandfontError, ModelError, OptionError, ReaderGoneError
from handfont.util.files import atomic
from handfont.util.signals import ExitCode, Interrupted, end_if_asked, exit_code, heed, stopping_in_order


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OptionError("x"), 2),
        (ModelError("x"), 1),
        (HandfontError("x"), 1),
        (ReaderGoneError("x"), 141),
        (BrokenPipeError(), 141),
        (PermissionError(), 2),
        (KeyboardInterrupt(), 130),
        (Interrupted(), 130),
        (Interrupted(number=signal.SIGTERM), 143),
        (ValueError(), 1),
    ],
)
def test_every_error_has_its_exit_code(error, code):
    assert exit_code(error) is ExitCode(code)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_asks_and_the_second_stops(number, code, capsys):
    before = signal.getsignal(number)
    with pytest.raises(Interrupted) as caught, stopping_in_order("finishing") as stopping:
        assert not stopping.is_set()
        os.kill(os.getpid(), number)
        assert stopping.is_set()
        assert stopping.interrupted("stopped").code == code
        assert capsys.readouterr().err == "\nhandfont: finishing\n"
        os.kill(os.getpid(), number)
        time.sleep(1)
    assert caught.value.code == code
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_whose_exception_is_lost_still_ends_the_program(tmp_path, number):
    class Taken:
        def __del__(self):
            os.kill(os.getpid(), number)
            time.sleep(1)

    former = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        # What runs in the background of a script inherits an ignored SIGINT, and so would this.
        signal.signal(number, signal.SIG_DFL)
        heed()
        (tmp_path / "page.txt").write_text("before")
        with pytest.raises(Interrupted), atomic(tmp_path / "page.txt") as path:
            path.write_text("after")
            Taken()
        assert [one.read_text() for one in tmp_path.iterdir()] == ["before"]
        try:
            raise OSError
        except OSError:
            end_if_asked()  # what is cleaned up after another exception goes on
        with pytest.raises(Interrupted):
            end_if_asked()
        heed()
        end_if_asked()
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)


def test_an_ignored_interrupt_stays_ignored():
    former = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        heed()
        os.kill(os.getpid(), signal.SIGINT)
        end_if_asked()
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_is_stopped_says_so_with_its_code(tmp_path, number, code):
    """A command that would wait for ever: its text comes from a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "rows.csv")
    program = (
        "import sys; from handfont.cli import main as program; import click\n"
        "@program.cli.command()\n"
        "def wait():\n"
        "    print('ready', flush=True)\n"
        "    open('rows.csv').read()\n"
        "program.LazyGroup.get_command = lambda self, context, name: wait\n"
        "program.run()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "wait"],
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # shells have it ignored in the background
    )
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    assert errors.strip() == "handfont: interrupted; nothing half-written was left"
