"""What a document says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentInfo:
    """Title, author and language of a document. It has no dates; see :mod:`.dates`."""

    title: str = ""
    author: str = ""
    language: str = "en"
