"""Where glyphs of a face that follow each other meet, so that a pen could go on from one to the other.

Two glyphs meet if a stroke that ends on the right of the first ends on the second, or a stroke that begins on the left
of the second begins on the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray

LOWEST = -0.9
"""Height over the baseline from which letters are joined, in x-heights."""


class End(NamedTuple):
    """An end of a glyph's stroke: the stroke's number, and whether it is its last point or its first."""

    stroke: int
    last: bool


class Meeting(NamedTuple):
    """Where two glyphs meet: the end of the first and that of the second, None for a place within a stroke."""

    exit: End | None
    entry: End | None


def meeting(
    one: Sequence[DoubleArray], other: Sequence[DoubleArray], touching: float, highest: float
) -> Meeting | None:
    """Where the strokes of a glyph meet those of the next one, None if they do not.

    Args:
        one: each (n, 2) in x-heights, y up from the baseline.
        other: likewise, in the same place.
        touching: distance in x-heights below which strokes touch.
        highest: height over the baseline up to which they may be joined, in x-heights.
    """
    exits, entries = list(_ends(one, highest, right=True)), list(_ends(other, highest, right=False))
    pairs = [(float(np.hypot(*(a - b))), out, into) for out, a in exits for into, b in entries]
    if pairs and (best := min(pairs))[0] <= touching:
        return Meeting(best[1], best[2])
    found = [(_distance(point, other), Meeting(end, None)) for end, point in exits]
    found += [(_distance(point, one), Meeting(None, end)) for end, point in entries]
    distance, place = min(found, key=lambda pair: pair[0], default=(np.inf, None))
    return place if distance <= touching else None


def in_order(body: Sequence[DoubleArray], entry: End | None, exit: End | None) -> list[DoubleArray]:
    """Strokes with the one first that begins where the pen comes from, and the one last that ends where it goes on."""
    first = [] if entry is None else [entry.stroke]
    last = [] if exit is None or exit.stroke in first else [exit.stroke]
    turned = {end.stroke for end, begins in ((entry, True), (exit, False)) if end is not None and end.last == begins}
    rest = [number for number in range(len(body)) if number not in first + last]
    return [body[number][::-1] if number in turned else body[number] for number in first + rest + last]


def _ends(strokes: Sequence[DoubleArray], highest: float, right: bool) -> Iterator[tuple[End, DoubleArray]]:
    """The ends of open strokes that lie in the right, or left, half of all of them, at the height of joins."""
    x = np.concatenate(strokes)[:, 0]
    middle = (x.min() + x.max()) / 2
    for number, stroke in enumerate(strokes):
        if len(stroke) > 2 and np.allclose(stroke[0], stroke[-1]):
            continue
        for last in (False, True):
            point = stroke[-1 if last else 0]
            if LOWEST < point[1] < highest and (point[0] >= middle if right else point[0] <= middle):
                yield End(number, last), point


def _distance(point: DoubleArray, strokes: Sequence[DoubleArray]) -> float:
    """From a point to the nearest place of strokes."""
    nearest = np.inf
    for stroke in strokes:
        start, way = stroke[:-1], np.diff(stroke, axis=0)
        share = ((point - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-12)
        away = point - (start + share.clip(0, 1)[:, None] * way)
        nearest = min(nearest, float(np.hypot(*away.T).min(initial=np.inf)))
    return nearest
