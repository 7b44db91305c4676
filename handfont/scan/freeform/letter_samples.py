"""The letters of an aligned page as glyph samples, each with a reason where it is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from handfont.core import sdf
from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX
from handfont.core.euler_number import euler_number
from handfont.core.forms import Joins
from handfont.core.glyph import GlyphSample, Metrics
from handfont.core.pairs import SeenPair
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan import pen
from handfont.scan.cell_samples import PageMeasures
from handfont.scan.freeform import guessed_words, rhythm
from handfont.scan.freeform.deskew import FEWEST, DeskewedPage
from handfont.scan.freeform.found_letters import FoundLetter, FoundLetters, found_letters, refined
from handfont.scan.freeform.ink_pieces import traced
from handfont.scan.freeform.page_alignment import AlignedPage, place_ink
from handfont.scan.freeform.print_lines import printed_lines
from handfont.scan.page_reading import PageReading
from handfont.scan.skeleton import skeleton_of

SURE, SEEN = 0.8, 0.2
"""How sure a letter has to be of its ink, and the probability that the network has to give to it there, to show where
the lines are."""
OF_SURE, OF_SEEN, OF_LEGIBLE = 0.5, 0.4, 0.25
"""Weights of the log odds of these two, and of the probability that the reader of single glyphs gives to a letter,
in the log odds that its ink is what it should be (a logistic regression on pages of UNIPEN writers)."""
OF_SIZE, OF_HEIGHT, OF_GAP, OF_NO_DOT, EVEN = -1.6, -0.3, -1.8, -0.9, 2.4
"""The same of the logarithm of its size over the usual one, of its height on the line in people's deviations, of ink of
no letter beside it, and of a dot that was not found; and what is added to all."""
CERTAIN, REPORTED = 3.0, 1.0
"""Log odds from which on a letter goes into a style, and from which on a report shows it."""
ALONE = 2.0
"""What is added for a letter that stands apart from all others and can be read."""
LEGIBLE = 0.3
"""Probability of a letter below which a report says that it cannot be read."""
LIKELY = 0.6
"""Probability at which a report names the character that a letter looks like instead."""
FAR = 0.5, 2.5
"""Logarithm of a size over the usual one, and distance of a height from it, in deviations, that are called unusual."""
DOTTED = "ij"
"""Letters with a dot."""
SHAPE_ZOOM = 2.0
"""Factor that the page is enlarged by to take the final shapes from it."""


class _Letter(NamedTuple):
    """A letter found, its sample, and why it is left out ('' if it is not)."""

    found: FoundLetter
    sample: GlyphSample
    doubt: str


def read_aligned(page: AlignedPage, weights: Weights, where: str, dpi: float | None, guessed: bool) -> PageReading:
    """The samples of an aligned page, and what they show of the hand.

    Raises:
        ScanError: too few of its letters can be used.
    """
    sheet = page.sheet
    mask = sheet.dark > sheet.level
    ink = traced(mask, sheet.x_height)
    found = found_letters(page, ink, place_ink(page, ink))
    certain = [letter for letter in found.letters if letter.sure > SURE and letter.seen > SEEN and not letter.apart]
    width = _pen(found, certain)
    found = refined(found, certain, width, weights.population)
    letters = list(_judged(page, found, weights, where))
    printed: set[int] = set()
    if guessed:
        # A transcript says what was written by hand.
        printed = printed_lines([letter.found for letter in letters], found.x_height)
        reasons = guessed_words.doubts({one.found.place: one.sample.confidence for one in letters}, page.text)
        letters = [_believed(letter, reasons, printed) for letter in letters]
    used = [letter for letter in letters if not letter.doubt]
    if len(used) < FEWEST:
        raise ScanError(
            f"only {len(used)} of {_count(page)} letters of {where} could be parted for sure; write more, with a "
            "darker pen or larger, or fill in a sheet of handfont sheet"
        )
    h = found.x_height
    # The ink of letters alone: drawings and print on the page have colors of their own.
    written = np.isin(found.own, [letter.found.place + 1 for letter in used])
    color, true = pen.ink_and_width(sheet.page, sheet.dark, written, width / sheet.scale)
    samples = [replace(letter.sample, pen=letter.sample.pen * true) for letter in letters]
    return PageReading(
        "writing",
        where,
        sheet.page,
        PageMeasures(h, width / h * true, color),
        samples,
        [(sample, letter.doubt) for sample, letter in zip(samples, letters, strict=True) if letter.doubt],
        notes=_notes(page, where, len(used), guessed, len(printed)) + pen.coarse(h / sheet.scale, dpi, where),
        x_height_mm=round(h / sheet.scale / dpi * 25.4, 3) if dpi else None,
        rhythm=rhythm.measure(found, [letter.found for letter in used], page.text),
        slant=round(sheet.slant, 3),
        pairs=_pairs([letter.found for letter in used]),
        matrix=sheet.matrix,
        text="".join(page.text.characters).strip(),
    )


def _count(page: AlignedPage) -> int:
    return sum(c != " " for c in page.text.characters)


def _pen(found: FoundLetters, letters: list[FoundLetter]) -> float:
    """Median width of letters' strokes, in pixels."""
    tall = [letter for letter in letters if letter.box[3] - letter.box[1] > 0.7 * found.x_height] or found.letters
    chosen = tall[:: max(1, len(tall) // 60)]
    return float(np.median([sdf.pen_width(np.pad(found.mask(letter), 1)) for letter in chosen] or [2.0]))


def _notes(page: AlignedPage, where: str, used: int, guessed: bool, printed: int) -> list[str]:
    notes = []
    if printed:
        notes.append(
            f"Left out as print: {printed} line{'s'[: printed > 1]} of {where}; a text file beside it that says what "
            "is written by hand settles it."
        )
    if guessed:
        notes.append(
            f"There is no transcript of {where}: it was read by machine, and only letters that are sure were kept "
            f"({used})."
        )
    letters = _count(page)
    if used < letters:
        notes.append(f"{letters - used} of {letters} letters of {where} were not sure enough and were left out.")
    if page.sheet.ruled:
        notes.append(f"{page.sheet.ruled} printed rules were taken off {where}.")
    return notes


def _judged(page: AlignedPage, found: FoundLetters, weights: Weights, where: str) -> Iterator[_Letter]:
    """The letters that are not quite uncertain, in the order of the text, with reasons against some of them."""
    if not found.letters:
        return
    samples = [_sample(page.sheet, found, letter, where) for letter in found.letters]
    seen = inference.read(weights.reader, np.stack([sample.shape for sample in samples]))
    labels = np.array([INDEX[sample.character] for sample in samples])
    legible = inference.legibility(seen, labels)
    for letter, sample, row, chance in zip(found.letters, samples, seen, legible, strict=True):
        look = _Look.of(sample, float(chance), weights)
        odds = look.odds(letter)
        if page.text.apart and chance > LIKELY:
            odds += ALONE
        if odds < REPORTED:
            continue
        doubt = "its accent is not apart" if page.text.accented[letter.place] else ""
        if odds < CERTAIN:
            doubt = doubt or look.doubt() or _unread(row, float(chance), weights)
        yield _Letter(letter, replace(sample, confidence=round(1 / (1 + float(np.exp(-odds))), 4)), doubt)


def _believed(letter: _Letter, reasons: dict[int, str], printed: set[int]) -> _Letter:
    """A letter of a text that was read by machine, which may be another, and may stand on a ``printed`` line."""
    if letter.doubt:
        return letter
    if letter.found.line in printed:
        return letter._replace(doubt="it is printed")
    return letter._replace(doubt=reasons.get(letter.found.place, ""))


class _Look(NamedTuple):
    """How a sample looks: the reader's probability of its character, the logarithm of its size over the usual one, its
    distance from the usual height in people's deviations, and whether it lacks its dot.
    """

    legible: float
    size: float
    height: float
    undotted: bool

    @classmethod
    def of(cls, sample: GlyphSample, legible: float, weights: Weights) -> _Look:
        row, population = INDEX[sample.character], weights.population
        deviation = max(float(population.metric_std[row, 1]), 0.1)
        height = ((sample.metrics.centre_y or 0.0) - float(population.metric_mean[row, 1])) / deviation
        undotted = sample.character in DOTTED and bool(euler_number(sample.shape[None] > 0)[0] < 2)
        size = float(np.log(sample.metrics.size) - population.metric_mean[row, 0])
        return cls(legible, abs(size), min(abs(height), 6.0), undotted)

    def odds(self, letter: FoundLetter) -> float:
        """Log odds that the ink is what it should be, rounded."""
        evidence = (
            OF_SURE * _odds(letter.sure)
            + OF_SEEN * _odds(letter.seen)
            + OF_LEGIBLE * _odds(self.legible)
            + OF_SIZE * self.size
            + OF_HEIGHT * self.height
        )
        return round(evidence + OF_GAP * letter.apart + OF_NO_DOT * self.undotted + EVEN, 3)

    def doubt(self) -> str:
        """What is unusual of it, or ''."""
        if self.undotted:
            return "its dot was not found"
        if self.size > FAR[0]:
            return "its size is far from usual"
        return "its height on the line is far from usual" if self.height > FAR[1] else ""


def _odds(probability: float) -> float:
    return float(np.log((probability + 1e-3) / (1 - probability + 1e-3)))


def _unread(row: FloatArray, chance: float, weights: Weights) -> str:
    likely = int(row.argmax())
    if chance < LEGIBLE and row[likely] > LIKELY:
        return f"looks like '{weights.config.characters[likely]}'"
    return "cannot be read" if chance < LEGIBLE else "it is not certain where it begins and ends"


def _pairs(certain: list[FoundLetter]) -> list[SeenPair]:
    """Letters that follow each other in a word, of those that are certain."""
    return [
        SeenPair(a.character, b.character, a.joined[1])
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
    fine = cv2.resize(patch, None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_LINEAR) > sheet.level
    fine &= _nearest(near.astype(np.uint8))
    if not fine.any():
        fine = _nearest(own)
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
