"""What is printed: control characters in names, cells and texts of others reach no terminal, they are shown instead.

A terminal obeys what it is sent: a file called ``\\x1b]0;...`` could rename its window, clear it, or write a line that
looks like one of handfont's. The program's output streams are therefore replaced once, at its start, and whatever
prints to them (messages, errors, warnings of libraries, tracebacks) is covered.
"""

from __future__ import annotations

import io
import re
import sys
from typing import TextIO

_OBEYED = [*range(0x20), 0x7F, *range(0x80, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
"""C0 and C1 control characters, separators of lines, and what changes the direction of text."""
_ALL = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _OBEYED}
_ALL[ord("\n")], _ALL[ord("\t")], _ALL[ord("\r")] = "\\n", "\\t", "\\r"
_WITHIN_LINES = {code: shown for code, shown in _ALL.items() if chr(code) not in "\n\t"}


def visible(text: str) -> str:
    """A text with its control characters written out, like ``\\x1b``; line ends and tabs stay."""
    return text.translate(_WITHIN_LINES)


def one_line(text: str) -> str:
    """A name or value to be set into a message: as :func:`visible`, with line ends and tabs written out, too."""
    return text.translate(_ALL)


def message(text: str) -> str:
    """A message as it is printed: line ends within names are written out; lines of a list of handfont's own are
    indented by two spaces.
    """
    return re.sub(r"\n(?!  )", r"\\n", visible(text))


class SafeOutput(io.TextIOWrapper):
    """A text stream that writes control characters out, and what its encoding lacks as ``\\u...``."""

    def write(self, text: str) -> int:
        """Write text with its control characters written out; the count is that of ``text``, as callers expect."""
        super().write(visible(text))
        return len(text)

    def write_control(self, text: str) -> None:
        """Write to the terminal as it is; for handfont's own control characters alone."""
        super().write(text)


def control(stream: TextIO, text: str) -> None:
    """Write text with control characters of our own, as a progress line has them, to any stream."""
    if isinstance(stream, SafeOutput):
        stream.write_control(text)
    else:
        stream.write(text)


def protect() -> None:
    """Replace standard output and standard error of this process by safe ones."""
    sys.stdout, sys.stderr = _safe(sys.stdout), _safe(sys.stderr)


def _safe(stream: TextIO) -> TextIO:
    if isinstance(stream, SafeOutput) or not hasattr(stream, "buffer"):
        return stream
    stream.flush()
    encoding = "utf-8" if stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968") else stream.encoding
    return SafeOutput(
        stream.buffer,
        encoding,
        "backslashreplace",
        line_buffering=bool(stream.line_buffering) or stream.isatty(),
        write_through=getattr(stream, "write_through", False),
    )
