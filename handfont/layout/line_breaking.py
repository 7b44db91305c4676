"""Where lines end: total-fit breaking for a ragged right edge.

All lines of a paragraph are chosen together (Knuth and Plass, "Breaking paragraphs into lines", Software: Practice
and Experience 11, 1981), with the cost of ragged setting: the square of the white space at each line's end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

HYPHEN = 4.0
"""A hyphen at a line's end costs as much as a fifth of the line left white."""
AGAIN = 12.0
"""Two hyphens at the ends of successive lines cost so much more."""
FORBIDDEN = 1e5
"""Breaking where it is not allowed, which is still better than leaving the line."""
SHORT, LONELY = 0.12, 6.0
"""A last line shorter than this share of the room costs so much."""


@dataclass
class Items:
    """What cannot be broken, in order: N widths, the gap before each (dropped at the start of a line), and for breaks
    before each one: its ``penalty`` and the width of the ``hyphen`` that it adds to the line before (0 for none).
    """

    widths: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    penalties: list[float] = field(default_factory=list)
    hyphens: list[float] = field(default_factory=list)

    def add(self, width: float, gap: float, penalty: float = 0.0, hyphen: float = 0.0) -> None:
        """Append one item; lengths are in the unit of the room, the penalty is a cost."""
        self.widths.append(width)
        self.gaps.append(gap)
        self.penalties.append(penalty)
        self.hyphens.append(hyphen)

    def __len__(self) -> int:
        return len(self.widths)


def starts(items: Items, room: float, first: float | None = None) -> list[int]:
    """The first item of every line.

    Args:
        room: width of a line.
        first: of the first line, if it differs.

    Time is linear in the number of items for lines of a given number of items. An item wider than the room has a line
    to itself.
    """
    count = len(items)
    widths, gaps, penalties, hyphens = items.widths, items.gaps, items.penalties, items.hyphens
    best = [inf] * (count + 1)
    best[0] = 0.0
    came = [0] * (count + 1)
    for end in range(1, count + 1):
        last = end == count
        hyphen = 0.0 if last else hyphens[end]
        penalty = 0.0 if last else penalties[end]
        used = hyphen
        for start in range(end - 1, -1, -1):
            used += widths[start]
            space = room if start or first is None else first
            if used > space + 1e-9 and start < end - 1:
                # The first line may have more room than the others: then its start is still to be tried.
                if first is None or first <= room or used > first:
                    break
                used += gaps[start]
                continue
            cost = best[start] + penalty + _cost(max(space - used, 0.0) / space, last)
            if hyphen and start and hyphens[start]:
                cost += AGAIN
            if cost < best[end]:
                best[end], came[end] = cost, start
            used += gaps[start]
    found: list[int] = []
    place = count
    while place:
        place = came[place]
        found.append(place)
    return found[::-1]


def _cost(slack: float, last: bool) -> float:
    if last:
        return LONELY if slack > 1 - SHORT else 0.0
    return 100 * slack * slack


SEPARATORS = frozenset("/\\._-?&=#:@,;+%~–—")
"""Where addresses and code may be broken: after these, without a hyphen, which would change them."""
_ADDRESS = re.compile(
    r"://|\bwww\.|[\\_@]"  # web addresses, paths of Windows, names in programs, e-mail
    r"|^[.~]*/|/[^/]*/|/[\w-]+\.\w|\.[\w-]+/"  # paths, and addresses without http
    r"|[^\W\d_]{4,}\.\w{2,}"  # names of files and hosts, not e.g. or 3.14
)


def is_address(word: str) -> bool:
    """Whether a word is a web address, a path, a name of a file or of a program: what a hyphen would change."""
    return _ADDRESS.search(word) is not None


def separated(word: str) -> list[tuple[int, bool]]:
    """Where an address, or code, may be broken; never with a hyphen, nor next to a single character at its ends."""
    return [
        (index + 1, False)
        for index in range(1, len(word) - 2)
        if word[index] in SEPARATORS
        and word[index + 1] not in SEPARATORS
        and not (word[index] in ".,:" and word[index - 1].isdigit() and word[index + 1].isdigit())
    ]


def places(word: str, soft: Sequence[int], hyphenator: object | None) -> list[tuple[int, bool]]:
    """Where a word may be broken: (first character of the next line, whether a hyphen is added), in order."""
    found: dict[int, bool] = {}
    letters = word.isalpha()
    if not letters and is_address(word):
        return sorted({**dict(separated(word)), **dict.fromkeys(soft, True)}.items())
    if not letters:
        for index in range(1, len(word) - 1):
            # After a hyphen or dash that the word has itself, between letters; a dash may follow another one.
            if word[index] in "-–—/" and word[index - 1].isalnum() and word[index + 1].isalnum():
                found[index + 1] = False
    if hyphenator is not None and len(word) > 4:
        start = 0
        while start < len(word):
            stop = start
            while stop < len(word) and word[stop].isalpha():
                stop += 1
            if stop - start > 4:
                found |= {start + at: True for at in hyphenator.positions(word[start:stop])}  # type: ignore[attr-defined]
            start = max(stop, start + 1)
    found |= dict.fromkeys(soft, True)
    return sorted(found.items())


def anywhere(word: str, verbatim: bool = False) -> list[tuple[int, bool]]:
    """Every place a word may be broken at when it is longer than a line; a hyphen is added between letters, but not in
    what is to stay as it is (``verbatim``).
    """
    return [
        (index, not verbatim and word[index - 1].isalpha() and word[index].isalpha()) for index in range(1, len(word))
    ]
