"""Single characters of real ink, with their place on the line, cut from the words of DHSD (German place names).

A word's pieces of ink are aligned with the letters of its text: one piece may be one letter or several joined ones, two
pieces may be one broken letter. All alignments are weighed together (forward-backward) by how well widths, heights and
gaps fit, and only pieces that are one certain letter in nearly all the weight become glyphs. What width and height are
usual is learned from the words themselves, letter by letter and writer by writer, in a few rounds. Dots above letters
are left out of the alignment and given to the letters that need them. Last, a glyph hardly any of whose nearest
neighbors among all glyphs has its label is taken for a slip of the pen or of the alignment and is dropped.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.charset import INDEX, SITS_ON_BASELINE, X_HEIGHT_LETTERS, confusable
from handfont.core.sdf import pen_width
from handfont.errors import DataError
from handfont.train.data.fonts import FontGlyph
from handfont.train.data.ink_words import BORDER, InkWord, ink_of, segment, union, usual_boxes, word_of

DEV_WRITERS = ("w05", "w11", "w19", "w26", "w30", "w36")
"""Writers of the ``dev`` split; all others are ``train``."""
ROUNDS = 3
"""Times that words are aligned, each with what is usual by the round before."""
LONGEST_JOIN = 6
"""Letters that one piece may be at most."""
CERTAIN = 0.97
"""Share of the weight of all alignments that has to agree on a glyph."""
WORST = 6.0
"""Largest misfit of a glyph (sum of three squared standard scores)."""
NEIGHBOURS = 10
"""Glyphs most like one, which show whether its label is plausible."""


def read(folder: Path, split: str) -> Iterator[FontGlyph]:
    """The glyphs of a split (``train`` or ``dev``, by writer); side bearings are not known and 0.

    An umlaut gives its base letter and, if it has two separate dots, ``¨``.

    Raises:
        DataError: the folder has no ``data.csv``.
    """
    yield from _plausible([glyph for word in read_words(folder, split) for glyph in _glyphs(word)])


def read_words(folder: Path, split: str) -> list[InkWord]:
    """The words of a split, aligned with their pieces of ink; those that have certain letters with x-height and line.

    Raises:
        DataError: the folder has no ``data.csv``.
    """
    table = folder / "data.csv"
    if not table.is_file():
        raise DataError(f"{folder} holds no DHSD words: data.csv is missing")
    with table.open(newline="", encoding="utf-8") as rows:
        table_rows = list(csv.DictReader(rows))
    if not table_rows or not {"file", "text", "writer"} <= set(table_rows[0]):
        raise DataError(f"{table} is no list of words with the columns file, text and writer")
    of_split = [row for row in table_rows if (row["writer"] in DEV_WRITERS) == (split == "dev")]
    words = [word_of(folder, row) for row in of_split]
    words = [word for word in words if len(word.letters) >= 3 and set(word.letters) <= INDEX.keys() and segment(word)]
    usual = usual_boxes()
    by_writer: dict[tuple[str, str], DoubleArray] = {}
    for _ in range(ROUNDS):
        for word in words:
            _align(word, np.array([by_writer.get((word.writer, c), usual[c]) for c in word.letters]))
            _place(word, by_writer, usual)
        usual, by_writer = _learn(words, usual)
    return words


def _measure(word: InkWord, boxes: DoubleArray) -> DoubleArray:
    """(width, top, bottom) of boxes in x-heights above the baseline."""
    row = word.line[0] * (boxes[:, 0] + boxes[:, 2]) / 2 + word.line[1]
    return np.stack([boxes[:, 2] - boxes[:, 0], row - boxes[:, 1], row - boxes[:, 3]], axis=1) / word.x_height


def _misfit(measured: DoubleArray, expected: DoubleArray) -> DoubleArray:
    """Sum of squared standard scores (L, P) of pieces (P, 3) against letters or joins (L, 3)."""
    width = (measured[:, 0] - expected[:, :1]) / (0.18 * expected[:, :1] + 0.1)
    top, bottom = (measured[:, 1] - expected[:, 1:2]) / 0.22, (measured[:, 2] - expected[:, 2:]) / 0.18
    return np.asarray(width**2 + top**2 + bottom**2)


class _Move(NamedTuple):
    """A step of an alignment, by some letters and pieces; ``weight`` (m,) is its log weight at each piece."""

    letters: int
    pieces: int
    weight: DoubleArray


def _align(word: InkWord, usual: DoubleArray) -> None:
    """Sets ``word.certain``: the pieces that are one whole letter in nearly all of the weight of all alignments."""
    n, m = len(word.letters), len(word.bodies)
    single = _measure(word, word.boxes)
    alone = _misfit(single, usual)
    moves = _moves(word, usual, alone)
    forward, backward = np.full((n + 1, m + 1), -np.inf), np.full((n + 1, m + 1), -np.inf)
    forward[0, 0] = backward[n, m] = 0.0
    for i in range(n):
        for k, s, weight in moves[i]:
            forward[i + k, s:] = np.logaddexp(forward[i + k, s:], forward[i, : m + 1 - s] + weight)
    for i in reversed(range(n)):
        for k, s, weight in moves[i]:
            backward[i, : m + 1 - s] = np.logaddexp(backward[i, : m + 1 - s], backward[i + k, s:] + weight)
    word.certain = []
    if not np.isfinite(forward[n, m]):
        return
    for i in range(n):
        share = np.exp(forward[i, :m] + moves[i][0].weight + backward[i + 1, 1:] - forward[n, m])
        j = int(share.argmax())
        # A stroke that has lost the rest of its letter (a t its bar) is narrow more than it is misfitting.
        whole = usual[i, 0] < 0.4 or 0.5 < single[j, 0] / usual[i, 0] < 1.8
        if share[j] > CERTAIN and alone[i, j] < WORST and whole:
            word.certain.append((i, j))


def _moves(word: InkWord, usual: DoubleArray, alone: DoubleArray) -> list[list[_Move]]:
    """All moves from each letter on, that of one whole piece first; ``alone`` (n, m) is its misfit."""
    n, m = len(word.letters), len(word.bodies)
    pairs = _measure(word, np.array([union(word.boxes[j : j + 2]) for j in range(m - 1)]).reshape(-1, 4))
    broken = _misfit(pairs, usual)
    joined = _joined(word, usual)
    gap = np.zeros(m)
    gap[1:] = (word.boxes[1:, 0] - word.boxes[:-1, 2]) / word.x_height
    result = []
    for i in range(n):
        between = (gap - 1.3) / 0.6 if word.spaced[i] else (gap - 0.2) / 0.4
        if word.spaced[i]:
            between = np.minimum(between, 0.0)  # a space may be as wide as it likes
        enter = np.where(np.arange(m) > 0, -0.5 * np.minimum(between**2, 8.0), 0.0)
        moves = [
            _Move(1, 1, enter - 0.5 * np.minimum(alone[i], 40.0)),
            _Move(1, 2, enter[:-1] - 3.0 - 0.5 * np.minimum(broken[i], 40.0)),
        ]
        for k in range(2, min(LONGEST_JOIN, n - i) + 1):
            if word.spaced[i + k - 1]:
                break
            moves.append(_Move(k, 1, enter + joined[k][i]))
        result.append(moves)
    return result


def _joined(word: InkWord, usual: DoubleArray) -> dict[int, DoubleArray]:
    """Log weights (n - k + 1, m) of pieces as k joined letters from each letter on, by k."""
    single = _measure(word, word.boxes)
    result = {}
    for k in range(2, min(LONGEST_JOIN, len(word.letters)) + 1):
        part = sliding_window_view(usual, k, axis=0)
        join = np.array([part[:, 0].sum(axis=1) + 0.1 * (k - 1), part[:, 1].max(axis=1), part[:, 2].min(axis=1)]).T
        result[k] = -1.0 - 0.7 * k - 0.5 * np.minimum(_misfit(single, join), 40.0)
    return result


def _place(word: InkWord, by_writer: dict[tuple[str, str], DoubleArray], usual: dict[str, DoubleArray]) -> None:
    """Sets x-height and baseline from the certain letters; with too few of those the word is given up."""
    pairs = word.certain
    height = word.boxes[:, 3] - word.boxes[:, 1]
    tops = [(height[j], word.letters[i]) for i, j in pairs if word.letters[i] not in "-.gjpqyf"]
    feet = [word.boxes[j] for i, j in pairs if word.letters[i] in SITS_ON_BASELINE]
    if len(tops) < 3 or len(feet) < 3:
        word.certain = []
        return
    # Tall letters show the x-height too, by the writer's own proportions; x-height letters count twice.
    readings = []
    for tall, letter in tops:
        _, top, bottom = by_writer.get((word.writer, letter), usual[letter])
        readings += [tall / (top - bottom)] * (2 if letter in X_HEIGHT_LETTERS else 1)
    word.x_height = float(np.median(readings))
    x = np.array([(box[0] + box[2]) / 2 for box in feet])
    y = np.array([box[3] for box in feet])
    slope = 0.0
    if np.ptp(x) > 4 * word.x_height:
        far = np.abs(x[:, None] - x) > 1.5 * word.x_height
        slope = float(np.clip(np.median(((y[:, None] - y) / np.where(far, x[:, None] - x, 1.0))[far]), -0.15, 0.15))
    word.line = (slope, float(np.median(y - slope * x)))


def _learn(
    words: list[InkWord], usual: dict[str, DoubleArray]
) -> tuple[dict[str, DoubleArray], dict[tuple[str, str], DoubleArray]]:
    """Usual measures of every letter, and of every writer's letter (drawn towards everybody's where seen seldom)."""
    seen: dict[str, list[DoubleArray]] = defaultdict(list)
    own: dict[tuple[str, str], list[DoubleArray]] = defaultdict(list)
    for word in words:
        measures = _measure(word, word.boxes)
        for i, j in word.certain:
            seen[word.letters[i]].append(measures[j])
            own[word.writer, word.letters[i]].append(measures[j])
    learnt = usual | {c: (len(v) * np.median(v, axis=0) + 5 * usual[c]) / (len(v) + 5) for c, v in seen.items()}
    # The x-height is a convention; without this line the measures could drift with it from round to round.
    unit = float(np.median([learnt[c][1] - learnt[c][2] for c in "aeonusr"]))
    learnt = {c: v / unit for c, v in learnt.items()}
    return learnt, {
        (w, c): (len(v) * np.median(v, axis=0) / unit + 5 * learnt[c]) / (len(v) + 5) for (w, c), v in own.items()
    }


def _glyphs(word: InkWord) -> Iterator[FontGlyph]:
    if not word.certain:
        return
    numbers, _ = ink_of(word.file)
    edge = BORDER + 1
    dots: dict[int, list[int]] = defaultdict(list)
    middles = (word.boxes[:, 0] + word.boxes[:, 2]) / 2
    lean = 0.15 * word.x_height  # dots are set a little to the right of their letter
    for dot in word.dots:
        box = word.components[dot]
        dots[int(np.abs(middles - ((box[0] + box[2]) / 2 - lean)).argmin())].append(dot)
    cut = []
    for i, j in word.certain:
        box = word.boxes[j]
        inside = (
            edge <= box[0]
            and edge <= box[1]
            and (box[2] <= numbers.shape[1] - edge and box[3] <= numbers.shape[0] - edge)
        )
        need, have = word.marks[i], dots[j]
        # Crumbs beside a letter are of its neighbor, of a ruled line, or of a stroke that has faded.
        size = word.components[word.bodies[j]]
        crumbs = len(size) > 1 and bool((np.maximum(*(size[:, 2:] - size[:, :2]).T) < 0.25 * word.x_height).any())
        if not inside or crumbs or (need == 0 and have) or (need == 1 and len(have) != 1) or (need == 2 and not have):
            continue
        cut.append((word.letters[i], word.bodies[j] + (have if need == 1 else [])))
        if need == 2 and len(have) == 2:
            a, b = word.components[have]
            if abs(a[1] + a[3] - b[1] - b[3]) < 0.5 * word.x_height and max(a[0], b[0]) >= min(a[2], b[2]):
                cut.append(("¨", have))
    crops = []
    for label, parts in cut:
        x0, y0, x1, y1 = union(word.components[parts]).astype(int)
        crops.append((label, np.isin(numbers[y0:y1, x0:x1], parts), (x0 + x1) / 2, float(y0)))
    pens = [pen_width(ink) for _, ink, *_ in crops]
    typical = float(np.median(pens)) if pens else 0.0
    for (label, ink, column, top), pen in zip(crops, pens, strict=True):
        yield FontGlyph(
            f"dhsd:{word.writer}",
            label,
            ink,
            word.x_height,
            word.line[0] * column + word.line[1] - top,
            0.0,
            0.0,
            float(np.clip(pen, 0.8 * typical, 1.25 * typical)),
        )


def _plausible(glyphs: list[FontGlyph]) -> Iterator[FontGlyph]:
    """The glyphs that have one of their own label, or one that looks alike, among their nearest neighbors."""
    if not glyphs:
        return
    shapes = np.stack([_thumbnail(glyph) for glyph in glyphs])
    squares = (shapes**2).sum(axis=1)
    count = Counter(glyph.label for glyph in glyphs)
    for start in range(0, len(glyphs), 1000):
        part = shapes[start : start + 1000]
        distance = squares - 2 * part @ shapes.T
        distance[np.arange(len(part)), start + np.arange(len(part))] = np.inf
        near = np.argpartition(distance, min(NEIGHBOURS, len(glyphs) - 1), axis=1)[:, :NEIGHBOURS]
        for glyph, others in zip(glyphs[start : start + 1000], near, strict=True):
            like = sum(confusable(glyph.label, glyphs[i].label) for i in others)
            if like >= 3 or count[glyph.label] < 2 * NEIGHBOURS:  # too rare to be one's own neighbors
                yield glyph


def _thumbnail(glyph: FontGlyph) -> FloatArray:
    """Blurred ink in the line's frame, from 0.8 below to 2 x-heights above the baseline: place and size count too."""
    step = glyph.x_height / 8
    matrix = np.array([[1 / step, 0, 10 - glyph.ink.shape[1] / 2 / step], [0, 1 / step, 17 - glyph.baseline / step]])
    blurred = cv2.GaussianBlur(glyph.ink.astype(np.float32), (0, 0), 0.8 * step)
    return np.asarray(cv2.warpAffine(blurred, matrix, (20, 24), flags=cv2.INTER_LINEAR), np.float32).ravel()
