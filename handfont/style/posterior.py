"""The style posterior: everything handfont knows of a writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.gaussian import Gaussian
from handfont.model.joins import JoinHabit

WORD_FACTOR = 1.5
"""Least gap between words, in gaps between letters: closer ones run into each other."""
USUAL_COUNTED = 20.0
"""Repetitions that people's usual variation counts as, beside those of the writer."""
PRIOR = 0.1
"""Weight of the prior where a hand is drawn; see :func:`latent`."""


@dataclass(frozen=True, eq=False)
class Variant:
    """One way a writer forms a character (an allograph): a posterior over the latent of its strokes.

    Attributes:
        samples: glyphs it was seen in.
        form: number of its form in the stroke model.
        mean: (U,) of the latent.
        variance: (R,) of the latent over the writer's repetitions, along the form's directions; 1 is people's usual.
        height: of its anchor above the baseline, in x-heights (see :class:`handfont.model.strokes.StrokeModel`); None
            where no baseline was known: the model supplies it.
        offsets: (POINTS, 2) what its points differ from those of the latent, in x-heights.
    """

    samples: int
    form: int
    mean: DoubleArray
    variance: DoubleArray
    height: float | None
    offsets: FloatArray

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Variant)
            and (self.samples, self.form, self.height) == (other.samples, other.form, other.height)
            and all(
                np.array_equal(*pair)
                for pair in ((self.mean, other.mean), (self.variance, other.variance), (self.offsets, other.offsets))
            )
        )


@dataclass(frozen=True)
class Pen:
    """The writer's pen.

    Attributes:
        width: of its strokes, in x-heights.
        variation: relative deviation of that from letter to letter (pressure).
        ink: color ``#rrggbb``.
        ratio: of its tip's narrowest to its broadest diameter: 1 is round, 0.2 a broad-edged pen.
        angle: of the tip's broadest direction, in degrees anticlockwise from the baseline.
    """

    width: float
    variation: float = 0.06
    ink: str = "#1f2430"
    ratio: float = 1.0
    angle: float = 0.0


@dataclass(frozen=True)
class Rhythm:
    """How a hand moves along the line, in x-heights unless said otherwise.

    ``letter_gap``: clear distance between neighboring letters; ``word_gap``: between words; ``leading``: from baseline
    to baseline; ``wander``: standard deviation of the slow drift of the baseline; ``bounce``: of single letters about
    it; ``slope``: standard deviation of a line's slope in degrees; ``margin``: of where lines start; ``size``: of
    letter size, relative; ``turn``: of letters, in degrees; ``lean``: of the slow drift of the slant, in degrees.
    ``measured`` is false where they are the defaults of many hands.
    """

    letter_gap: float = 0.30
    word_gap: float = 1.15
    leading: float = 3.4
    wander: float = 0.05
    bounce: float = 0.03
    slope: float = 0.25
    margin: float = 0.18
    size: float = 0.03
    turn: float = 0.8
    lean: float = 1.2
    measured: bool = False

    @property
    def words_apart(self) -> bool:
        """Whether words can be distinguished from letters: gaps between them are clearly wider."""
        return self.word_gap >= WORD_FACTOR * self.letter_gap

    def parted(self) -> Rhythm:
        """The rhythm with gaps between words wide enough to be seen."""
        return self if self.words_apart else replace(self, word_gap=round(WORD_FACTOR * self.letter_gap + 5e-5, 4))

    @classmethod
    def mean(cls, rhythms: Sequence[Rhythm], shares: DoubleArray) -> Rhythm:
        """The weighted mean of rhythms, measured where all of them are, words apart; ``shares`` (N,) add up to 1."""
        amounts = {
            f.name: round(float(shares @ np.array([getattr(rhythm, f.name) for rhythm in rhythms])), 4)
            for f in fields(cls)
            if f.name != "measured"
        }
        return cls(**amounts, measured=all(rhythm.measured for rhythm in rhythms)).parted()


@dataclass(frozen=True)
class Geometry:
    """What is done to drawn glyphs, exactly: ``slant`` leans them further to the right, by degrees, ``width`` is
    the factor of their width.
    """

    slant: float = 0.0
    width: float = 1.0


@dataclass(frozen=True)
class Origin:
    """Where a style comes from: what was read, and under what terms it may be used."""

    description: str = ""
    licence: str = ""
    sources: tuple[str, ...] = ()


def latent(writer: Gaussian) -> FloatArray:
    """The style z (Z,) that a hand is drawn in: the posterior's mean, with the standard normal prior counted at
    ``PRIOR`` of its weight.

    The posterior's own mean is drawn towards the average of all hands, the more the fewer letters of the writer are
    known. A reader finds the writer by what sets a hand apart, and hands drawn at the mean are bland.
    """
    return np.asarray(writer.mean / (1 - (1 - PRIOR) * np.minimum(writer.variance, 1.0)), np.float32)


@dataclass(frozen=True)
class StylePosterior:
    """A writer: posterior of the style latent z and, for each seen character, of the latents of its strokes.

    ``model`` names the weights the latents belong to; they mean nothing to others. ``neatness`` scales all variation of
    the hand: 0 none, 1 as it was enrolled. ``joins`` is None for a hand that joins no letters.
    """

    name: str
    model: str
    writer: Gaussian
    characters: dict[str, tuple[Variant, ...]]
    pen: Pen
    x_height_mm: float | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    origin: Origin = field(default_factory=Origin)
    geometry: Geometry = field(default_factory=Geometry)
    neatness: float = 1.0
    joins: JoinHabit | None = None

    @property
    def latent(self) -> FloatArray:
        """The style z (Z,) that the hand is drawn in."""
        return latent(self.writer)

    @cached_property
    def variation(self) -> float:
        """Deviation of the writer's repetitions, 1 being people's usual, from the characters seen more than once."""
        seen = [
            (variant.samples - 1, float(variant.variance.mean()))
            for variants in self.characters.values()
            for variant in variants
        ]
        counted = sum(count for count, _ in seen)
        total = sum(count * variance for count, variance in seen)
        return float(np.sqrt((USUAL_COUNTED + total) / (USUAL_COUNTED + counted)))

    @property
    def samples(self) -> int:
        """How many samples of the writer the style was learned from, over all characters."""
        return sum(variant.samples for variants in self.characters.values() for variant in variants)
