"""Names of the documents: made from a pattern, safe on every system, and each used once."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from jinja2.runtime import Undefined

from handfont.batch.text_template import TextTemplate
from handfont.errors import TextError
from handfont.options import FORMATS

DEFAULT_PATTERN = "letter-{{ '%05d' % row }}.pdf"
"""Names of documents where none are asked for."""
MAX_NAME_BYTES = 170
"""Bytes of a name: file systems allow 255, temporary names and page numbers need some."""
MAX_PATH_BYTES = 1000
"""Bytes of a name with the folders in it: systems allow 1024 or 4096, of which the output folder needs some."""
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
"""Characters that file names of some system cannot have, or that hide what a name says."""
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)", re.IGNORECASE)
"""Names that Windows takes for devices."""
TAKEN_NAMES = {"manifest.jsonl"}
"""Names in the output folder that are taken; that of the lock begins with a dot, which no document's name does."""


def name_pattern(source: str) -> TextTemplate:
    """A pattern; a slash of the pattern parts folders, one in a field does not."""
    return TextTemplate(source, "the name pattern", _inside, limit=5000)


def _inside(value: Any) -> Any:
    return value if isinstance(value, Undefined) else re.sub(r"[/\\]", "_", str(value))


def make_file_name(pattern: TextTemplate, fields: Mapping[str, Any], form: str | None = None) -> str:
    """The name of a row's document, relative to the output folder, with ``/`` between folders.

    Args:
        form: its format, in place of what the pattern ends in.

    Raises:
        TextError: nothing is left of it, or its format is unknown.
    """
    parts = [safe(part) for part in unicodedata.normalize("NFC", pattern.filled(fields)).split("/") if part.strip(" .")]
    if not parts:
        raise TextError("the name pattern gives an empty name")
    last = PurePosixPath(parts[-1])
    suffix = f".{form.lower().lstrip('.')}" if form else last.suffix.lower()
    stem = last.stem if last.suffix.lower().lstrip(".") in FORMATS else str(last)
    if suffix.lstrip(".") not in FORMATS:
        if form or last.suffix:
            listed = " or ".join(FORMATS)
            raise TextError(
                f"the format of '{shortened(str(last))}' is not known; its name must end in {listed}"
                if not form
                else f"the format '{form}' is not known; use {listed}"
            )
        suffix = f".{FORMATS[0]}"
    if not stem.strip(" ._"):
        raise TextError(f"the name pattern gives '{last}', which is no name")
    name = "/".join([*(shortened(part) for part in parts[:-1]), shortened(stem, suffix)])
    if len(name.encode()) > MAX_PATH_BYTES:
        raise TextError(
            f"the name pattern gives a name with {len(parts) - 1} folders and {len(name.encode())} bytes; "
            f"use at most {MAX_PATH_BYTES} bytes"
        )
    return name


def safe(part: str) -> str:
    """One part of a path without what some system refuses, or reads as something else."""
    clean = FORBIDDEN.sub("_", " ".join(part.split()) if part.isprintable() else part).strip(" ")
    clean = clean.rstrip(". ")
    if clean.startswith("."):
        clean = "_" + clean[1:]
    if RESERVED.match(clean) or clean.casefold() in TAKEN_NAMES:
        clean = "_" + clean
    return clean or "_"


def shortened(stem: str, suffix: str = "") -> str:
    """The name itself, or its beginning and a digest of it where it is too long."""
    if len((stem + suffix).encode()) <= MAX_NAME_BYTES:
        return stem + suffix
    digest = hashlib.sha256(stem.encode()).hexdigest()[:10]
    room = MAX_NAME_BYTES - len(suffix.encode()) - len(digest) - 1
    return f"{stem.encode()[:room].decode(errors='ignore')}~{digest}{suffix}"


class FileNames:
    """The names taken so far, on disk, so that memory does not grow with the rows. Names that differ in case, or in how
    their accents are encoded, are the same file on some systems.
    """

    def __init__(self) -> None:
        self._taken = sqlite3.connect("", isolation_level=None)
        self._taken.execute("PRAGMA journal_mode = OFF")
        self._taken.execute("PRAGMA synchronous = OFF")
        self._taken.execute("CREATE TABLE taken (name TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._taken.execute("BEGIN")

    def take(self, name: str, row: int) -> int | None:
        """Claim a name for a row; the row that has it already, if one does."""
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        keys = [key]
        if key.endswith(".png"):
            # Several pages of x.png are x-1.png, x-2.png ...: neither may meet another row's name.
            keys += [re.sub(r"-\d+\.png$", ".png/pages", key) if re.search(r"-\d+\.png$", key) else f"{key}/pages"]
        for position, one in enumerate(keys):
            found = self._taken.execute("SELECT row FROM taken WHERE name = ?", (one,)).fetchone()
            if found and (position == 0 or self._family(key, one, found[0])):
                return int(found[0])
        self._taken.executemany("INSERT OR IGNORE INTO taken VALUES (?, ?)", [(one, row) for one in keys])
        return None

    def _family(self, key: str, family: str, row: int) -> bool:
        """Whether one of two names is a page of the other, rather than both pages of a third."""
        base = family.removesuffix("/pages")
        if key == base:
            return True
        return self._taken.execute("SELECT 1 FROM taken WHERE name = ?", (base,)).fetchone() is not None

    def close(self) -> None:
        """Forget the names."""
        self._taken.close()
