"""The letters of an aligned page as glyph samples, each with a reason where it is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from handfont.core import sdf
from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX, alike
from handfont.core.euler_number import euler_number
from handfont.core.glyph import GlyphSample, Metrics
from handfont.errors import ScanError
from handfont.model.loading import Weights
from handfont.scan import pen
from handfont.scan.cell_samples import PageMeasures
from handfont.scan.freeform import rhythm, segments
from handfont.scan.freeform.alignment import CERTAIN, Aligned
from handfont.scan.freeform.deskew import FEWEST
from handfont.scan.page_reading import PageReading
from handfont.scan.skeleton import skeleton_of

READABLE = 0.5
"""Probability that the reader has to give a letter, or one that looks alike."""
READABLE_ALONE, OTHER = 0.9, 0.3
"""The same on pages without a transcript, and the probability that another letter may at most have there."""
LIKELY = 0.6
"""Probability at which a report names the character that a letter looks like instead."""
SMALLEST, LARGEST = 0.5, 2.0
"""Of a letter's size, as factors of the character's usual one."""
SHAPE_ZOOM = 2.0
"""Factor that the page is enlarged by to take the final shapes from it."""


class _Letter(NamedTuple):
    """A letter found: its place in the text, its run, its sample, and why it is left out ('' if it is not)."""

    place: int
    run: int
    sample: GlyphSample
    doubt: str


def read_aligned(page: Aligned, weights: Weights, where: str, dpi: float | None) -> PageReading:
    """The samples of an aligned page, and what they show of the hand.

    Raises:
        ScanError: too few of its letters can be used.
    """
    sheet, inked = page.sheet, page.inked
    x_height = inked.x_height / sheet.scale  # in pixels of the scan
    found = list(_letters(page, weights, where))
    used = [letter for letter in found if not letter.doubt]
    if len(used) < FEWEST:
        raise ScanError(
            f"only {len(used)} letters of {where} could be parted and read; joined writing gives too few, "
            "write letters apart"
        )
    width = float(np.median([letter.sample.pen for letter in used]))
    color, true = pen.ink_and_width(sheet.page, sheet.dark, inked.labels > 0, width * inked.x_height / sheet.scale)
    samples = [replace(letter.sample, pen=letter.sample.pen * true) for letter in found]
    return PageReading(
        "writing",
        where,
        sheet.page,
        PageMeasures(inked.x_height, width * true, color),
        samples,
        [(sample, letter.doubt) for sample, letter in zip(samples, found, strict=True) if letter.doubt],
        notes=_notes(page, where, len(found), len(used)) + pen.coarse(x_height, dpi, where),
        x_height_mm=round(x_height / dpi * 25.4, 3) if dpi else None,
        rhythm=rhythm.measure(
            inked,
            page.runs,
            page.letters.spaced,
            [(letter.place, letter.run) for letter in used],
            page.letters.characters,
        ),
        slant=round(inked.slant, 3),
    )


def _notes(page: Aligned, where: str, found: int, used: int) -> list[str]:
    notes = []
    if page.guessed:
        notes.append(
            f"There is no transcript of {where}: it was read by machine, and only letters that are sure were "
            f"kept ({used})."
        )
    letters = len(page.letters.characters)
    if found < letters:
        notes.append(
            f"{letters - found} of {letters} letters of {where} could not be told apart for sure and were left out."
        )
    if page.sheet.ruled:
        notes.append(f"{page.sheet.ruled} printed rules were taken off {where}.")
    return notes


def _letters(page: Aligned, weights: Weights, where: str) -> Iterator[_Letter]:
    """The letters that nearly all alignments agree on, in the order of the text."""
    letters, weighed, runs = page.letters, page.weighed, page.runs
    certain = (weighed.run >= 0) & (weighed.share > CERTAIN)
    owners = Counter(piece for run in weighed.run[certain] for piece in runs.pieces[run])
    known = letters.in_known_words() if page.guessed else []
    look = page.seen @ alike().astype(np.float32)
    for place in np.flatnonzero(certain).tolist():
        character, run = letters.characters[place], int(weighed.run[place])
        if not character:
            continue
        probability = float(look[run, INDEX[character]])
        confidence = round(min(float(weighed.share[place]), probability), 4)
        sample = _sample(page, runs.pieces[run], character, confidence, where)
        doubt = ""
        if probability < READABLE:
            likely = int(page.seen[run].argmax())
            clear = float(page.seen[run, likely]) > LIKELY
            doubt = f"looks like '{weights.config.characters[likely]}'" if clear else "cannot be read"
        elif any(owners[piece] > 1 for piece in runs.pieces[run]):
            doubt = "its dot may be another letter's"
        else:
            doubt = _unusual(sample, bool(runs.mark[run] >= 0), letters.accented[place], weights)
        if not doubt and page.guessed:
            doubt = _unclear(look[run], INDEX[character], known[place])
        yield _Letter(place, run, sample, doubt)


def _unusual(sample: GlyphSample, marked: bool, accented: bool, weights: Weights) -> str:
    """Why the ink of a letter is not what its character has, or ''."""
    usual = float(np.exp(weights.population.metric_mean[INDEX[sample.character], 0]))
    if sample.character in "ij" and not marked and euler_number(sample.shape[None] > 0)[0] < 2:
        return "its dot was not found"
    if not SMALLEST < sample.metrics.size / usual < LARGEST:
        return "its size is far from usual"
    return "its accent is not apart" if accented and marked else ""


def _unclear(look: FloatArray, character: int, known: bool) -> str:
    """Why a letter read without a transcript may be another one, or ''; ``look`` (C,) are probabilities."""
    best = int(look.argmax())
    if float(look[character]) < READABLE_ALONE or (best != character and look[best] > OTHER):
        return "read without a transcript, and not clear enough"
    return "" if known else "read without a transcript, in a word that is in no list"


def _sample(page: Aligned, pieces: list[int], character: str, confidence: float, where: str) -> GlyphSample:
    """Some pieces as the sample of a character, their edges found between pixels."""
    sheet, inked = page.sheet, page.inked
    mask, box = segments.mask_of(inked, pieces)
    grown = 2
    x0, y0, x1, y1 = (int(v) for v in box)
    height, width = sheet.dark.shape
    a, b, c, d = max(0, x0 - grown), max(0, y0 - grown), min(width, x1 + grown), min(height, y1 + grown)
    own = np.zeros((d - b, c - a), np.uint8)
    own[y0 - b : y1 - b, x0 - a : x1 - a] = mask
    others = (inked.labels[b:d, a:c] > 0) & (own == 0)
    near = cv2.dilate(own, np.ones((3, 3), np.uint8)).astype(bool) & ~others
    patch = np.where(near, sheet.dark[b:d, a:c], 0).astype(np.float32)
    fine = cv2.resize(patch, None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_LINEAR) > sheet.level
    fine &= cv2.resize(near.astype(np.uint8), None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_NEAREST) > 0
    if not fine.any():
        fine = cv2.resize(own, None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_NEAREST) > 0
    width = sdf.pen_width(mask) * SHAPE_ZOOM
    h = inked.x_height * SHAPE_ZOOM
    shape = sdf.from_ink(fine, h, width)
    base = float(inked.baseline[pieces].mean())
    metrics = Metrics(float(shape.side / h), float((base - b - shape.y / SHAPE_ZOOM) / inked.x_height))
    skeleton = skeleton_of(fine, h, (shape.x, shape.y))
    return GlyphSample(character, shape.field, metrics, float(width / h), where, (x0, y0, x1, y1), confidence, skeleton)
