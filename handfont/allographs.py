"""How each character is drawn in a hand: the writer's own ways of forming it, or one inferred from the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.charset import INDEX
from handfont.core.forms import POINTS, StrokeForm
from handfont.glyph import FloatArray
from handfont.model.loading import Weights
from handfont.style.posterior import StylePosterior, Variant

UNSEEN_VARIATION = 0.5
"""Characters that were never seen vary by this share of what repetitions of seen ones do: their own variation is not
known, and everybody's makes letters of two people look like one's."""


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


def allographs_of(style: StylePosterior, character: str, weights: Weights) -> Allographs:
    """The ways in which a hand writes a character of the model."""
    variants = style.characters.get(character)
    if variants is None:
        return (inferred(style, character, weights),)
    total = sum(variant.samples for variant in variants)
    return tuple(_seen(variant, variant.samples / total, weights) for variant in variants)


def _seen(variant: Variant, share: float, weights: Weights) -> Allograph:
    """As the writer was seen to write it."""
    model, form = weights.strokes, variant.form
    mean = variant.mean.astype(np.float32)
    points = model.points(form, mean) + variant.offsets
    anchor, usual, _ = model.height[form].tolist()
    height = usual if variant.height is None else variant.height
    factor = np.sqrt(variant.variance)[:, None] * model.within[form]
    return Allograph(model.forms[form], _on_line(points, anchor, height), _directions(factor, model.basis[form]), share,
                     anchor)


def inferred(style: StylePosterior, character: str, weights: Weights) -> Allograph:
    """A character that the writer was never seen to write, see :meth:`handfont.model.strokes.StrokeModel.likest`."""
    model = weights.strokes
    expected = weights.evidence.expected(style.latent, np.array([INDEX[character]]))[0]
    form, latent = model.likest(character, expected, style.latent)
    anchor, height, _ = model.height[form].tolist()
    factor = UNSEEN_VARIATION * style.variation * model.within[form]
    return Allograph(model.forms[form], _on_line(model.points(form, latent), anchor, height),
                     _directions(factor, model.basis[form]), 1.0, anchor)


def _on_line(points: FloatArray, anchor: float, height: float) -> FloatArray:
    """Points about x = 0, the anchor of their box at a height over the baseline."""
    low, high = points.min(axis=0), points.max(axis=0)
    origin = np.array([(low[0] + high[0]) / 2, (1 - anchor) * low[1] + anchor * high[1] - height], np.float32)
    return np.asarray(points - origin, np.float32)


def _directions(factor: FloatArray, basis: FloatArray) -> FloatArray:
    """(R, POINTS, 2) of rows (R, U) of a factor of the latent's covariance."""
    return np.asarray((factor @ basis).reshape(-1, POINTS, 2), np.float32)
