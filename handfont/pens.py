"""Fields at their pens, compiled: the canonical pen that every field is drawn with becomes that of the hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handfont.compiled import compiled
from handfont.sdf import CANONICAL_PEN, GRID, TRUNCATE

APRON = 9
"""Fields are continued by at least so many samples, for what looks around itself: thinning looks eight rows and a place
beyond the ink."""
ROOM = 3
"""Rows around the ink that are looked at."""
RIDGE = 0.3
"""Least height of a stroke's ridge that thinning reckons with, ..."""
FAINT = 0.02
"""... and what is reckoned with far from every ridge, with this weight."""
FALL = 0.3
"""Heights fall by so much in all, in samples, to both sides of a ridge."""
BLOT = 0.4
"""Of what is wider than the pen so much of the rest is left: mostly strokes that the canonical pen runs together."""
LEFT = 0.12
"""Of a ridge's height so much is left, however thin the pen."""
MET = 0.912
"""Of what strokes should lose so much is lost, for smoothing takes a little off the level beside a ridge: more is asked
accordingly. Measured on straight strokes of every slant, of widths from a third of the canonical pen."""
THINNEST = 0.3
"""Least share of the canonical pen that is asked: thinner strokes would fall apart between the samples."""
_GAUSS = np.exp(-0.5 * np.arange(5.0) ** 2)
_BLUR = (_GAUSS / (2 * _GAUSS.sum() - 1)).astype(np.float32)
"""The middle and one side of a Gaussian kernel of one sample's deviation."""

FloatArray = NDArray[np.float32]
FloatLine = NDArray[np.float32]


@compiled
def at_pens(fields: FloatArray, wide: FloatArray) -> FloatArray:
    """Fields (N, GRID, GRID) as written with pens ``wide`` (N,) samples wide: (N, side, side), continued equally to all
    sides as far as the widest pen and :data:`APRON` ask for. What a field becomes does not depend on the others.
    """
    widest = np.float32(CANONICAL_PEN)
    for glyph in range(len(wide)):
        widest = max(widest, wide[glyph])
    margin = int(np.ceil((widest - CANONICAL_PEN) / 2)) + APRON
    side = GRID + 2 * margin
    result, scratch = np.empty((len(fields), side, side), np.float32), np.zeros((5, side, side), np.float32)
    for glyph in range(len(fields)):
        _pad(fields[glyph], margin, result[glyph])
        shift = (wide[glyph] - np.float32(CANONICAL_PEN)) / np.float32(2)
        if shift < 0:
            _thin(result[glyph], wide[glyph] / np.float32(CANONICAL_PEN), scratch)
            continue
        if shift >= TRUNCATE - 2 and not _redistance(result[glyph]):
            continue
        flat = result[glyph].reshape(-1)
        for place in range(len(flat)):
            flat[place] += shift
    return result


@compiled
def _pad(field: FloatArray, margin: int, padded: FloatArray) -> None:
    """The field continued beyond its borders, falling by one sample a sample as distance does. What ink there is ends
    at the border: nothing that looks around it may leave the array.
    """
    side = GRID + 2 * margin
    for row in range(side):
        inner = min(max(row - margin, 0), GRID - 1)
        beyond = abs(row - margin - inner)
        for column in range(margin):
            aside = margin - column
            away = np.float32(np.sqrt(float(beyond * beyond + aside * aside)))
            padded[row, column] = min(field[inner, 0], np.float32(0)) - away
            padded[row, side - 1 - column] = min(field[inner, GRID - 1], np.float32(0)) - away
        for column in range(GRID):
            height = field[inner, column]
            padded[row, column + margin] = min(height, np.float32(0)) - np.float32(beyond) if beyond else height


@compiled
def _redistance(field: FloatArray) -> bool:
    """True distances from the edge outside, where a very wide pen reaches beyond the truncation; false without ink."""
    side = len(field)
    x, y = np.empty(2 * side * side, np.float32), np.empty(2 * side * side, np.float32)
    count = 0
    for row in range(side - 1):
        for column in range(side - 1):
            here, right, below = field[row, column], field[row, column + 1], field[row + 1, column]
            if (here > 0) != (right > 0):
                x[count], y[count] = column + here / (here - right), row
                count += 1
            if (here > 0) != (below > 0):
                x[count], y[count] = column, row + here / (here - below)
                count += 1
    if not count:
        return False
    across, nearest = np.arange(side).astype(np.float32), np.empty(side, np.float32)
    for row in range(side):
        for column in range(side):
            nearest[column] = np.inf
        for place in range(count):
            at, square = x[place], (y[place] - np.float32(row)) ** 2
            for column in range(side):
                away = across[column] - at
                nearest[column] = min(nearest[column], away * away + square)
        for column in range(side):
            if field[row, column] <= -1:
                field[row, column] = -np.sqrt(nearest[column])
    return True


@compiled
def _thin(field: FloatArray, share: float, scratch: FloatArray) -> None:
    """Strokes thinned to a share of their width; ``scratch`` (5, side, side).

    A plain shift of the level would break a stroke wherever its ridge is a little low. The level is taken relative to
    the height of the ridge beside it instead (heights of ridges, smoothed by normalised convolution: Knutsson, Westin
    1993): half way up the ridge halves the stroke. A ridge itself never goes under, so no stroke ever breaks.
    """
    # All rows as one line: what reaches beyond a row's end stays within the apron. Loops over lines, as plain as these,
    # are compiled to vector instructions.
    wide = len(field)
    top, bottom = _inked(field)
    if top > bottom:
        return
    reach = (len(_BLUR) - 1) * wide
    heights = field.reshape(-1)
    ridge, above, rough, weight, level = (scratch[0].reshape(-1), scratch[1].reshape(-1), scratch[2].reshape(-1),
                                          scratch[3].reshape(-1), scratch[4].reshape(-1))
    first, last = (top - ROOM) * wide, (bottom + ROOM + 1) * wide
    start, stop = first - reach, last + reach
    _find_ridge(heights[start - wide - 1 : stop + wide + 1], ridge[start:stop], above[start:stop], wide)
    _join_ridge(heights, ridge, above, start, stop, wide)
    for source, smooth in ((ridge, weight), (above, level)):
        _smooth_line(source[start - 4 : stop + 4], rough[start:stop], 1)
        _smooth_line(rough[start:stop], smooth[first:last], wide)
    asked = max(1 - (1 - share) / MET, THINNEST)
    _lower(heights[first:last], ridge[first:last], weight[first:last], level[first:last], np.float32(asked))


@compiled
def _inked(field: FloatArray) -> tuple[int, int]:
    """First and last row with ink; the first after the last where there is none."""
    top, bottom = len(field), -1
    for row in range(len(field)):
        highest = field[row, 0]
        for column in range(1, len(field)):
            highest = max(highest, field[row, column])
        if highest > 0:
            top, bottom = min(top, row), row
    return top, bottom


@compiled
def _find_ridge(heights: FloatLine, ridge: FloatLine, above: FloatLine, wide: int) -> None:
    """1 in ``ridge`` where ink falls to two sides opposite each other, and in ``above`` the height at which its slopes
    meet: ridges between samples, and rounded ones, are lower. ``heights`` begins and ends a row and a place further
    out.
    """
    # Parts cut out first, so that the loop has no place to compute: an index that might be negative costs ten times.
    n = len(ridge)
    a, b, c = heights[:n], heights[1 : 1 + n], heights[2 : 2 + n]
    d, here, e = heights[wide : wide + n], heights[wide + 1 : wide + 1 + n], heights[wide + 2 : wide + 2 + n]
    f, g, h = heights[2 * wide : 2 * wide + n], heights[2 * wide + 1 : 2 * wide + 1 + n], heights[2 * wide + 2 :]
    for i in range(n):
        own = here[i]
        peak = max(max(_peak(own, d[i], e[i]), _peak(own, b[i], g[i])),
                   max(_peak(own, a[i], h[i]), _peak(own, c[i], f[i])))
        ridge[i] = np.float32(1) if peak > 0 else np.float32(0)
        above[i] = peak


@compiled
def _peak(own: float, left: float, right: float) -> float:
    """Where the slopes beside a sample would meet, if it is not lower than its two neighbours; 0 if it is. Of blots,
    higher than the pen makes ridges, the height itself: they are flat on top.
    """
    high, low = max(left, right), min(left, right)
    is_ridge = (own > 0) & (own >= high) & (own + own - high - low >= np.float32(FALL))
    meeting = np.float32(0.5) * (own + high + (own - low))
    return max(own, min(meeting, np.float32(CANONICAL_PEN / 2))) if is_ridge else np.float32(0)


@compiled
def _join_ridge(heights: FloatLine, ridge: FloatLine, above: FloatLine, start: int, stop: int, wide: int) -> None:
    """Ridges led on uphill until they meet others: one that runs into the flank of a higher one ends before it."""
    for begin in range(start, stop):
        if ridge[begin] > 0:
            here = begin
            while True:
                best = here
                for row in (-wide, 0, wide):
                    for place in range(here + row - 1, here + row + 2):
                        if heights[place] > heights[best]:
                            best = place
                if best == here or ridge[best] > 0:
                    break
                ridge[best], above[best], here = np.float32(1), heights[best], best


@compiled
def _lower(heights: FloatLine, ridge: FloatLine, weight: FloatLine, level: FloatLine, share: float) -> None:
    usual = np.float32(CANONICAL_PEN / 2)
    for i in range(len(heights)):
        height = (level[i] + np.float32(FAINT * RIDGE)) / (weight[i] + np.float32(FAINT))
        height = min(max(height, np.float32(RIDGE)), np.float32(CANONICAL_PEN))
        left = share * (min(height, usual) + np.float32(BLOT) * max(height - usual, np.float32(0)))
        thinned = heights[i] - (height - left)
        heights[i] = max(thinned, np.float32(LEFT) * heights[i]) if ridge[i] > 0 else thinned


@compiled
def _smooth_line(rough: FloatLine, smooth: FloatLine, step: int) -> None:
    """Gaussian smoothing over places ``step`` apart; ``rough`` begins and ends four steps further out."""
    a, b, c, d, e = _BLUR[0], _BLUR[1], _BLUR[2], _BLUR[3], _BLUR[4]
    n = len(smooth)
    r0, r1, r2, r3 = rough[:n], rough[step : step + n], rough[2 * step : 2 * step + n], rough[3 * step : 3 * step + n]
    r4, r5, r6 = rough[4 * step : 4 * step + n], rough[5 * step : 5 * step + n], rough[6 * step : 6 * step + n]
    r7, r8 = rough[7 * step : 7 * step + n], rough[8 * step : 8 * step + n]
    for i in range(n):
        smooth[i] = a * r4[i] + b * (r3[i] + r5[i]) + c * (r2[i] + r6[i]) + d * (r1[i] + r7[i]) + e * (r0[i] + r8[i])
