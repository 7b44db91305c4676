"""Commands that need more than a plain installation say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from handfont.errors import OptionError


@contextmanager
def needs(command: str, extra: str) -> Iterator[None]:
    """Around imports that an extra brings.

    Raises:
        OptionError: a package is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise OptionError(
            f"'handfont {command}' needs the package {error.name}, which a plain installation leaves "
            f"out; install it with: pip install 'handfont[{extra}]'"
        ) from error
