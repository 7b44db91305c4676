"""What a font is called, and the weights of a family."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from handfont.errors import OptionError, parameter
from handfont.layout.shaping import HEAVIER
from handfont.style.posterior import StylePosterior

LONGEST_FAMILY, LONGEST_POSTSCRIPT = 31, 63
"""Characters of a family's name that Windows takes, and of a PostScript name."""
NOT_IN_POSTSCRIPT = frozenset("[](){}<>/%")
"""Characters that a PostScript name cannot have, beside spaces."""
WINDOWS, UNICODE_BMP, ENGLISH = 3, 1, 0x409
"""Platform, encoding and language of the names in a font."""


@dataclass(frozen=True)
class Weight:
    """A weight: its name, its class in OpenType (400 is regular), and the width of its pen in the hand's."""

    name: str
    number: int
    pen: float


REGULAR = Weight("Regular", 400, 1.0)
WEIGHTS = {
    "thin": Weight("Thin", 250, 0.5),
    "light": Weight("Light", 300, 0.7),
    "medium": Weight("Medium", 500, 1.2),
    "semibold": Weight("SemiBold", 600, 1.35),
    "bold": Weight("Bold", 700, HEAVIER),
    "black": Weight("Black", 900, 1.9),
}
"""Weights beside the regular one, by what they are called on the command line."""


def weights(names: Sequence[str]) -> tuple[str, ...]:
    """The names of weights as they are written here, each once.

    Raises:
        OptionError: one is not known.
    """
    found = dict.fromkeys(name.strip().lower() for name in names)
    for name in found:
        if name not in WEIGHTS:
            raise OptionError(
                f"{parameter('weights')} '{name}' is not known; use {', '.join(WEIGHTS)} (the regular weight is always "
                "written)"
            )
    return tuple(found)


def family(name: str, chosen: Sequence[str]) -> str:
    """A family's name without needless spaces, if fonts of the weights can be called so.

    Raises:
        OptionError: they cannot.
    """
    said = f"{parameter('family')} '{name}'"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for character in name):
        raise OptionError(f"{said} has characters that no name can have; use letters, digits and spaces")
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidy:
        raise OptionError(f"{parameter('family')} is empty; give the font a name, like 'Anna'")
    if not postscript(tidy):
        raise OptionError(
            f"{said} has no letters of the Latin alphabet or digits, of which the PostScript name of the font is made; "
            "add some"
        )
    for weight in (REGULAR, *(WEIGHTS[one] for one in chosen)):
        own = names(tidy, weight)
        if len(own["familyName"]) > LONGEST_FAMILY:
            raise OptionError(
                f"{said} is too long: '{own['familyName']}' has {len(own['familyName'])} characters, programs take "
                f"{LONGEST_FAMILY}; use a shorter one"
            )
        if len(own["psName"]) > LONGEST_POSTSCRIPT:
            raise OptionError(
                f"{said} is too long: the PostScript name '{own['psName']}' has {len(own['psName'])} characters, fonts "
                f"take {LONGEST_POSTSCRIPT}; use a shorter one"
            )
    return tidy


def default_family(style: StylePosterior, chosen: Sequence[str]) -> str:
    """The style's own name as a family's name."""
    words = style.name.replace("_", " ").replace("-", " ").split()
    return family(" ".join(word[:1].upper() + word[1:] for word in words), chosen)


def postscript(name: str) -> str:
    """A name in the ASCII characters that a PostScript name may have, without spaces; empty if there are none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = "".join(character for character in plain if character.isprintable() and character not in NOT_IN_POSTSCRIPT)
    return "".join(kept.split()) if any(character.isalnum() for character in kept) else ""


def names(family: str, weight: Weight) -> dict[str, str]:
    """The names by which programs find a font and link the weights of a family, as fontTools calls them.

    Old programs know four styles of a family; any other weight is a family of its own to them.
    """
    linked = weight.name in ("Regular", "Bold")
    full = family if weight is REGULAR else f"{family} {weight.name}"
    result = {
        "familyName": family if linked else full,
        "styleName": weight.name if linked else "Regular",
        "fullName": full,
        "psName": f"{postscript(family)}-{weight.name}",
    }
    if not linked:
        result |= {"typographicFamily": family, "typographicSubfamily": weight.name}
    return result


def all_names(family: str, weight: Weight, style: StylePosterior) -> dict[str, str]:
    """All names of a font, with the origin of the style and the terms under which it may be used."""
    own = names(family, weight)
    version = f"Version 1.000; {style.model}"
    sources = f" Sources: {', '.join(style.origin.sources)}." if style.origin.sources else ""
    said = {
        "copyright": style.origin.licence,
        "uniqueFontIdentifier": f"{own['psName']}; {version}",
        "version": version,
        "description": f"{style.origin.description}{sources}".strip(),
        "licenseDescription": style.origin.licence,
    }
    return own | {name: text for name, text in said.items() if text}
