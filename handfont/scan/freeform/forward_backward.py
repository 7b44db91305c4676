"""A text aligned with pieces of ink, all alignments weighed together (forward-backward).

A letter of the text is a run of neighboring pieces, or marks between two of them, or is not on the page; a piece may
belong to no letter. Words more or less, slips of the pen, and blots then cost something, and what follows is still
aligned. Rows are letters, columns bodies of ink in reading order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, IntArray

MISSING = -5.0
"""Log weight of a letter that is not on the page."""
FOREIGN = -4.0
"""Log weight of a piece of ink that is no letter of the text."""


@dataclass(frozen=True)
class Gaps:
    """Usual clear width between letters, and between words, with their deviations, in x-heights."""

    letter: float = 0.3
    letter_deviation: float = 0.45
    word: float = 1.3
    word_deviation: float = 0.5

    def enter(self, gap: DoubleArray, spaced: bool) -> DoubleArray:
        """Log weights (m,) of beginning a letter after clear widths (NaN: at the start of a line)."""
        if spaced:
            off = np.minimum((gap - self.word) / self.word_deviation, 0.0)  # a space may be as wide as it likes
            return np.where(np.isnan(gap), 0.0, -0.5 * np.minimum(off**2, 8.0))
        off = np.maximum((gap - self.letter) / self.letter_deviation, 0.0)
        return np.where(np.isnan(gap), -3.0, -0.5 * np.minimum(off**2, 8.0))


@dataclass(frozen=True)
class AlignmentPosterior:
    """What all alignments agree on: for each letter (n,) its run or -1, and the share of the weight that it has;
    ``total`` is the log weight of all of them.
    """

    run: IntArray
    share: DoubleArray
    total: float

    @classmethod
    def nothing(cls) -> AlignmentPosterior:
        """The posterior of a page without letters."""
        return cls(np.zeros(0, np.int64), np.zeros(0), -np.inf)


def align(
    letters: IntArray,
    spaced: BoolArray,
    first: IntArray,
    count: IntArray,
    weight: DoubleArray,
    gap: DoubleArray,
    gaps: Gaps,
) -> AlignmentPosterior:
    """Weigh all alignments.

    Args:
        letters: (n,) columns of ``weight``; ``spaced`` (n,) whether a space is before.
        first, count: (R,) the runs, of ``count`` bodies from ``first`` on; 0 bodies lie before body ``first``.
        weight: (R, U) log weight of each run for each different letter.
        gap: (m,) clear width before each body, in x-heights, NaN at the start of a line.
    """
    n, m = len(letters), len(gap)
    most = int(count.max()) if len(count) else 0
    table, chosen = _tables(first, count, weight, m, most)
    padded = np.concatenate([gap, [np.nan]])
    enter = {bool(s): gaps.enter(padded, bool(s)) for s in (False, True)}
    steps = [(table[u], enter[bool(s)]) for u, s in zip(letters, spaced, strict=True)]
    foreign = np.asarray(FOREIGN * np.arange(m + 1), np.float64)
    forward, backward = _forward(steps, foreign), _backward(steps, foreign)
    total = float(forward[n, m])
    run, share = np.full(n, -1, np.int64), np.zeros(n)
    for i, (u, (own, entered)) in enumerate(zip(letters, steps, strict=True)):
        for k in range(most + 1):
            into = forward[i, : m + 1 - k] + (entered[: m + 1 - k] if k else 0.0)
            log = into + own[k, : m + 1 - k] + backward[i + 1, k:] - total
            j = int(np.argmax(log))
            r = int(chosen[u, k, j])
            if r < 0:
                continue
            # Several runs may share these pieces (with and without a mark): only the best one's own part counts.
            part = float(np.exp(log[j] + weight[r, u] - own[k, j]))
            if part > share[i]:
                run[i], share[i] = r, part
    return AlignmentPosterior(run, np.minimum(share, 1.0), total)


_Step = tuple[DoubleArray, DoubleArray]
"""Of one letter: log weights (most + 1, m + 1) of taking k bodies from a body on, and (m + 1,) of beginning there."""


def _forward(steps: list[_Step], foreign: DoubleArray) -> DoubleArray:
    """(n + 1, m + 1) log weight of all alignments of the letters before one with the bodies before one."""
    n, m = len(steps), len(foreign) - 1
    forward = np.full((n + 1, m + 1), -np.inf)
    forward[0, 0] = 0.0
    for i in range(n + 1):
        # Pieces of no letter are passed over along the row.
        forward[i] = foreign + np.logaddexp.accumulate(forward[i] - foreign)
        if i == n:
            break
        table, enter = steps[i]
        np.logaddexp(forward[i + 1], forward[i] + MISSING, out=forward[i + 1])
        entered = forward[i] + enter
        for k in range(len(table)):
            step = (forward[i] if k == 0 else entered)[: m + 1 - k] + table[k, : m + 1 - k]
            np.logaddexp(forward[i + 1, k:], step, out=forward[i + 1, k:])
    return forward


def _backward(steps: list[_Step], foreign: DoubleArray) -> DoubleArray:
    """(n + 1, m + 1) log weight of all alignments of the letters from one on with the bodies from one on."""
    n, m = len(steps), len(foreign) - 1
    backward = np.full((n + 1, m + 1), -np.inf)
    backward[n, m] = 0.0
    for i in range(n, -1, -1):
        if i < n:
            table, enter = steps[i]
            own = np.full(m + 1, -np.inf)
            np.logaddexp(own, backward[i + 1] + MISSING, out=own)
            for k in range(len(table)):
                step = table[k, : m + 1 - k] + backward[i + 1, k:]
                if k:
                    step = step + enter[: m + 1 - k]
                np.logaddexp(own[: m + 1 - k], step, out=own[: m + 1 - k])
            backward[i] = own
        backward[i] = (np.logaddexp.accumulate((backward[i] + foreign)[::-1])[::-1]) - foreign
    return backward


def _tables(first: IntArray, count: IntArray, weight: DoubleArray, m: int, most: int) -> tuple[DoubleArray, IntArray]:
    """(U, most + 1, m + 1) log weight of taking k bodies from a column on, and the best run that does."""
    different = weight.shape[1]
    table = np.full((different, most + 1, m + 1), -np.inf)
    best = np.full((different, most + 1, m + 1), -np.inf)
    chosen = np.full((different, most + 1, m + 1), -1, np.int64)
    for r in range(len(first)):
        k, j, row = count[r], first[r], weight[r]
        table[:, k, j] = np.logaddexp(table[:, k, j], row)
        better = row > best[:, k, j]
        best[better, k, j] = row[better]
        chosen[better, k, j] = r
    return table, chosen
