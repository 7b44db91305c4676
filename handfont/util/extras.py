"""Packages that a plain installation leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from handfont.errors import OptionError


@contextmanager
def needs(what: str, extra: str) -> Iterator[None]:
    """Around imports that an extra brings; ``what`` needs them.

    Raises:
        OptionError: a package is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise OptionError(
            f"{what} needs the package {error.name}, which a plain installation leaves out; install it with: "
            f"pip install 'handfont[{extra}]'"
        ) from error
