"""Forms: how a character is built from strokes, and how strokes are brought into the order of one.

People write the strokes of an E or a k in any order and direction. On paper that cannot be seen, and a model that had
to learn it would blur what can be seen, above all where the pen is lifted. So strokes are assigned to the slots of a
form: each slot has a direction and a number of points, and where the pen is lifted is the form's, not the shape's.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.core.strokes import length, resampled

POINTS = 64
"""Points of a character, over all its strokes."""
COARSE = 8
"""Points of a stroke when strokes are compared."""
MOST_STROKES = 5
"""Characters of more strokes have no form."""
SHORTEST = 0.05
"""A stroke counts as at least so long, in x-heights, when points are shared out."""
LEAST_POINTS = 5
"""Points of the shortest stroke of several."""


class Joins(NamedTuple):
    """Whether the pen came from the letter before without being lifted, and whether it goes on to the next letter."""

    left: bool
    right: bool


ALONE = Joins(left=False, right=False)
"""A letter that is joined to none."""
JOINED = (Joins(left=False, right=True), Joins(left=True, right=False), Joins(left=True, right=True))
"""All ways of being joined."""


@dataclass(frozen=True, eq=False)
class StrokeForm:
    """One way of building a character from strokes.

    Attributes:
        character: what is written.
        counts: points of each stroke, in the order of writing; they add up to ``POINTS``.
        template: (strokes, COARSE, 2) the usual strokes, about the middle of the character's box, in x-heights.
        joins: to which sides it is joined: then its first stroke begins, or the stroke ``exit`` ends, in the middle
            of the join.
        exit: number of the stroke from which the pen goes on to the next letter; those after it are dots and bars.
    """

    character: str
    counts: tuple[int, ...]
    template: FloatArray
    joins: Joins = ALONE
    exit: int = 0

    @property
    def exit_point(self) -> int:
        """Place in the row of ``POINTS`` points at which the stroke ``exit`` ends."""
        return sum(self.counts[: self.exit + 1]) - 1

    @cached_property
    def lifts(self) -> list[int]:
        """Places in the row of ``POINTS`` points at which a new stroke begins, the first one left out."""
        return np.cumsum(self.counts)[:-1].tolist()

    def strokes(self, points: FloatArray) -> tuple[FloatArray, ...]:
        """The strokes that (POINTS, 2) points are."""
        bounds = itertools.pairwise([0, *self.lifts, len(points)])
        return tuple(points[begin:end] for begin, end in bounds)


@dataclass(frozen=True)
class Assignment:
    """How the strokes of N characters go into the slots of a template.

    Attributes:
        order: (N, slots) the stroke for each slot.
        reversed: (N, slots) whether it is taken from its end.
        distance: (N,) squared distance of the coarse points to the template's.
    """

    order: IntArray
    reversed: BoolArray
    distance: DoubleArray


def coarse(strokes: Sequence[FloatArray]) -> FloatArray:
    """(strokes, COARSE, 2) points of each stroke, about the middle of the character's box."""
    points = np.concatenate(strokes)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return np.stack([resampled(stroke, COARSE) - middle for stroke in strokes])


def assign(shapes: FloatArray, template: FloatArray) -> Assignment:
    """The best order and directions of strokes, shapes (N, slots, COARSE, 2), for a template (slots, COARSE, 2)."""
    slots = len(template)
    forward = ((shapes[:, None] - template[None, :, None]) ** 2).sum(axis=(-1, -2))
    backward = ((shapes[:, None, :, ::-1] - template[None, :, None]) ** 2).sum(axis=(-1, -2))
    cheapest = np.minimum(forward, backward)  # (N, slot, stroke)
    orders = _orders(slots)
    total = cheapest[:, np.arange(slots), orders].sum(axis=-1)  # (N, orders)
    best = total.argmin(axis=1)
    order = orders[best]
    rows, columns = np.arange(len(shapes))[:, None], np.arange(slots)[None]
    turned = (backward < forward)[rows, columns, order]
    return Assignment(order, turned, total[np.arange(len(shapes)), best])


def arranged(shapes: FloatArray, assignment: Assignment) -> FloatArray:
    """Shapes (N, slots, COARSE, 2) with their strokes in the slots of a template."""
    placed = np.take_along_axis(shapes, assignment.order[:, :, None, None], axis=1)
    return np.where(assignment.reversed[..., None, None], placed[:, :, ::-1], placed)


def in_form(strokes: Sequence[FloatArray], form: StrokeForm) -> FloatArray:
    """The (POINTS, 2) points of strokes in the order of a form, about the middle of their box.

    ``strokes`` are as many as the form's.
    """
    fitted = assign(coarse(strokes)[None], form.template)
    ordered = [
        strokes[stroke][::-1] if turned else strokes[stroke]
        for stroke, turned in zip(fitted.order[0], fitted.reversed[0], strict=True)
    ]
    points = np.concatenate([resampled(stroke, count) for stroke, count in zip(ordered, form.counts, strict=True)])
    return points - (points.min(axis=0) + points.max(axis=0)) / 2


def shared_points(lengths: Sequence[float]) -> tuple[int, ...]:
    """How ``POINTS`` points are shared out among strokes, by their usual lengths in x-heights."""
    if len(lengths) == 1:
        return (POINTS,)
    weights = np.maximum(lengths, SHORTEST)
    free = POINTS - LEAST_POINTS * len(lengths)
    counts = LEAST_POINTS + np.floor(weights / weights.sum() * free).astype(int)
    counts[int(np.argmax(weights))] += POINTS - int(counts.sum())
    return tuple(int(count) for count in counts)


def tidied(strokes: Sequence[FloatArray]) -> list[FloatArray]:
    """Strokes without touches of the pen that nobody meant.

    A stroke that begins where the last one ended, and goes on in its direction, is the same stroke; a touch that is
    short and lies on other ink is left out, where the character is not small itself.
    """
    merged: list[FloatArray] = []
    for stroke in strokes:
        if merged and _continues(merged[-1], stroke):
            merged[-1] = np.concatenate([merged[-1], stroke])
        else:
            merged.append(stroke)
    points = np.concatenate(merged)
    if float(np.ptp(points, axis=0).max()) <= 0.6 or len(merged) == 1:
        return merged
    return [
        stroke
        for number, stroke in enumerate(merged)
        if length(stroke) >= 0.12 or _away(stroke, merged[:number] + merged[number + 1 :]) >= 0.08
    ] or merged


@lru_cache
def _orders(count: int) -> IntArray:
    return np.array(list(itertools.permutations(range(count))), np.int64)


def _continues(first: FloatArray, second: FloatArray) -> bool:
    if min(len(first), len(second)) < 4:
        return False
    gap = second[0] - first[-1]
    away = float(np.hypot(*gap))
    before, after = first[-1] - first[-4], second[3] - second[0]
    onward = away < 0.03 or _cosine(before, gap) > 0.5
    return away < 0.12 and _cosine(before, after) > 0.7 and onward


def _cosine(first: FloatArray, second: FloatArray) -> float:
    return float(first @ second / (np.hypot(*first) * np.hypot(*second) + 1e-9))


def _away(stroke: FloatArray, others: list[FloatArray]) -> float:
    """Least distance between the points of a stroke and of others."""
    points = np.concatenate(others)
    return float(np.sqrt(((stroke[:, None] - points[None]) ** 2).sum(axis=-1)).min())
