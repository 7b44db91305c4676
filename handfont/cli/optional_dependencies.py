"""Commands that need more than a plain installation say so."""

from __future__ import annotations

from contextlib import AbstractContextManager

from handfont.util import extras


def needs(command: str, extra: str) -> AbstractContextManager[None]:
    """Around imports that an extra brings.

    Raises:
        OptionError: a package is not installed.
    """
    return extras.needs(f"'handfont {command}'", extra)
