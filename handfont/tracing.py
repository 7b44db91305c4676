"""Outlines traced by processes beside this one.

Tracing goes in many small steps, for most of which Python's lock is held, so threads cannot share it. Whoever writes a
long document on several cores starts helpers; they read fields from their standard input and answer with outlines, and
end with the process that started them. What they trace is the same to the bit.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import IO

import cv2

from handfont import outline
from handfont.glyph import FloatArray
from handfont.outline import TracedGlyphs

_free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
_lock = threading.Lock()
_started = 0


def start(count: int) -> None:
    """Have ``count`` helpers from now on, in all."""
    global _started
    with _lock:
        while _started < count:
            # With our own search path: that of -m begins with the working folder, whatever lies there.
            code = f"import sys; sys.path = {sys.path!r}; from handfont.tracing import main; main()"
            _free.put(subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            _started += 1


def trace(fields: FloatArray, size: FloatArray, centre_y: FloatArray, pen: FloatArray) -> TracedGlyphs:
    """As :func:`handfont.outline.trace`, by a helper if there are any."""
    global _started
    helper = _idle()
    if helper is None:
        return outline.trace(fields, size, centre_y, pen)
    try:
        assert helper.stdin is not None
        assert helper.stdout is not None
        _send(helper.stdin, (fields, size, centre_y, pen))
        result: TracedGlyphs = pickle.load(helper.stdout)
    except (OSError, EOFError, pickle.UnpicklingError):
        # Somebody ended it, perhaps for want of memory: the work is done here, for that was not the document's fault.
        helper.kill()
        with _lock:
            _started -= 1
        return outline.trace(fields, size, centre_y, pen)
    _free.put(helper)
    return result


def _idle() -> subprocess.Popen[bytes] | None:
    """A helper that has nothing to do, as soon as there is one; None if there are none."""
    while _started:
        with suppress(Empty):
            return _free.get(timeout=0.5)
    return None


def _send(pipe: IO[bytes], value: object) -> None:
    pickle.dump(value, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def main() -> None:
    """The life of a helper."""
    cv2.setNumThreads(1)  # the other cores have work of their own
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the process that started us ends us
    while True:
        try:
            given = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        _send(sys.stdout.buffer, outline.trace(*given))
