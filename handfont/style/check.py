"""What a style knows, what it must infer, and how sure it is of either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from handfont.charset import ASCII, CHARACTERS
from handfont.hand import UNREADABLE, Hand
from handfont.style.posterior import StylePosterior

FEW = 2
"""Characters of fewer samples are drawn with the variation of people in general."""


@dataclass(frozen=True)
class Findings:
    """``known`` is the share of the style's variance that the samples took away, 0 to 1. ``missing`` ASCII characters
    and ``inferred`` ones beyond ASCII were never seen; ``single`` were seen once. ``readable`` is how surely the reader
    reads each character the model has, as it is drawn in the mean; ``doubtful`` ones read badly.
    """

    known: float
    missing: tuple[str, ...]
    inferred: tuple[str, ...]
    single: tuple[str, ...]
    readable: dict[str, float]
    doubtful: tuple[str, ...]


def check(style: StylePosterior) -> Findings:
    """Look at a style as a reader does: every character the model has is drawn once."""
    readable = readability(style, CHARACTERS)
    unseen = [character for character in CHARACTERS if character not in style.characters]
    counts = {character: sum(way.samples for way in ways) for character, ways in style.characters.items()}
    return Findings(
        known=float(np.clip(1 - np.mean(style.writer.variance), 0, 1)),
        missing=tuple(character for character in unseen if character in ASCII),
        inferred=tuple(character for character in unseen if character not in ASCII),
        single=tuple(character for character in CHARACTERS if 0 < counts.get(character, 0) < FEW),
        readable=readable,
        doubtful=tuple(character for character in CHARACTERS if readable[character] < UNREADABLE),
    )


def readability(style: StylePosterior, characters: Sequence[str]) -> dict[str, float]:
    """Probability that each character, as the style draws it in the mean, reads as it is meant or as one that looks the
    same.
    """
    hand = Hand(style)
    hand.prepare(sorted(set(characters)))
    return {character: max(way.readable for _, way in hand.ways(character)) for character in characters}


def legible(style: StylePosterior, parents: Sequence[StylePosterior]) -> tuple[StylePosterior, tuple[str, ...]]:
    """The style without the characters that came out unreadable, though not all of its parents write them so; and
    those. They will be inferred.
    """
    read = readability(style, list(style.characters))
    bad = [character for character, value in read.items() if value < UNREADABLE]
    before = [readability(parent, bad) for parent in parents] if bad else []
    lost = tuple(character for character in bad if any(parent[character] >= UNREADABLE for parent in before))
    kept = {character: ways for character, ways in style.characters.items() if character not in lost}
    return replace(style, characters=kept), lost
