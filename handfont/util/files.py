"""Writing files so that nothing half-written is ever left: to a temporary file beside the target, then renamed."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from handfont.errors import OutputError
from handfont.util import signals

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where there is no room left."""
NAME_BYTES_MAX = 180
"""Temporary files carry the name of their target up to this length, of longer names a digest: file systems allow 255
bytes.
"""

_TEMPORARY = re.compile(r"\.(.+)\.[a-z0-9_]{8}\.part", re.DOTALL)


def reason(error: OSError | ValueError) -> str:
    """What the system says is wrong, in words; names that no file can have raise no ``OSError``."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "no file can have that name"


def check_writable(path: Path) -> None:
    """Whether a file may be written at ``path``, without writing it.

    Raises:
        OutputError: ``path`` is a folder or write-protected, its folder is missing, or may not be written to, or it is
            a name that no file can have.
    """
    try:
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            path.stat()  # pathlib's own questions answer no where there can be no such name
        if path.is_dir():
            raise OutputError(f"cannot write {path}: it is a folder; name a file inside it")
        if path.exists() and not os.access(path, os.W_OK):
            raise OutputError(f"cannot write {path}: the file is write-protected; name another one")
        if not path.parent.is_dir():
            raise OutputError(f"cannot write {path}: the folder {path.parent} does not exist; create it first")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise OutputError(f"cannot write {path}: no permission to write in the folder {path.parent}")
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot write {path}: {reason(error)}") from error


def make_folder(folder: Path) -> None:
    """Make a folder, and those it lies in, where they are not there yet.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot make the folder {folder}: {reason(error)}") from error


def check_folder(folder: Path) -> None:
    """Whether files may be written into a folder, or whether it may be made, without making it.

    Raises:
        OutputError: not so.
    """
    there = folder
    while not os.path.lexists(there) and there != there.parent:
        there = there.parent
    if not os.path.isdir(there):  # noqa: PTH112  Path.is_dir raises where the folder above may not be entered
        raise OutputError(f"cannot write into {folder}: {there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write into {folder}: no permission to write in the folder {there}")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for what is needed for a moment; it vanishes at the end of the block.

    Raises:
        OutputError: there is no place for one, or it is full.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="handfont-", ignore_cleanup_errors=True)
    except OSError as error:
        raise OutputError(
            f"there is no folder for temporary files: {reason(error)}; set TMPDIR to one that may be written to"
        ) from error
    with folder as name:
        try:
            yield Path(name)
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise OutputError(
                f"the folder for temporary files, {Path(name).parent}, is full: {reason(error)}; make "
                "room there, or set TMPDIR to another folder"
            ) from error


def create_temporary(path: Path) -> Path:
    """A new, empty file beside ``path`` whose name says what it is for; see :func:`sweep`.

    Raises:
        OutputError: there can be none.
    """
    check_writable(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{_label(path)}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {reason(error)}") from error
    os.close(handle)
    return Path(name)


@contextmanager
def atomic(path: Path, durable: bool = False) -> Iterator[Path]:
    """A temporary path beside ``path`` that becomes ``path`` when the block ends well, and vanishes when it does not.

    Args:
        path: where the file is to be.
        durable: the file outlives a power failure once the block has ended (see :func:`fsync`). It takes some
            milliseconds, so only files that say that a result is there are written this way.

    Raises:
        OutputError: the folder is missing or cannot be written, or the disk is full.
    """
    temporary = create_temporary(path)
    try:
        yield temporary
        signals.end_if_asked()
        finish(temporary, durable)
        temporary.replace(path)
        if durable:
            fsync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {reason(error)}") from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def finish(temporary: Path, durable: bool) -> None:
    """Give a temporary file the permissions of an ordinary one, and bring it to the disk if it is to be ``durable``."""
    temporary.chmod(0o666 & ~_umask())
    if durable:
        fsync(temporary)


def fsync(path: Path) -> None:
    """Wait until what was written to a file is on the disk (fsync)."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Wait until the names of the files in a folder are on the disk, where the system has a way to ask for that."""
    with suppress(OSError):  # Windows opens no folders, and some network file systems refuse it: nothing else to do
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def target_name(temporary: str) -> str | None:
    """The name of the file that a temporary one is for, from its own name; None if it is no temporary file of ours."""
    found = _TEMPORARY.fullmatch(temporary)
    return found[1] if found else None


def sweep(path: Path) -> None:
    """Remove the temporary files of ``path`` that a killed process left. Call it only while nobody else can be writing
    ``path``: under its lock.
    """
    label = _label(path)
    with suppress(OSError):
        for entry in path.parent.iterdir():
            if target_name(entry.name) == label:
                with suppress(OSError):
                    entry.unlink()


def _label(path: Path) -> str:
    """What temporary files of ``path`` are called after."""
    if len(os.fsencode(path.name)) <= NAME_BYTES_MAX:
        return path.name
    return hashlib.sha256(os.fsencode(path.name)).hexdigest()[:32]


def _umask() -> int:
    # The only portable way to read the mask is to set it; mkstemp made the file private, as a document need not be.
    mask = os.umask(0)
    os.umask(mask)
    return mask
