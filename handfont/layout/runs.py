"""Runs: words, and the parts of words that may be broken, chosen to fill lines."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handfont.errors import TextError
from handfont.layout import line_breaking
from handfont.layout.line_breaking import FORBIDDEN, Items
from handfont.layout.shaping import ShapedWord
from handfont.util.wording import shortened

HYPHEN_WIDTH = 0.75
"""X-heights that a hyphen and the gap before it take at the end of a line."""
TAB_STOP = 6.0
"""X-heights between tab stops."""
NEAR_TAB = 0.9
"""Distance in x-heights below which a tab stop is passed over."""
EMERGENCY = 60.0
"""Cost of a break in the middle of a word that is longer than a line."""
_LOG = logging.getLogger("handfont")


class Hyphenator(Protocol):
    """What pyphen offers."""

    def positions(self, word: str) -> Sequence[int]:
        """Indices of the letters of a word that a hyphen may come before."""


@dataclass
class Run:
    """A part of a box on a line, ``gap`` x-heights from what comes before it; ``hyphen``: one is added after it."""

    box: ShapedWord
    start: int
    stop: int
    gap: float
    hyphen: bool = False

    @property
    def width(self) -> float:
        """X-heights of the text's size from the first to the last ink of the part."""
        return self.box.width(self.start, self.stop)

    @property
    def spaces(self) -> int:
        """Spaces of the text before the part; none within a word."""
        return self.box.word.spaces if self.start == 0 else 0


class RunBreaker:
    """Parts words where they may be broken, and chooses which parts go on which line.

    Args:
        hyphenator: where words may be hyphenated; None for nowhere.
        where: what warnings call the text.
        warn: whether to say which words are longer than a line.
    """

    def __init__(self, hyphenator: Hyphenator | None, where: str, warn: bool) -> None:
        self.hyphenator, self.where, self.warn = hyphenator, where, warn
        self._warned: set[str] = set()

    def runs(self, boxes: list[ShapedWord], room: float, begun: bool) -> list[Run]:
        """The parts of words that are not broken further, for lines of ``room`` x-heights; ``begun`` where words of the
        same paragraph come before these.
        """
        found: list[Run] = []
        x = 0.0
        for index, box in enumerate(boxes):
            text = box.word.text
            cuts = [] if box.code else line_breaking.places(text, box.word.soft, self.hyphenator)
            if box.width() + (HYPHEN_WIDTH if cuts else 0) > room:
                cuts = self._cut(box, room, cuts)
            gap = box.gap
            if box.word.tab and (index or begun):
                gap = TAB_STOP * (1 + (x + NEAR_TAB) // TAB_STOP) - x
            bounds = [(0, False), *cuts, (len(text), False)]
            for (start, _), (stop, hyphen) in itertools.pairwise(bounds):
                found.append(Run(box, start, stop, gap if start == 0 else 0.0, hyphen))
            x += gap + box.width()
        return found

    def _cut(self, box: ShapedWord, room: float, cuts: list[tuple[int, bool]]) -> list[tuple[int, bool]]:
        """Places to break a box that is wider than the room: where it may be broken, if that is enough.

        Raises:
            TextError: a formula is as wide.
        """
        if box.word.has_formula:
            if self.warn:
                raise TextError(
                    f"{self.where}: the formula '{shortened(box.word.reading())}' is wider than a line; write it in "
                    "parts, or make the writing smaller"
                )
            return cuts
        text = box.word.text
        if self.warn and text not in self._warned:
            self._warned.add(text)
            _LOG.warning("%s: '%s' is longer than a line and was broken", self.where, shortened(text))
        verbatim = box.code or line_breaking.is_address(text)
        cuts = line_breaking.separated(text) if box.code else cuts
        bounds = [0, *(index for index, _ in cuts), len(text)]
        widest = max(box.width(a, b) for a, b in itertools.pairwise(bounds)) + HYPHEN_WIDTH
        return cuts if widest <= room else line_breaking.anywhere(text, verbatim)

    def lines(self, runs: list[Run], room: float, first: float | None) -> list[list[Run]]:
        """Runs by line, for lines of ``room`` x-heights, the first one of ``first`` if it differs."""
        items = Items()
        for index, run in enumerate(runs):
            box, whole = run.box, run.start == 0
            inside = run.stop < len(box.word.text)
            width = box.left(run.stop) - box.left(run.start) if inside else box.right(run.start) - box.left(run.start)
            before = runs[index - 1] if index else None
            hyphen = HYPHEN_WIDTH if before is not None and before.hyphen and not whole else 0.0
            if whole:
                penalty = FORBIDDEN if box.word.glued else 0.0
            else:
                penalty = _penalty(box.word.text, run, before, hyphen > 0)
            items.add(width, run.gap, penalty, hyphen)
        starts = line_breaking.starts(items, room, first)
        return [runs[a:b] for a, b in zip(starts, [*starts[1:], len(runs)], strict=True)]


def _penalty(text: str, run: Run, before: Run | None, hyphen: bool) -> float:
    """The cost of a break within a word, before ``run``."""
    separated = text[run.start - 1] in line_breaking.SEPARATORS
    if run.stop - run.start == 1 and before is not None and before.stop - before.start == 1 and not separated:
        return EMERGENCY
    return line_breaking.HYPHEN if hyphen or (separated and line_breaking.is_address(text)) else 1.0


def joined(runs: list[Run]) -> list[Run]:
    """A line's runs with the parts of one word put together; a hyphen is only at the line's end."""
    found: list[Run] = []
    for run in runs:
        before = found[-1] if found else None
        if before is not None and before.box is run.box and before.stop == run.start:
            found[-1] = Run(run.box, before.start, run.stop, before.gap, run.hyphen)
        else:
            found.append(run)
    return [Run(r.box, r.start, r.stop, r.gap, r.hyphen and i == len(found) - 1) for i, r in enumerate(found)]
