"""What was seen of a writer's joins: which letters beside each other are joined, and where."""

from __future__ import annotations

from typing import NamedTuple

from handfont.core.forms import Joins


class SeenPair(NamedTuple):
    """Two letters that follow each other in a word, and whether the pen stayed down between them.

    Attributes:
        left, right: the letters.
        joined: whether it did.
        height: of the middle of the join over the baseline, in x-heights, where it is known.
    """

    left: str
    right: str
    joined: bool
    height: float | None = None


class SeenPort(NamedTuple):
    """Where a letter was joined to a neighbor.

    Attributes:
        letter, joins: the letter, and to which sides it was joined.
        onward: whether the neighbor is the next letter, or the one before.
        neighbor: the other letter.
        x, y: where the middle of the join was: to the right of the mean of the letter's body, and over the baseline, in
            x-heights.
    """

    letter: str
    joins: Joins
    onward: bool
    neighbor: str
    x: float
    y: float
