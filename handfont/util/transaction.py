"""Several files replaced as one step: a process that is killed at any moment leaves all of the old or all of the new.

One file is the ``main`` one: the step is done the moment it is renamed. The others are renamed after it, and a journal
beside them, written before, says which temporary file belongs where. Whoever comes next finds either the main file's
temporary still there (nothing happened: everything temporary is removed) or gone (what is left is renamed).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from handfont.errors import OutputError
from handfont.util.files import atomic, create_temporary, finish, fsync_folder, reason, sweep


@contextmanager
def replaced_together(main: Path, others: Sequence[Path]) -> Iterator[dict[Path, Path]]:
    """Temporary paths for ``main`` and ``others``, files of one folder, that become them when the block ends well.

    All are on the disk then. Only one process at a time may do this: hold a lock.

    Raises:
        OutputError: one cannot be written; all are as they were.
    """
    recover(main, others)
    parts: dict[Path, Path] = {}
    try:
        for path in (*others, main):
            parts[path] = create_temporary(path)
        yield parts
        for part in parts.values():
            finish(part, durable=True)
        with atomic(_journal(main), durable=True) as journal:
            journal.write_text(json.dumps({path.name: part.name for path, part in parts.items()}), encoding="utf-8")
        parts[main].replace(main)
        fsync_folder(main.parent)
    except OSError as error:
        raise OutputError(f"cannot write {main}: {reason(error)}") from error
    finally:
        recover(main, others)


def recover(main: Path, others: Sequence[Path]) -> None:
    """Finish or undo what a killed process left, and remove its temporary files. Hold the lock.

    Raises:
        OutputError: a file that belongs to ``main`` cannot be renamed.
    """
    if not main.parent.is_dir():
        return
    journal = _read(main)
    if journal is not None and not _undone(main, journal):
        try:
            for path in others:
                if path.name in journal and (part := path.with_name(journal[path.name])).is_file():
                    part.replace(path)
        except OSError as error:
            raise OutputError(f"cannot write {main}: {reason(error)}") from error
        fsync_folder(main.parent)
    with suppress(OSError):
        _journal(main).unlink()
    for path in (main, _journal(main), *others):
        sweep(path)


def current(main: Path, other: Path) -> Path:
    """Where the content is that belongs to ``main`` as it is now: ``other``, unless a killed process left it to be
    renamed.
    """
    journal = _read(main)
    if journal is None or other.name not in journal or _undone(main, journal):
        return other
    part = other.with_name(journal[other.name])
    return part if part.is_file() else other


def _journal(main: Path) -> Path:
    return main.with_name(f".{main.name}.journal")


def _undone(main: Path, journal: dict[str, str]) -> bool:
    """Whether the main file was not renamed yet."""
    return main.name not in journal or main.with_name(journal[main.name]).exists()


def _read(main: Path) -> dict[str, str] | None:
    """The journal, if there is one that this module wrote."""
    try:
        with _journal(main).open(encoding="utf-8") as file:
            found = json.loads(file.read(10_000))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    # Names of files beside the main one, as create_temporary makes them: a journal of others leads nowhere else.
    good = all(
        isinstance(part, str)
        and part.startswith(".")
        and part.endswith(".part")
        and "/" not in part
        and "\\" not in part
        for part in found.values()
    )
    return found if good else None
