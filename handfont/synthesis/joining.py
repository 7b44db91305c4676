"""Which letters of a text a hand joins, each pair decided by itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from handfont.core import composites
from handfont.core.arrays import BoolArray, DoubleArray, FloatArray
from handfont.core.charset import INDEX
from handfont.core.composites import MarkPosition
from handfont.core.forms import ALONE, Joins
from handfont.model.joins import ALWAYS
from handfont.model.loading import Weights
from handfont.model.strokes import StrokeModel
from handfont.style.posterior import StylePosterior
from handfont.synthesis.meeting import Meeting

_ON_BASE = {
    MarkPosition.ABOVE,
    MarkPosition.BELOW,
    MarkPosition.CEDILLA,
    MarkPosition.OGONEK,
    MarkPosition.ACROSS,
    MarkPosition.STEM,
}
"""Marks that leave the sides of their letter free."""


def joins_of(text: str, beside: BoolArray, style: StylePosterior, weights: Weights, chance: DoubleArray) -> list[Joins]:
    """How each of N characters is joined.

    Args:
        beside: (N - 1,) whether a character and the next one are letters of one word, written with one pen.
        chance: (N,) uniform numbers that decide.
    """
    result = [ALONE] * len(text)
    if style.joins is None or len(text) < 2:
        return result
    bases = [base_of(character) for character in text]
    model = weights.strokes
    able = beside & np.array([bool(a and b) for a, b in itertools.pairwise(bases)], bool)
    pairs = np.flatnonzero(able)
    wanted = np.zeros(len(text), bool)
    left = np.array([INDEX[bases[i]] for i in pairs], np.int64)
    right = np.array([INDEX[bases[i + 1]] for i in pairs], np.int64)
    wanted[pairs] = chance[pairs] < weights.joins.chances(style.joins, left, right)
    before = False
    for i, base in enumerate(bases):
        onward = (
            bool(wanted[i])
            and not _apart(style, base, model)
            and form_joins(model, base, Joins(before, True)) is not None
            and form_joins(model, bases[i + 1], Joins(True, False)) is not None
        )
        if before or onward:
            result[i] = Joins(before, onward)
        before = onward
    return result


def _apart(style: StylePosterior, base: str, model: StrokeModel) -> bool:
    """Whether a writer puts a capital by itself: it was seen, and never joined. The writer's own tells more of the hand
    than a joined one of others.
    """
    return (
        base.isupper()
        and base in style.characters
        and not any(model.forms[variant.form].joins.right for variant in style.characters[base])
    )


def shifts_of(text: str, joins: Sequence[Joins], style: StylePosterior, weights: Weights) -> DoubleArray:
    """(N, 2, 2) how much farther right and up than usual N letters begin and end beside the neighbors that they are
    joined to, in x-heights; the first of them are the characters of ``text``, the others are joined to none.
    """
    result = np.zeros((len(joins), 2, 2))
    onward = np.flatnonzero([own.right for own in joins])
    left, right = (np.array([INDEX[base_of(text[i])] for i in which], np.int64) for which in (onward, onward + 1))
    leaving, entering = weights.joins.shifts(style.joins or ALWAYS)
    result[onward, 1], result[onward + 1, 0] = leaving[right], entering[left]
    return result


def heights_of(text: str, joins: Sequence[Joins], style: StylePosterior, weights: Weights) -> DoubleArray | None:
    """(N,) height over the baseline at which each of N letters is usually joined to the next, as for
    :func:`shifts_of`, in x-heights; NaN where it is joined to none. None where the writer's heights are not known.
    """
    onward = np.flatnonzero([own.right for own in joins])
    left, right = (np.array([INDEX[base_of(text[i])] for i in which], np.int64) for which in (onward, onward + 1))
    found = None if style.joins is None else weights.joins.heights(style.joins, left, right)
    if found is None:
        return None
    result = np.full(len(joins), np.nan)
    result[onward] = found
    return result


def usual_shifts(
    meeting: Meeting, means: FloatArray, text: str, joins: Sequence[Joins], style: StylePosterior, weights: Weights
) -> DoubleArray:
    """What :func:`shifts_of` gives, with letters, usual ones (N, P, 2), that meet at the heights of
    :func:`heights_of`, if these are known.
    """
    shifts = shifts_of(text, joins, style, weights)
    heights = heights_of(text, joins, style, weights)
    return shifts if heights is None else meeting.at_heights(means, shifts, heights)


@lru_cache(maxsize=4096)
def base_of(character: str) -> str:
    """The letter whose sides a character has: itself, or the one under its accents; '' for what is never joined."""
    recipe = composites.parts(character)
    if recipe is None:
        return character if character in INDEX and character.isalpha() else ""
    base = recipe[0]
    plain = base.scale == 1 and not base.rise and base.character in INDEX and base.character.isalpha()
    return base.character if plain and all(part.place in _ON_BASE for part in recipe[1:]) else ""


def form_joins(model: StrokeModel, character: str, joins: Joins) -> Joins | None:
    """The joins of the forms that a character is written with where it is joined so: those, or both; None where
    people do not join it so.
    """
    for own in covering(joins):
        if model.forms_of(character, own):
            return own
    return None


@lru_cache
def covering(joins: Joins) -> Sequence[Joins]:
    """All ways of being joined that have these joins, the nearest first: what is left over is a stroke that begins or
    ends the letter.
    """
    every = [Joins(left, right) for left in (False, True) for right in (False, True)]
    fitting = [own for own in every if own.left >= joins.left and own.right >= joins.right]
    return sorted(fitting, key=lambda own: own.left + own.right)
