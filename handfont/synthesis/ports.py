"""Ports: where the letters of a hand are joined, if any drawing of a letter must meet any drawing of the next one.

On a page each pair of letters is bent so that the two meet (see :mod:`.meeting`). In a font a letter does not know its
neighbors, so every join passes through one of a few ports: a height and a direction that all letters leave at, or are
entered at. What is left low, as an e, has another port than what is left high, as an o. Heights, directions and places
are means over the joins that the hand makes of all pairs that it mostly joins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.charset import INDEX
from handfont.core.connecting import join_between
from handfont.core.forms import Joins
from handfont.model.joins import JoinHabit
from handfont.model.loading import Weights
from handfont.synthesis.allographs import Allograph
from handfont.synthesis.hand import MEETINGS, Hand
from handfont.synthesis.joining import form_joins, usual_shifts
from handfont.synthesis.meeting import Meeting

LEVELS = 3
"""Heights at which letters are left, at most."""
APART = 0.12
"""Heights that are nearer to each other than this, in x-heights, are one."""
MOSTLY = 0.5
"""A pair is joined where the hand joins it with at least this probability."""
FARTHEST = 0.4
"""Capitals that are left farther than this from all ports, in x-heights (at the bar of a T), are not joined."""
ROUNDS = 20
"""Rounds of finding the heights (k-means), which settle long before."""
ONWARD, BACK, BOTH = Joins(left=False, right=True), Joins(left=True, right=False), Joins(left=True, right=True)


class Port(NamedTuple):
    """Where the pen goes from letter to letter: its height in x-heights, and its direction (2,), of length 1."""

    height: float
    direction: DoubleArray


@dataclass(frozen=True)
class Ports:
    """The ports of a hand.

    Attributes:
        levels: all of them, the lowest first.
        followers: the letters that each letter is mostly joined to.
        level: the number of the port that each letter is left at.
        exits: how far to the right of where a letter usually ends that port is, in x-heights, by letter and whether it
            is joined to the one before it as well.
        entries: how far to the right of where a letter usually begins the port of a number is that it is entered at,
            by letter, number, and whether it is joined to the next one as well.
    """

    levels: tuple[Port, ...]
    followers: dict[str, str]
    level: dict[str, int]
    exits: dict[tuple[str, bool], float]
    entries: dict[tuple[str, int, bool], float]


class _Seam(NamedTuple):
    """The middle of the join of a pair: x from where either letter usually ends or begins, height, and direction (2,).

    ``left_back`` and ``right_onward`` say whether the letters are joined on their other sides as well.
    """

    left: str
    left_back: bool
    right: str
    right_onward: bool
    from_left: float
    from_right: float
    height: float
    direction: DoubleArray


def joined_to(habit: JoinHabit, weights: Weights, letters: Sequence[str]) -> dict[str, str]:
    """The letters, of some, that each of them is mostly joined to; letters that are joined to none are left out."""
    model = weights.strokes
    rights = [letter for letter in letters if form_joins(model, letter, BACK) is not None]
    both = {letter for letter in rights if form_joins(model, letter, BOTH) is not None}
    # A letter that is joined onward may be joined to the one before it as well.
    lefts = [
        letter
        for letter in letters
        if form_joins(model, letter, ONWARD) is not None and (letter in both or letter not in rights)
    ]
    result = {}
    after = np.array([INDEX[letter] for letter in rights], np.int64)
    for letter in lefts:
        chances = weights.joins.chances(habit, np.full(len(after), INDEX[letter]), after)
        found = "".join(right for right, chance in zip(rights, chances, strict=True) if chance >= MOSTLY)
        if found:
            result[letter] = found
    return result


def ports_of(hand: Hand, letters: Sequence[str]) -> Ports | None:
    """The ports of a hand for some letters of the model; None where it joins none of them."""
    habit = hand.style.joins
    followers = {} if habit is None else joined_to(habit, hand.weights, letters)
    if not followers:
        return None
    seams = [seam for further in (False, True) for seam in _seams(hand, followers, further)]
    heights = {letter: float(np.mean([seam.height for seam in seams if seam.left == letter])) for letter in followers}
    # Small letters say where the ports are: capitals are left anywhere, and seldom.
    small = [height for letter, height in heights.items() if letter.islower()]
    centers = _levels(np.array(small or list(heights.values())))
    level = {
        letter: int(np.abs(centers - height).argmin())
        for letter, height in heights.items()
        if float(np.abs(centers - height).min()) <= FARTHEST
    }
    exits: dict[tuple[str, bool], list[float]] = defaultdict(list)
    entries: dict[tuple[str, int, bool], list[float]] = defaultdict(list)
    directions = np.zeros((len(centers), 2))
    for seam in seams:
        if seam.left in level:
            port = level[seam.left]
            exits[seam.left, seam.left_back].append(seam.from_left)
            entries[seam.right, port, seam.right_onward].append(seam.from_right)
            directions[port] += seam.direction
    lengths = np.hypot(*directions.T)
    return Ports(
        tuple(Port(float(h), d / length) for h, d, length in zip(centers, directions, lengths, strict=True)),
        {letter: followers[letter] for letter in level},
        level,
        {key: float(np.mean(places)) for key, places in exits.items()},
        {key: float(np.mean(places)) for key, places in entries.items()},
    )


def _levels(heights: DoubleArray) -> DoubleArray:
    """The heights, the lowest first, that N heights are drawn to."""
    count = min(LEVELS, len(heights))
    while True:
        centers = np.quantile(heights, np.linspace(0, 1, 2 * count + 1)[1::2])
        for _ in range(ROUNDS):
            nearest = np.abs(heights[:, None] - centers).argmin(axis=1)
            counts = np.bincount(nearest, minlength=count)
            sums = np.bincount(nearest, heights, minlength=count)
            centers = np.where(counts > 0, sums / np.maximum(counts, 1), centers)
        if count == 1 or (counts.min() > 0 and np.diff(centers).min() >= APART):
            return np.asarray(centers)
        count -= 1


def _seams(hand: Hand, followers: dict[str, str], further: bool) -> list[_Seam]:
    """The joins of all pairs, as the hand makes them of its usual letters; ``further``: of those inside words."""
    pairs = [(left, right) for left, rights in followers.items() for right in rights]
    joins = [ONWARD, BACK] * len(pairs)
    letters = [
        _usual(hand, letter, BOTH if further and form_joins(hand.weights.strokes, letter, BOTH) else own)
        for pair in pairs
        for letter, own in zip(pair, (ONWARD, BACK), strict=True)
    ]
    different = list({id(one): one for one in letters}.values())
    place = {id(one): number for number, one in enumerate(different)}
    which = np.array([place[id(one)] for one in letters], np.int64)
    means, directions = np.stack([one.points for one in different]), np.stack([one.directions for one in different])
    meeting = Meeting(directions, which, np.array([one.form.exit_point for one in different])[which], joins)
    text = "".join(left + right for left, right in pairs)
    usual = meeting.ends(means[which])
    shifts = usual_shifts(meeting, means[which], text, joins, hand.style, hand.weights)
    wanted = meeting.wanted(means[which], shifts)
    numbers = np.zeros((len(letters), directions.shape[1]), np.float32)
    points = means[which]
    for _ in range(MEETINGS):
        numbers = meeting.nearer(points, wanted, numbers)
        points = means[which] + np.einsum("nr,nrpx->npx", numbers, directions[which])
    middles = meeting.middle(points)
    across = middles[:, None] + wanted[..., 0]
    result = []
    for number, (left, right) in enumerate(pairs):
        first, second = 2 * number, 2 * number + 1
        apart = across[first, 1] - across[second, 0]
        own, other = (letters[i].form.strokes(points[i]) for i in (first, second))
        entered = other[0] + np.array([apart, 0.0], np.float32)
        path = join_between(own[letters[first].form.exit], entered)
        half = len(path) // 2
        x, height = path[half]
        along = path[half + 1] - path[half - 1]
        along /= max(float(np.hypot(*along)), 1e-9)
        from_left = x - middles[first] - usual[first, 1, 0]
        from_right = x - apart - middles[second] - usual[second, 0, 0]
        result.append(_Seam(left, further, right, further, from_left, from_right, height, along))
    return result


def _usual(hand: Hand, letter: str, joins: Joins) -> Allograph:
    return max(hand.allographs(letter, joins), key=lambda allograph: allograph.share)
