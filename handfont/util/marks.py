"""Combining marks in countless numbers, which Unicode's normal forms sort in quadratic time."""

from __future__ import annotations

import re
import unicodedata

MARKS_MAX = 30
"""Marks on one letter: what Unicode calls stream-safe text (UAX #15) has no more, no language more than a few."""


def long_run(text: str) -> re.Match[str] | None:
    """The first run of more than ``MARKS_MAX`` combining marks in a text; found in linear time."""
    if text.isascii():
        return None
    marks = "".join(character for character in set(text) if unicodedata.combining(character))
    return re.search(f"[{re.escape(marks)}]{{{MARKS_MAX + 1},}}", text) if marks else None
