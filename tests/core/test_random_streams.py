from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from handfont.core.random_streams import stream

keys = st.lists(st.one_of(st.text(max_size=8), st.integers(0, 99)), max_size=4)


@given(st.integers(0, 2**70), keys)
def test_same_name_same_numbers(seed, key):
    assert (stream(seed, *key).random(3) == stream(seed, *key).random(3)).all()


@given(st.integers(0, 2**40), keys, keys)
def test_other_names_other_numbers(seed, first, second):
    if first != second:
        assert (stream(seed, *first).random(2) != stream(seed, *second).random(2)).all()


def test_another_process_draws_the_same():
    code = "from handfont.core.random_streams import stream; print(stream(5, 'letter', 3).integers(2**60))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert printed == {f"{stream(5, 'letter', 3).integers(2**60)}\n"}
