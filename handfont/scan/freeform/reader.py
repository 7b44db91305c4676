"""A page of free writing -> glyph samples and rhythm: ink, lines, and the text aligned with them.

Joined letters are cut where one ends and the next begins. Only letters whose ink is certain go into a style.
"""

from __future__ import annotations

from handfont.core.arrays import ByteArray
from handfont.core.charset import describe
from handfont.errors import ScanError
from handfont.model.loading import Weights
from handfont.scan.freeform import line_reader, page_notes
from handfont.scan.freeform.deskew import DeskewedPage, deskewed
from handfont.scan.freeform.language import sense
from handfont.scan.freeform.letter_samples import read_aligned
from handfont.scan.freeform.line_pictures import scores_of, with_margins
from handfont.scan.freeform.page_alignment import AlignedPage, align_page
from handfont.scan.freeform.text_alignment import PageText
from handfont.scan.page_reading import PageReading
from handfont.scan.pen import COARSE
from handfont.util.progress import Watch

FITTING = 0.4
"""A transcript of whose letters less than this share is in words that are read is not this page's."""
UPRIGHT = 0.5
"""If less is read, the page may be the other way up."""
APART = 0.8
"""If less is read, letters may stand far apart, as those of an alphabet."""
SENSE = 0.15, 0.4
"""Share of the letters in known words below which a page without a transcript cannot be read, and below which it may be
the other way up."""
DIFFERENT = 0.5
"""Share of the letters of a text that differ from each other from which on it is an alphabet."""
ALPHABET = 0.2
"""Share of the letters of an alphabet that may be read worse, if they stand apart."""
UNKNOWN = 0.5
"""Share of the characters of a transcript that the model does not know from which on a page is not read."""
CROWDED = 100
"""Letters of a transcript to a line that is seen, beyond which lines were missed: people write half of that."""
LONGEST_TEXT = 6000
"""Characters of a transcript: more than any page holds."""


def read(
    page: ByteArray,
    transcript: str | None,
    where: str,
    weights: Weights,
    dpi: float | None = None,
    watch: Watch | None = None,
) -> PageReading:
    """The letters of a page of free writing.

    Args:
        page, transcript, where, weights, watch: see :func:`aligned_page`.
        dpi: resolution of ``page``, if it is known to be true.

    Raises:
        ScanError: no writing on the page, writing too small or blurred, a transcript that is not of this page, or too
            few letters that can be used.
    """
    aligned = aligned_page(page, transcript, where, weights, watch)
    if watch is not None:
        watch("parting letters", 0, None)
    return read_aligned(aligned, weights, where, dpi, transcript is None)


def aligned_page(
    page: ByteArray, transcript: str | None, where: str, weights: Weights, watch: Watch | None = None
) -> AlignedPage:
    """The lines of a page of free writing with the text laid along them.

    Args:
        page: (height, width, 3) RGB, turned any way.
        transcript: what is written, or None to have it read; its line breaks need not be those of the page.
        where: the scan, for messages.
        weights: the model.
        watch: is told how far it is.

    Raises:
        ScanError: no writing on the page, writing too small or blurred, or a transcript that is not of this page.
    """
    if transcript is not None:
        _check(transcript, where)
    if watch is not None:
        watch("looking for lines", 0, None)
    sheet = deskewed(page, where, weights.ink_aligner)
    aligned, fitting = _aligned(sheet, transcript, weights, watch)
    if fitting < (SENSE[1] if transcript is None else UPRIGHT):
        over = deskewed(page, where, weights.ink_aligner, sheet.turned)
        other = _aligned(over, transcript, weights, watch)
        aligned, fitting = max((aligned, fitting), other, key=lambda one: one[1])
    if fitting < (SENSE[0] if transcript is None else FITTING):
        raise ScanError(_why(aligned, transcript is None, where))
    return aligned


def _check(transcript: str, where: str) -> None:
    if not transcript.strip():
        raise ScanError(f"the transcript of {where} is empty; write what the page says, or leave the file away")
    if len(transcript) > LONGEST_TEXT:
        raise ScanError(
            f"the transcript of {where} has {len(transcript)} characters, more than a page holds; give "
            "each page its own"
        )
    text = PageText.of(transcript)
    letters = [(c, p) for c, p in zip(text.characters, text.plain, strict=True) if c != " "]
    unknown = [c for c, p in letters if not p]
    if len(unknown) > UNKNOWN * len(letters):
        raise ScanError(
            f"the transcript of {where} is in a script that handfont does not know: {len(unknown)} of its "
            f"{len(letters)} characters, like {describe(unknown[0])}; only Latin letters, digits and signs "
            "can be learned"
        )


def _aligned(
    sheet: DeskewedPage, transcript: str | None, weights: Weights, watch: Watch | None
) -> tuple[AlignedPage, float]:
    """The page with its text, which is read if it is not known, and how well that fits or makes sense."""
    scores = scores_of(weights.ink_aligner, sheet.lines)
    if transcript is None:
        columns = [with_margins(line, own.columns) for line, own in zip(sheet.lines, scores, strict=True)]
        text = line_reader.text_of(columns, watch)
        return align_page(sheet, scores, PageText.of(text)), sense(text)
    aligned = align_page(sheet, scores, PageText.of(transcript))
    letters = "".join(transcript.split())
    alphabet = len(set(letters)) > DIFFERENT * len(letters)
    if aligned.found < APART or alphabet:
        other = align_page(sheet, scores, PageText.of(transcript, apart=True))
        if other.found > aligned.found - ALPHABET * alphabet:
            aligned = other
    return aligned, aligned.found


def _why(page: AlignedPage, guessed: bool, where: str) -> str:
    """Why a page could not be read, and what to do."""
    if guessed:
        return (
            f"too little of {where} can be read without a transcript; write what it says into a text file of "
            "the same name beside it"
        )
    lines = len(page.lines)
    letters = page_notes.count(page)
    if letters > CROWDED * lines:
        return (
            f"the transcript of {where} has {letters} letters, too many for the {lines} line{'s'[: lines > 1]} of "
            "writing that are seen: lines that cross or touch cannot be told apart; write them farther apart, or, if "
            "it is the text of another page, write down what this page says"
        )
    x_height = page.sheet.x_height / page.sheet.scale
    small = f", and its small letters are only {x_height:.0f} pixels high" if x_height < COARSE else ""
    return (
        f"the transcript of {where} does not match the page: {page.found:.0%} of its words were found in the {lines} "
        f"lines of writing that are seen{small}; write down what this page says, or write it larger and darker"
    )
