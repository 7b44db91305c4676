from __future__ import annotations

import os
import pty
import subprocess
import sys

from handfont.util.jit import compiled

ONCE = """
from handfont.util.jit import compiled
def once(x): return x + 1
def other(x): return x + 2
print(compiled(once)(2) + compiled(other)(2))
"""


def test_a_function_whose_code_cannot_be_kept_is_compiled_all_the_same():
    """As where nothing may be written: numba finds no place beside a function without a file."""
    known: dict = {}
    exec("def once(x): return x + 1", known)
    assert compiled(known["once"])(2) == 3


def test_the_first_compilation_is_told_at_a_terminal_once():
    ours, theirs = pty.openpty()
    done = subprocess.run([sys.executable, "-c", ONCE], stdout=subprocess.PIPE, stderr=theirs, text=True, check=True)
    os.close(theirs)
    told = os.read(ours, 10000).decode()
    os.close(ours)
    assert done.stdout == "7\n"
    assert told.count("compiling for this machine") == 1


def test_nothing_is_told_where_nobody_looks():
    done = subprocess.run([sys.executable, "-c", ONCE], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def hits(folder, constant, more=""):
    """How often compiled code was found by a process in ``folder``, where a module lies with its constants."""
    folder.mkdir(exist_ok=True)
    (folder / "numbers_of_it.py").write_text(f"BY = {constant}\n")
    (folder / "loops_of_it.py").write_text(
        "from handfont.util.jit import compiled\nfrom numbers_of_it import BY\n\n"
        f"@compiled\ndef times(x):\n    return x * BY{more}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", "from loops_of_it import times\nprint(times(5), sum(times.stats.cache_hits.values()))"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    value, found = done.stdout.split()
    return int(value), int(found)


def test_compiled_code_is_found_from_every_copy_of_a_module(tmp_path, monkeypatch):
    """A clone beside an installation has the same source in another folder."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    assert hits(tmp_path / "one", 3) == (15, 0)
    assert hits(tmp_path / "other", 3) == (15, 1)
    assert hits(tmp_path / "changed", 3, " + 1") == (16, 0)
    assert hits(tmp_path / "other", 4) == (20, 0)  # a constant of another module is compiled in


def test_compiled_code_lies_in_the_users_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    hits(tmp_path / "one", 3)
    assert not list((tmp_path / "one").rglob("*.nbi"))
    assert list((tmp_path / "home").rglob("handfont/**/*.nbi"))
