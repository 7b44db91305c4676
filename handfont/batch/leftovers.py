"""Temporary files that a killed run left among the documents: those of this batch are removed, others stay."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from handfont.util.files import target_name

_PAGE = re.compile(r"-\d+(?=\.(?:png|svg)$)")


class Leftovers:
    """What is found once in an output folder, and removed document by document as the batch comes to them."""

    def __init__(self, folder: Path) -> None:
        self._found: dict[str, list[Path]] = {}
        for name, _, files in os.walk(folder):
            for file in files:
                if file.endswith(".part") and (target := target_name(file)) is not None:
                    document = (Path(name) / _PAGE.sub("", target)).relative_to(folder).as_posix()
                    self._found.setdefault(document, []).append(Path(name) / file)

    def remove(self, document: str) -> None:
        """Remove the temporary files of a document, and of its pages where they are files of their own.

        Args:
            document: its name, relative to the output folder. The folder's lock must be held.
        """
        names = {document, _PAGE.sub("", document)} if self._found else ()
        for name in names:
            for file in self._found.pop(name, ()):
                with suppress(OSError):
                    file.unlink()
