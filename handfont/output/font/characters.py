"""The characters of a font: which are asked for, the forms that each has, and what its glyphs are called."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from fontTools.agl import UV2AGL

from handfont.core.charset import describe
from handfont.core.composites import WRITABLE
from handfont.errors import OptionError, parameter
from handfont.synthesis.alternates import APART, Form
from handfont.synthesis.joining import base_of
from handfont.synthesis.ports import Ports

MOST_GLYPHS = 65_535
"""Glyphs that a font can hold."""
SPECIAL = 5
"""Glyphs beside those of characters: the box for what is missing, and four spaces."""


def chosen(characters: str | None) -> str:
    """The characters that are asked for, each once, in the order of :data:`~handfont.core.composites.WRITABLE`.

    Raises:
        OptionError: there are none, or some that a hand cannot write or a font cannot hold as one character.
    """
    if characters is None:
        return WRITABLE
    asked = {c for c in unicodedata.normalize("NFC", characters) if not c.isspace() and c != "\u00ad"}
    if not asked:
        raise OptionError(f"{parameter('characters')} names none; a font needs one at least")
    for character in sorted(asked - set(WRITABLE)):
        if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
            raise OptionError(
                f"{parameter('characters')} has {describe(character)}, which is a part of a character made of several; "
                "a font of this kind holds only characters of one code point"
            )
        raise OptionError(
            f"{parameter('characters')} has {describe(character)}, which the hand cannot write; leave it out"
        )
    return "".join(character for character in WRITABLE if character in asked)


@dataclass(frozen=True, eq=False)
class GlyphOrder:
    """All glyphs of a font, in its order.

    Characters come in blocks of one drawing each, every block in the same order: forms, and in each the characters that
    have it. Block 0 is what text consists of at first, and has the same drawings as block 1.

    Attributes:
        characters: those of the font.
        count: drawings of each.
        ports: of the hand, if it joins letters.
    """

    characters: str
    count: int
    ports: Ports | None

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """All forms, the unjoined one first."""
        levels = [None] if self.ports is None else [None, *range(len(self.ports.levels))]
        return tuple(Form(entry, onward) for onward in (False, True) for entry in levels if self.ports or not onward)

    @cached_property
    def block(self) -> list[tuple[Form, str]]:
        """Form and character of each glyph of a block."""
        return [(form, c) for form in self.forms for c in self.characters if self.has(c, form)]

    def has(self, character: str, form: Form) -> bool:
        """Whether a character has a form."""
        if form == APART:
            return True
        base = base_of(character)
        if self.ports is None or not base:
            return False
        onward = not form.onward or base in self.ports.level
        return onward and (form.entry is None or (base, form.entry, form.onward) in self.ports.entries)

    def having(self, form: Form, bases: Sequence[str] | None = None) -> list[str]:
        """The characters that have a form, of those that are written on some base letters."""
        found = [own for other, own in self.block if other == form]
        return found if bases is None else [own for own in found if base_of(own) in bases]

    @property
    def total(self) -> int:
        """Number of all glyphs."""
        return SPECIAL + (self.count + 1) * len(self.block)

    def check(self) -> None:
        """Refuse more glyphs than a font can hold.

        Raises:
            OptionError: there are more.
        """
        if self.total > MOST_GLYPHS:
            raise OptionError(
                f"{self.count} drawings of {len(self.characters)} characters are {self.total:,} glyphs, a font holds "
                f"{MOST_GLYPHS:,}; ask for fewer {parameter('alternates')} or {parameter('characters')}"
            )


def name_of(character: str, form: Form = APART, block: int = 0) -> str:
    """What a glyph is called: the name that Adobe's list gives the character, from which readers of PDF find it, and
    after a full stop the form (``i2`` entered at port 2, ``o`` left) and the drawing.
    """
    name = UV2AGL.get(ord(character), f"uni{ord(character):04X}")
    entry = "" if form.entry is None else f"i{form.entry}"
    suffix = entry + "o" * form.onward
    drawing = f".{block}" if block else ""
    return f"{name}{'.' + suffix if suffix else ''}{drawing}"
