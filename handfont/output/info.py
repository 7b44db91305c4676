"""What a document tells of itself."""

from __future__ import annotations

from dataclasses import dataclass

DPI_RANGE = (30, 1200)
"""Resolutions of pictures of pages."""


@dataclass(frozen=True)
class DocumentInfo:
    """Title, author and language of a document. No dates: the same document has the same information."""

    title: str = ""
    author: str = ""
    language: str = "en"
