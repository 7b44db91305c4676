"""Everything handfont raises on purpose. A message says what is wrong, where, and what to do, in one sentence."""

from __future__ import annotations

import re

_HALF_PAIRS = re.compile("[\ud800-\udfff]")


class HandfontError(Exception):
    """Base class; ``message`` is what the command line prints. Its exit code is in :mod:`handfont.util.signals`."""

    def __init__(self, message: str) -> None:
        # File names may hold bytes that are no text, but messages go where only text can: reports, manifests, browsers.
        message = _HALF_PAIRS.sub("\ufffd", message)
        super().__init__(message)
        self.message = message


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
