"""The manifest: what became of every row, a line of JSON each, appended as soon as it is known.

A line is whole or missing: one that a kill or a full disk cut off is taken away when the manifest is opened next.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from handfont.batch.plan import Job, Refused
from handfont.batch.writing import Result, sha256
from handfont.errors import BatchError

FILE = "manifest.jsonl"


class Manifest:
    """The manifest of an output folder, open for more lines."""

    def __init__(self, folder: Path) -> None:
        """Raises:
        BatchError: it cannot be read or written.
        """
        self.folder, self.path = folder, folder / FILE
        # What is known already is kept on disk: memory does not grow with the rows.
        self._known = sqlite3.connect("", isolation_level=None)
        self._known.execute("PRAGMA journal_mode = OFF")
        self._known.execute("CREATE TABLE done (name TEXT PRIMARY KEY, key TEXT, files TEXT) WITHOUT ROWID")
        self._known.execute("BEGIN")
        try:
            self._end = self._read() if self.path.exists() else 0
            self._file = self.path.open("ab")
            self._file.truncate(self._end)
        except OSError as error:
            raise BatchError(f"the manifest {self.path} cannot be used: {error.strerror or error}") from error

    def _read(self) -> int:
        """Take in the records; the position after the last whole line."""
        end = 0
        with self.path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                end += len(line)
                with suppress(ValueError, KeyError, TypeError, AttributeError):
                    record = json.loads(line)
                    if record["status"] == "done":
                        values = (record["file"], record["key"], json.dumps(record.get("files") or
                                                                           {record["file"]: record["sha256"]}))
                        self._known.execute("INSERT OR REPLACE INTO done VALUES (?, ?, ?)", values)
        return end

    def finished(self, job: Job) -> tuple[str, ...]:
        """The files of a job that are there, unchanged, and made of the very same; else none."""
        found = self._known.execute("SELECT key, files FROM done WHERE name = ?", (job.name,)).fetchone()
        if not found or found[0] != job.key:
            return ()
        files: dict[str, str] = json.loads(found[1])
        for name, digest in files.items():
            path = self.folder / name
            if not path.is_file() or sha256(path) != digest:
                return ()
        return tuple(files)

    def add(self, what: Result | Refused) -> None:
        """Append what became of a row.

        Raises:
            BatchError: it cannot be written, as when the disk is full.
        """
        record: dict[str, Any]
        if isinstance(what, Refused):
            record = {"row": what.number, "place": what.place, "status": "failed", "file": what.name, "sha256": None,
                      "seconds": 0.0, "error": what.problem}
        else:
            job = what.job
            record = {"row": job.number, "place": job.place, "status": "failed" if what.error else "done",
                      "file": job.name, "sha256": None, "seconds": round(what.seconds, 3), "error": what.error or None,
                      "key": job.key}
            if len(what.files) == 1 and what.files[0][0] == job.name:
                record["sha256"] = what.files[0][1]
            elif what.files:  # one file a page
                record["files"] = dict(what.files)
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        try:
            self._file.write(line)
            self._file.flush()
            self._end += len(line)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file.fileno(), self._end)
            raise BatchError(f"cannot write the manifest {self.path}: {error.strerror or error}; mend that and go on "
                             "with --resume") from error

    def close(self) -> None:
        with suppress(OSError):
            self._file.flush()
            os.fsync(self._file.fileno())
        with suppress(OSError):
            self._file.close()
        self._known.close()
