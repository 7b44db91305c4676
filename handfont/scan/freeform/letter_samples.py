"""The letters of an aligned page as glyph samples, each with a reason where it is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from handfont.core import sdf
from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.charset import INDEX
from handfont.core.forms import Joins
from handfont.core.glyph import GlyphSample, Metrics
from handfont.core.pairs import SeenPair
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan import pen
from handfont.scan.cell_samples import PageMeasures
from handfont.scan.freeform import guessed_words, page_notes, rhythm
from handfont.scan.freeform.deskew import FEWEST, DeskewedPage
from handfont.scan.freeform.filled_loops import opened
from handfont.scan.freeform.found_letters import FoundLetter, FoundLetters, found_letters, refined
from handfont.scan.freeform.ink_pieces import traced
from handfont.scan.freeform.letter_odds import LetterLook, look_of
from handfont.scan.freeform.page_alignment import AlignedPage, place_ink
from handfont.scan.freeform.print_lines import printed_lines
from handfont.scan.freeform.two_hands import second_hand
from handfont.scan.page_reading import PageReading
from handfont.scan.skeleton import skeleton_of

SURE, SEEN = 0.8, 0.2
"""How sure a letter has to be of its ink, and the probability that the network has to give to it there, to show where
the lines are."""
CERTAIN, REPORTED = 2.75, 1.0
"""Log odds from which on a letter goes into a style, and from which on a report shows it."""
ALONE = 2.0
"""What is added for a letter that stands apart from all others and can be read."""
LEGIBLE = 0.3
"""Probability of a letter below which a report says that it cannot be read."""
LIKELY = 0.6
"""Probability at which a report names the character that a letter looks like instead."""
FAR = 0.5, 2.5
"""Logarithm of a size over the usual one, and distance of a height from it, in deviations, that are called unusual."""
SHAPE_ZOOM = 2.0
"""Factor that the page is enlarged by to take the final shapes from it."""


class _Letter(NamedTuple):
    """A letter found, its sample, and why it is left out ('' if it is not)."""

    found: FoundLetter
    sample: GlyphSample
    doubt: str


class PartedLetters(NamedTuple):
    """All N letters of a page that have ink.

    Attributes:
        found: where they are.
        pen: width of their strokes, in pixels.
        samples: (N,) their ink.
        chances: (N, C) probability of each character, as the reader of single glyphs sees it.
        legible: (N,) that of their own character, or one that looks alike.
        look: what speaks for and against them.
    """

    found: FoundLetters
    pen: float
    samples: list[GlyphSample]
    chances: FloatArray
    legible: DoubleArray
    look: LetterLook


def parted(page: AlignedPage, weights: Weights, where: str, guessed: bool = False) -> PartedLetters:
    """The letters of an aligned page, uncertain ones too; ``guessed`` if its text was read by machine.

    Raises:
        ScanError: none of them has ink.
    """
    ink = traced(page.sheet.dark > page.sheet.level, page.sheet.x_height)
    found = found_letters(page, ink, place_ink(page, ink))
    if not found.letters:
        raise _too_few(page, 0, where, guessed)
    certain = [letter for letter in found.letters if letter.sure > SURE and letter.seen > SEEN and not letter.apart]
    width = _pen(found, certain)
    found = refined(found, certain, width, weights.population)
    samples = [_sample(page.sheet, found, letter, where) for letter in found.letters]
    chances = inference.read(weights.reader, np.stack([sample.shape for sample in samples]))
    legible = np.asarray(
        inference.legibility(chances, np.array([INDEX[sample.character] for sample in samples])), np.float64
    )
    look = look_of(found, samples, legible, weights.population)
    return PartedLetters(found, width, samples, chances, legible, look)


def _too_few(page: AlignedPage, used: int, where: str, guessed: bool) -> ScanError:
    check = "" if guessed else "check that its text is this page's, or "
    return ScanError(
        f"only {used} of {page_notes.count(page)} letters of {where} could be parted for sure; {check}write "
        "more, with a darker pen or larger, or fill in a sheet of handfont sheet"
    )


def read_aligned(page: AlignedPage, weights: Weights, where: str, dpi: float | None, guessed: bool) -> PageReading:
    """The samples of an aligned page, and what they show of the hand.

    Raises:
        ScanError: too few of its letters can be used.
    """
    sheet = page.sheet
    parts = parted(page, weights, where, guessed)
    found, width = parts.found, parts.pen
    letters = list(_judged(page, parts, weights))
    printed = printed_lines([letter.found for letter in letters], found.x_height)
    if guessed:
        # A transcript says what was written by hand.
        reasons = guessed_words.doubts({one.found.place: one.sample.confidence for one in letters}, page.text)
        letters = [_believed(letter, reasons, printed) for letter in letters]
    used = [letter for letter in letters if not letter.doubt]
    if len(used) < FEWEST:
        if guessed and printed:
            raise ScanError(
                f"{where} looks like print, {len(printed)} of its lines stand as even as type; if it is written by "
                "hand, write what it says into a text file of the same name beside it"
            )
        raise _too_few(page, len(used), where, guessed)
    h = found.x_height
    # The ink of letters alone: drawings and print on the page have colors of their own.
    written = np.isin(found.own, [letter.found.place + 1 for letter in used])
    color, true = pen.ink_and_width(sheet.page, sheet.dark, written, width / sheet.scale)
    lines = np.array([letter.found.line for letter in used])
    second = second_hand([letter.sample for letter in used], lines, weights.embedder)
    samples = [replace(letter.sample, pen=letter.sample.pen * true) for letter in letters]
    return PageReading(
        "writing",
        where,
        sheet.page,
        PageMeasures(h, width / h * true, color),
        samples,
        [(sample, letter.doubt) for sample, letter in zip(samples, letters, strict=True) if letter.doubt],
        notes=page_notes.notes(page, where, len(used), guessed, len(printed), second)
        + pen.coarse(h / sheet.scale, dpi, where),
        x_height_mm=round(h / sheet.scale / dpi * 25.4, 3) if dpi else None,
        rhythm=rhythm.measure(found, [letter.found for letter in used], page.text),
        slant=round(sheet.slant, 3),
        pairs=_pairs(found, [letter.found for letter in used]),
        matrix=sheet.matrix,
        text="".join(page.text.characters).strip(),
    )


def _pen(found: FoundLetters, letters: list[FoundLetter]) -> float:
    """Median width of letters' strokes, in pixels."""
    tall = [letter for letter in letters if letter.box[3] - letter.box[1] > 0.7 * found.x_height] or found.letters
    chosen = tall[:: max(1, len(tall) // 60)]
    return float(np.median([sdf.pen_width(np.pad(found.mask(letter), 1)) for letter in chosen] or [2.0]))


def _judged(page: AlignedPage, parts: PartedLetters, weights: Weights) -> Iterator[_Letter]:
    """The letters that are not quite uncertain, in the order of the text, with reasons against some of them."""
    odds = parts.look.odds() + np.where(page.text.apart & (parts.legible > LIKELY), ALONE, 0.0)
    for number in np.flatnonzero(odds >= REPORTED).tolist():
        letter = parts.found.letters[number]
        doubt = "its accent is not apart" if page.text.accented[letter.place] else ""
        if odds[number] < CERTAIN:
            unread = _unread(parts.chances[number], float(parts.legible[number]), weights)
            doubt = doubt or _unusual(parts.look, number) or unread
        confidence = round(1 / (1 + float(np.exp(-odds[number]))), 4)
        yield _Letter(letter, replace(parts.samples[number], confidence=confidence), doubt)


def _believed(letter: _Letter, reasons: dict[int, str], printed: set[int]) -> _Letter:
    """A letter of a text that was read by machine, which may be another, and may stand on a ``printed`` line."""
    if letter.doubt:
        return letter
    if letter.found.line in printed:
        return letter._replace(doubt="it is printed")
    return letter._replace(doubt=reasons.get(letter.found.place, ""))


def _unusual(look: LetterLook, number: int) -> str:
    """What is unusual of one of the letters, or ''."""
    if look.undotted[number]:
        return "its dot was not found"
    if look.size[number] > FAR[0]:
        return "its size is far from usual"
    return "its height on the line is far from usual" if look.height[number] > FAR[1] else ""


def _unread(row: FloatArray, chance: float, weights: Weights) -> str:
    likely = int(row.argmax())
    if chance < LEGIBLE and row[likely] > LIKELY:
        return f"looks like '{weights.config.characters[likely]}'"
    return "cannot be read" if chance < LEGIBLE else "it is not certain where it begins and ends"


def _pairs(found: FoundLetters, certain: list[FoundLetter]) -> list[SeenPair]:
    """Letters that follow each other in a word, of those that are certain."""
    return [
        SeenPair(a.character, b.character, a.joined[1], found.join_height(a))
        for a, b in pairwise(certain)
        if b.place == a.place + 1 and a.line == b.line
    ]


def _sample(sheet: DeskewedPage, found: FoundLetters, letter: FoundLetter, where: str) -> GlyphSample:
    """The ink of a letter as a sample, its edges found between pixels."""
    grown = 2
    x0, y0, x1, y1 = letter.box
    height, width = sheet.dark.shape
    a, b, c, d = max(0, x0 - grown), max(0, y0 - grown), min(width, x1 + grown), min(height, y1 + grown)
    part = found.own[b:d, a:c]
    own = np.asarray(part == letter.place + 1, np.uint8)
    others = (sheet.dark[b:d, a:c] > sheet.level) & (own == 0)
    near = cv2.dilate(own, np.ones((3, 3), np.uint8)).astype(bool) & ~others
    patch = np.where(near, sheet.dark[b:d, a:c], 0).astype(np.float32)
    dark = np.asarray(cv2.resize(patch, None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_LINEAR), np.float32)
    fine = (dark > sheet.level) & _nearest(near.astype(np.uint8))
    fine = opened(fine, dark, sheet.level, sheet.core, found.x_height * SHAPE_ZOOM) if fine.any() else _nearest(own)
    width_ = sdf.pen_width(np.pad(own > 0, 1)) * SHAPE_ZOOM
    h = found.x_height * SHAPE_ZOOM
    shape = sdf.from_ink(fine, h, width_)
    metrics = Metrics(float(shape.side / h), float((found.base(letter) - b - shape.y / SHAPE_ZOOM) / found.x_height))
    skeleton = skeleton_of(fine, h, (shape.x, shape.y))
    return GlyphSample(
        letter.character, shape.field, metrics, float(width_ / h), where, letter.box, letter.sure, skeleton,
        joins=Joins(*letter.joined),
    )  # fmt: skip


def _nearest(mask: np.ndarray) -> np.ndarray:
    fine = cv2.resize(mask, None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_NEAREST)
    return np.asarray(fine > 0)
