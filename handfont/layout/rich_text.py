"""Text with looks, as documents of word processors hold it, before it is checked and cut into words.

Readers (:mod:`handfont.layout.word_document`, :mod:`handfont.layout.open_document`) make it; :func:`blocks` sets it by
the same measures as Markdown.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from handfont.errors import TextError
from handfont.layout import plain_text as texts
from handfont.layout.block_measures import HEADINGS, ITEM, LIST_INDENT, MAX_INDENTS, PARAGRAPH
from handfont.layout.content import Block, Content, Divider, Figure, StyledWord, TextStyle, TextTable
from handfont.layout.styled_words import words_of
from handfont.options import Missing

Pieces = tuple[tuple[str, TextStyle], ...]
"""Parts of a line, and the look of each."""
UNDERLINED = TextStyle(underline=True)
"""The look of headings."""
MAX_INDENT = 20.0
"""X-heights that a paragraph is moved in, at most."""


@dataclass(frozen=True)
class Paragraph:
    """Lines, with breaks between them that were forced; a figure has a line of its own.

    Attributes:
        heading: its level, 0 for none.
        level: depth of the list it is an item of, -1 for none.
        marker: what stands before an item: its number as written, or the depth of a bullet; None for none.
        align: ``right`` or ``centre``; None for left.
        indent, first: x-heights that it, and its first line beyond that, are moved in.
        quote: whether it is a quotation.
        gap: space before it in lines.
        page_break: comes before it.
    """

    lines: tuple[Pieces | Figure, ...]
    heading: int = 0
    level: int = -1
    marker: str | int | None = None
    align: str | None = None
    indent: float = 0.0
    first: float = 0.0
    quote: bool = False
    gap: float = PARAGRAPH
    page_break: bool = False


@dataclass(frozen=True)
class RichTable:
    """Rows of cells; ``aligns`` of each column ``left``, ``centre`` or ``right``."""

    rows: tuple[tuple[Pieces, ...], ...]
    aligns: tuple[str, ...]
    page_break: bool = False


RichPart = Paragraph | RichTable | Divider


@dataclass(frozen=True)
class RichText:
    """A whole document."""

    parts: tuple[RichPart, ...]

    def mapped(self, change: Callable[[Pieces], Pieces]) -> RichText:
        """The same with each line and cell changed."""
        return RichText(tuple(_mapped(part, change) for part in self.parts))

    @property
    def plain(self) -> str:
        """The text alone, a line for each of its own."""
        return "\n".join(line for part in self.parts for line in _lines(part))


def _mapped(
    part: Paragraph | RichTable | Divider, change: Callable[[Pieces], Pieces]
) -> Paragraph | RichTable | Divider:
    if isinstance(part, Paragraph):
        return replace(part, lines=tuple(line if isinstance(line, Figure) else change(line) for line in part.lines))
    if isinstance(part, RichTable):
        return replace(part, rows=tuple(tuple(change(cell) for cell in row) for row in part.rows))
    return part


def _lines(part: RichPart) -> Iterator[str]:
    if isinstance(part, Paragraph):
        yield from (_read(line) for line in part.lines if not isinstance(line, Figure))
    elif isinstance(part, RichTable):
        yield from ("\t".join(map(_read, row)) for row in part.rows)


def _read(line: Pieces) -> str:
    return "".join(look.formula.text if look.formula else text for text, look in line)


def cleaned(document: RichText, where: str, missing: Missing = Missing.ERROR) -> RichText:
    """The document with all of it writable, see :func:`handfont.layout.plain_text.clean`.

    Raises:
        TextError: characters that cannot be written; lines are counted as they are forced.
    """

    def written(line: Pieces) -> Pieces:
        # What a formula has was checked when it was read.
        return tuple((text if look.formula else texts.substituted(text, missing), look) for text, look in line)

    texts.clean(document.mapped(_without_formulas).plain, where, missing)
    return document.mapped(written)


def _without_formulas(line: Pieces) -> Pieces:
    return tuple((text, look) for text, look in line if not look.formula)


def blocks(document: RichText) -> Iterator[Content]:
    """Blocks of a clean document."""
    written = False
    for part, following in itertools.zip_longest(document.parts, document.parts[1:]):
        found = list(_part(part, following))
        for block in found:
            # What would stand above the page's first line is left out.
            yield replace(block, before=block.before if written and not block.page_break else 0.0)
            written = True


def _part(
    part: Paragraph | RichTable | Divider, following: Paragraph | RichTable | Divider | None
) -> Iterator[Content]:
    if isinstance(part, Divider):
        yield part
    elif isinstance(part, RichTable):
        rows = tuple(tuple(words_of(cell) for cell in row) for row in part.rows)
        if any(word for row in rows for word in row):
            yield TextTable(rows, part.aligns, before=0.6, page_break=part.page_break)
    else:
        apart = not isinstance(following, Paragraph) or following.gap >= PARAGRAPH or following.heading > 0
        yield from _paragraph(part, 2 if apart else 1)


def _paragraph(part: Paragraph, ends: int) -> Iterator[Content]:
    scale, before = HEADINGS.get(part.heading, (1.0, 0.7)) if part.heading else (1.0, 0.0)
    before = max(before, part.gap)
    if part.level >= 0:
        before = part.gap if part.gap >= PARAGRAPH else max(ITEM, part.gap)
    indent = min(part.indent, MAX_INDENT)
    if part.level >= 0:
        indent = LIST_INDENT * (min(part.level, MAX_INDENTS - 1) + 1)
    marker = StyledWord(part.marker, 0) if isinstance(part.marker, str) else part.marker
    block = Block(
        (),
        indent=indent,
        first=part.first,
        align=part.align,
        quote=int(part.quote),
        scale=scale,
        keep=part.heading > 0,
    )
    begun = False
    last = len(part.lines) - 1
    for index, line in enumerate(part.lines):
        space, page_break = (0.0, False) if begun else (before, part.page_break)
        if isinstance(line, Figure):
            yield replace(line, before=space, page_break=page_break)
            begun = True
            continue
        words = words_of(line)
        if words or (marker is not None and not begun and index == last):
            shown = marker if not begun else None
            ended = ends if index == last else 1
            first = block.first if not begun else 0.0
            yield replace(
                block, words=words, ends=ended, before=space, marker=shown, page_break=page_break, first=first
            )
            begun = True


def checked(document: RichText, where: str) -> RichText:
    """The document, which must have something to write.

    Raises:
        TextError: it is empty.
    """
    pictures = any(isinstance(line, Figure) for part in document.parts for line in getattr(part, "lines", ()))
    if not pictures and not document.plain.strip():
        raise TextError(f"{where} is empty; there is nothing to write")
    return document


def joined(pieces: Sequence[tuple[str, TextStyle]]) -> Pieces:
    """Pieces, those beside each other of one look put together, without empty ones."""
    found: list[tuple[str, TextStyle]] = []
    for text, look in pieces:
        if found and found[-1][1] == look:
            found[-1] = (found[-1][0] + text, look)
        elif text:
            found.append((text, look))
    return tuple(found)
