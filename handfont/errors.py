"""Everything handfont raises on purpose. A message says what is wrong, where, and what to do, in one sentence."""

from __future__ import annotations

import re

_HALF_PAIRS = re.compile("[\ud800-\udfff]")
_PARAMETER = re.compile("\x00([a-z_]+)(?:\x1f([^\x00]*))?\x00")


def parameter(name: str, value: str = "") -> str:
    """The name of a parameter within the message of an error, with the value to give it if there is one.

    It reads ``dpi`` or ``look='scan'`` to who calls Python, and ``--dpi`` or ``--look scan`` on the command line.
    """
    return f"\x00{name}\x1f{value}\x00" if value else f"\x00{name}\x00"


def on_command_line(message: str) -> str:
    """A message with its parameters as the command line's options."""
    return _PARAMETER.sub(_as_option, message)


class HandfontError(Exception):
    """Base class; its exit code is in :mod:`handfont.util.signals`.

    ``str(error)`` speaks of parameters, ``error.message`` of the command line's options; see :func:`parameter`.
    """

    def __init__(self, message: str) -> None:
        # File names may hold bytes that are no text, but messages go where only text can: reports, manifests, browsers.
        message = _HALF_PAIRS.sub("\ufffd", message)
        super().__init__(_PARAMETER.sub(_in_python, message))
        self.message = on_command_line(message)


def _in_python(match: re.Match[str]) -> str:
    return match[1] if match[2] is None else f"{match[1]}={match[2]!r}"


def _as_option(match: re.Match[str]) -> str:
    return f"--{match[1].replace('_', '-')}{'' if match[2] is None else f' {match[2]}'}"


class UserError(HandfontError):
    """Something the user gave cannot be used as it is."""


class ScanError(UserError):
    """A scan, or its label file, cannot be read or understood."""


class StyleError(UserError):
    """A style is unknown, broken, or from other weights."""


class TextError(UserError):
    """A text cannot be written: empty, not UTF-8, or with characters the hand does not have."""


class OutputError(UserError):
    """Output cannot be written where it was asked for."""


class ReaderGoneError(HandfontError):
    """Whoever read standard output has gone: nothing is wrong, and nobody there to be told."""


class OptionError(UserError):
    """An option has a value outside what is possible."""


class DataError(UserError):
    """A data folder to train or measure with lacks something, or holds something else."""


class TableError(UserError):
    """The table of a mail merge cannot be read."""


class BatchError(UserError):
    """Documents of a batch could not be written, or a batch cannot start or go on."""


class TrainingError(UserError):
    """A training run cannot go on."""


class ModelError(HandfontError):
    """The installed weights are missing or damaged."""
