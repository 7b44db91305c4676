"""What encoding a text is in: marked, UTF-8 if it is valid, else guessed among Latin ones."""

from __future__ import annotations

import codecs
from contextlib import suppress
from typing import NamedTuple

SAMPLE = 1 << 16
"""Bytes of lines beyond ASCII that a guess is made from."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte-order marks, longer ones first, as one is the beginning of another."""
LIKELY = ("cp1252", "cp1250", "iso8859_15", "iso8859_2", "cp1257", "cp1254", "mac_roman", "cp850", "cp852")
"""Encodings of what a hand can write, the most common one first."""
OTHER_SCRIPTS = ("cp1251", "koi8_r", "cp866", "cp1253", "iso8859_7", "mac_cyrillic", "iso8859_5")
"""Those of Cyrillic and Greek, the most common one first ..."""
MOSTLY, LEAST = 0.6, 8
"""... which a text is in if this share of its letters, and at least so many, are beyond ASCII: in no Latin script are
they."""
ASCII_LETTERS = [bytes((code,)) for code in (*range(0x41, 0x5B), *range(0x61, 0x7B))]
PAGES = frozenset(b"\x00\x03\x04\x20\x21\x22")
"""High bytes of the characters that texts in Latin, Greek and Cyrillic are made of, in UTF-16."""


class Decoded(NamedTuple):
    """A text, the name of its encoding, and whether that is a guess."""

    text: str
    encoding: str
    guessed: bool


def decode(content: bytes) -> Decoded:
    """The text of a whole file.

    Raises:
        ValueError: it holds no text.
    """
    name = marked(content) or (utf16(content) if b"\0" in content else None)
    if name:
        return Decoded(content.decode(name), name, False)
    with suppress(UnicodeDecodeError):
        return Decoded(content.decode("utf-8"), "utf-8", False)
    if b"\0" in content:
        raise ValueError("zero bytes among others are no text")
    name = guess(non_ascii_lines(content))
    return Decoded(content.decode(name), name, True)


def marked(head: bytes) -> str | None:
    """The encoding that a byte-order mark at the start names."""
    return next((name for mark, name in MARKS if head.startswith(mark)), None)


def utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of plain text is zero, or, in Greek and Cyrillic, one of few. None if
    the text is not in it.
    """
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < 0.4 * len(head) / 2 or min(even, odd) > 0.1 * len(head) / 2:
        even, odd = (sum(byte in PAGES for byte in half) for half in (head[::2], head[1::2]))
        if max(even, odd) < 0.95 * len(head) / 2 or min(even, odd) > 0.4 * len(head) / 2:
            return None
    return "utf-16-be" if even > odd else "utf-16-le"


def non_ascii_lines(content: bytes, most: int = SAMPLE) -> bytes:
    """Lines of a text that have more than ASCII, up to ``most`` bytes."""
    found = bytearray()
    for line in content.splitlines(keepends=True):
        if not line.isascii():
            found += line[: most - len(found)]
            if len(found) >= most:
                break
    return bytes(found)


def guess(sample: bytes) -> str:
    """The likeliest encoding: of those that give the fewest odd words, the one that charset-normalizer finds most like
    a language; and of all that give the same text, the most common. Greek and Cyrillic are known by their letters.
    """
    from charset_normalizer import from_bytes

    decoded: dict[str, str] = {}
    high = sum(byte >= 0x80 for byte in sample)
    other = high >= LEAST and high > MOSTLY * (high + sum(map(sample.count, ASCII_LETTERS)))
    for name in OTHER_SCRIPTS if other else LIKELY:
        with suppress(UnicodeDecodeError):
            decoded[name] = sample.decode(name)
    if not decoded:
        return LIKELY[0]
    odd = {name: _odd(text) for name, text in decoded.items()}
    best = [name for name in decoded if odd[name] == min(odd.values())]
    if other:
        return best[0]
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
