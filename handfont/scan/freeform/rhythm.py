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
from handfont.core.arrays import BoolArray, DoubleArray
from handfont.core.charset import SITS_ON_BASELINE
from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS
from handfont.scan.freeform.found_letters import FoundLetter, FoundLetters
from handfont.scan.freeform.text_alignment import PageText
from handfont.scan.freeform.text_lines import Ridge
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


def measure(found: FoundLetters, certain: list[FoundLetter], text: PageText) -> Rhythm:
    """The rhythm of letters of a text that are certain, in their order."""
    letters = _letters(found, certain, text)
    inside, between = gaps(letters)
    by_line: dict[int, list[WrittenLetter]] = defaultdict(list)
    for letter in letters:
        by_line[letter.line].append(letter)
    wander, bounce = drift(list(by_line.values()))
    slopes, leading, starts = _lines(found)
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


def _letters(found: FoundLetters, certain: list[FoundLetter], text: PageText) -> list[WrittenLetter]:
    h = found.x_height
    result = []
    rank = np.cumsum([character != " " for character in text.characters])
    last = -1
    for letter in certain:
        left, top, right, bottom = letter.box
        base = found.base(letter)
        result.append(
            WrittenLetter(
                letter.line,
                left / h,
                right / h,
                (left + right) / 2 / h,
                (base - bottom) / h,
                max(right - left, bottom - top) / h,
                letter.character,
                bool(text.begins[letter.place]),
                _edges(found.mask(letter), (left, top), base, h),
                last == rank[letter.place] - 1,
            )
        )
        last = int(rank[letter.place])
    return result


def _edges(mask: BoolArray, corner: tuple[int, int], base: float, h: float) -> tuple[DoubleArray, DoubleArray]:
    """Left and right end of the ink in the layout's bands, NaN without ink; ``corner`` is its left and top."""
    rows, columns = np.nonzero(mask)
    band = np.floor(((base - (corner[1] + rows + 0.5)) / h - BAND_BOTTOM) / (BAND_TOP - BAND_BOTTOM) * BANDS).astype(
        int
    )
    band = np.clip(band, 0, BANDS - 1)
    left, right = np.full(BANDS, np.inf), np.full(BANDS, -np.inf)
    np.minimum.at(left, band, (corner[0] + columns) / h)
    np.maximum.at(right, band, (corner[0] + columns + 1) / h)
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


def _lines(found: FoundLetters) -> tuple[float | None, float | None, float | None]:
    """Deviation of slopes (degrees), leading, and deviation of the lines' starts; None where lines are too few."""
    h = found.x_height
    slopes, middles, starts, ends = [], [], [], []
    for number in sorted({letter.line for letter in found.letters}):
        own = [letter for letter in found.letters if letter.line == number]
        if len(own) < 4:
            continue
        first, last = min(letter.box[0] for letter in own), max(letter.box[2] for letter in own)
        steepness, offset = _straight(found.baselines[number], first, last, h)
        slopes.append(np.degrees(np.arctan(-steepness)) if last - first > 15 * h else np.nan)
        middles.append((steepness, offset))
        starts.append(first / h)
        ends.append(last / h)
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
    steep = np.array(slopes, float)
    known = np.isfinite(steep)
    slope: float | None = None
    if known.sum() >= 4:
        trend = np.polyfit(order[known], steep[known], 1)
        slope = float(np.std(steep[known] - np.polyval(trend, order[known])))
    margin = None
    if len(starts) >= 4:
        begun = np.array(starts)
        close = np.abs(begun - np.median(begun)) < 4.0  # paragraphs' indents and right-hand blocks are no wander
        if close.sum() >= 4:
            line = np.polyval(np.polyfit(order[close], begun[close], 1), order[close])
            margin = float(np.std(begun[close] - line)) / HALF_NORMAL
    return slope, float(np.median(steps)), margin


def _straight(baseline: Ridge, left: float, right: float, h: float) -> tuple[float, float]:
    """Slope and offset of a baseline between two columns."""
    x = np.linspace(left, right, 16)
    y = baseline.row(x)
    if right - left <= 8 * h:
        return 0.0, float(y.mean())
    slope, offset = np.polyfit(x, y, 1)
    return float(slope), float(offset)
