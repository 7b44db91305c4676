"""Two letters that were seen beside each other in a word."""

from __future__ import annotations

from typing import NamedTuple


class SeenPair(NamedTuple):
    """Two letters that follow each other in a word, and whether the pen stayed down between them."""

    left: str
    right: str
    joined: bool
