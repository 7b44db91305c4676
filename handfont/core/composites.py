"""Composed characters: which letters and signs are written as parts, and which parts.

The model has learned :data:`~handfont.core.charset.CHARACTERS`: ASCII, letters and signs of a shape of their own (ß æ œ
ø ð þ ŋ ...) and the accents by themselves. The rest of Latin-1 and of Latin Extended-A, and some more, is composed as a
pen does it: a letter, then its mark, each a fresh sample. :mod:`handfont.synthesis.mark_positioning` puts the parts
together. A part may also be a sign that is drawn (:mod:`handfont.core.drawn_signs`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from handfont.core.charset import CHARACTERS
from handfont.core.drawn_signs import DRAWN


class MarkPosition(Enum):
    """Where a part goes; every place but the first is relative to the base."""

    BASE = auto()
    """The first part, on the baseline."""
    ABOVE = auto()
    """Over the base, clear of it."""
    BELOW = auto()
    """Under the base, clear of it."""
    CEDILLA = auto()
    """Hanging from the middle of the base's lowest ink."""
    OGONEK = auto()
    """Hanging from the base's foot, at its right."""
    ACROSS = auto()
    """Through the base at a share ``rise`` of its height, a little wider than its ink there."""
    STEM = auto()
    """The same through the left stem of a wide letter."""
    AFTER = auto()
    """Beside all parts before it, at the distance of letters."""
    UPPER_LEFT = auto()
    """Close by at the base's left, its top as high."""
    UPPER_RIGHT = auto()
    """Close by at the base's right, its top as high."""
    MIDDLE_RIGHT = auto()
    """Close by at the base's right, at half its height."""
    LOWER_RIGHT = auto()
    """Close by at the base's right, its foot as low."""
    INSIDE = auto()
    """In the middle of the base."""


@dataclass(frozen=True)
class Part:
    """A character of the model, or a sign that is drawn, as a part of another one.

    ``scale`` of its size, about the baseline; ``rise`` above where it is by itself, in x-heights (for strokes
    through the base, the share of its height); ``turn`` in degrees, counterclockwise; ``dotless`` an i or j that loses
    its dot to a mark. The writer's own i is nearer to how they write í than the model's ı is.
    """

    character: str
    place: MarkPosition = MarkPosition.BASE
    scale: float = 1.0
    rise: float = 0.0
    turn: float = 0.0
    dotless: bool = False


Composition = tuple[Part, ...]
"""Parts in the order of writing; the first one is the base."""

_COMBINING = {
    "\u0300": ("ˋ", MarkPosition.ABOVE), "\u0301": ("´", MarkPosition.ABOVE), "\u0302": ("ˆ", MarkPosition.ABOVE),
    "\u0303": ("˜", MarkPosition.ABOVE), "\u0304": ("¯", MarkPosition.ABOVE), "\u0306": ("˘", MarkPosition.ABOVE),
    "\u0307": ("˙", MarkPosition.ABOVE), "\u0308": ("¨", MarkPosition.ABOVE), "\u030a": ("˚", MarkPosition.ABOVE),
    "\u030b": ("˝", MarkPosition.ABOVE), "\u030c": ("ˇ", MarkPosition.ABOVE), "\u0326": (",", MarkPosition.BELOW),
    "\u0327": ("¸", MarkPosition.CEDILLA), "\u0328": ("˛", MarkPosition.OGONEK),
}  # fmt: skip
"""Combining marks of Unicode: the model's character for each, and its place."""

_RANGES = (range(0xC0, 0x250), (ord(c) for c in "ẀẁẂẃẄẅẼẽỲỳ"), range(0x386, 0x3CF), range(0x400, 0x460))
"""Latin-1, Latin Extended-A and -B; letters of Welsh and Guarani beyond them; Greek and Cyrillic."""
_PARTS = frozenset(CHARACTERS + DRAWN)

_DOTTED = "ij"
"""Letters that lose their dot under a mark."""
_NARROW = "ijl"
"""Letters narrower than the marks over them."""
_OVER_NARROW = 0.85
"""Marks over narrow letters are written smaller ..."""
_MARK_HEIGHT = 1.4
"""... about their middle, at this height in x-heights."""

_COMMA_BELOW = "ĢĶķĻļŅņŖŗŢţ"
"""Decomposed with a cedilla by Unicode, written with a comma (Latvian; Romanian in its old encoding)."""
_COMMA = 0.65
"""A comma under a letter is smaller than one that parts words."""
_APOSTROPHE_CARON = "ďĽľť"
"""Letters whose caron is written as an apostrophe beside them."""
_SMALL = 0.55
"""Size of superscripts, subscripts and the figures of fractions."""
_RAISED = 0.85
"""Height of superscripts over the baseline, in x-heights; that of subscripts follows."""
_LOWERED = -0.3

_RAISED_ONES = "".join(
    chr(code)
    for codes in (range(0x2B0, 0x2B9), range(0x1D2C, 0x1D6B), range(0x2070, 0x209D))
    for code in codes
    if (found := unicodedata.decomposition(chr(code)).split())
    and found[0] in ("<super>", "<sub>")
    and chr(int(found[1], 16)).replace("\u2212", "–") in _PARTS
)
"""Superscript and subscript letters, digits and signs."""
_SAME = {"\u2010": "-", "\u2011": "-", "\u2012": "–", "\u2015": "—", "\u2212": "–", "\u2032": "'", "\u2033": '"',
         "\u201b": "‘", "\u201f": "“", "\u02bb": "‘", "\u02bc": "’", "\u2044": "/", "\u2215": "/",
         "ƒ": "f", "ẞ": "ß"}  # fmt: skip
"""Hyphens, minus, primes and others that a pen writes like a character it knows."""
_TWINS = {
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧινομ", "ABEZHIKMNOPTYXıvoµ", strict=True)),
    **dict(zip("АВЕЗКМНОПРСТУФХЅІЈГ", "ABE3KMHOΠPCTYΦXSIJΓ", strict=True)),
    **dict(zip("аекорсухѕіјф", "aeκopcyxsijϕ", strict=True)),
    **dict(zip("ϑϵϱ∆∏∑ǀ∣∖∗∼⩽⩾≲≳", "θερΔΠΣ||\\*~≤≥≤≥", strict=True)),
    **dict(zip("✔✘☓✕✖⭐☆⋆❤♡❥⟶➔➜➝➞➡⟵⬅⟹⟸⟺⬆⬇", "✓✗✗✗✗★★★♥♥♥→→→→→→←←⇒⇐⇔↑↓", strict=True)),
    **dict(zip("⋃⋂⨁⨂⋁⋀⟂⧵⟼∡∁♯⊧⨿↪⇀⤳", "∪∩⊕⊗∨∧⊥\\↦∠C#⊨∐→→→", strict=True)),
    **dict(zip("◯⚪▫◻⬜◽▢⚬▲▵▼▿▶►▸▹◀◄◂❖◆◇⬥⋄♢⬛◼▪◾", "○○□□□□□∘△△▽▽▷▷▷▷◁◁◁♦♦♦♦♦♦■■■■", strict=True)),
}  # fmt: skip
"""Characters that are written as another one that a hand knows, or draws."""


def _decomposed(character: str) -> Composition | None:
    """Base and marks by Unicode's canonical decomposition; None where there is none, or one has no mark for it."""
    base, *marks = list(unicodedata.normalize("NFD", character))
    base = _TWINS.get(base, base)
    if not marks or base not in _PARTS or not set(marks) <= _COMBINING.keys():
        return None
    placed = [_COMBINING[mark] for mark in marks]
    dotless = base in _DOTTED and any(place is MarkPosition.ABOVE for _, place in placed)
    if character in _COMMA_BELOW:
        placed = [_COMBINING["\u0326"]]
    return (Part(base, dotless=dotless), *(_mark(base, mark, place) for mark, place in placed))


def _mark(base: str, mark: str, place: MarkPosition) -> Part:
    if place is MarkPosition.BELOW:
        return Part(mark, place, _COMMA)
    if place is MarkPosition.ABOVE and base in _NARROW:
        return Part(mark, place, _OVER_NARROW, (1 - _OVER_NARROW) * _MARK_HEIGHT)
    return Part(mark, place)


def _scaled(character: str) -> Composition | None:
    """Superscripts, subscripts and fractions by Unicode's compatibility decomposition."""
    kind, *codes = unicodedata.decomposition(character).split()
    parts = [chr(int(code, 16)).replace("\u2212", "–") for code in codes]
    rise = {"<super>": _RAISED, "<sub>": _LOWERED}.get(kind)
    if rise is not None:
        return tuple(
            Part(part, MarkPosition.AFTER if i else MarkPosition.BASE, _SMALL, rise) for i, part in enumerate(parts)
        )
    numerator, _, denominator = parts
    return (
        Part("/"),
        Part(numerator, MarkPosition.UPPER_LEFT, _SMALL),
        Part(denominator, MarkPosition.LOWER_RIGHT, _SMALL),
    )


def _sequence(characters: str) -> Composition:
    """Characters side by side."""
    return (Part(characters[0]), *(Part(character, MarkPosition.AFTER) for character in characters[1:]))


def _recipes() -> dict[str, Composition]:
    recipes = {chr(code): _decomposed(chr(code)) for codes in _RANGES for code in codes}
    recipes |= {character: _scaled(character) for character in "ª²³¹º¼¾⅐⅑⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞™" + _RAISED_ONES}
    recipes |= {character: (Part(same),) for character, same in (_SAME | _TWINS).items()}
    recipes |= {
        composed: _sequence(parts)
        for composed, parts in {
            "ŉ": "’n",
            "ĳ": "ij",
            "Ĳ": "IJ",
            "ﬀ": "ff",
            "ﬁ": "fi",
            "ﬂ": "fl",
            "ﬃ": "ffi",
            "ﬄ": "ffl",
        }.items()
    }
    for character in _APOSTROPHE_CARON:
        recipes[character] = (Part(unicodedata.normalize("NFD", character)[0]), Part("’", MarkPosition.UPPER_RIGHT))
    for base, lower, upper in (("l", "ł", "ŀ"), ("L", "Ł", "Ŀ")):
        recipes[lower] = (Part(base), Part("-", MarkPosition.ACROSS, rise=0.5, turn=28))
        recipes[upper] = (Part(base), Part(".", MarkPosition.MIDDLE_RIGHT))
    recipes |= {
        "đ": (Part("d"), Part("-", MarkPosition.ACROSS, rise=0.8)),
        "ħ": (Part("h"), Part("-", MarkPosition.ACROSS, rise=0.8)),
        "Ħ": (Part("H"), Part("-", MarkPosition.ACROSS, rise=0.77)),
        "ŧ": (Part("t"), Part("-", MarkPosition.ACROSS, rise=0.4)),
        "Ŧ": (Part("T"), Part("-", MarkPosition.ACROSS, rise=0.45)),
        "Đ": (Part("D"), Part("-", MarkPosition.STEM, rise=0.5)),
        "Ð": (Part("D"), Part("-", MarkPosition.STEM, rise=0.5)),
        "ģ": (Part("g"), Part("‘", MarkPosition.ABOVE)),
        "ĸ": (Part("K", scale=0.6),),
        "·": (Part(".", rise=0.55),),
        "∙": (Part(".", rise=0.55),),
        "⋅": (Part(".", rise=0.55),),
        "®": (Part("O", scale=1.15), Part("R", MarkPosition.INSIDE, scale=0.4)),
        "‰": (Part("%"), Part("o", MarkPosition.AFTER, scale=_SMALL)),
        "№": (Part("N"), Part("o", MarkPosition.AFTER, scale=_SMALL, rise=_RAISED)),
        "●": (Part("•", scale=1.7, rise=-0.35),),
        "◦": (Part("∘", scale=0.8, rise=0.1),),
        "⋯": (Part("…", rise=0.5),),
        "∅": (Part("Ø", scale=0.8, rise=0.2),),
        "≠": (Part("="), Part("/", MarkPosition.INSIDE, scale=0.7)),
        "≢": (Part("≡"), Part("/", MarkPosition.INSIDE, scale=0.8)),
        "∉": (Part("∈"), Part("/", MarkPosition.INSIDE, scale=0.8)),
        "⊄": (Part("⊂"), Part("/", MarkPosition.INSIDE, scale=0.8)),
        "⊈": (Part("⊆"), Part("/", MarkPosition.INSIDE, scale=0.8)),
        "⊊": (Part("⊆"), Part("/", MarkPosition.INSIDE, scale=0.4)),
        "∤": (Part("|"), Part("/", MarkPosition.INSIDE, scale=0.5)),
        "≐": (Part("="), Part("˙", MarkPosition.ABOVE)),
        "≜": (Part("="), Part("△", MarkPosition.ABOVE, scale=0.5)),
        "∄": (Part("∃"), Part("/", MarkPosition.INSIDE)),
        "∥": (Part("|"), Part("|", MarkPosition.AFTER)),
        "‖": (Part("|"), Part("|", MarkPosition.AFTER)),
        "≪": (Part("<"), Part("<", MarkPosition.AFTER)),
        "≫": (Part(">"), Part(">", MarkPosition.AFTER)),
        "∬": (Part("∫"), Part("∫", MarkPosition.AFTER)),
        "∭": (Part("∫"), Part("∫", MarkPosition.AFTER), Part("∫", MarkPosition.AFTER)),
        "ℏ": (Part("h"), Part("-", MarkPosition.ACROSS, rise=0.8)),
        "₩": (Part("W"), Part("-", MarkPosition.ACROSS, rise=0.5)),
        "₦": (Part("N"), Part("=", MarkPosition.ACROSS, rise=0.5)),
        "₫": (Part("d"), Part("-", MarkPosition.ACROSS, rise=0.8), Part("_", MarkPosition.BELOW)),
    }
    for number in range(1, 10):
        recipes[chr(0x245F + number)] = (Part("O", scale=1.15), Part(str(number), MarkPosition.INSIDE, scale=0.5))
    return {
        character: recipe
        for character, recipe in sorted(recipes.items())
        if recipe is not None and character not in CHARACTERS
    }


_RECIPES = _recipes()

COMPOSED = "".join(_RECIPES)
"""All composed characters, in the order of Unicode."""
WRITABLE = CHARACTERS + COMPOSED + DRAWN
"""All that a hand can write."""


def parts(character: str) -> Composition | None:
    """How a composed character is made; None for any other."""
    return _RECIPES.get(character)
