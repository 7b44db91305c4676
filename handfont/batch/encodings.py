"""What encoding a table of text is in: told, marked, UTF-8 if it is valid, else guessed among Latin ones."""

from __future__ import annotations

import codecs
from contextlib import suppress
from pathlib import Path

from handfont.errors import TableError

BLOCK = 1 << 20
SAMPLE = 1 << 16
"""Bytes of lines beyond ASCII that a guess is made from."""
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LIKELY = ("cp1252", "cp1250", "iso8859_15", "iso8859_2", "cp1257", "cp1254", "mac_roman", "cp850", "cp852")
"""Encodings of what a hand can write, the most common one first."""

NOT_OF_TABLES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined", "charmap"}
"""Codecs of Python that are for other things than files of text."""


def find(path: Path, told: str | None = None) -> tuple[str, bool]:
    """The encoding of a file, and whether it is a guess.

    Raises:
        TableError: ``told`` is no encoding, or the file holds no text.
    """
    if told:
        try:
            name = codecs.lookup(told).name
            if name in {"utf-8", "utf-8-sig"}:
                return "utf-8-sig", False
            if name in NOT_OF_TABLES:
                raise LookupError(name)
            "".encode(told)
        except (LookupError, ValueError) as error:
            raise TableError(f"'{told}' is not an encoding; use one like utf-8, cp1252 or iso8859-2") from error
        return told, False
    with path.open("rb") as file:
        head = file.read(BLOCK)
        for mark, name in MARKS:
            if head.startswith(mark):
                return name, False
        if b"\0" in head:
            return _wide(head, path), True
        decoder = codecs.getincrementaldecoder("utf-8")()
        sample = bytearray()
        valid, block = True, head
        while block:
            if len(sample) < SAMPLE and not block.isascii():
                lines = (line for line in block.splitlines(keepends=True) if not line.isascii())
                for line in lines:
                    sample += line[: SAMPLE - len(sample)]
            try:
                decoder.decode(block, final=False)
            except UnicodeDecodeError:
                valid = False
            if not valid and len(sample) >= SAMPLE:
                break
            block = file.read(BLOCK)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    return ("utf-8", False) if valid else (_guess(bytes(sample)), True)


def _wide(head: bytes, path: Path) -> str:
    """UTF-16 without a mark: every second byte of plain text is zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < 0.4 * len(head) / 2 or min(even, odd) > 0.1 * len(head) / 2:
        raise TableError(f"{path} holds no text; save the table as CSV in UTF-8")
    return "utf-16-be" if even > odd else "utf-16-le"


def _guess(sample: bytes) -> str:
    """The likeliest encoding: of those that give the fewest odd words, the one that charset-normalizer finds most like
    a language; and of all that give the same text, the most common.
    """
    from charset_normalizer import from_bytes

    decoded: dict[str, str] = {}
    for name in LIKELY:
        with suppress(UnicodeDecodeError):
            decoded[name] = sample.decode(name)
    if not decoded:
        return LIKELY[0]
    odd = {name: _odd(text) for name, text in decoded.items()}
    best = [name for name in decoded if odd[name] == min(odd.values())]
    found = from_bytes(sample, cp_isolation=best, threshold=1.0).best() if len(best) > 1 else None
    text = decoded.get(found.encoding) if found else None
    return next((name for name in best if decoded[name] == text), best[0])


def _odd(text: str) -> int:
    """Signs next to letters, capitals after small letters, and control characters, as a wrong encoding makes them."""
    count = 0
    for before, one, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if one.isascii():
            continue
        if not one.isalpha():
            count += (before.isalpha() or after.isalpha()) and one not in "’‘“”„«»–—…"
            count += 5 * (not one.isprintable() and one != "\xa0")
        else:
            count += one.isupper() and before.islower()
    return count
