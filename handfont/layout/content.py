"""What is to be written, before it has a size or a place: words with their looks, in blocks."""

from __future__ import annotations

from dataclasses import dataclass

from handfont.layout.formulas.nodes import Formula
from handfont.util.pictures import PictureFile


@dataclass(frozen=True)
class TextStyle:
    """How a part of a word is set off: a heavier pen, an underline, a stroke through it, print letters at one pitch; or
    the formula that is written in place of one character of it.
    """

    strong: bool = False
    underline: bool = False
    strike: bool = False
    code: bool = False
    formula: Formula | None = None


PLAIN = TextStyle()
"""The look of words without any emphasis."""


@dataclass(frozen=True)
class StyledWord:
    """What is between two spaces.

    ``spaces`` come before it; a ``tab`` among them moves it to the next tab stop; a ``glued`` word stays on the line
    of the one before. ``looks`` are (first character, look) of its parts, in order; empty for a plain word. ``soft``
    are the characters a soft hyphen comes before.
    """

    text: str
    spaces: int = 1
    glued: bool = False
    tab: bool = False
    looks: tuple[tuple[int, TextStyle], ...] = ()
    soft: tuple[int, ...] = ()

    def look(self, index: int) -> TextStyle:
        """The look of a character."""
        found = PLAIN
        for start, look in self.looks:
            if start > index:
                break
            found = look
        return found

    @property
    def has_formula(self) -> bool:
        """Whether a formula is in it."""
        return any(look.formula is not None for _, look in self.looks)

    def reading(self, start: int = 0, stop: int | None = None) -> str:
        """Some of its characters as readable text, formulas included."""
        text = self.text[start:stop]
        if not self.has_formula:
            return text
        looks = (self.look(start + index) for index in range(len(text)))
        return "".join(look.formula.text if look.formula else one for one, look in zip(text, looks, strict=True))


@dataclass(frozen=True)
class Block:
    """Words that begin on a line of their own and are wrapped together.

    ``ends`` line ends follow in the text. ``before`` is space before it in lines; ``scale`` its size beside the body's;
    ``indent`` in x-heights of the body, ``first`` that of its first line beyond it. ``marker`` hangs in the indent: a
    word, or the depth of a bullet that is drawn. ``quote`` is the depth of quotation. ``keep``: not parted from what
    follows. ``page_break`` comes before it.
    """

    words: tuple[StyledWord, ...]
    ends: int = 1
    before: float = 0.0
    scale: float = 1.0
    indent: float = 0.0
    first: float = 0.0
    align: str | None = None
    marker: StyledWord | int | None = None
    quote: int = 0
    keep: bool = False
    page_break: bool = False


@dataclass(frozen=True)
class Divider:
    """A line drawn across, between blocks."""

    before: float = 0.0
    page_break: bool = False


@dataclass(frozen=True)
class Figure:
    """An image; ``text`` says what it shows."""

    path: PictureFile
    text: str = ""
    before: float = 0.0
    page_break: bool = False


@dataclass(frozen=True)
class TextTable:
    """Rows of cells of words; ``aligns`` of each column ``left``, ``centre`` or ``right``."""

    rows: tuple[tuple[tuple[StyledWord, ...], ...], ...]
    aligns: tuple[str, ...]
    before: float = 0.0
    page_break: bool = False


Content = Block | Divider | Figure | TextTable
