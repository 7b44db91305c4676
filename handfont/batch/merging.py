"""One PDF of many, for printing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from handfont.errors import BatchError
from handfont.files import atomic


def merge(documents: Iterator[Path], target: Path) -> int:
    """Write all pages of PDFs into one, in order, with a bookmark for each; the number of documents.

    Raises:
        BatchError: there are none, or one cannot be read.
        OutputError: the file cannot be written.
    """
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError

    count = 0
    with PdfWriter() as writer:
        for document in documents:
            try:
                writer.append(document, outline_item=document.stem)
            except (PyPdfError, OSError, ValueError) as error:
                raise BatchError(f"{document} cannot be merged: {error}") from error
            count += 1
        if not count:
            raise BatchError("there is no document to merge")
        writer.add_metadata({"/Producer": "handfont"})
        with atomic(target) as temporary:
            writer.write(temporary)
    return count
