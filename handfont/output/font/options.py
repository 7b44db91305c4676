"""What a font is to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handfont.errors import OptionError, parameter
from handfont.options import MAX_NEATNESS, Joined
from handfont.output.font import characters, naming

MAX_ALTERNATES = 50
"""Most drawings of a character."""


@dataclass(frozen=True, kw_only=True)
class FontOptions:
    """How a hand becomes a font.

    Args:
        alternates: drawings of each character, which are set in turn.
        seed: the same seed draws the same font; each seed draws a different one.
        neatness: factor on the variation of the hand, 0 (all drawings alike) to 2 (twice the writer's own).
        family: what the font is called in other programs; the style's name if it is None.
        weights: further fonts of the family, like ``light`` and ``bold``: the same drawings with another pen.
        characters: what the font is to hold; all that the hand can write if it is None.
        joined: whether letters are joined: ``auto`` where the writer mostly joins them, ``never`` or ``always``.

    Raises:
        OptionError: a value is out of range or cannot be understood.
    """

    alternates: int = 5
    seed: int = 0
    neatness: float = 1.0
    family: str | None = None
    weights: Sequence[str] = ()
    characters: str | None = None
    joined: Joined = Joined.AUTO

    def __post_init__(self) -> None:
        """Check every value, so that a wrong one is found before any work."""
        if not 1 <= self.alternates <= MAX_ALTERNATES:
            raise OptionError(f"{parameter('alternates')} {self.alternates} is out of range; use 1 to {MAX_ALTERNATES}")
        if self.seed < 0:
            raise OptionError(f"{parameter('seed')} {self.seed} is negative; use 0 or more")
        if not 0 <= self.neatness <= MAX_NEATNESS:
            raise OptionError(f"{parameter('neatness')} {self.neatness:g} is out of range; use 0 to {MAX_NEATNESS:g}")
        try:
            object.__setattr__(self, "joined", Joined(self.joined))
        except ValueError as error:
            raise OptionError(
                f"{parameter('joined')} '{self.joined}' is not known; use {', '.join(map(str, Joined))}"
            ) from error
        object.__setattr__(self, "weights", naming.weights(self.weights))
        if self.family is not None:
            object.__setattr__(self, "family", naming.family(self.family, self.weights))
        characters.chosen(self.characters)
