"""Paths that users type: why a file cannot be read, said before it is opened, and names that are safe to show."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def problem(path: Path) -> str:
    """Why a file cannot be read, as the end of a sentence that begins with its name; empty if it can be.

    Never raises, whatever the name is: too long, with bytes that are no text, inside a folder that may not be entered.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "does not exist"
    except ValueError:
        return "has a name that no file can have"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    if stat.S_ISDIR(mode):
        return "is a folder, not a file"
    if not os.access(path, os.R_OK):
        return "cannot be read: Permission denied"
    return ""


def is_folder(path: Path) -> bool:
    """Whether a folder is there, of which one may see that it is there; never raises."""
    return os.path.isdir(path)  # noqa: PTH112  Path.is_dir raises where the folder above may not be entered


def shown(path: Path | str) -> str:
    """A path as text that every file format and terminal takes: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def described(error: OSError) -> str:
    """A failure of the system in a sentence: the file, if there is one, and what the system says."""
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return f"the system refuses: {reason}"
    return f"cannot use {shown(error.filename)}: {reason}"
