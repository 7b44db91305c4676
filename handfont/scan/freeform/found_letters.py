"""The letters of a page's text as they lie in its ink: their boxes, how they are joined, and the lines below them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from handfont.core import sdf
from handfont.core.arrays import BoolArray, DoubleArray, IntArray
from handfont.core.charset import INDEX, SITS_ON_BASELINE, X_HEIGHT_LETTERS
from handfont.model.population import Population
from handfont.scan.cell_samples import weighted_median
from handfont.scan.freeform.ink_pieces import SPACING, TracedInk, spread
from handfont.scan.freeform.page_alignment import AlignedPage, PlacedInk
from handfont.scan.freeform.text_lines import Ridge

LOWEST, HIGHEST = -0.7, 1.35
"""Heights between which strokes join letters, in x-heights: bars and tails that touch a neighbor are no joins."""
MEETING, CLEAR = 0.5, 0.8
"""Probability, as the network sees it, from which on letters whose ink goes on from one to the other are joined, and
that from which on others are, whose ink has a gap (fitted on pages of train writers)."""
SIZED = 1.2
"""Characters whose usual size is this many times the least one show the x-height."""
WIDEST = 10.0
"""Width and height of a letter, at most, in x-heights: rules and scribbles are larger."""
FEW = 5
"""Letters from which on a page shows its x-height."""


@dataclass(frozen=True, eq=False)
class FoundLetter:
    """A letter of the text in the ink.

    Attributes:
        place: in the text.
        line: on which it stands.
        character: of the model.
        box: left, top, right, bottom in pixels of the page.
        sure: of its ink, 0 to 1, see :class:`handfont.scan.freeform.page_alignment.PlacedInk`.
        seen: mean probability that the network gives to it at its ink.
        apart: whether ink beside it is of no letter, text beside it was left out, or its word is not read.
        joined: whether the pen came from the letter before it, and went on to the next.
        onward: x, y in pixels of the page where its ink goes on in that of the next letter, if it does.
        whole: whether its ink is pieces of its own, that go on in no other ink.
        length: of the middle line of its ink, in x-heights.
    """

    place: int
    line: int
    character: str
    box: tuple[int, int, int, int]
    sure: float
    seen: float
    apart: bool
    joined: tuple[bool, bool] = (False, False)
    onward: tuple[float, float] | None = None
    whole: bool = True
    length: float = 1.0


@dataclass(frozen=True, eq=False)
class FoundLetters:
    """Letters of a page.

    Attributes:
        letters: in the order of the text.
        own: (height, width) place in the text, from 1, of each pixel of ink; 0 for none.
        baselines: of the lines.
        x_height: in pixels.
    """

    letters: list[FoundLetter]
    own: NDArray[np.int32]
    baselines: list[Ridge]
    x_height: float

    def mask(self, letter: FoundLetter) -> BoolArray:
        """The ink of a letter, in its box."""
        x0, y0, x1, y1 = letter.box
        return np.asarray(self.own[y0:y1, x0:x1] == letter.place + 1)

    def base(self, letter: FoundLetter) -> float:
        """Row of the baseline under a letter."""
        return self._row(letter, (letter.box[0] + letter.box[2]) / 2)

    def join_height(self, letter: FoundLetter) -> float | None:
        """Height of the join to the next letter over the baseline, in x-heights; None where no ink shows it."""
        if letter.onward is None or not letter.joined[1]:
            return None
        x, y = letter.onward
        return round((self._row(letter, x) - y) / self.x_height, 3)

    def _row(self, letter: FoundLetter, x: float) -> float:
        return float(self.baselines[letter.line].row(np.array([x]))[0])


def found_letters(page: AlignedPage, ink: TracedInk, placed: PlacedInk) -> FoundLetters:
    """The letters of a page that have ink."""
    own = spread(ink, (placed.letter + 1).astype(np.int32))
    meeting = _joins(page, ink, placed.letter)
    joins = _seen_joined(page, set(meeting))
    boxes = _boxes(own, len(page.text.plain))
    points = np.bincount(placed.letter[placed.letter >= 0], minlength=len(page.text.plain))
    cut = _cut(ink, placed.letter)
    letters = []
    for number, line in enumerate(page.lines):
        for k, place in enumerate(line.places.tolist()):
            box = boxes[place]
            side = max(box[2] - box[0], box[3] - box[1])
            none = box[2] == 0 or side > WIDEST * page.sheet.x_height or not points[place]
            if none or not page.text.plain[place].strip():
                continue
            letters.append(
                FoundLetter(
                    place, number, page.text.plain[place],
                    box,
                    float(placed.sure[place]), float(placed.seen[place]),
                    bool(line.apart[k] or not page.fits[place]),
                    (place - 1 in joins, place in joins),
                    meeting.get(place),
                    place not in cut, float(points[place]) * SPACING / page.sheet.x_height,
                )
            )  # fmt: skip
    letters.sort(key=lambda letter: letter.place)
    return FoundLetters(letters, own, [line.picture.baseline for line in page.lines], page.sheet.x_height)


def _cut(ink: TracedInk, letter: IntArray) -> set[int]:
    """The letters whose ink goes on in that of another, or in ink of none."""
    beside = np.concatenate([ink.pieces.along, ink.pieces.meets])
    pair = letter[beside]
    return set(pair[pair[:, 0] != pair[:, 1]].ravel().tolist())


def _boxes(own: NDArray[np.int32], count: int) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom of the pixels of each of ``count`` numbers from 1; zeros for a number without any."""
    ys, xs = np.nonzero(own)
    number = own[ys, xs] - 1
    result = np.zeros((count, 4), np.int64)
    result[number, :2] = max(own.shape)
    np.minimum.at(result[:, 0], number, xs)
    np.minimum.at(result[:, 1], number, ys)
    np.maximum.at(result[:, 2], number, xs + 1)
    np.maximum.at(result[:, 3], number, ys + 1)
    return [(left, top, right, bottom) for left, top, right, bottom in result.tolist()]


def _seen_joined(page: AlignedPage, meeting: set[int]) -> set[int]:
    """The letters that are joined to the next of their word; those in ``meeting`` have ink that goes on in its ink."""
    letters = [bool(plain.strip()) for plain in page.text.plain]
    found = set()
    for line in page.lines:
        here = set(line.places.tolist())
        for place, chance in zip(line.places.tolist(), np.round(line.joined, 3).tolist(), strict=True):
            followed = letters[place] and place + 1 in here and letters[place + 1]
            if followed and (chance > CLEAR or (place in meeting and chance > MEETING)):
                found.add(place)
    return found


def _joins(page: AlignedPage, ink: TracedInk, letter: IntArray) -> dict[int, tuple[float, float]]:
    """The letters whose ink goes on in that of the next, along a stroke, or where a stroke that ends meets another; and
    x, y in pixels where it does.
    """
    pieces = ink.pieces
    at_ends = pieces.meets[_ends_in_another(pieces.meets, letter)]
    beside = np.concatenate([pieces.along, at_ends])
    pair = letter[beside]
    beside = beside[(np.abs(pair[:, 0] - pair[:, 1]) == 1) & (pair.min(axis=1) >= 0)]
    line_of = {place: number for number, line in enumerate(page.lines) for place in line.places.tolist()}
    found: dict[int, list[DoubleArray]] = defaultdict(list)
    for a, b in beside.tolist():
        first = int(min(letter[a], letter[b]))
        picture = page.lines[line_of[first]].picture
        between = pieces.points[[a, b]]
        if LOWEST < float(picture.up(between)[:, 1].mean()) < HIGHEST:
            found[first].append(between.mean(axis=0))
    return {place: tuple(np.mean(places, axis=0).tolist()) for place, places in found.items()}


def _ends_in_another(meets: IntArray, letter: IntArray) -> BoolArray:
    """Which of the places (M, 2) where branches meet are such that one of two letters has a single branch there: its
    stroke ends in the other letter. Letters that touch side by side have two each, and an end that is taken for the
    next letter's has no other branch at all.
    """
    node = meets[:, 0].copy()
    numbers = np.bincount(meets.ravel(), minlength=len(letter))
    node[numbers[meets[:, 1]] > numbers[node]] = meets[numbers[meets[:, 1]] > numbers[node], 1]
    other = meets.sum(axis=1) - node
    own: dict[int, list[int]] = defaultdict(list)
    for at, far in zip(node.tolist(), letter[other].tolist(), strict=True):
        own[at].append(far)
    counts = [Counter(own[at]) for at in node.tolist()]
    return np.array([len(count) > 1 and count.total() > 2 and min(count.values()) == 1 for count in counts], bool)


def refined(found: FoundLetters, certain: list[FoundLetter], pen: float, population: Population) -> FoundLetters:
    """The same with x-height and baselines as letters that are certain show them; ``pen`` in pixels."""
    if len(certain) < FEW:
        return found
    rows = np.array([INDEX[letter.character] for letter in certain])
    box = np.array([letter.box for letter in certain], float)
    h = _x_height(found.x_height, rows, box, pen, population)
    resting = np.array([letter.character in SITS_ON_BASELINE for letter in certain])
    bottom = np.where(resting, np.clip(population.bottom[rows], -0.1, 0.1), population.bottom[rows])
    foot = box[:, 3] - pen / 2 + bottom * h
    x = (box[:, 0] + box[:, 2]) / 2
    line = np.array([letter.line for letter in certain])
    baselines = [
        _shifted(baseline, x[own], foot[own], resting[own], h)
        for baseline, own in ((baseline, line == n) for n, baseline in enumerate(found.baselines))
    ]
    return replace(found, baselines=baselines, x_height=h)


def _x_height(rough: float, rows: IntArray, box: DoubleArray, pen: float, population: Population) -> float:
    """The x-height that letters (N,) with their boxes (N, 4) show. Strokes of joined letters reach far sideways, so
    small letters show it by their height, if there are some.
    """
    tall, wide = np.maximum(box[:, 3] - box[:, 1] - pen, 1.0), np.maximum(box[:, 2] - box[:, 0] - pen, 1.0)
    small = np.isin(rows, [INDEX[c] for c in X_HEIGHT_LETTERS])
    if small.sum() >= FEW:
        return float(rough * np.clip(np.median(tall[small]) / rough, 0.6, 1.6))
    usual, deviation = population.metric_mean[rows, 0], population.metric_std[rows, 0]
    sized = np.exp(usual) > SIZED * sdf.MIN_SIZE
    if sized.sum() < FEW:
        return rough
    log = np.log(np.maximum(tall, wide) / rough) - usual
    return float(rough * np.clip(np.exp(weighted_median(log[sized], 1 / deviation[sized] ** 2)), 0.6, 1.6))


def _shifted(baseline: Ridge, x: DoubleArray, foot: DoubleArray, resting: BoolArray, h: float) -> Ridge:
    """A baseline moved and turned to the feet of letters (N,)."""
    if resting.sum() >= 3:
        x, foot = x[resting], foot[resting]
    if len(x) < 3:
        return baseline
    off = foot - baseline.row(x)
    degree = 1 if len(x) >= 6 and np.ptp(x) > 8 * h else 0
    keep = np.ones(len(x), bool)
    for _ in range(3):
        curve = np.polyfit(x[keep], off[keep], degree)
        far = np.abs(off - np.polyval(curve, x))
        keep = far <= max(2.5 * float(np.median(far)), 0.08 * h)
    return Ridge(baseline.curve + np.concatenate([np.zeros(2 - degree), curve]), baseline.left, baseline.right)
