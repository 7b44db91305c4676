from __future__ import annotations

import itertools
import subprocess
import sys

import pytest

from handfont.errors import OutputError
from handfont.util.transaction import current, recover, replaced_together

KILLED = """
import os, signal, sys
from pathlib import Path
from handfont.util.transaction import replaced_together

left = int(sys.argv[2])
def counted(name):
    real = getattr(os, name)
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    setattr(os, name, call)
for name in ("open", "fsync", "replace", "unlink", "chmod", "close", "rename"):
    counted(name)
folder = Path(sys.argv[1])
with replaced_together(folder / "main", [folder / "one", folder / "two"]) as parts:
    for path, part in parts.items():
        part.write_text("new")
print("done")
"""


def content(folder):
    others = [folder / "one", folder / "two"]
    return {path.read_text() for path in [folder / "main", *(current(folder / "main", other) for other in others)]}


def test_a_kill_at_any_moment_leaves_all_old_or_all_new(tmp_path):
    found = set()
    for step in itertools.count(0, 2):
        folder = tmp_path / str(step)
        folder.mkdir()
        for name in ("main", "one", "two"):
            (folder / name).write_text("old")
        run = subprocess.run(
            [sys.executable, "-c", KILLED, folder, str(step)], capture_output=True, text=True, timeout=60, check=False
        )
        state = content(folder)
        assert state in ({"old"}, {"new"}), step
        recover(folder / "main", [folder / "one", folder / "two"])
        assert content(folder) == state, step
        assert sorted(path.name for path in folder.iterdir()) == ["main", "one", "two"], step
        found |= state
        if "done" in run.stdout:
            break
        assert run.returncode == -9, run.stderr
    assert found == {"old", "new"}
    assert step > 20


def test_an_error_in_the_block_leaves_everything_as_it_was(tmp_path):
    (tmp_path / "main").write_text("old")
    with pytest.raises(RuntimeError), replaced_together(tmp_path / "main", [tmp_path / "one"]) as parts:
        parts[tmp_path / "main"].write_text("new")
        raise RuntimeError("in the middle")
    assert [path.name for path in tmp_path.iterdir()] == ["main"]
    assert (tmp_path / "main").read_text() == "old"


@pytest.mark.parametrize(
    "journal", ["", "[", "[1]", '{"one": "../other"}', '{"one": 1}', "[" * 5000, '{"one": "precious"}']
)
def test_a_journal_that_is_none_of_ours_does_nothing(tmp_path, journal):
    (tmp_path / ".main.journal").write_text(journal)
    for name in ("main", "one", "precious"):
        (tmp_path / name).write_text(name)
    assert current(tmp_path / "main", tmp_path / "one") == tmp_path / "one"
    recover(tmp_path / "main", [tmp_path / "one"])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        name: name for name in ("main", "one", "precious")
    }


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with (
        pytest.raises(OutputError, match="does not exist"),
        replaced_together(tmp_path / "no" / "main", [tmp_path / "no" / "one"]),
    ):
        pass
