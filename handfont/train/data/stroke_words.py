"""A word of pen strokes and the pieces of ink it falls into: the dots of i and j, and what lies beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray

Stroke = FloatArray

PIECES = 4
"""Pieces that a letter takes at most: an E that is a stem and three bars."""
NEIGHBORS = 5
"""Words of the writer before a word, and after it, that its size is read from, too."""
FLOATING = set("'\"`^~*:;%=")
"""Characters with small high parts: in a word that has one, small high strokes are not taken for dots of i and j."""


@dataclass(frozen=True)
class Usual:
    """Usual height, lowest point and width of every character in x-heights; ``width`` is only for boxes."""

    height: dict[str, float]
    bottom: dict[str, float]
    width: dict[str, float] = field(default_factory=dict)

    def reach(self, text: str) -> tuple[float, float]:
        """Lowest and highest point of a text."""
        return min(self.bottom[c] for c in text), max(self.height[c] + self.bottom[c] for c in text)

    def boxes(self, text: str) -> DoubleArray:
        """(width, top, bottom) of letters, with the dots of i and j."""
        return np.array([(self.width[c], self.height[c] + self.bottom[c], self.bottom[c]) for c in text])


@dataclass
class PenWord:
    """A word written with a pen: its strokes, their parts that may be letters, and how these match the text."""

    text: str
    contributor: str
    strokes: list[Stroke]  # on the page, in the contributor's unit, y up
    x_height: float = 0.0
    baseline: float = 0.0
    slant: float = 0.0
    pieces: list[list[int]] = field(default_factory=list)  # strokes of each piece, left to right
    dots: list[int] = field(default_factory=list)
    spans: DoubleArray = field(
        default_factory=lambda: np.zeros((0, 2))
    )  # left and right end of pieces, slant taken out
    runs: dict[tuple[int, int, int], int] = field(default_factory=dict)  # (first piece, pieces, dot or -1) -> row
    boxes: DoubleArray = field(default_factory=lambda: np.zeros((0, 4)))  # of the runs: left, lowest, right, highest
    seen: FloatArray = field(default_factory=lambda: np.zeros((0, 0), np.float32))  # of the runs, merged
    certain: list[tuple[int, tuple[int, int, int]]] = field(default_factory=list)  # (letter, run)
    total: float = 0.0  # log weight of all alignments


def box_of(strokes: Sequence[FloatArray | DoubleArray]) -> DoubleArray:
    """Left, lowest, right and highest coordinate (4,) of strokes."""
    points = np.concatenate(strokes)
    return np.concatenate([points.min(axis=0), points.max(axis=0)]).astype(float)


def sizes(boxes: Sequence[DoubleArray], texts: Sequence[str], usual: Usual) -> Iterator[tuple[float, float]]:
    """First guess of each word's x-height and baseline, in its own unit: from the boxes (4,) of the words around it and
    what they say.
    """
    spans = [usual.reach(text) for text in texts]
    readings = [
        np.log(max(box[3] - box[1], 0.2 * (box[2] - box[0]) / len(text), 1.0) / (high - low))
        for box, text, (low, high) in zip(boxes, texts, spans, strict=True)
    ]
    for i, (box, (low, _)) in enumerate(zip(boxes, spans, strict=True)):
        size = float(np.exp(np.median(readings[max(0, i - NEIGHBORS) : i + NEIGHBORS + 1])))
        yield size, float(box[1] - low * size)


def part(word: PenWord) -> None:
    """Parts the strokes into dots and pieces; strokes that lie over each other and touch are one piece."""
    unit = word.x_height
    upright = [stroke[:, 0] - word.slant * (stroke[:, 1] - word.baseline) for stroke in word.strokes]
    spans = np.array([(x.min(), x.max()) for x in upright])
    boxes = np.array([box_of([stroke]) for stroke in word.strokes])
    size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    if set(word.text) & set("ij") and not set(word.text) & FLOATING:
        high = boxes[:, 1] > word.baseline + 0.95 * unit
        word.dots = sorted(np.flatnonzero(high & (size < 0.5 * unit)), key=lambda i: spans[i].sum())
    flat = boxes[:, 3] - boxes[:, 1] < 0.4 * (boxes[:, 2] - boxes[:, 0])
    for i in sorted(set(range(len(spans))) - set(word.dots), key=lambda i: (spans[i].sum(), i)):
        for piece in word.pieces[-2:]:
            # A bar may reach over the neighbours: whose it is, the alignment decides.
            if not flat[i] and not flat[piece].any() and _together(word, spans, piece, i):
                piece.append(i)
                break
        else:
            word.pieces.append([i])
    word.pieces.sort(key=lambda piece: (spans[piece, 0].min() + spans[piece, 1].max(), piece))
    word.spans = np.array([(spans[p, 0].min(), spans[p, 1].max()) for p in word.pieces]).reshape(-1, 2)


def _together(word: PenWord, spans: DoubleArray, piece: list[int], other: int) -> bool:
    start, end = spans[piece, 0].min(), spans[piece, 1].max()
    shared = min(end, spans[other, 1]) - max(start, spans[other, 0])
    if shared < 0.7 * min(end - start, spans[other, 1] - spans[other, 0]):
        return False
    points, others = np.concatenate([word.strokes[i] for i in piece]), word.strokes[other]
    return bool(np.hypot(*(points[:, None] - others).transpose(2, 0, 1)).min() < 0.15 * word.x_height)


def runs_of(word: PenWord) -> Iterator[tuple[int, int, int]]:
    """Neighboring pieces that may be one letter; with the nearest dot, too, where the text has an i or j."""
    widest = 2.6 * word.x_height
    for first in range(len(word.pieces)):
        for count in range(1, min(PIECES, len(word.pieces) - first) + 1):
            spans = word.spans[first : first + count]
            left, right = spans[:, 0].min(), spans[:, 1].max()
            if right - left > widest:
                continue
            yield first, count, -1
            if word.dots and count <= 2 and right - left < 1.5 * word.x_height:
                away = [abs(_middle(word, dot) - (left + right) / 2) for dot in word.dots]
                nearest = int(np.argmin(away))
                if away[nearest] < 0.8 * word.x_height:
                    yield first, count, word.dots[nearest]


def _middle(word: PenWord, stroke: int) -> float:
    points = word.strokes[stroke]
    return float(np.mean(points[:, 0] - word.slant * (points[:, 1] - word.baseline)))


def ink_of(word: PenWord, run: tuple[int, int, int]) -> list[Stroke]:
    """The strokes of a run (first piece, pieces, dot or -1), in the order of writing."""
    first, count, dot = run
    numbers = [i for piece in word.pieces[first : first + count] for i in piece] + ([dot] if dot >= 0 else [])
    return [word.strokes[i] for i in sorted(numbers)]
