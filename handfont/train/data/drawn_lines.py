"""Lines of writing drawn as a scan shows them, with the letter of every place of their ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray
from handfont.model.ink_aligner import ABOVE, CELL, ROWS, X_HEIGHT
from handfont.train.data.word_path_variants import varied
from handfont.train.data.word_paths import UNKNOWN, WordPath, on_line

GAP = (0.6, 2.6)
"""Width of the space between two words, in x-heights."""
MARGIN = (0.4, 1.6)
"""Paper left and right of the ink, in x-heights."""
FINE = 4
"""Pixels that are drawn to one of the picture."""
PENS = (0.05, 0.28)
"""Widths of pens, in x-heights."""
LEAN = 0.12
"""Deviation of the slant that is left when a line is set upright, x per y."""
OTHER_LINE = 0.35
"""Share of the lines that have ink of another line above them, and of those that have it below them."""
LINES_APART = (2.2, 3.6)
"""Distance of two lines, in x-heights."""
SLOPE = 0.012
"""Deviation of the slope that is left when a line is set level, y per x."""
RULED = 0.3
"""Share of the lines that stood on ruled paper, whose rules a reader has taken off, about."""
SQUARED = 0.3
"""Share of those that stood on squared paper."""
RULES_APART = (0.8, 5.0)
"""Distance of rules, in x-heights."""
RULE = (0.04, 0.16)
"""Height of the band in which a rule was taken off, in x-heights."""
BROKEN = 0.25
"""Share of the lines whose ink has breaks."""
HARD = 0.3
"""Share of the lines that are black and white, nearly, as some scanners save them."""


@dataclass(frozen=True, eq=False)
class DrawnLine:
    """A line as a picture.

    Attributes:
        picture: (ROWS, width) darkness from 0 to 1, width even.
        text: n characters, words parted by spaces, a space before and after them.
        places: (P, 2) pixels x, y of the pen's path.
        stroke: (P,) number of the stroke that each place lies on.
        letter: (P,) index into ``text``, NONE or UNKNOWN.
        allowed: (columns, n) which letters a column may be of.
        joined: (n - 1,) whether the pen stayed down from a letter to the next.
        crossings: (n - 1,) pixels x where a letter's body ends and the next one's begins; NaN where that is not known.
    """

    picture: FloatArray
    text: str
    places: FloatArray
    stroke: IntArray
    letter: IntArray
    allowed: BoolArray
    joined: tuple[bool, ...]
    crossings: DoubleArray


def line_of(words: Sequence[WordPath], rng: np.random.Generator) -> WordPath:
    """Words of one writer one after the other, as one path whose text has spaces."""
    points, strokes, letters, marks, joined, text, x, stroke = [], [], [], [], [], "", 0.0, 0
    for number, word in enumerate(map(on_line, words)):
        if number:
            text += " "
            x += rng.uniform(*GAP)
            joined += [False, False]
        left, right = word.points[:, 0].min(), word.points[:, 0].max()
        points.append(word.points + np.array([x - left, 0], np.float32))
        strokes.append(word.stroke + stroke)
        letters.append(np.where(word.letter >= 0, word.letter + len(text), word.letter))
        marks.append(word.mark)
        joined += list(word.joined or (False,) * (len(word.text) - 1))
        text, x, stroke = text + word.text, x + float(right - left), stroke + int(word.stroke.max()) + 1
    return WordPath(
        words[0].writer, text, np.concatenate(points), np.concatenate(strokes), np.concatenate(letters),
        np.concatenate(marks), tuple(joined),
    )  # fmt: skip


def drawn(line: WordPath, rng: np.random.Generator, joining: float = 0.0, other: WordPath | None = None) -> DrawnLine:
    """A line bent at random, written with some pen, and seen by some scanner; perhaps with ink of other lines.

    Args:
        line: words of one writer, as :func:`line_of` sets them.
        rng: chance.
        joining: share of the lines that are joined where they were not.
        other: what may stand above and below.
    """
    line = varied(line, rng, joining)
    points = _upright(line, line.points.astype(np.float64), rng)
    left, right = points[:, 0].min() - rng.uniform(*MARGIN), points[:, 0].max() + rng.uniform(*MARGIN)
    width = 2 * int(np.ceil((right - left) * X_HEIGHT / 2))
    places = np.column_stack([points[:, 0] - left, ABOVE - points[:, 1]]) * X_HEIGHT
    ink = np.zeros((ROWS * FINE, width * FINE), np.uint8)
    pen = float(np.exp(rng.uniform(*np.log(PENS))))
    _write(ink, places, line.stroke, pen)
    if other is not None:
        for side in (-1, 1):
            if rng.random() < OTHER_LINE:
                _write(ink, _beside(other, side * rng.uniform(*LINES_APART), rng), other.stroke, pen)
    line = replace(
        line, text=f" {line.text} ", letter=np.where(line.letter >= 0, line.letter + 1, line.letter),
        joined=(False, *(line.joined or (False,) * (len(line.text) - 1)), False),
    )  # fmt: skip
    joined, crossings = _joins(line, places)
    return DrawnLine(
        _scanned(_worn(ink, rng), rng), line.text, places.astype(np.float32), line.stroke, line.letter,
        _allowed(line, places, width // CELL[1]), joined, crossings,
    )  # fmt: skip


def _joins(line: WordPath, places: DoubleArray) -> tuple[tuple[bool, ...], DoubleArray]:
    """Whether the pen stays down from each letter to the next, and where, as :class:`DrawnLine` has them."""
    joined, crossings = list(line.joined or ()), np.full(len(line.text) - 1, np.nan)
    rows = np.arange(len(line.letter))
    own = (line.letter >= 0) & ~line.mark
    first = np.full(len(line.text), -1)
    last = first.copy()
    last[line.letter[own]] = rows[own]
    first[line.letter[own][::-1]] = rows[own][::-1]
    for index, (end, begin) in enumerate(zip(last[:-1], first[1:], strict=True)):
        if end >= 0 and begin >= 0:
            crossings[index] = (places[end, 0] + places[begin, 0]) / 2
            # Letters of words that are varied may be joined though they were not written so.
            joined[index] = joined[index] or bool(line.stroke[end] == line.stroke[begin])
    return tuple(joined), crossings


def _beside(line: WordPath, away: float, rng: np.random.Generator) -> DoubleArray:
    """Pixels of another line's path, ``away`` x-heights below this one's."""
    points = on_line(line).points.astype(np.float64)
    start = rng.uniform(-6, 2)
    return np.column_stack([points[:, 0] - points[:, 0].min() + start, ABOVE - points[:, 1] + away]) * X_HEIGHT


def _upright(line: WordPath, points: DoubleArray, rng: np.random.Generator) -> DoubleArray:
    """Points without the median lean of steep ink, as a reader sets a page upright, about."""
    step = np.diff(points, axis=0)[np.diff(line.stroke) == 0]
    steep = step[np.abs(step[:, 1]) > 1.2 * np.abs(step[:, 0])]
    lean = float(np.median(steep[:, 0] / steep[:, 1])) if len(steep) else 0.0
    x = points[:, 0] - (lean + rng.normal(0, LEAN)) * points[:, 1]
    return np.column_stack([x, points[:, 1] + rng.normal(0, SLOPE) * (x - x.mean())])


def _write(ink: ByteArray, places: DoubleArray, stroke: IntArray, pen: float) -> None:
    width = max(1, round(pen * X_HEIGHT * FINE))
    for number in np.unique(stroke):
        path = np.round(places[stroke == number] * FINE * 16).astype(np.int32)
        cv2.polylines(ink, [path.reshape(-1, 1, 2)], False, 255, width, cv2.LINE_AA, 4)


def _worn(ink: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Ink with breaks, and with gaps and rests where rules were taken off."""
    if rng.random() < BROKEN:
        grain = rng.normal(0, 1, (ink.shape[0] // FINE, ink.shape[1] // FINE)).astype(np.float32)
        fine = cv2.resize(cv2.GaussianBlur(grain, (0, 0), 0.8), ink.shape[::-1], interpolation=cv2.INTER_LINEAR)
        ink = np.where(fine > rng.uniform(1.3, 2.2) * fine.std(), 0, ink).astype(np.uint8)
    if rng.random() < RULED:
        ink = _without_rules(ink, rng)
        if rng.random() < SQUARED:
            ink = np.ascontiguousarray(_without_rules(np.ascontiguousarray(ink.T), rng).T)
    return ink


def _without_rules(ink: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Ink of which rules that ran across were taken off: some is missing there, and something of them is left."""
    unit = X_HEIGHT * FINE
    apart, band = rng.uniform(*RULES_APART) * unit, max(1, round(rng.uniform(*RULE) * unit))
    lost, rest = rng.uniform(0, 0.9), rng.uniform(0, 0.5) * (rng.random() < 0.5)
    ink, width = ink.copy(), ink.shape[1]
    slope = rng.normal(0, 0.004)
    for start in np.arange(rng.uniform(0, apart), ink.shape[0], apart):
        rows = np.rint(start + slope * np.arange(width)).astype(int)
        own = rows[None] + np.arange(band)[:, None]
        columns = np.broadcast_to(np.arange(width), own.shape)
        inside = (own >= 0) & (own < ink.shape[0])
        chance = np.repeat(rng.random((2, width // unit + 1)), unit, axis=1)[:, :width]
        there = np.where(chance[0] < lost, 0.0, 1.0) * ink[own.clip(0, ink.shape[0] - 1), columns]
        there = np.maximum(there, np.where(chance[1] < 0.4, rest * 255, 0.0))
        ink[own[inside], columns[inside]] = there[inside]
    return ink


def _scanned(ink: ByteArray, rng: np.random.Generator) -> FloatArray:
    """Ink as darkness: blurred, paler and noisy, as little as a good scan or as much as a poor photo."""
    blur = rng.uniform(0.2, 0.12 * X_HEIGHT) * FINE
    soft = np.asarray(cv2.GaussianBlur(ink, (0, 0), blur), np.uint8)
    if rng.random() < HARD:
        level = rng.uniform(0.25, 0.55) * max(float(np.percentile(soft, 99)), 1.0)
        soft = np.asarray(255 * (soft > level), np.uint8)
    small = cv2.resize(soft, (ink.shape[1] // FINE, ink.shape[0] // FINE), interpolation=cv2.INTER_AREA)
    dark = small.astype(np.float32) / 255
    dark = np.clip(dark / max(float(np.percentile(dark[dark > 0.1], 80)) if (dark > 0.1).any() else 1.0, 0.1), 0, 1)
    dark = dark ** rng.uniform(0.7, 1.4) * rng.uniform(0.6, 1.0)
    return np.asarray(np.clip(dark + rng.normal(0, rng.uniform(0, 0.06), dark.shape), 0, 1), np.float32)


def _allowed(line: WordPath, places: DoubleArray, columns: int) -> BoolArray:
    """(columns, n) which letters a column may be of: those that have ink in it; a space where words are apart."""
    n = len(line.text)
    column = np.clip(places[:, 0] // CELL[1], 0, columns - 1).astype(int)
    own: BoolArray = np.zeros((columns, n), bool)
    known = line.letter >= 0
    own[column[known], line.letter[known]] = True
    free: BoolArray = np.array(~own.any(axis=1))
    free[column[line.letter == UNKNOWN]] = True
    allowed: BoolArray = np.array(own | free[:, None])
    edge = np.clip(np.append(places[:, 0].max(), places[:, 0].min()) // CELL[1], 0, columns - 1).astype(int)
    for index in (i for i, c in enumerate(line.text) if c == " "):
        before, after = column[known & (line.letter < index)], column[known & (line.letter > index)]
        first = before.max() + 1 if len(before) else 0
        last = after.min() if len(after) else columns
        if index == 0:
            last = min(last, edge[1])
        if index == n - 1:
            first = max(first, edge[0] + 1)
        if first < last and (first == 0 or not free[first - 1]):
            allowed[first:last] = False
            allowed[first:last, index] = True
    return allowed
