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
from handfont.core.glyph import GlyphSample, Metrics
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan import pen
from handfont.scan.cell_samples import PageMeasures
from handfont.scan.freeform import rhythm
from handfont.scan.freeform.deskew import FEWEST, DeskewedPage
from handfont.scan.freeform.found_letters import FoundLetter, FoundLetters, found_letters, refined
from handfont.scan.freeform.ink_pieces import traced
from handfont.scan.freeform.page_alignment import AlignedPage, place_ink
from handfont.scan.page_reading import LetterPair, PageReading
from handfont.scan.skeleton import skeleton_of

SURE, SEEN, READ = 0.8, 0.2, 0.3
"""How sure a letter has to be of its ink, and probabilities that the network has to give to it in its cells and columns,
to be certain."""
LEGIBLE = 0.3
"""Probability that the reader of single glyphs has to give a letter, or one that looks alike."""
LIKELY = 0.6
"""Probability at which a report names the character that a letter looks like instead."""
SMALLEST, LARGEST = 0.5, 2.0
"""Of a letter's size, as factors of the character's usual one."""
PLACED = 3.0
"""Distance of a letter's height on the line from the character's usual one, at most, in people's deviations."""
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
    certain = [letter for letter in found.letters if _certain(letter)]
    width = _pen(found, certain)
    found = refined(found, certain, width, weights.population)
    letters = list(_judged(page, found, weights, where))
    used = [letter for letter in letters if not letter.doubt]
    if len(used) < FEWEST:
        raise ScanError(
            f"only {len(used)} of {_count(page)} letters of {where} could be parted for sure; write more, with a "
            "darker pen or larger, or fill in a sheet of handfont sheet"
        )
    h = found.x_height
    color, true = pen.ink_and_width(sheet.page, sheet.dark, ink.labels > 0, width)
    samples = [replace(letter.sample, pen=letter.sample.pen * true) for letter in letters]
    return PageReading(
        "writing",
        where,
        sheet.page,
        PageMeasures(h, width / h * true, color),
        samples,
        [(sample, letter.doubt) for sample, letter in zip(samples, letters, strict=True) if letter.doubt],
        notes=_notes(page, where, len(used), guessed) + pen.coarse(h / sheet.scale, dpi, where),
        x_height_mm=round(h / sheet.scale / dpi * 25.4, 3) if dpi else None,
        rhythm=rhythm.measure(found, [letter.found for letter in used], page.text.characters),
        slant=round(sheet.slant, 3),
        pairs=_pairs(found, [letter.found for letter in used], width),
        matrix=sheet.matrix,
        text="".join(page.text.characters).strip(),
    )


def _count(page: AlignedPage) -> int:
    return sum(c != " " for c in page.text.characters)


def _certain(letter: FoundLetter) -> bool:
    return letter.sure > SURE and letter.seen > SEEN and letter.read > READ and not letter.apart


def _pen(found: FoundLetters, letters: list[FoundLetter]) -> float:
    """Median width of letters' strokes, in pixels."""
    tall = [letter for letter in letters if letter.box[3] - letter.box[1] > 0.7 * found.x_height] or found.letters
    chosen = tall[:: max(1, len(tall) // 60)]
    return float(np.median([sdf.pen_width(np.pad(found.mask(letter), 1)) for letter in chosen] or [2.0]))


def _notes(page: AlignedPage, where: str, used: int, guessed: bool) -> list[str]:
    notes = []
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
    """All letters that are certain of their place, in the order of the text, with reasons against some of them."""
    certain = [letter for letter in found.letters if _certain(letter)]
    samples = [_sample(page.sheet, found, letter, where) for letter in certain]
    if not samples:
        return
    seen = inference.read(weights.reader, np.stack([sample.shape for sample in samples]))
    labels = np.array([INDEX[sample.character] for sample in samples])
    legible = inference.legibility(seen, labels)
    for letter, sample, row, chance in zip(certain, samples, seen, legible, strict=True):
        sample = replace(sample, confidence=round(min(letter.sure, float(chance)), 4))
        doubt = _unread(row, float(chance), weights) or _unusual(sample, page.text.accented[letter.place], weights)
        yield _Letter(letter, sample, doubt)


def _unread(row: FloatArray, chance: float, weights: Weights) -> str:
    if chance >= LEGIBLE:
        return ""
    likely = int(row.argmax())
    return f"looks like '{weights.config.characters[likely]}'" if row[likely] > LIKELY else "cannot be read"


def _unusual(sample: GlyphSample, accented: bool, weights: Weights) -> str:
    """Why the ink of a letter is not what its character has, or ''."""
    row = INDEX[sample.character]
    population = weights.population
    if accented:
        return "its accent is not apart"
    if sample.character in DOTTED and euler_number(sample.shape[None] > 0)[0] < 2:
        return "its dot was not found"
    if not SMALLEST < sample.metrics.size / float(np.exp(population.metric_mean[row, 0])) < LARGEST:
        return "its size is far from usual"
    height = sample.metrics.centre_y
    far = abs((height or 0.0) - float(population.metric_mean[row, 1])) / max(float(population.metric_std[row, 1]), 0.1)
    return "its height on the line is far from usual" if height is not None and far > PLACED else ""


def _pairs(found: FoundLetters, certain: list[FoundLetter], width: float) -> list[LetterPair]:
    """Letters that follow each other in a word, of those that are certain."""
    pairs = []
    for a, b in pairwise(certain):
        if b.place == a.place + 1 and a.line == b.line:
            gap = (b.ends[0] - a.ends[1] - width) / found.x_height
            height = None if a.left_at is None else round(a.left_at, 3)
            pairs.append(LetterPair(a.character, b.character, a.joined[1], height, round(gap, 3)))
    return pairs


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
        joined=letter.joined,
    )  # fmt: skip


def _nearest(mask: np.ndarray) -> np.ndarray:
    fine = cv2.resize(mask, None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_NEAREST)
    return np.asarray(fine > 0)
