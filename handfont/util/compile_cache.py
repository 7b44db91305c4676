"""A place for compiled functions that every copy of the same source shares.

Numba stores what it compiles beside the module, or in a folder named after the module's path, so that a clone beside an
installation, or an installation for another environment, compiles everything once more. Here the folder is named after
what the module says: it lies in the user's cache, or in ``NUMBA_CACHE_DIR`` where that is set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import caching
from platformdirs import user_cache_path


def cache_folder() -> Path:
    """Where compiled code of all modules is."""
    chosen = getattr(numba.config, "CACHE_DIR", "")
    return Path(chosen) / "handfont" if chosen else user_cache_path("handfont") / "compiled"


class SharedLocator(caching._CacheLocator):
    """Where the compiled code of a function of a source file lies, and what it was made from."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        source = Path(file)
        digest = hashlib.sha256(numba.__version__.encode() + b"\0" + source.read_bytes()).hexdigest()[:20]
        self._folder = cache_folder() / f"{source.stem}-{digest}"
        self._line = function.__code__.co_firstlineno
        self._stamp = _constants(function)

    def get_cache_path(self) -> str:
        """The folder of the compiled code, as numba asks for it."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """Constants that the module has from others are part of the code, too."""
        return self._stamp

    def get_disambiguator(self) -> str:
        """The function's line, which distinguishes it from others of the same name in a module."""
        return str(self._line)

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> SharedLocator | None:
        """None where there is no source file, or nothing can be written."""
        try:
            found = cls(function, file)
            found.ensure_cache_path()
        except OSError:
            return None
        return found


class _Code(caching.CompileResultCacheImpl):
    _locator_classes = [SharedLocator, *caching.CompileResultCacheImpl._locator_classes]  # noqa: RUF012


class SharedCache(caching.FunctionCache):
    """Numba's cache of a function, in the shared place; in one of numba's own where that cannot be written.

    Raises:
        RuntimeError: nowhere can anything be stored.
    """

    _impl_class = _Code


def _constants(function: Callable[..., Any]) -> str:
    """A digest of the numbers, texts and arrays among a function's globals: numba compiles their values in."""
    digest = hashlib.sha256()
    for name, value in sorted(function.__globals__.items()):
        if name.startswith("__"):
            continue
        if isinstance(value, np.ndarray):
            digest.update(f"{name} {value.dtype} {value.shape}".encode() + value.tobytes())
        elif isinstance(value, (bool, int, float, str, tuple, np.generic)):
            digest.update(f"{name} {value!r};".encode())
    return digest.hexdigest()
