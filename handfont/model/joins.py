"""Which letters people join, and where.

    log odds of joining a to b = the writer's rate + onward_a + back_b + the writer's own effects of a and b
    where a is left for b      = where a is usually left + leaving_b + the writer's own effect of b
    where b is entered from a  = where b is usually entered + entering_a + the writer's own effect of a
    height at which a meets b  = the writer's level + the height of both effects

The letter on the right decides most: people lift the pen before letters that begin at the upper right (c, a, d, q), or
go on farther to reach them. Effects are learned from training writers; a writer's rate and own effects are inferred
from pairs that were seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.charset import INDEX
from handfont.core.forms import Joins
from handfont.core.pairs import SeenPair, SeenPort

ROUNDS = 30
"""Newton steps, at most; they stop where they no longer move."""
STILL = 1e-6
"""A step that is shorter is the last one, in log odds."""
ALIKE = 4
"""Joins of one letter that show where it is usually joined, at least."""
FARTHEST = 1.5
"""Deviations of joins from the usual place are cut off at this, in x-heights."""
PORTS = 6.0
"""Joins without any effect that a writer's own effects on places are drawn towards."""
HEIGHTS = 8.0
"""The same of own effects on heights, which are fitted together."""
LEVEL = 30
"""Joins that show at what height a writer joins letters, at least."""
LEAST_SHIFT = 0.04
"""Smaller effects on places, in x-heights, are none."""
MOST = 50.0
"""Log odds beyond which a probability is 0 or 1."""
LEAST = 0.25
"""Smaller effects of a writer's own are none."""


@dataclass(frozen=True)
class JoinHabit:
    """How a writer joins letters.

    Attributes:
        pairs: letters beside each other that it was seen in.
        rate, variance: posterior of the writer's rate, in log odds.
        onward, back: own effects of characters' being joined to the next and to the one before, in log odds; of those
            that are not named, none.
        leaving, entering: own effects (x, y) of each character on where the one before it is left and where the one
            after it is entered, in x-heights.
        level: height over the baseline at which letters meet that have no effect on it, in x-heights; None where few
            joins were seen.
    """

    pairs: int
    rate: float
    variance: float
    onward: dict[str, float] = field(default_factory=dict)
    back: dict[str, float] = field(default_factory=dict)
    leaving: dict[str, tuple[float, float]] = field(default_factory=dict)
    entering: dict[str, tuple[float, float]] = field(default_factory=dict)
    level: float | None = None


ALWAYS = JoinHabit(0, 100.0, 0.0)
"""Who joins all letters that people join."""


@dataclass(frozen=True, eq=False)
class JoinPopulation:
    """How people join letters.

    Attributes:
        onward: (C,) effect of each character on its being joined to the next one, in log odds.
        back: (C,) on its being joined to the one before.
        rate: (2,) mean and variance of writers' rates.
        own: (1,) variance of a writer's own effects.
        leaving: (C, 2) effect of each character on where the one before it is left, x and y in x-heights.
        entering: (C, 2) effect on where the one after it is entered.
    """

    onward: FloatArray
    back: FloatArray
    rate: FloatArray
    own: FloatArray
    leaving: FloatArray
    entering: FloatArray

    def habit(self, pairs: Sequence[SeenPair], ports: Sequence[SeenPort] = ()) -> JoinHabit:
        """What pairs of a writer's letters say of how they are joined: the most likely effects, and how sure the rate
        is (Laplace's approximation); and what is known of where they are joined.
        """
        left = np.array([INDEX[pair.left] for pair in pairs], np.int64)
        right = np.array([INDEX[pair.right] for pair in pairs], np.int64)
        joined = np.array([pair.joined for pair in pairs], np.float64)
        usual = (self.onward[left] + self.back[right]).astype(np.float64)
        rate, onward, back = float(self.rate[0]), np.zeros(len(INDEX)), np.zeros(len(INDEX))
        variance = float(self.rate[1])
        for _ in range(ROUNDS):
            before = rate
            chance = sigmoid(usual + rate + onward[left] + back[right])
            weight = chance * (1 - chance)
            precision = 1 / float(self.rate[1]) + weight.sum()
            variance = 1 / precision
            rate += variance * ((joined - chance).sum() - (rate - float(self.rate[0])) / float(self.rate[1]))
            for effect, at in ((onward, left), (back, right)):
                chance = sigmoid(usual + rate + onward[left] + back[right])
                effect += newton(at, joined - chance, chance * (1 - chance), effect, float(self.own[0]))
            if abs(rate - before) < STILL:
                break
        seen = [*ports, *_meetings(pairs)]
        level, after, before_it = self._heights(seen)
        return JoinHabit(
            len(pairs),
            round(float(rate), 3),
            float(f"{variance:.4g}"),
            _named(onward),
            _named(back),
            _shifts([port for port in seen if port.onward], self.leaving[:, 0], after),
            _shifts([port for port in seen if not port.onward], self.entering[:, 0], before_it),
            round(level, 3) if len(seen) >= LEVEL else None,
        )

    def _heights(self, ports: Sequence[SeenPort]) -> tuple[float, DoubleArray, DoubleArray]:
        """A writer's level, and own effects (C,) of each character on the height at which the one before it is left,
        and the one after it is entered: a ridge regression, all effects at once.
        """
        own, neighbors = (
            np.array([INDEX[getattr(port, name)] for port in ports], np.int64) for name in ("letter", "neighbor")
        )
        onward = np.array([port.onward for port in ports], bool)
        left, right = np.where(onward, own, neighbors), np.where(onward, neighbors, own)
        heights = np.array([port.y for port in ports])
        usual = self.entering[left, 1].astype(np.float64) + self.leaving[right, 1]
        leaving, entering, level = np.zeros(len(INDEX)), np.zeros(len(INDEX)), 0.0
        if len(ports):
            for _ in range(ROUNDS):
                level = float((heights - usual - entering[left] - leaving[right]).mean())
                entering = _ridge(left, heights - usual - level - leaving[right])
                leaving = _ridge(right, heights - usual - level - entering[left])
        return level, leaving, entering

    def shifts(self, habit: JoinHabit) -> tuple[DoubleArray, DoubleArray]:
        """(C, 2) by how much farther right and higher than usual a letter is left for each character that follows, and
        entered from each that is before it.
        """
        leaving, entering = self.leaving.astype(np.float64), self.entering.astype(np.float64)
        for effects, own in ((leaving, habit.leaving), (entering, habit.entering)):
            for neighbor, effect in own.items():
                effects[INDEX[neighbor]] += effect
        return leaving, entering

    def heights(self, habit: JoinHabit, left: IntArray, right: IntArray) -> DoubleArray | None:
        """(N,) at what height over the baseline a writer joins characters left (N,) to right (N,), in x-heights; None
        where that is not known.
        """
        if habit.level is None:
            return None
        leaving, entering = self.shifts(habit)
        return np.asarray(habit.level + entering[left, 1] + leaving[right, 1])

    def chances(self, habit: JoinHabit, left: IntArray, right: IntArray) -> DoubleArray:
        """(N,) probabilities that a writer joins characters left (N,) to right (N,)."""
        onward = self.onward + _listed(habit.onward)
        back = self.back + _listed(habit.back)
        return sigmoid(habit.rate + onward[left] + back[right])


def _named(effects: DoubleArray) -> dict[str, float]:
    """Effects (C,) that are not about zero, by their characters."""
    return {c: round(float(effect), 2) for c, effect in zip(INDEX, effects, strict=True) if abs(effect) >= LEAST}


def _listed(effects: dict[str, float]) -> DoubleArray:
    return np.array([effects.get(c, 0.0) for c in INDEX])


def _meetings(pairs: Sequence[SeenPair]) -> list[SeenPort]:
    """The joins of pairs whose heights are known; how far to the right they are is not."""
    return [
        SeenPort(pair.left, Joins(False, True), True, pair.right, float("nan"), pair.height)
        for pair in pairs
        if pair.height is not None
    ]


def _ridge(group: IntArray, values: DoubleArray) -> DoubleArray:
    """Means (C,) of values (N,) of characters, drawn towards none."""
    count = len(INDEX)
    return np.asarray(np.bincount(group, values, count) / (np.bincount(group, minlength=count) + HEIGHTS))


def _shifts(ports: Sequence[SeenPort], usual: FloatArray, heights: DoubleArray) -> dict[str, tuple[float, float]]:
    """A writer's own effects of neighbors on where letters are joined: across, drawn towards none, and the given ones
    on heights (C,).
    """
    off = deviations(ports)[:, 0]
    known = np.isfinite(off)
    neighbors = np.array([INDEX[port.neighbor] for port in ports], np.int64)
    result = {}
    for c, row in INDEX.items():
        own = off[known & (neighbors == row)]
        x = round(float((own - usual[row]).sum()) / (len(own) + PORTS), 2) + 0.0
        y = round(float(heights[row]), 2) + 0.0
        if max(abs(x), abs(y)) >= LEAST_SHIFT:
            result[c] = (x, y)
    return result


def deviations(ports: Sequence[SeenPort]) -> DoubleArray:
    """(N, 2) how far right and high of the mean of one writer's joins of the same letter each lies; NaN where few such
    joins were seen.
    """
    result = np.full((len(ports), 2), np.nan)
    groups: dict[tuple[str, Joins, bool], list[int]] = defaultdict(list)
    for row, port in enumerate(ports):
        groups[port.letter, port.joins, port.onward].append(row)
    for rows in groups.values():
        if len(rows) >= ALIKE:
            places = np.array([ports[row][-2:] for row in rows], np.float64)
            result[rows] = np.clip(places - places.mean(axis=0), -FARTHEST, FARTHEST)
    return result


def newton(
    group: IntArray, error: DoubleArray, weight: DoubleArray, value: DoubleArray, variance: float
) -> DoubleArray:
    """Newton's steps (G,) of independent effects ``value`` (G,) of groups, each with a normal prior about zero.

    Args:
        group: (N,) of each observation.
        error, weight: (N,) slope and curvature of the log likelihood of each.
        variance: of the prior.
    """
    slope = np.bincount(group, error, minlength=len(value)) - value / variance
    return np.asarray(slope / (np.bincount(group, weight, minlength=len(value)) + 1 / variance))


def sigmoid(x: DoubleArray) -> DoubleArray:
    """Probabilities of log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -MOST, MOST))))
