"""Lines of writing drawn as a scan shows them, with the letter of every place of their ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.model.ink_aligner import ABOVE, CELL, ROWS, X_HEIGHT
from handfont.train.data.word_path_variants import varied
from handfont.train.data.word_paths import UNKNOWN, WordPath, on_line

GAP = (0.7, 2.0)
"""Width of the space between two words, in x-heights."""
MARGIN = (0.2, 0.8)
"""Paper left and right of the ink, in x-heights."""
FINE = 4
"""Pixels that are drawn to one of the picture."""
PENS = (0.05, 0.28)
"""Widths of pens, in x-heights."""
LEAN = 0.12
"""Deviation of the slant that is left when a line is set upright, x per y."""
OTHER_LINE = 0.4
"""Share of the lines that have ink of another line above or below them."""
LINES_APART = (2.3, 3.4)
"""Distance of two lines, in x-heights."""


@dataclass(frozen=True, eq=False)
class DrawnLine:
    """A line as a picture.

    Attributes:
        picture: (ROWS, width) darkness from 0 to 1, width even.
        text: n characters, words parted by spaces.
        places: (P, 2) pixels x, y of the pen's path.
        stroke: (P,) number of the stroke that each place lies on.
        letter: (P,) index into ``text``, NONE or UNKNOWN.
        allowed: (columns, n) which letters a column may be of.
        joined: (n - 1,) whether the pen stayed down from a letter to the next.
    """

    picture: FloatArray
    text: str
    places: FloatArray
    stroke: IntArray
    letter: IntArray
    allowed: BoolArray
    joined: tuple[bool, ...]


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
    """A line bent at random, written with some pen, and seen by some scanner; perhaps with ink of another line."""
    line = varied(line, rng, joining)
    points = _upright(line, line.points.astype(np.float64), rng)
    left, right = points[:, 0].min() - rng.uniform(*MARGIN), points[:, 0].max() + rng.uniform(*MARGIN)
    width = 2 * int(np.ceil((right - left) * X_HEIGHT / 2))
    places = np.column_stack([points[:, 0] - left, ABOVE - points[:, 1]]) * X_HEIGHT
    ink = np.zeros((ROWS * FINE, width * FINE), np.uint8)
    pen = float(np.exp(rng.uniform(*np.log(PENS))))
    _write(ink, places, line.stroke, pen)
    if other is not None and rng.random() < OTHER_LINE:
        away = rng.uniform(*LINES_APART) * rng.choice([-1, 1])
        _write(ink, _beside(other, away, rng), other.stroke, pen)
    return DrawnLine(
        _scanned(ink, rng), line.text, places.astype(np.float32), line.stroke, line.letter,
        _allowed(line, places, width // CELL[1]), line.joined or (),
    )  # fmt: skip


def _beside(line: WordPath, away: float, rng: np.random.Generator) -> DoubleArray:
    """Pixels of another line's path, ``away`` x-heights below this one's."""
    points = on_line(line).points.astype(np.float64)
    start = rng.uniform(-3, 1)
    return np.column_stack([points[:, 0] - points[:, 0].min() + start, ABOVE - points[:, 1] + away]) * X_HEIGHT


def _upright(line: WordPath, points: DoubleArray, rng: np.random.Generator) -> DoubleArray:
    """Points without the median lean of steep ink, as a reader sets a page upright, about."""
    step = np.diff(points, axis=0)[np.diff(line.stroke) == 0]
    steep = step[np.abs(step[:, 1]) > 1.2 * np.abs(step[:, 0])]
    lean = float(np.median(steep[:, 0] / steep[:, 1])) if len(steep) else 0.0
    return np.column_stack([points[:, 0] - (lean + rng.normal(0, LEAN)) * points[:, 1], points[:, 1]])


def _write(ink: np.ndarray, places: DoubleArray, stroke: IntArray, pen: float) -> None:
    width = max(1, round(pen * X_HEIGHT * FINE))
    for number in np.unique(stroke):
        path = np.round(places[stroke == number] * FINE * 16).astype(np.int32)
        cv2.polylines(ink, [path.reshape(-1, 1, 2)], False, 255, width, cv2.LINE_AA, 4)


def _scanned(ink: np.ndarray, rng: np.random.Generator) -> FloatArray:
    """Ink as darkness: blurred, paler and noisy, as little as a good scan or as much as a poor photo."""
    blur = rng.uniform(0.2, 0.12 * X_HEIGHT) * FINE
    soft = cv2.GaussianBlur(ink, (0, 0), blur)
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
    for index in (i for i, c in enumerate(line.text) if c == " "):
        before, after = column[known & (line.letter < index)], column[known & (line.letter > index)]
        if len(before) and len(after) and before.max() + 1 < after.min() and not free[before.max()]:
            gap = slice(before.max() + 1, after.min())
            allowed[gap] = False
            allowed[gap, index] = True
    return allowed
