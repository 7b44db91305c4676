from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from handfont.errors import OutputError
from handfont.util.locks import locked

HOLD = (
    "import sys; from pathlib import Path; from handfont.util.locks import locked\n"
    "with locked(Path(sys.argv[1]), 'busy'): print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / ".lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_lock_that_is_held_elsewhere_is_refused_with_its_sentence(other, tmp_path):
    with pytest.raises(OutputError, match="somebody is at it"), locked(tmp_path / ".lock", "somebody is at it"):
        raise AssertionError("two hold one lock")


def test_the_lock_of_a_killed_process_is_free(other, tmp_path):
    other.kill()
    other.wait()
    with locked(tmp_path / ".lock", "busy"):
        pass


def test_waiting_ends_when_the_other_one_does(other, tmp_path):
    said = []
    threading.Timer(0.3, other.stdin.close).start()
    with locked(tmp_path / ".lock", "busy", wait=60, waiting=lambda: said.append("waits")):
        assert said == ["waits"]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(OutputError, match="does not exist"), locked(tmp_path / "no" / ".lock", "busy"):
        pass
