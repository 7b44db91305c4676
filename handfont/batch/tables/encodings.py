"""What encoding a table of text is in: named, marked, UTF-8 if it is valid, else guessed among Latin ones."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import BinaryIO, NamedTuple

from handfont.errors import TableError
from handfont.util import encodings

BLOCK = 1 << 20
"""Bytes of a file that are read at once."""

NOT_OF_TABLES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined", "charmap"}
"""Codecs of Python that are for other things than files of text."""


class FoundEncoding(NamedTuple):
    """An encoding of Python, and whether it is a guess."""

    name: str
    guessed: bool = False


def find(path: Path, named: str | None = None) -> FoundEncoding:
    """The encoding of a file: the one that was named, or else what its bytes say.

    Raises:
        TableError: ``named`` is no encoding, or the file holds no text.
    """
    if named:
        return FoundEncoding(_checked(named))
    with path.open("rb") as file:
        head = file.read(BLOCK)
        if mark := encodings.marked(head):
            return FoundEncoding(mark)
        if b"\0" in head:
            return FoundEncoding(_wide(head, path), guessed=True)
        sample = _sample_unless_utf8(file, head)
    return FoundEncoding("utf-8") if sample is None else FoundEncoding(encodings.guess(sample), guessed=True)


def _checked(named: str) -> str:
    try:
        codec = codecs.lookup(named).name
        if codec in {"utf-8", "utf-8-sig"}:
            return "utf-8-sig"
        if codec in NOT_OF_TABLES:
            raise LookupError(codec)
        "".encode(named)
    except (LookupError, ValueError) as error:
        raise TableError(f"'{named}' is not an encoding; use one like utf-8, cp1252 or iso8859-2") from error
    return named


def _sample_unless_utf8(file: BinaryIO, block: bytes) -> bytes | None:
    """None if a file whose first block was read is UTF-8; else lines of it that have more than ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    sample = bytearray()
    valid = True
    while block:
        if len(sample) < encodings.SAMPLE and not block.isascii():
            sample += encodings.non_ascii_lines(block, encodings.SAMPLE - len(sample))
        valid = valid and _decodes(decoder, block)
        if not valid and len(sample) >= encodings.SAMPLE:
            break
        block = file.read(BLOCK)
    return None if valid and _decodes(decoder, b"", final=True) else bytes(sample)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes, path: Path) -> str:
    name = encodings.utf16(head)
    if name is None:
        raise TableError(f"{path} holds no text; save the table as CSV in UTF-8")
    return name
