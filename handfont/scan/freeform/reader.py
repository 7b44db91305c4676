"""A page of free writing -> glyph samples and rhythm: ink, lines, pieces, and the text aligned with them.

Only letters that nearly all alignments agree on, and that can be read as what they should be, go into a style.
"""

from __future__ import annotations

from handfont.core.arrays import ByteArray
from handfont.errors import ScanError
from handfont.model.loading import Weights
from handfont.scan import pen
from handfont.scan.freeform.alignment import Aligned, align_page, unreadable
from handfont.scan.freeform.deskew import FEWEST
from handfont.scan.freeform.letter_samples import read_aligned
from handfont.scan.page_reading import PageReading

FITTING = 0.15
"""A transcript of which less than this share is found is not this page's."""
SCANT = 0.6
"""Pieces of ink to letters of the text, or the reverse, below which either lacks much of the other."""
LETTER, LEGIBLE = 0.7, 0.68
"""Size in x-heights, at least, and mean probability that the reader gives, of pieces that are letters written apart."""
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
        dpi: resolution of ``page``, if it is known to be true.

    Raises:
        ScanError: no writing on the page, writing too small or blurred, or a transcript that is not of this page.
    """
    if transcript is not None:
        if not transcript.strip():
            raise ScanError(f"the transcript of {where} is empty; write what the page says, or leave the file away")
        if len(transcript) > LONGEST_TEXT:
            raise ScanError(
                f"the transcript of {where} has {len(transcript)} characters, more than a page holds; give "
                "each page its own"
            )
    aligned = align_page(page, transcript, where, weights)
    if aligned.found < FEWEST or aligned.found < FITTING * len(aligned.letters.characters):
        if aligned.guessed:
            raise unreadable(where)
        raise ScanError(
            f"the transcript of {where} does not match the page: {aligned.found} of "
            f"{len(aligned.letters.characters)} letters were found; {_why(aligned)}"
        )
    return read_aligned(aligned, weights, where, dpi)


def _why(page: Aligned) -> str:
    """The likeliest reason why a text is not found on its page, and what to do."""
    x_height, letters, bodies = page.inked.x_height / page.sheet.scale, len(page.letters.characters), page.inked.order
    single = page.seen[(page.runs.count == 1) & (page.runs.size > LETTER)]
    if x_height < pen.COARSE:
        return f"its small letters are only {x_height:.0f} pixels high, scan it at 200 dpi or more"
    if len(bodies) < SCANT * letters:
        return (
            f"there are only {len(bodies)} pieces of ink, far less writing than in the text; write down what this "
            "page says and no more"
        )
    if letters < SCANT * len(bodies):
        return (
            f"there are {len(bodies)} pieces of ink, far more writing than in the text; write down all that the "
            "page says, or cut off what is no writing"
        )
    if len(single) and float(single.max(axis=1).mean()) > LEGIBLE:
        return "its letters can be read, but are others than those of the text; write down what this page says"
    return (
        "its letters can hardly be read one by one, as where they are joined or faint; write them apart with a "
        "dark pen, and check that the text is that of this page"
    )
