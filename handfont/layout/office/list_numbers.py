"""The numbers of lists as documents write them: ``2.``, ``b)``, ``iv.``, ``1.2``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_ROMAN = (("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10),
          ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))  # fmt: skip
MOST_ROMAN = 3999
"""Larger numbers are written in figures."""


def roman(number: int) -> str:
    """A number in small roman numerals."""
    if not 0 < number <= MOST_ROMAN:
        return str(number)
    found = ""
    for letters, value in _ROMAN:
        found += letters * (number // value)
        number %= value
    return found


def lettered(number: int) -> str:
    """a, b ... z, aa, bb ..."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 26 * 20 else str(number)


FORMATS: dict[str, Callable[[int], str]] = {
    "1": str,
    "01": lambda number: f"{number:02d}",
    "a": lettered,
    "A": lambda number: lettered(number).upper(),
    "i": roman,
    "I": lambda number: roman(number).upper(),
}
"""Ways of writing a number, by an example."""


@dataclass(frozen=True)
class ListLevel:
    """How items of a level are marked: a ``format`` of FORMATS, None for a bullet, '' for nothing; the ``text`` around
    it, in which ``%n`` is the number of level n, from 1; and the first number.
    """

    format: str | None
    text: str = "%1."
    start: int = 1


@dataclass
class ListCounter:
    """Counts the items of one list of several levels."""

    levels: dict[int, ListLevel]
    _counts: dict[int, int] = field(default_factory=dict)

    def marker(self, depth: int) -> str | int | None:
        """The marker of the next item at a depth from 0: its number as written, or the depth of a bullet."""
        level = self.levels.get(depth, ListLevel(None))
        self._counts = {at: count for at, count in self._counts.items() if at <= depth}
        self._counts[depth] = self._counts.get(depth, level.start - 1) + 1
        if level.format is None:
            return depth
        if not level.format:
            return None
        return re.sub(r"%(\d)", lambda found: self._written(int(found[1]) - 1), level.text).strip() or None

    def _written(self, depth: int) -> str:
        level = self.levels.get(depth, ListLevel("1"))
        return FORMATS.get(level.format or "1", str)(self._counts.get(depth, level.start))
