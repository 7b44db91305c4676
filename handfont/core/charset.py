"""The characters the model knows, and facts about them that hold in every hand.

The order of :data:`CHARACTERS` is part of the weights: the model addresses a character by its index here.
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import BoolArray

ASCII = "".join(chr(code) for code in range(0x21, 0x7F))
"""The 94 printable ASCII characters, learned from people's hands and from handwriting fonts."""

EXTENDED = "ßæœøÆŒØıȷþÞð" + "¡¿–—…•€£¥§°“”‘’„‚«»©×÷±½"
"""Characters of their own shape beyond ASCII, learned from handwriting fonts (and, some, from words of real ink)."""

RARER = "ŋŊſ" + "µ¶¬¤¦¢†‡‹›"
"""Letters and signs of few languages, and typographers' marks."""
MARKS = "ˋ´ˆ˜¨˚ˇ˘¯˙˝¸˛"
"""Accents as characters of their own: they are written onto a base letter (see :mod:`handfont.core.composites`)."""

CHARACTERS = ASCII + EXTENDED + RARER + MARKS
"""All characters of the model, in the order of its classes."""
INDEX = {character: index for index, character in enumerate(CHARACTERS)}
"""Class of each character."""

X_HEIGHT_LETTERS = "acemnorsuvwxz"
"""Lower-case letters that reach from the baseline to the x-height line, and no further."""

DESCENDERS = "gjpqy"
"""Lower-case letters that reach below the baseline."""
SITS_ON_BASELINE = "ABCDEFGHIKLMNOPRSTUVWXYZabcdehiklmnorstuvwxz0123456789.!?%&#$"
"""Characters whose lowest ink rests on the baseline in print and in most hands."""

CASE_TWINS = "cfijkmnopstuvwxyz"
"""Letters whose capital many people write as a larger small letter."""

CONFUSABLE = (
    *(letter + letter.upper() for letter in CASE_TWINS),
    "0Oo°˚", "1lI|!ı/'", "ıi", "17", "sS5", "vVuUµ", "zZ2", "9gq", "gyj", "6b", "ȷj", "ßB", "fſ", "tT+†", "(cC¢", "([{",
    ")]}", ",)/", "`\\", "-_–—~¯˜", "'`,‘’‚´ˋ", '"“”„˝¨', ".•,˙", ";:", "¦|:", "^ˆ", "˘ˇ", "¸,", "<‹", ">›",
)  # fmt: skip
"""Groups of one shape, which differ only in size or place, or which many people write alike."""


def confusable(first: str, second: str) -> bool:
    """Whether two characters are the same to a reader who sees only the shape."""
    return first == second or any(first in group and second in group for group in CONFUSABLE)


def alike(characters: str = CHARACTERS) -> BoolArray:
    """:func:`confusable` for every pair: a symmetric matrix (C, C)."""
    table = np.eye(len(characters), dtype=bool)
    for group in CONFUSABLE:
        members = [index for index, character in enumerate(characters) if character in group]
        table[np.ix_(members, members)] = True
    return table


def describe(character: str) -> str:
    """A character as an error message should show it: ``'é' (U+00E9 LATIN SMALL LETTER E WITH ACUTE)``."""
    import unicodedata

    name = unicodedata.name(character, "unnamed")
    shown = character if character.isprintable() else repr(character)[1:-1]
    return f"'{shown}' (U+{ord(character):04X} {name})"
