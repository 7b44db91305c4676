"""How each character is drawn in a hand: as the writer was seen to write it, or as inferred from the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX
from handfont.core.contacts import in_touch
from handfont.core.dots import stiffened
from handfont.core.forms import ALONE, POINTS, Joins, StrokeForm
from handfont.model.loading import Weights
from handfont.model.strokes import StrokeModel
from handfont.style.posterior import StylePosterior, Variant
from handfont.synthesis.joining import covering, form_joins

SEEN_VARIATION = 0.85
"""Letters vary by this share of what repetitions do: the one sample that a letter may be known by is itself as far from
the writer's usual letter as the next one, and one varied as much again is read less often than people's own."""
JOINED_VARIATION = 0.4
"""The same of joined letters: as they are cut from words, their repetitions differ by where they were cut and by how
large the word was taken to be, too, and by their neighbors, which comes in by itself."""
UNSEEN_VARIATION = 0.5
"""Characters that were never seen vary by this share: their own variation is not known, and everybody's makes letters
of two people look like one's."""


@dataclass(frozen=True, eq=False)
class Allograph:
    """One way in which a hand forms a character.

    Attributes:
        points: (POINTS, 2) its mean, x from the middle of its box, y from the baseline, in x-heights.
        directions: (R, POINTS, 2) how its points move with each of R standard normal numbers.
        share: of the character's samples that are written so.
        anchor: the place on the box that stays where it is when the letter varies, as a share of its height.
    """

    form: StrokeForm
    points: FloatArray
    directions: FloatArray
    share: float
    anchor: float


Allographs = tuple[Allograph, ...]


def allographs_of(style: StylePosterior, character: str, weights: Weights, joins: Joins = ALONE) -> Allographs:
    """How a hand writes a character of the model where it is joined so: each form that was seen, or one inferred.

    A letter that was seen only with further joins is written as it was seen: with a stroke that leads in or out.
    """
    variants = style.characters.get(character, ())
    for own in covering(joins):
        seen = [variant for variant in variants if weights.strokes.forms[variant.form].joins == own]
        if seen:
            total = sum(variant.samples for variant in seen)
            return tuple(_seen(variant, variant.samples / total, weights) for variant in seen)
    return (inferred(style, character, weights, joins),)


def _seen(variant: Variant, share: float, weights: Weights) -> Allograph:
    """As the writer was seen to write it."""
    model, form = weights.strokes, variant.form
    mean = variant.mean.astype(np.float32)
    points = model.points(form, mean) + variant.offsets
    height = float(model.height[form, 1]) if variant.height is None else variant.height
    varies = SEEN_VARIATION if model.forms[form].joins == ALONE else JOINED_VARIATION
    factor = varies * np.sqrt(variant.variance)[:, None] * model.within[form]
    return _allograph(model, form, points, factor, share, height)


def inferred(style: StylePosterior, character: str, weights: Weights, joins: Joins = ALONE) -> Allograph:
    """A character that the writer was never seen to write, see :meth:`handfont.model.strokes.StrokeModel.likest`."""
    model = weights.strokes
    expected = weights.evidence.expected(style.latent, np.array([INDEX[character]]))[0]
    form, latent = model.likest(character, expected, style.latent, form_joins(model, character, joins) or joins)
    factor = UNSEEN_VARIATION * style.variation * model.within[form]
    return _allograph(model, form, model.points(form, latent), factor, 1.0, float(model.height[form, 1]))


def _allograph(
    model: StrokeModel, number: int, points: FloatArray, factor: FloatArray, share: float, height: float
) -> Allograph:
    """An allograph of mean points (POINTS, 2) about any origin, of which the latent varies by rows (R, U) of a factor,
    its anchor at a height over the baseline.
    """
    form, anchor = model.forms[number], float(model.height[number, 0])
    low, high = points.min(axis=0), points.max(axis=0)
    origin = np.array([(low[0] + high[0]) / 2, (1 - anchor) * low[1] + anchor * high[1] - height], np.float32)
    directions = np.asarray((factor @ model.basis[number]).reshape(-1, POINTS, 2), np.float32)
    directions = stiffened(points, form.counts, directions)
    return Allograph(
        form, np.asarray(points - origin, np.float32), in_touch(points, form.counts, directions), share, anchor
    )
