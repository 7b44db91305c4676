"""What a style knows, what it must infer, and how sure it is of either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from handfont.core.charset import ASCII, CHARACTERS
from handfont.model import inference
from handfont.style.posterior import WORD_FACTOR, Rhythm, StylePosterior
from handfont.synthesis.hand import Hand

UNREADABLE = 0.3
"""Characters that read as intended with less than this probability, as they are drawn in the mean, are doubtful."""
FEW = 2
"""Characters of fewer samples are drawn with the variation of people in general."""

PLAUSIBLE = {
    "letter_gap": (-0.2, 1.5, "x-heights"),
    "word_gap": (0.4, 5.0, "x-heights"),
    "leading": (1.6, 9.0, "x-heights"),
    "wander": (0.0, 0.25, "x-heights"),
    "bounce": (0.0, 0.2, "x-heights"),
    "slope": (0.0, 3.0, "degrees"),
    "margin": (0.0, 2.0, "x-heights"),
    "size": (0.0, 0.2, ""),
    "turn": (0.0, 5.0, "degrees"),
}
"""What the rhythm of a hand lies between."""


@dataclass(frozen=True)
class LegibilityReport:
    """``known`` is the share of the style's variance that the samples took away, 0 to 1. ``missing`` ASCII characters
    and ``inferred`` ones beyond ASCII were never seen; ``single`` were seen once. ``readable`` is how surely the reader
    reads each character the model has, as it is drawn in the mean; ``doubtful`` ones read badly.
    ``rhythm`` has a sentence on everything in the rhythm that no hand has.
    """

    known: float
    missing: tuple[str, ...]
    inferred: tuple[str, ...]
    single: tuple[str, ...]
    readable: dict[str, float]
    doubtful: tuple[str, ...]
    rhythm: tuple[str, ...] = ()


def check(style: StylePosterior) -> LegibilityReport:
    """Look at a style as a reader does: every character the model has is drawn once."""
    readable = readability(style, CHARACTERS)
    unseen = [character for character in CHARACTERS if character not in style.characters]
    counts = {
        character: sum(variant.samples for variant in variants) for character, variants in style.characters.items()
    }
    return LegibilityReport(
        known=float(np.clip(1 - np.mean(style.writer.variance), 0, 1)),
        missing=tuple(character for character in unseen if character in ASCII),
        inferred=tuple(character for character in unseen if character not in ASCII),
        single=tuple(character for character in CHARACTERS if 0 < counts.get(character, 0) < FEW),
        readable=readable,
        doubtful=tuple(character for character in CHARACTERS if readable[character] < UNREADABLE),
        rhythm=tuple(implausible(style.rhythm)),
    )


def implausible(rhythm: Rhythm) -> Iterator[str]:
    """Sentences on what is unlike any hand in a rhythm."""
    if not rhythm.words_apart:
        yield (
            f"words run together: word_gap {rhythm.word_gap:g} is less than {WORD_FACTOR:g} times letter_gap "
            f"{rhythm.letter_gap:g}; enroll the scans again, or set word_gap in the style's file to at least "
            f"{rhythm.parted().word_gap:g}"
        )
    for name, (low, high, unit) in PLAUSIBLE.items():
        value = getattr(rhythm, name)
        if not low <= value <= high:
            yield f"{name} {value:g} is unlike any hand, which have {low:g} to {high:g} {unit}".rstrip()


def readability(style: StylePosterior, characters: Sequence[str]) -> dict[str, float]:
    """Probability that each character, as the style draws it in the mean, reads as it is meant or as one that looks the
    same.
    """
    hand = Hand(style)
    drawn = [(character, way) for character in dict.fromkeys(characters) for way in hand.allographs(character)]
    if not drawn:
        return {}
    read = inference.legibility_of_strokes(
        hand.weights.reader,
        [character for character, _ in drawn],
        [way.form.strokes(way.points) for _, way in drawn],
    )
    result: dict[str, float] = {}
    for (character, _), value in zip(drawn, read.tolist(), strict=True):
        result[character] = max(value, result.get(character, 0.0))
    return result


def legible(style: StylePosterior, parents: Sequence[StylePosterior]) -> tuple[StylePosterior, tuple[str, ...]]:
    """The style without the characters that came out unreadable, though not all of its parents write them so; and
    those. They will be inferred.
    """
    read = readability(style, list(style.characters))
    bad = [character for character, value in read.items() if value < UNREADABLE]
    before = [readability(parent, bad) for parent in parents] if bad else []
    lost = tuple(character for character in bad if any(parent[character] >= UNREADABLE for parent in before))
    left = {character: variants for character, variants in style.characters.items() if character not in lost}
    return replace(style, characters=left), lost
