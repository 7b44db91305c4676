from __future__ import annotations

import threading
import time
from contextlib import closing

import pytest

from handfont.util.prefetch import prefetch


def test_the_same_items_in_the_same_order():
    assert list(prefetch(range(100), 3)) == list(range(100))


def test_no_more_than_asked_for_are_made_ahead():
    made = []
    with closing(prefetch((made.append(i) or i for i in range(100)), 3)) as items:
        assert next(items) == 0
        time.sleep(0.3)
        assert len(made) <= 5
    assert len(made) <= 6
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("handfont-ahead")]


def test_errors_arrive_after_the_items_before_them():
    def items():
        yield 1
        raise ValueError("broken")

    got = prefetch(items(), 2)
    assert next(got) == 1
    with pytest.raises(ValueError, match="broken"):
        next(got)
