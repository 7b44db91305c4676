"""Loops compiled for this machine by numba, once for all copies of a module (:mod:`handfont.util.compile_cache`).

What is compiled releases Python's lock, so that threads share the cores. A module's compiled functions call only those
of the same module: numba compiles again what was changed, file by file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import event

from handfont.util.compile_cache import SharedCache

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """The function, compiled when it is first called: in the first run on a machine, which takes some seconds.

    Arithmetic is that of IEEE 754 in the order written, so that results do not depend on how it is compiled.
    """
    fast: Any = njit(nogil=True, error_model="numpy")(function)
    with suppress(RuntimeError):  # nowhere may a file be written: it is compiled in each run
        fast._cache = SharedCache(function)
    return cast(_Function, fast)


class CompileNotice(event.Listener):
    """Says at a terminal, once, what it waits for."""

    announced = False

    def on_start(self, event: event.Event) -> None:
        """Numba begins to compile a function."""
        if not self.announced and sys.stderr.isatty():
            print(
                "handfont: compiling for this machine, which takes some 3 seconds; later runs begin at once",
                file=sys.stderr,
                flush=True,
            )
        self.announced = True

    def on_end(self, event: event.Event) -> None:
        """Numba has compiled a function: nothing to say."""


event.register("numba:compile", CompileNotice())
