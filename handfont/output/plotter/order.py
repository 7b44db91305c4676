"""Less travel with the pen up: the order and direction of strokes that moves it least (Viterbi 1967).

Lines follow each other as they are read, and so do words in a line and letters in a word: each is drawn next to the
one beside it. What may change is the order and direction of strokes within a letter, and, if that is allowed, the
direction of a whole line: one that is drawn backwards begins with the last stroke of its last word, so that the pen
need not return to the left margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np

from handfont.core.arrays import DoubleArray

MAX_PERMUTED = 3
"""Strokes of a letter that are tried in every order; more only in the order of writing and against it."""


@dataclass(frozen=True)
class Group:
    """Strokes (points, 2) of the ``item``-th thing of a line, drawn one after the other. Those of a ``joined`` one
    begin with the body of joined letters, until they are ordered.
    """

    item: int
    strokes: tuple[DoubleArray, ...]
    joined: bool = False


@dataclass(frozen=True)
class _Way:
    """Ways to draw all groups so far, by how the last one is drawn: travel of each, where it leaves the pen (ways, 2),
    the strokes of the last group in each, and which of the ways before it goes on.
    """

    costs: DoubleArray
    ends: DoubleArray
    drawn: tuple[Group, ...]
    before: tuple[tuple[_Way, int], ...]


def shortest(lines: Sequence[Sequence[Group]], both_ways: bool) -> list[list[Group]]:
    """Lines of groups as they are drawn with the least travel.

    Args:
        lines: what is drawn, in the order of writing.
        both_ways: whether lines may be drawn backwards.
    """
    way: _Way | None = None
    for line in lines:
        forward = _line(way, line, both_ways, False)
        if not both_ways:
            way = forward
            continue
        way = _either(forward, _line(way, line, both_ways, True))
    found = _traced(way)
    return [[next(found) for _ in line] for line in lines]


def _line(way: _Way | None, line: Sequence[Group], both_ways: bool, backward: bool) -> _Way | None:
    for group in reversed(line) if backward else line:
        options = list(_variants(group, both_ways, backward))
        drawn = tuple(Group(group.item, strokes, group.joined) for strokes in options)
        starts = np.array([strokes[0][0] for strokes in options])
        ends = np.array([strokes[-1][-1] for strokes in options])
        inner = np.array([_inner(strokes) for strokes in options])
        if way is None:
            way = _Way(inner, ends, drawn, ())
            continue
        costs = way.costs[:, None] + np.hypot(*(starts[None] - way.ends[:, None]).transpose(2, 0, 1))
        best = costs.argmin(axis=0)
        before = tuple((way, int(index)) for index in best)
        way = _Way(costs[best, np.arange(len(best))] + inner, ends, drawn, before)
    return way


def _either(first: _Way | None, second: _Way | None) -> _Way | None:
    """The ways of both: a line was drawn in one direction or the other."""
    if first is None or second is None:
        return first or second
    return _Way(
        np.concatenate([first.costs, second.costs]),
        np.concatenate([first.ends, second.ends]),
        first.drawn + second.drawn,
        first.before + second.before,
    )


def _traced(way: _Way | None) -> Iterator[Group]:
    """The groups of the cheapest way, in the order of drawing."""
    found: list[Group] = []
    index = int(way.costs.argmin()) if way else 0
    while way is not None:
        found.append(way.drawn[index])
        way, index = way.before[index] if way.before else (None, 0)
    return reversed(found)


def _variants(group: Group, both_ways: bool, backward: bool) -> Iterator[tuple[DoubleArray, ...]]:
    """The ways in which a group may be drawn."""
    strokes = group.strokes
    if group.joined:
        body, late = strokes[0], strokes[1:]
        orders = [late, late[::-1]] if len(late) > 1 else [late]
        for order in orders:
            for marks in _directed(order):
                yield (body, *marks)
                if both_ways and backward:
                    yield (*marks, body[::-1])
                    yield (body[::-1], *marks)
        return
    if len(strokes) <= MAX_PERMUTED:
        for permuted in permutations(strokes):
            yield from _directed(permuted)
    else:
        yield from _directed(strokes)
        yield from _directed(strokes[::-1])


def _directed(strokes: tuple[DoubleArray, ...]) -> Iterator[tuple[DoubleArray, ...]]:
    """Strokes in one order, the first and the last in either direction, those between as the travel is shortest."""
    if not strokes:
        yield ()
        return
    for first in (strokes[0], strokes[0][::-1]):
        ways: list[tuple[float, tuple[DoubleArray, ...]]] = [(0.0, (first,))]
        for stroke in strokes[1:]:
            ways = [
                min(
                    ((cost + float(np.hypot(*(turned[0] - way[-1][-1]))), (*way, turned)) for cost, way in ways),
                    key=lambda found: found[0],
                )
                for turned in (stroke, stroke[::-1])
            ]
        yield from (way for _, way in ways)


def _inner(strokes: tuple[DoubleArray, ...]) -> float:
    """Travel between the strokes of a group."""
    return float(sum(np.hypot(*(after[0] - before[-1])) for before, after in pairwise(strokes)))
