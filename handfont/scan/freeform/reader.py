"""A page of free writing -> glyph samples and rhythm: ink, lines, and the text aligned with them.

Joined letters are cut where one ends and the next begins. Only letters whose ink is certain go into a style.
"""

from __future__ import annotations

from handfont.core.arrays import ByteArray
from handfont.errors import ScanError
from handfont.model.loading import Weights
from handfont.scan.freeform import line_reader
from handfont.scan.freeform.deskew import DeskewedPage, deskewed
from handfont.scan.freeform.letter_samples import read_aligned
from handfont.scan.freeform.line_pictures import scores_of
from handfont.scan.freeform.page_alignment import AlignedPage, align_page
from handfont.scan.freeform.text_alignment import PageText
from handfont.scan.page_reading import PageReading
from handfont.scan.pen import COARSE

FITTING = 0.25
"""A transcript of whose letters less than this share is read where it was laid is not this page's."""
UPRIGHT = 0.4
"""If less is read, the page may be the other way up."""
LONGEST_TEXT = 6000
"""Characters of a transcript: more than any page holds."""


def read(
    page: ByteArray, transcript: str | None, where: str, weights: Weights, dpi: float | None = None
) -> PageReading:
    """The letters of a page of free writing.

    Args:
        page: (height, width, 3) RGB, turned any way.
        transcript: what is written, or None to have it read; its line breaks need not be those of the page.
        where: the scan, for messages.
        weights: the model.
        dpi: resolution of ``page``, if it is known to be true.

    Raises:
        ScanError: no writing on the page, writing too small or blurred, or a transcript that is not of this page.
    """
    if transcript is not None:
        _check(transcript, where)
    sheet = deskewed(page, where, weights.ink_aligner)
    aligned = _aligned(sheet, transcript, where, weights)
    if aligned.found < UPRIGHT:
        other = _aligned(deskewed(page, where, weights.ink_aligner, sheet.turned), transcript, where, weights)
        aligned = max(aligned, other, key=lambda one: one.found)
    if aligned.found < FITTING:
        raise ScanError(_why(aligned, transcript is None, where))
    return read_aligned(aligned, weights, where, dpi, transcript is None)


def _check(transcript: str, where: str) -> None:
    if not transcript.strip():
        raise ScanError(f"the transcript of {where} is empty; write what the page says, or leave the file away")
    if len(transcript) > LONGEST_TEXT:
        raise ScanError(
            f"the transcript of {where} has {len(transcript)} characters, more than a page holds; give "
            "each page its own"
        )


def _aligned(sheet: DeskewedPage, transcript: str | None, where: str, weights: Weights) -> AlignedPage:
    """The page with its text, which is read if it is not known."""
    scores = scores_of(weights.ink_aligner, sheet.lines)
    text = line_reader.text_of(scores) if transcript is None else transcript
    return align_page(sheet, scores, PageText.of(text))


def _why(page: AlignedPage, guessed: bool, where: str) -> str:
    """Why a page could not be read, and what to do."""
    if guessed:
        return (
            f"too little of {where} can be read without a transcript; write what it says into a text file of "
            "the same name beside it"
        )
    lines = len(page.lines)
    x_height = page.sheet.x_height / page.sheet.scale
    small = f", and its small letters are only {x_height:.0f} pixels high" if x_height < COARSE else ""
    return (
        f"the transcript of {where} does not match the page: {page.found:.0%} of its letters were found in the "
        f"{lines} lines of writing that are seen{small}; write down what this page says, line by line"
    )
