"""Where people join letters: a writer's rate, and how likely letters are to be joined to what follows or comes before.

    log odds of joining a to b = the writer's rate + right_a + left_b + the writer's own effects of a and b

The letter on the right decides most: people lift the pen before letters that begin at the upper right (c, a, d, q).
Effects are learned from training writers; a writer's rate and own effects are inferred from pairs that were seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.charset import INDEX
from handfont.core.pairs import SeenPair

ROUNDS = 30
"""Newton steps, at most; they stop where they no longer move."""
STILL = 1e-6
"""A step that is shorter is the last one, in log odds."""
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
    """

    pairs: int
    rate: float
    variance: float
    onward: dict[str, float]
    back: dict[str, float]


ALWAYS = JoinHabit(0, 100.0, 0.0, {}, {})
"""Who joins all letters that people join."""


@dataclass(frozen=True, eq=False)
class JoinPopulation:
    """How people join letters.

    Attributes:
        onward: (C,) effect of each character on its being joined to the next one, in log odds.
        back: (C,) on its being joined to the one before.
        rate: (2,) mean and variance of writers' rates.
        own: (1,) variance of a writer's own effects.
    """

    onward: FloatArray
    back: FloatArray
    rate: FloatArray
    own: FloatArray

    def habit(self, pairs: Sequence[SeenPair]) -> JoinHabit:
        """What pairs of a writer's letters say of how they are joined: the most likely effects, and how sure the rate
        is (Laplace's approximation).
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
        return JoinHabit(len(pairs), round(float(rate), 3), float(f"{variance:.4g}"), _named(onward), _named(back))

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
