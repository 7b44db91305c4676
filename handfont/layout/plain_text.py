"""Text as it will be written: normalized, checked against the hand, cut into blocks of words."""

from __future__ import annotations

import logging
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from handfont.core.charset import describe
from handfont.core.composites import WRITABLE
from handfont.core.readings import likeness, reading
from handfont.errors import TextError, parameter
from handfont.layout.content import Block, StyledWord
from handfont.options import Missing
from handfont.util import checked, encodings, paths
from handfont.util.checked import Limits
from handfont.util.marks import MARKS_MAX, long_run

NO_BREAK_SPACES = "\u00a0\u202f\u2007"
"""Spaces at which no line may be broken."""
SOFT_HYPHEN = "\u00ad"
"""Where a word may be hyphenated; nothing is written elsewhere."""
INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\u200e\u200f\u061c\u2061\u2062\u2063\u2064\ufffc\u20e3"
    + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
)
"""Zero-width characters, byte-order mark, variation selectors, marks of direction, places of pasted objects: nothing a
pen writes.
"""
TAB = 4
"""Characters of plain text between tab stops."""
PARAGRAPH_GAP = 0.55
"""An empty line in the text moves the pen down by this share of a line."""
INDENT = 0.7
"""X-heights that a space at the start of a line moves it in."""
MAX_GAPS = 6
"""Empty lines after each other that make a gap larger."""
MAX_LISTED = 12
"""Characters that cannot be written which a message names."""
MAX_CHARACTERS = 5_000_000
"""Length of a text."""
MAX_BYTES = 4 * MAX_CHARACTERS
"""Size of a file, in any encoding."""
STANDARD_INPUT = "-"
"""In place of a file's name."""
MAX_FIELD_LINES = 400
"""Lines that the fields at the start of a text may take."""
FIELD_LIMITS = Limits(size=100_000, depth=10, values=2000)
"""What these fields may hold."""
_LOG = logging.getLogger("handfont")


def is_markdown(path: Path) -> bool:
    """Whether a file's name says that it is Markdown."""
    return path.suffix.lower() in (".md", ".markdown")


def check_readable(path: Path) -> None:
    """Whether a text can be read, without reading it.

    Raises:
        TextError: it cannot.
    """
    if str(path) != STANDARD_INPUT and (problem := paths.problem(path)):
        raise TextError(f"the text {path} {problem}")


def read(path: Path) -> str:
    """The text of a file, or of standard input if it is called ``-``; its encoding is found out.

    Raises:
        TextError: missing, unreadable, too long, or no text.
    """
    check_readable(path)
    try:
        content = _standard_input() if str(path) == STANDARD_INPUT else checked.read_bytes(path, MAX_BYTES)
        decoded = encodings.decode(content)
    except checked.UnreadableError as error:
        raise TextError(f"the text {path} {error}") from error
    except ValueError as error:
        raise TextError(f"the text {path} is no text in any usual encoding; save it as UTF-8") from error
    except OSError as error:
        raise TextError(f"the text {path} cannot be read: {error.strerror or error}") from error
    if decoded.guessed:
        _LOG.warning("%s: read as %s, which is a guess; if letters are wrong, save it as UTF-8", path, decoded.encoding)
    return decoded.text


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.closed:
        raise TextError("standard input is closed; name a file, or send a text with |")
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TextError(f"standard input has more than {MAX_BYTES // 10**6} MB; that is too long to be a letter")
    return content


def clean(text: str, where: str = "the text", missing: Missing = Missing.ERROR, skipped: int = 0) -> str:
    """The text in NFC with line ends ``\\n``, all of it writable, or what cannot be written dealt with as asked.

    Args:
        missing: what is done with characters that cannot be written, and do not plainly read as others that can (see
            :mod:`handfont.core.readings`); what is left out or drawn as a box is said in a warning.
        skipped: lines before it in its file, which messages count.

    Raises:
        TextError: too long, or characters that cannot be written (all listed with line and column).
    """
    if len(text) > MAX_CHARACTERS:
        raise TextError(f"{where} has {len(text)} characters; at most {MAX_CHARACTERS} can be written at once")
    if run := long_run(text):
        line = text.count("\n", 0, run.start()) + 1 + skipped
        raise TextError(
            f"{where} has {len(run[0])} combining marks after each other in line {line}; at most "
            f"{MARKS_MAX} belong to one letter"
        )
    text = _normalized(text)
    table, unknown = _readings(set(text) - _ALLOWED, missing)
    if unknown:
        found = _places(text, unknown, skipped)
        if missing is Missing.ERROR:
            raise TextError(
                f"{where} has characters that this hand cannot write: {found}; "
                f"{parameter('missing', 'skip')} leaves them out, {parameter('missing', 'box')} draws boxes, "
                f"{parameter('missing', 'draw')} draws emoji as far as it can"
            )
        _LOG.warning("%s: %s: %s", where, "left out" if missing is Missing.SKIP else "drawn as boxes", found)
    return text.translate(table) if table else text


def _normalized(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\u2028", "\n")
    return unicodedata.normalize("NFC", text.replace("\u2029", "\n\n").replace("\u0085", "\n"))


def substituted(text: str, missing: Missing) -> str:
    """A text that :func:`clean` has found nothing wrong with, as that leaves it."""
    text = _normalized(text)
    return text.translate(_readings(set(text) - _ALLOWED, missing)[0])


def unwritable(text: str) -> set[str]:
    """Characters of a text that a hand cannot write, and that read as nothing else."""
    return _readings(set(unicodedata.normalize("NFC", text)) - _ALLOWED - set("\r"), Missing.ERROR)[1]


def _readings(unknown: set[str], missing: Missing) -> tuple[dict[int, str | None], set[str]]:
    """What is written for characters that a hand does not have, and which of them nothing is known for."""
    table: dict[int, str | None] = {}
    rest: set[str] = set()
    for character in unknown:
        found = reading(character)
        if found is None and missing is Missing.DRAW:
            found = likeness(character)
        if found is not None:
            table[ord(character)] = found
            continue
        rest.add(character)
        # A control or combining character has no place of its own that a box could take.
        if missing is Missing.SKIP or unicodedata.category(character)[0] in "CM":
            table[ord(character)] = None
    return table, rest


_ALLOWED = frozenset(WRITABLE) | frozenset(" \t\n\f" + NO_BREAK_SPACES + SOFT_HYPHEN + INVISIBLE)


def _places(text: str, unknown: set[str], skipped: int) -> str:
    """The characters that cannot be written, with where each is first."""
    counts = Counter(character for character in text if character in unknown)
    first: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1 + skipped):
        if unknown.isdisjoint(line):
            continue
        for column, character in enumerate(line, 1):
            if character in unknown and character not in first:
                first[character] = f"line {number} column {column}"
    shown = []
    for character, place in list(first.items())[:MAX_LISTED]:
        more = f" and {counts[character] - 1} more" if counts[character] > 1 else ""
        shown.append(f"{describe(character)} at {place}{more}")
    rest = f"; and {len(first) - MAX_LISTED} other characters" if len(first) > MAX_LISTED else ""
    return "; ".join(shown) + rest


def prepare(text: str, where: str = "the text", missing: Missing = Missing.ERROR) -> Iterator[Block]:
    """Blocks of plain text: a line break in the source is one on the page, an empty line parts paragraphs, a form feed
    pages. See :func:`clean`.

    Raises:
        TextError: nothing to write, or see :func:`clean`.
    """
    cleaned = clean(text, where, missing)
    if not has_words(cleaned):
        raise TextError(f"{where} is empty; there is nothing to write")
    return blocks(cleaned)


def has_words(text: str) -> bool:
    """Whether there is anything to write in a clean text."""
    return bool(text.translate(_NOTHING).strip())


_NOTHING = {ord(character): None for character in INVISIBLE + SOFT_HYPHEN}


def blocks(text: str) -> Iterator[Block]:
    """Blocks of a clean text, one for each line that is not empty."""
    waiting: Block | None = None
    blank, page_break = 0, False
    for number, page in enumerate(text.split("\f")):
        page_break |= number > 0 and waiting is not None
        for line in page.split("\n"):
            found = words(line)
            if not found:
                blank += 1
                continue
            if waiting is not None:
                yield replace(waiting, ends=blank + 1)
            before = PARAGRAPH_GAP * min(blank, MAX_GAPS) if waiting is not None and not page_break else 0.0
            waiting = Block(found, before=before, first=INDENT * found[0].spaces, page_break=page_break)
            blank, page_break = 0, False
    if waiting is not None:
        yield replace(waiting, ends=blank)


def words(line: str) -> tuple[StyledWord, ...]:
    """The words of one line of a clean text; the spaces of the first one indent it."""
    line = line.translate({ord(character): None for character in INVISIBLE}) if not line.isascii() else line
    found: list[StyledWord] = []
    spaces, tab, column, glued = 0, False, 0, False
    for part in _parts(line):
        if part[0] in " \t" or part[0] in NO_BREAK_SPACES:
            for character in part:
                width = TAB - column % TAB if character == "\t" else 1
                spaces, column = spaces + width, column + width
                tab |= character == "\t"
            # A space of either kind beside a no-break space can be broken at; no-break spaces alone cannot.
            glued = bool(found) and not set(part) & set(" \t")
            continue
        soft: tuple[int, ...] = ()
        if SOFT_HYPHEN in part:
            pieces = part.split(SOFT_HYPHEN)
            part = "".join(pieces)
            ends = [sum(map(len, pieces[: i + 1])) for i in range(len(pieces) - 1)]
            soft = tuple(sorted({end for end in ends if 0 < end < len(part)}))
        if part:
            found.append(StyledWord(part, spaces, glued, tab, soft=soft))
            column += len(part)
            spaces, tab, glued = 0, False, False
    return tuple(found)


def _parts(line: str) -> Iterator[str]:
    """The line in turns of spaces and of anything else."""
    start, space = 0, False
    for index, character in enumerate(line):
        is_space = character in _SPACES
        if index == 0:
            space = is_space
        elif is_space != space:
            yield line[start:index]
            start, space = index, is_space
    if line:
        yield line[start:]


_SPACES = frozenset(" \t" + NO_BREAK_SPACES)


class FrontMatter(NamedTuple):
    """The fields that a text begins with, the rest of it, and how many lines the fields take."""

    fields: dict[str, str]
    rest: str
    lines: int


def front_matter(text: str, where: str = "the text") -> FrontMatter:
    """Fields in a YAML mapping between two lines ``---`` at the start of a text; one that does not start so has none.

    Raises:
        TextError: the mapping holds something else than plain values.
    """
    nothing = FrontMatter({}, text, 0)
    if not text.startswith("---"):
        return nothing
    rows = text.split("\n", MAX_FIELD_LINES)
    close = next((i for i, row in enumerate(rows[1:MAX_FIELD_LINES], 1) if row.rstrip() == "---"), None)
    if rows[0].rstrip() != "---" or close is None or close < 2:
        return nothing
    try:
        data = checked.load_yaml("\n".join(rows[1:close]), FIELD_LIMITS, plain=True)
    except checked.UnreadableError as error:
        # Lines --- also part a text; only what begins like fields is meant as such.
        if error.malformed or not _FIELD.match(rows[1]):
            return nothing
        raise TextError(f"{where}: what is between the lines --- {error}") from error
    if not isinstance(data, dict):
        return nothing
    for name, value in data.items():
        if not isinstance(value, str):
            raise TextError(f"{where}: the field '{name}' between the lines --- must be a text")
    fields = {str(name): value for name, value in data.items()}
    return FrontMatter(fields, "\n".join(rows[close + 1 :]), close + 1)


_FIELD = re.compile(r"[\w-]{1,64}:(\s|$)")
