"""What a page says, as far as a machine can read it."""

from __future__ import annotations

from handfont.scan.freeform.line_pictures import LineScores


def text_of(scores: list[LineScores]) -> str:
    """The text of a page."""
    raise NotImplementedError
