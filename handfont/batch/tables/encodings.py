"""What encoding a table of text is in: told, marked, UTF-8 if it is valid, else guessed among Latin ones."""

from __future__ import annotations

import codecs
from pathlib import Path

from handfont.errors import TableError
from handfont.util import encodings

BLOCK = 1 << 20

NOT_OF_TABLES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined", "charmap"}
"""Codecs of Python that are for other things than files of text."""


def find(path: Path, told: str | None = None) -> tuple[str, bool]:
    """The encoding of a file, and whether it is a guess.

    Raises:
        TableError: ``told`` is no encoding, or the file holds no text.
    """
    if told:
        try:
            codec = codecs.lookup(told).name
            if codec in {"utf-8", "utf-8-sig"}:
                return "utf-8-sig", False
            if codec in NOT_OF_TABLES:
                raise LookupError(codec)
            "".encode(told)
        except (LookupError, ValueError) as error:
            raise TableError(f"'{told}' is not an encoding; use one like utf-8, cp1252 or iso8859-2") from error
        return told, False
    with path.open("rb") as file:
        head = file.read(BLOCK)
        if mark := encodings.marked(head):
            return mark, False
        if b"\0" in head:
            return _wide(head, path), True
        decoder = codecs.getincrementaldecoder("utf-8")()
        sample = bytearray()
        valid, block = True, head
        while block:
            if len(sample) < encodings.SAMPLE and not block.isascii():
                sample += encodings.non_ascii_lines(block, encodings.SAMPLE - len(sample))
            try:
                decoder.decode(block, final=False)
            except UnicodeDecodeError:
                valid = False
            if not valid and len(sample) >= encodings.SAMPLE:
                break
            block = file.read(BLOCK)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    return ("utf-8", False) if valid else (encodings.guess(bytes(sample)), True)


def _wide(head: bytes, path: Path) -> str:
    name = encodings.utf16(head)
    if name is None:
        raise TableError(f"{path} holds no text; save the table as CSV in UTF-8")
    return name
