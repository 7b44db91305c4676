"""Text as it will be written: normalised, checked against the hand, cut into lines and words."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from handfont.accents import WRITABLE
from handfont.charset import describe
from handfont.errors import TextError

NO_BREAK_SPACES = "\u00a0\u202f\u2007"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphen, zero-width characters, byte-order mark: nothing a pen writes."""
TAB = 4
MAX_LISTED = 12
MAX_CHARACTERS = 5_000_000


@dataclass(frozen=True)
class Chunk:
    """Words that stay on one line: parted by no-break spaces, usually a single word. ``spaces`` stand before it."""

    words: tuple[str, ...]
    spaces: int = 1


@dataclass(frozen=True)
class TextLine:
    """One line of the source: its chunks; none for an empty line. ``page_break`` stands before it."""

    chunks: tuple[Chunk, ...]
    page_break: bool = False


def read(path: Path) -> str:
    """The text of a file.

    Raises:
        TextError: missing, unreadable or not UTF-8.
    """
    try:
        if path.stat().st_size > 4 * MAX_CHARACTERS:
            raise TextError(f"the text {path} is too long to be a letter ({path.stat().st_size / 1e6:.0f} MB)")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise TextError(f"the text {path} is not UTF-8 (line {line}, byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise TextError(f"the text {path} cannot be read: {error.strerror or error}") from error


def prepare(text: str, where: str = "the text") -> list[TextLine]:
    """Lines of words; a line break in the source is one on the page, an empty line parts paragraphs, a form feed pages.

    Raises:
        TextError: nothing to write, too long, or characters that cannot be written (all listed with line and column).
    """
    if len(text) > MAX_CHARACTERS:
        raise TextError(f"{where} has {len(text)} characters; at most {MAX_CHARACTERS} can be written at once")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    _check(text, where)
    lines: list[TextLine] = []
    for number, page in enumerate(text.split("\f")):
        for index, line in enumerate(page.split("\n")):
            lines.append(TextLine(_chunks(line), page_break=number > 0 and index == 0))
    while lines and not lines[-1].chunks:
        lines.pop()
    while lines and not lines[0].chunks:
        lines.pop(0)
    if not lines:
        raise TextError(f"{where} is empty; there is nothing to write")
    return lines


def _chunks(line: str) -> tuple[Chunk, ...]:
    line = line.expandtabs(TAB)
    for character in INVISIBLE:
        line = line.replace(character, "")
    chunks: list[Chunk] = []
    spaces = 0
    for part in line.split(" "):
        if not part.strip(NO_BREAK_SPACES):
            spaces += 1
            continue
        for character in NO_BREAK_SPACES[1:]:
            part = part.replace(character, NO_BREAK_SPACES[0])
        words = tuple(word for word in part.split(NO_BREAK_SPACES[0]) if word)
        # Leading spaces indent; between words one space is the gap itself.
        chunks.append(Chunk(words, spaces if not chunks else spaces + 1))
        spaces = 0
    return tuple(chunks)


def _check(text: str, where: str) -> None:
    allowed = set(WRITABLE) | set(" \t\n\f" + NO_BREAK_SPACES + INVISIBLE)
    if set(text) <= allowed:
        return
    places: dict[str, list[str]] = defaultdict(list)
    for number, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line, 1):
            if character not in allowed:
                places[character].append(f"line {number} column {column}")
    shown = []
    for character, found in list(places.items())[:MAX_LISTED]:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        shown.append(f"{describe(character)} at {found[0]}{more}")
    rest = f"; and {len(places) - MAX_LISTED} other characters" if len(places) > MAX_LISTED else ""
    raise TextError(f"{where} has characters that this hand cannot write: {'; '.join(shown)}{rest}")
