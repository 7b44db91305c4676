"""What a report says of a page of free writing: what was left out of it, and where its text and its lines differ."""

from __future__ import annotations

import numpy as np

from handfont.scan.freeform.page_alignment import AlignedPage

FOUND = 0.7
"""Share of a text that is found below which a report says so."""
PRINT = 0.5
"""Share of lines that look printed from which on a report says so of a page with a transcript."""


def count(page: AlignedPage) -> int:
    """Letters of the text of a page."""
    return sum(c != " " for c in page.text.characters)


def notes(page: AlignedPage, where: str, used: int, guessed: bool, printed: int, second: int | None) -> list[str]:
    """What to say of a page; ``used`` and ``printed`` are numbers of its used letters and of its lines that look so,
    ``second`` is the line at which another person seems to go on writing.
    """
    said = []
    if second is not None:
        said.append(
            f"From line {second + 1} of {where} on another person seems to write, and a style is one hand: if so, cut "
            "the picture there, and enroll each part by itself with its own text."
        )
    if printed and guessed:
        said.append(
            f"Left out as print: {printed} line{'s'[: printed > 1]} of {where}; a text file beside it that says what "
            "is written by hand settles it."
        )
    elif printed >= max(2, PRINT * len(page.lines)):
        said.append(
            f"{printed} lines of {where} may be print, so evenly do they stand, "
            "but the transcript has the text: leave out of it what is not written by hand."
        )
    if guessed:
        said.append(
            f"There is no transcript of {where}: it was read by machine, and only letters that are sure were kept "
            f"({used})."
        )
    letters = count(page)
    if used < letters:
        said.append(f"{letters - used} of {letters} letters of {where} were not sure enough and were left out.")
    said += _unmatched(page, where)
    if page.sheet.ruled:
        said.append(f"{page.sheet.ruled} printed rule{'s were' if page.sheet.ruled > 1 else ' was'} taken off {where}.")
    return said


def _unmatched(page: AlignedPage, where: str) -> list[str]:
    """What the transcript has that is not on the page, or not known, and lines of which it has nothing."""
    said = []
    unknown = sum(c != " " and not p for c, p in zip(page.text.characters, page.text.plain, strict=True))
    if unknown:
        plural = unknown > 1
        said.append(
            f"{unknown} character{'s'[:plural]} of the transcript of {where} {'are' if plural else 'is'} none that the "
            "model knows."
        )
    if page.found < FOUND:
        said.append(f"Only {page.found:.0%} of the transcript of {where} was found on it.")
    read = page.fits & np.array([bool(p.strip()) for p in page.text.plain])
    bare = sum(not read[line.places].any() for line in page.lines)
    if bare:
        said.append(f"Nothing of the transcript of {where} is on {bare} of its {len(page.lines)} lines.")
    return said
