"""The letters of a page's text in the ink of its lines: where each lies, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.core.charset import alike
from handfont.model.ink_aligner import ABOVE, CHARACTERS, ROWS, X_HEIGHT, cells_at, choose, ink_scores
from handfont.model.letter_cuts import cut
from handfont.scan.freeform.deskew import DeskewedPage
from handfont.scan.freeform.ink_pieces import SPACING, TracedInk
from handfont.scan.freeform.line_pictures import LinePicture, LineScores, with_margins
from handfont.scan.freeform.text_alignment import ANY, STRANGE, PageText, filled, lay, with_any

READ = -1.5
"""Mean log probability of a word's letters in their columns, or of those of a part of it, from which on it is read."""
PART = 6
"""Letters of the parts of long words."""
MIDDLE, CORE = 0.5, 0.42
"""Height of the middle of small letters, and half the height of a line's core about it, in x-heights."""
FAR = 2.6
"""Distance of ink from the middle of its line, at most, in x-heights."""
MORE = 0.7
"""How far ink of a line reaches beyond its picture, at most, in x-heights."""
SMALL, WIDE, HIGH = 0.7, 2.0, 0.85
"""Height and width of dots, bars and accents, at most, and height of their foot, at least, in x-heights."""
POSSIBLE = 4.0
"""How much less likely than the likeliest character any other is, at most, in ink that must be of certain letters, as a
log weight."""
SPACE = CHARACTERS.index(" ")
"""Code of the space."""
OUTSIDE = -60.0
"""Log weight of ink outside of a line's picture."""


@dataclass(frozen=True, eq=False)
class AlignedLine:
    """A line with its part of the text.

    Attributes:
        picture: the line.
        places: (m,) of the page's text that lie on it, in order.
        columns: (N, m + 1) share in which each column of the picture is of each of them, or of no letter.
        read: (m,) mean probability that the network gives, in a letter's columns, to it or one that looks alike.
        joined: (m,) probability that the network gives to the pen's going on from a letter to the next of the text.
        apart: (m,) letters beside which ink is of no letter, or text was left out.
    """

    picture: LinePicture
    scores: LineScores
    places: IntArray
    columns: DoubleArray
    read: DoubleArray
    joined: DoubleArray
    apart: BoolArray


@dataclass(frozen=True, eq=False)
class AlignedPage:
    """A page, its text and its lines; ``fits`` (n,) whether each letter is in a word that is read where it was laid."""

    sheet: DeskewedPage
    text: PageText
    lines: list[AlignedLine]

    fits: BoolArray

    @property
    def found(self) -> float:
        """Share of the text's letters that are in words that are read where they were laid."""
        letters = np.array([c != " " for c in self.text.characters])
        return float(self.fits[letters].mean()) if letters.any() else 0.0


def align_page(sheet: DeskewedPage, scores: list[LineScores], text: PageText) -> AlignedPage:
    """Lay a text along the lines of a page, and weigh all ways of cutting each line into its part."""
    whole = [with_any(with_margins(picture, line.columns)) for picture, line in zip(sheet.lines, scores, strict=True)]
    laid = lay(np.concatenate(whole, axis=2), text.codes).place
    lines, start = [], 0
    for picture, own, columns in zip(sheet.lines, scores, whole, strict=True):
        stop = start + columns.shape[2]
        lines.append(_line(picture, own, columns, laid[start:stop], text))
        start = stop
    return AlignedPage(sheet, text, lines, _fits(lines, text))


def _fits(lines: list[AlignedLine], text: PageText) -> BoolArray:
    """(n,) whether each letter is in a word, or a part of one, whose letters are read."""
    read = np.zeros(len(text.codes))
    for line in lines:
        read[line.places] = line.read
    letters = np.flatnonzero([c != " " for c in text.characters])
    begins = np.cumsum(text.begins[letters])
    fits = np.zeros(len(read), bool)
    for number in np.unique(begins):
        word = letters[begins == number]
        for part in np.array_split(word, max(1, round(len(word) / PART))):
            fits[part] = round(float(np.log(read[part] + 0.01).mean()), 6) > READ
    return fits


def _line(picture: LinePicture, scores: LineScores, columns: FloatArray, laid: IntArray, text: PageText) -> AlignedLine:
    strange = laid < 0
    laid = filled(laid)
    forced = _forced(columns, strange & (laid >= 0))
    places = np.unique(laid[laid >= 0])
    at = {place: k for k, place in enumerate(places.tolist())}
    share = np.zeros((len(laid), len(places) + 1))
    share[laid < 0, -1] = 1.0
    joined, apart = np.zeros(len(places)), np.zeros(len(places), bool)
    goes_on = 1 / (1 + np.exp(-scores.joined.astype(np.float64)))
    for first, last in _stretches(laid):
        own = np.unique(laid[first:last])
        rows = [at[place] for place in own.tolist()]
        cuts = cut(forced[:, :, first:last], text.codes[own].tolist())
        share[first:last, rows] = cuts.within
        joined[rows] = goes_on[first:last] @ cuts.ends  # the last of a stretch ends nowhere
        apart[rows[0]] |= first > 0
        apart[rows[-1]] |= last < len(laid)
    return AlignedLine(picture, scores, places, share, _read(columns, share, text.codes[places]), joined, apart)


def _forced(columns: FloatArray, where: BoolArray) -> FloatArray:
    """Scores of columns in which no character is impossible ``where`` (N,) they must be of certain letters."""
    result = columns.copy()
    result[0, :, where] = np.maximum(result[0, :, where], result[0, :, where].max(axis=1, keepdims=True) - POSSIBLE)
    return result


def _stretches(laid: IntArray) -> list[tuple[int, int]]:
    """First columns, and those behind the last, of stretches in which places of the text follow each other."""
    edges = np.flatnonzero((np.diff(laid) != 0) & ((np.diff(laid) != 1) | (laid[1:] < 0) | (laid[:-1] < 0))) + 1
    starts = [0, *edges.tolist(), len(laid)]
    return [(a, b) for a, b in pairwise(starts) if laid[a] >= 0]


_ALIKE = np.eye(len(CHARACTERS), dtype=np.float32)
_ALIKE[:-1, :-1] = alike(CHARACTERS[:-1])


def _read(columns: FloatArray, share: DoubleArray, codes: IntArray) -> DoubleArray:
    seen = _ALIKE @ np.exp(columns[0, :ANY])
    own = np.vstack([seen, np.full(seen.shape[1], np.exp(-STRANGE))])[codes]
    weight = share[:, : len(codes)].T
    return np.asarray((own * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9))


@dataclass(frozen=True, eq=False)
class PlacedInk:
    """Ink of a page given to the n letters of its text.

    Attributes:
        letter: (P,) place in the text that each point of the ink's pieces is of, -1 for none.
        sure: (n,) how sure each letter is of its ink.
        seen: (n,) mean probability that the network gives to it, or one that looks alike, at its ink.
    """

    letter: IntArray
    sure: DoubleArray
    seen: DoubleArray


def place_ink(page: AlignedPage, traced: TracedInk) -> PlacedInk:
    """Give the ink of a page to its letters; ink that crosses several lines may be of letters of each."""
    pieces = traced.pieces
    owners = _owners(page, traced)
    n = len(page.text.codes)
    letter = np.full(len(pieces.points), -1)
    sure, chance, count = np.zeros(n), np.zeros(n), np.zeros(n)
    marks = _marks(page, traced)
    for lines in sorted(set(owners)):
        if not lines:
            continue
        rows = np.flatnonzero([owners[c - 1] == lines for c in pieces.component])
        places, scores, seen = zip(*(_weighed(page, k, pieces.points[rows], marks[rows]) for k in lines), strict=True)
        of = np.concatenate(places)
        score = np.concatenate(scores, axis=1)
        _agreed(score, pieces.component[rows], marks[rows])
        found = choose(score, pieces.piece[rows])
        own = of[found.letter]
        letter[rows] = own
        inside = own >= 0
        look = np.concatenate(seen, axis=1)[np.arange(len(rows)), found.letter]
        chance += np.bincount(own[inside], look[inside], minlength=n)
        count += np.bincount(own[inside], minlength=n)
        sure += np.bincount(own[inside], found.sure[found.letter[inside]], minlength=n)
    return PlacedInk(letter, sure / np.maximum(count, 1), chance / np.maximum(count, 1))


def _agreed(score: DoubleArray, component: IntArray, marks: BoolArray) -> None:
    """Let the points of each dot or accent, which is of one letter, all have their mean weights, in place."""
    for number in np.unique(component[marks]):
        own = component == number
        score[own] = score[own].mean(axis=0)


def _weighed(
    page: AlignedPage, number: int, points: DoubleArray, marks: BoolArray
) -> tuple[IntArray, DoubleArray, FloatArray]:
    """Places of the text on a line and -1 for no letter, and for points (P, 2) of the page the log weight of each, and
    the probability that the network gives to each.
    """
    line = page.lines[number]
    codes = page.text.codes[line.places]
    at = line.picture.places(points)
    log = cells_at(line.scores.cells, at)
    strange = log.max(axis=1, keepdims=True) - np.float32(STRANGE)
    cells = np.concatenate([log, strange], axis=1)
    score = ink_scores(line.columns, np.concatenate([cells[:, codes], strange], axis=1), at, marks)
    score[:, :-1][:, codes == SPACE] = -np.inf
    score[(at[:, 1] < -MORE * X_HEIGHT) | (at[:, 1] >= ROWS + MORE * X_HEIGHT)] = OUTSIDE
    chance = np.concatenate([np.exp(log) @ _ALIKE, np.exp(strange)], axis=1)
    return np.append(line.places, -1), score, np.concatenate([chance[:, codes], np.exp(strange)], axis=1)


def _owners(page: AlignedPage, traced: TracedInk) -> list[tuple[int, ...]]:
    """The lines whose core each component crosses, or else the one that it is nearest to, if any is near."""
    component = traced.pieces.component - 1
    count = len(traced.boxes)
    over = np.stack([line.picture.up(traced.pieces.points)[:, 1] - MIDDLE for line in page.lines])
    total = np.bincount(component, minlength=count)
    crossed = np.stack([np.bincount(component, np.abs(row) < CORE, minlength=count) for row in over])
    strong = crossed > np.maximum(0.02 * total, 0.1 * page.sheet.x_height / SPACING)
    mean = np.stack([np.bincount(component, row, minlength=count) for row in over]) / np.maximum(total, 1)
    far = np.where(mean > 0, 0.75 * mean, -mean)  # a dot hangs further over its line than a comma or dash below
    nearest = far.argmin(axis=0)
    return [
        tuple(np.flatnonzero(strong[:, c]).tolist()) or ((int(nearest[c]),) if far[nearest[c], c] < FAR else ())
        for c in range(count)
    ]


def _marks(page: AlignedPage, traced: TracedInk) -> BoolArray:
    """(P,) points of small ink over small letters: dots, bars and accents."""
    x0, y0, x1, y1, _ = traced.boxes.T
    h = page.sheet.x_height
    small = (y1 - y0 < SMALL * h) & (x1 - x0 < WIDE * h)
    bottom = np.column_stack([(x0 + x1) / 2, y1]).astype(float)
    over = np.stack([line.picture.up(bottom)[:, 1] for line in page.lines])
    high = ((over > HIGH) & (over < ABOVE)).any(axis=0)
    return np.asarray((small & high)[traced.pieces.component - 1])
