from __future__ import annotations

import os
import pty
import subprocess
import sys

from handfont.compiled import compiled

ONCE = """
from handfont.compiled import compiled
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
