"""The letters of a page's text in the ink of its lines: where each lies, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from handfont.core.charset import alike
from handfont.model.ink_aligner import CHARACTERS, cells_at, place
from handfont.model.letter_cuts import cut
from handfont.scan.freeform.deskew import DeskewedPage
from handfont.scan.freeform.ink_pieces import TracedLine
from handfont.scan.freeform.line_pictures import LinePicture, LineScores
from handfont.scan.freeform.text_alignment import ANY, STRANGE, PageText, lay, with_any


@dataclass(frozen=True, eq=False)
class AlignedLine:
    """A line with its part of the text.

    Attributes:
        picture: the line.
        places: (m,) of the page's text that lie on it, in order.
        columns: (N, m + 1) share in which each column of the picture is of each of them, or of no letter.
        read: (m,) mean probability that the network gives, in a letter's columns, to it or one that looks alike.
        apart: (m,) letters beside which ink is of no letter, or text was left out.
    """

    picture: LinePicture
    scores: LineScores
    places: IntArray
    columns: DoubleArray
    read: DoubleArray
    apart: BoolArray


@dataclass(frozen=True, eq=False)
class AlignedPage:
    """A page, its text and its lines."""

    sheet: DeskewedPage
    text: PageText
    lines: list[AlignedLine]

    @property
    def found(self) -> float:
        """Share of the text's letters that are read where they were laid."""
        letters = sum(c != " " for c in self.text.characters)
        read = sum(
            int((line.read[[self.text.characters[i] != " " for i in line.places]] > READ).sum()) for line in self.lines
        )
        return read / max(letters, 1)


READ = 0.3
"""Probability of a letter in its columns from which on it counts as read."""


def align_page(sheet: DeskewedPage, scores: list[LineScores], text: PageText) -> AlignedPage:
    """Lay a text along the lines of a page, and weigh all ways of cutting each line into its part."""
    whole = [with_any(line.columns) for line in scores]
    laid = lay(np.concatenate(whole, axis=2), text.codes).place
    lines, start = [], 0
    for picture, own, columns in zip(sheet.lines, scores, whole, strict=True):
        stop = start + columns.shape[2]
        lines.append(_line(picture, own, columns, laid[start:stop], text))
        start = stop
    return AlignedPage(sheet, text, lines)


def _line(
    picture: LinePicture, scores: LineScores, columns: FloatArray, laid: IntArray, text: PageText
) -> AlignedLine:
    places = np.unique(laid[laid >= 0])
    at = {place: k for k, place in enumerate(places.tolist())}
    share = np.zeros((len(laid), len(places) + 1))
    share[laid < 0, -1] = 1.0
    apart = np.zeros(len(places), bool)
    for first, last in _stretches(laid):
        own = np.unique(laid[first:last])
        rows = [at[place] for place in own.tolist()]
        share[first:last, rows] = cut(columns[:, :, first:last], text.codes[own]).within
        apart[rows[0]] |= first > 0
        apart[rows[-1]] |= last < len(laid)
    return AlignedLine(picture, scores, places, share, _read(columns, share, text.codes[places]), apart)


def _stretches(laid: IntArray) -> list[tuple[int, int]]:
    """First columns, and those behind the last, of stretches in which places of the text follow each other."""
    edges = np.flatnonzero((np.diff(laid) != 0) & ((np.diff(laid) != 1) | (laid[1:] < 0) | (laid[:-1] < 0))) + 1
    starts = [0, *edges.tolist(), len(laid)]
    return [(a, b) for a, b in zip(starts[:-1], starts[1:], strict=True) if laid[a] >= 0]


_ALIKE = np.eye(len(CHARACTERS), dtype=np.float32)
_ALIKE[:-1, :-1] = alike(CHARACTERS[:-1])


def _read(columns: FloatArray, share: DoubleArray, codes: IntArray) -> DoubleArray:
    seen = _ALIKE @ np.exp(columns[0, :ANY])
    own = np.vstack([seen, np.full(seen.shape[1], np.exp(-STRANGE))])[codes]
    weight = share[:, : len(codes)].T
    return np.asarray((own * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9))


@dataclass(frozen=True, eq=False)
class PlacedLine:
    """Ink of a line given to its letters.

    Attributes:
        letter: (P,) index into the line's places of each point of its pieces, or their count for no letter.
        sure: (m,) how sure each letter is of its ink.
        seen: (m,) mean probability that the network gives to it, or one that looks alike, at its ink.
    """

    letter: IntArray
    sure: DoubleArray
    seen: DoubleArray


def place_ink(line: AlignedLine, traced: TracedLine, text: PageText) -> PlacedLine:
    """Give the ink of a line to its letters."""
    m = len(line.places)
    codes = text.codes[line.places]
    at = line.picture.places(traced.points)
    log = cells_at(line.scores.cells, at)
    strange = log.max(axis=1, keepdims=True) - np.float32(STRANGE)
    cells = np.concatenate([log, strange], axis=1)
    seen = np.concatenate([cells[:, codes], strange], axis=1)
    spaces = np.append(codes == CHARACTERS.index(" "), False)
    found = place(line.columns, seen, spaces, at, traced.piece)
    chance = np.concatenate([np.exp(log) @ _ALIKE, np.exp(strange)], axis=1)[:, codes]
    inside = found.letter < m
    own = found.letter[inside]
    sums = np.bincount(own, chance[inside, own], minlength=m)
    return PlacedLine(found.letter, found.sure[:m], sums / np.maximum(np.bincount(own, minlength=m), 1))
