"""The rhythm of a hand, measured on the letters that were found on a page, as the layout puts it on one.

All lengths are in x-heights, x to the right, y up, so that what is measured and what is written are the same numbers
(see :class:`handfont.style.posterior.Rhythm`, :mod:`handfont.core.optical_spacing`,
:mod:`handfont.layout.hand_motion`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from handfont.core import optical_spacing
from handfont.core.arrays import BoolArray, DoubleArray, IntArray
from handfont.core.charset import SITS_ON_BASELINE
from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS
from handfont.scan.freeform.runs import Runs
from handfont.scan.freeform.segments import SegmentedInk, mask_of
from handfont.style.posterior import Rhythm

USUAL = Rhythm()
"""What a hand has where it is not measured."""
FEW = 12
"""Readings from which on a value is measured."""
FEW_WORDS = 5
"""Gaps between words from which on spacing is measured."""
HALF_NORMAL = 0.603
"""Standard deviation of the absolute value of a standard normal: lines start to the right of the margin."""
SLOW = 7
"""Letters over which a drift is averaged."""


@dataclass
class WrittenLetter:
    """A letter found on the page: its place in x-heights and the ends of its ink in the layout's bands."""

    line: int
    left: float
    right: float
    x: float  # middle
    foot: float  # lowest pen point above the fitted baseline
    size: float
    character: str
    spaced: bool
    edges: tuple[DoubleArray, DoubleArray]
    follows: bool  # the letter before it in the text is the one before it in the list


def measure(
    inked: SegmentedInk, runs: Runs, spaced: BoolArray, found: list[tuple[int, int]], characters: list[str]
) -> Rhythm:
    """The rhythm of letters that were found: (place in the text, run) of each in reading order."""
    letters = _letters(inked, runs, spaced, found, characters)
    inside, between = gaps(letters)
    by_line: dict[int, list[WrittenLetter]] = defaultdict(list)
    for letter in letters:
        by_line[letter.line].append(letter)
    wander, bounce = drift(list(by_line.values()))
    slopes, leading, starts = _lines(inked)
    # Letters in a row without words, as of an alphabet, are set apart as nobody does in writing.
    words = len(between) >= FEW_WORDS
    return Rhythm(
        letter_gap=round(float(np.clip(np.median(inside), 0.02, 1.5)), 3)
        if words and len(inside) >= FEW
        else USUAL.letter_gap,
        word_gap=round(float(np.clip(np.median(between), 0.4, 5.0)), 3) if words else USUAL.word_gap,
        leading=round(float(np.clip(leading, 1.6, 9.0)), 3) if leading else USUAL.leading,
        wander=round(float(np.clip(wander, 0.005, 0.2)), 4) if wander is not None else USUAL.wander,
        bounce=round(float(np.clip(bounce, 0.01, 0.12)), 4) if bounce is not None else USUAL.bounce,
        slope=round(float(np.clip(slopes, 0.05, 1.5)), 3) if slopes is not None else USUAL.slope,
        margin=round(float(np.clip(starts, 0.03, 1.2)), 3) if starts is not None else USUAL.margin,
        size=size(list(by_line.values())),
        measured=True,
    ).parted()


def _letters(
    inked: SegmentedInk, runs: Runs, spaced: BoolArray, found: list[tuple[int, int]], characters: list[str]
) -> list[WrittenLetter]:
    h = inked.x_height
    result = []
    last = -2
    for i, r in found:
        numbers = runs.pieces[r]
        mask, box = mask_of(inked, numbers)
        base = float(inked.baseline[numbers].mean())
        result.append(
            WrittenLetter(
                int(inked.line[numbers[0]]),
                box[0] / h,
                box[2] / h,
                (box[0] + box[2]) / 2 / h,
                (base - box[3]) / h,
                float(runs.size[r]),
                characters[i],
                bool(spaced[i]),
                _edges(mask, box, base, h),
                last == i - 1,
            )
        )
        last = i
    return result


def _edges(mask: BoolArray, box: IntArray, base: float, h: float) -> tuple[DoubleArray, DoubleArray]:
    """Left and right end of the ink in the layout's bands, NaN without ink."""
    rows, columns = np.nonzero(mask)
    band = np.floor(((base - (box[1] + rows + 0.5)) / h - BAND_BOTTOM) / (BAND_TOP - BAND_BOTTOM) * BANDS).astype(int)
    band = np.clip(band, 0, BANDS - 1)
    left, right = np.full(BANDS, np.inf), np.full(BANDS, -np.inf)
    np.minimum.at(left, band, (box[0] + columns) / h)
    np.maximum.at(right, band, (box[0] + columns + 1) / h)
    empty = ~np.isfinite(left)
    left[empty] = right[empty] = np.nan
    return left, right


def gaps(letters: list[WrittenLetter]) -> tuple[list[float], list[float]]:
    """Clear widths between neighbors within words and between words."""
    inside, between = [], []
    for a, b in pairwise(letters):
        if not b.follows or a.line != b.line:
            continue
        if b.spaced:
            between.append(b.left - a.right)
        elif a.character.isalnum() and b.character.isalnum():
            # For a wide gap the layout sets letters apart by (gap - mean clear width): that gives the mean.
            wide = 20.0
            left, right = (np.stack([a.edges[k], b.edges[k]]).astype(np.float32) for k in (0, 1))
            inside.append(wide - float(optical_spacing.distances(left, right, np.array([wide]))[0]))
    return inside, between


def drift(lines: list[list[WrittenLetter]]) -> tuple[float | None, float | None]:
    """Standard deviations of the baseline's slow drift and of single letters about it."""
    slow, quick = [], []
    usual: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        for letter in line:
            usual[letter.character].append(letter.foot)
    for line in lines:
        resting = [q for q in line if q.character in SITS_ON_BASELINE and len(usual[q.character]) >= 3]
        if len(resting) < 8:
            continue
        x = np.array([q.x for q in resting])
        off = np.array([q.foot - float(np.median(usual[q.character])) for q in resting])
        off = off - np.polyval(np.polyfit(x, off, 1), x)
        off = np.clip(off, -0.3, 0.3)
        smooth = np.convolve(np.pad(off, SLOW // 2, mode="edge"), np.full(SLOW, 1 / SLOW), mode="valid")
        slow += list(smooth)
        quick += list(off - smooth)
    if len(quick) < 3 * FEW:
        return None, None
    bounce = float(np.std(quick)) / np.sqrt(1 - 1 / SLOW)
    return float(np.sqrt(max(np.var(slow) - bounce**2 / SLOW, 1e-5))), bounce


def size(lines: list[list[WrittenLetter]]) -> float:
    """Relative drift of letter size along lines."""
    usual: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        for letter in line:
            usual[letter.character].append(np.log(letter.size))
    slow, quick = [], []
    for line in lines:
        off = np.array(
            [
                np.log(q.size) - float(np.median(usual[q.character]))
                for q in line
                if len(usual[q.character]) >= 3 and q.character.isalnum()
            ]
        )
        if len(off) < 2 * SLOW:
            continue
        smooth = np.convolve(np.clip(off, -0.4, 0.4), np.full(9, 1 / 9), mode="valid")
        slow += list(smooth)
        quick.append(float(np.var(off)))
    if len(slow) < 3 * FEW:
        return USUAL.size
    return round(float(np.clip(np.sqrt(max(np.var(slow) - np.mean(quick) / 9, 0.0)), 0.01, 0.12)), 4)


def _lines(inked: SegmentedInk) -> tuple[float | None, float | None, float | None]:
    """Deviation of slopes (degrees), leading, and deviation of the lines' starts; None where lines are too few."""
    h = inked.x_height
    slopes, middles, starts, ends = [], [], [], []
    for n in np.unique(inked.line[inked.order]):
        own = inked.order[inked.line[inked.order] == n]
        x = (inked.boxes[own, 0] + inked.boxes[own, 2]) / 2
        if len(own) < 4:
            continue
        y = inked.baseline[own]
        slope, offset = np.polyfit(x, y, 1) if np.ptp(x) > 8 * h else (0.0, float(y.mean()))
        slopes.append(np.degrees(np.arctan(-slope)) if np.ptp(x) > 15 * h else np.nan)
        middles.append((slope, offset))
        starts.append(inked.boxes[own, 0].min() / h)
        ends.append(inked.boxes[own, 2].max() / h)
    if len(middles) < 2:
        return None, None, None
    # Neighboring lines are compared where both are.
    steps = []
    for (a, b), left, right, other_left, other_right in zip(
        pairwise(middles), starts[:-1], ends[:-1], starts[1:], ends[1:], strict=True
    ):
        at = h * (max(left, other_left) + min(right, other_right)) / 2
        steps.append(((b[0] - a[0]) * at + b[1] - a[1]) / h)
    order = np.arange(len(slopes), dtype=float)
    steep = np.array(slopes)
    known = np.isfinite(steep)
    slope = (
        float(np.std(steep[known] - np.polyval(np.polyfit(order[known], steep[known], 1), order[known])))
        if known.sum() >= 4
        else None
    )
    margin = None
    if len(starts) >= 4:
        first = np.array(starts)
        close = np.abs(first - np.median(first)) < 4.0  # paragraphs' indents and right-hand blocks are no wander
        if close.sum() >= 4:
            line = np.polyval(np.polyfit(order[close], first[close], 1), order[close])
            margin = float(np.std(first[close] - line)) / HALF_NORMAL
    return slope, float(np.median(steps)), margin
