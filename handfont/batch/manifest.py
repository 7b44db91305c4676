"""The manifest: what became of every row, a line of JSON each, appended as soon as it is known.

A line is whole or missing: one that a kill or a full disk cut off is taken away when the manifest is opened next.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from handfont.batch.plan import Job, RejectedRow
from handfont.batch.worker import Result, sha256
from handfont.errors import BatchError, parameter
from handfont.util.checked import Limits, UnreadableError, load_json
from handfont.util.files import fsync, fsync_folder

FILE = "manifest.jsonl"
"""Its name in the output folder."""
LIMITS = Limits(size=16_000_000, depth=4, values=300_000)
"""Of one line: a document of many thousand pages, each a file, is the largest."""


class Manifest:
    """The manifest of an output folder, open for more lines."""

    def __init__(self, folder: Path) -> None:
        """Raises:
        BatchError: it cannot be read or written, or is none.
        """
        self.folder, self.path = folder, folder / FILE
        # What is known already is on disk: memory does not grow with the rows.
        self._known = sqlite3.connect("", isolation_level=None)
        self._known.execute("PRAGMA journal_mode = OFF")
        self._known.execute(
            "CREATE TABLE done (name TEXT PRIMARY KEY, key TEXT, files TEXT, claimed INTEGER DEFAULT 0) WITHOUT ROWID"
        )
        self._known.execute("CREATE TABLE left (file TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID")
        self._known.execute("BEGIN")
        try:
            self._end = self._read() if os.path.lexists(self.path) else 0
            self._file = self.path.open("ab")
            self._file.truncate(self._end)
        except OSError as error:
            raise BatchError(f"the manifest {self.path} cannot be used: {error.strerror or error}") from error

    def _read(self) -> int:
        """Take in the records; the position after the last whole line.

        Lines that are no records are passed over, as long as one of them is: only then is the file ours to write to.
        """
        if not self.path.is_file():
            raise BatchError(f"the manifest {self.path} is no file; write to another folder")
        end = records = 0
        with self.path.open("rb") as lines:
            while line := lines.readline(LIMITS.size):
                if not line.endswith(b"\n") and len(line) < LIMITS.size:
                    break
                end += len(line)
                with suppress(UnreadableError):
                    record = load_json(line, LIMITS)
                    if isinstance(record, dict) and "status" in record:
                        records += 1
                        self._take(record)
        if not records and (end or not line.startswith(b'{"row"'[: len(line)])):
            raise BatchError(f"{self.path} is no manifest of a batch; write to another folder")
        return end

    def _take(self, record: Mapping[str, Any]) -> None:
        """Remember a document and its files, and which files it had before and has no more."""
        name, key, files = record.get("file"), record.get("key"), record.get("files")
        if record["status"] == "removed" and isinstance(name, str):
            self._known.execute("DELETE FROM left WHERE file = ?", (name,))
        if record["status"] != "done" or not isinstance(name, str) or not isinstance(key, str):
            return
        files = files or {name: record.get("sha256")}
        if not isinstance(files, dict) or not all(
            _is_inside(file) and isinstance(digest, str) for file, digest in files.items()
        ):
            return
        self._leave(name)
        for file in files:
            self._known.execute("DELETE FROM left WHERE file = ?", (file,))
        self._known.execute("INSERT INTO done (name, key, files) VALUES (?, ?, ?)", (name, key, json.dumps(files)))

    def _leave(self, name: str) -> None:
        """A document is no more, or written again: its files are nobody's until they are claimed again."""
        found = self._known.execute("SELECT files FROM done WHERE name = ?", (name,)).fetchone()
        if found:
            self._known.execute("DELETE FROM done WHERE name = ?", (name,))
            self._known.executemany("INSERT OR REPLACE INTO left VALUES (?, ?)", json.loads(found[0]).items())

    def claim(self, name: str) -> None:
        """A row has a document of this name, whatever becomes of it."""
        self._known.execute("UPDATE done SET claimed = 1 WHERE name = ?", (name,))
        self._known.execute("DELETE FROM left WHERE file = ?", (name,))

    def finished(self, job: Job) -> tuple[str, ...]:
        """The files of a job that are there, unchanged, and made of the very same; else none."""
        found = self._known.execute("SELECT key, files FROM done WHERE name = ?", (job.name,)).fetchone()
        if not found or found[0] != job.key:
            return ()
        files: dict[str, str] = json.loads(found[1])
        return tuple(files) if all(self._unchanged(name, digest) for name, digest in files.items()) else ()

    def _unchanged(self, name: str, digest: str) -> bool:
        path = self.folder / name
        with suppress(OSError):
            return path.is_file() and sha256(path) == digest
        return False

    def unclaimed(self) -> Iterator[str]:
        """Files of documents that no row has any more, as they were written; call it when all rows are claimed."""
        for (name,) in self._known.execute("SELECT name FROM done WHERE claimed = 0").fetchall():
            self._leave(name)
        if not self._known.execute("SELECT 1 FROM left").fetchone():
            return
        for (files,) in self._known.execute("SELECT files FROM done"):
            self._known.executemany("DELETE FROM left WHERE file = ?", ((file,) for file in json.loads(files)))
        for name, digest in self._known.execute("SELECT file, digest FROM left ORDER BY file").fetchall():
            if self._unchanged(name, digest):
                yield name

    def remove(self, name: str) -> bool:
        """Delete a file that :meth:`unclaimed` gave, and the folders that it leaves empty; whether it could be.

        Raises:
            BatchError: that cannot be written down.
        """
        path, home = self.folder / name, self.folder.resolve()
        if not path.parent.resolve().is_relative_to(home):  # through a link to elsewhere
            return False
        try:
            path.unlink()
        except OSError:
            return False
        self._append(
            {"row": None, "place": "", "status": "removed", "file": name, "sha256": None, "seconds": 0.0, "error": None}
        )
        with suppress(OSError):
            for above in path.parents:
                if above.resolve() == home:
                    break
                above.rmdir()
        return True

    def add(self, what: Result | RejectedRow) -> None:
        """Append what became of a row.

        Raises:
            BatchError: it cannot be written, as when the disk is full.
        """
        record: dict[str, Any]
        if isinstance(what, RejectedRow):
            record = {
                "row": what.number,
                "place": what.place,
                "status": "failed",
                "file": what.name,
                "sha256": None,
                "seconds": 0.0,
                "error": what.problem,
            }
        else:
            job = what.job
            record = {
                "row": job.number,
                "place": job.place,
                "status": "failed" if what.error else "done",
                "file": job.name,
                "sha256": None,
                "seconds": round(what.seconds, 3),
                "error": what.error or None,
                "key": job.key,
            }
            if len(what.files) == 1 and what.files[0][0] == job.name:
                record["sha256"] = what.files[0][1]
            elif what.files:  # one file a page
                record["files"] = dict(what.files)
        self._append(record)
        if record["status"] == "done":
            self._take(record)
            self.claim(record["file"])

    def _append(self, record: Mapping[str, Any]) -> None:
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        try:
            self._file.write(line)
            self._file.flush()
            self._end += len(line)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file.fileno(), self._end)
            raise self._unwritable(error) from error

    def finish(self) -> None:
        """Wait until all records are on the disk.

        Raises:
            BatchError: they are not.
        """
        try:
            self._file.flush()
            fsync(self.path)
            fsync_folder(self.folder)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> BatchError:
        return BatchError(
            f"cannot write the manifest {self.path}: {error.strerror or error}; mend that and go on with "
            f"{parameter('resume')}"
        )

    def close(self) -> None:
        """Close the file; nothing is added after that."""
        with suppress(OSError):
            self._file.close()
        self._known.close()


def _is_inside(name: object) -> bool:
    """Whether a name in a manifest, which somebody may have changed, is of a file below the output folder."""
    if not isinstance(name, str) or not name or "\0" in name or PureWindowsPath(name).drive:
        return False
    parts = PurePosixPath(name).parts
    return not name.startswith(("/", "\\")) and ".." not in parts and name != FILE
