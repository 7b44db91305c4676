"""Dates of PDF files: none, so that the same document has the same bytes, unless ``SOURCE_DATE_EPOCH`` says one.

That variable is the convention of reproducible builds (https://reproducible-builds.org/specs/source-date-epoch/).
"""

from __future__ import annotations

import os
from datetime import datetime, timezone

from reportlab.pdfbase import pdfdoc

from handfont.errors import OutputError

VARIABLE = "SOURCE_DATE_EPOCH"
"""The environment variable that has the date, in seconds since 1970."""


def source_date() -> datetime | None:
    """The date that documents are to carry, if there is one.

    Raises:
        OutputError: the variable holds something else than seconds since 1970.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text) if len(text) <= 15 else -1 << 63, timezone.utc)  # noqa: UP017
    except (ValueError, OverflowError, OSError) as error:
        raise OutputError(
            f"the variable {VARIABLE} is '{text[:40]}', which is no number of seconds since 1970; set it "
            "to one, or leave it unset"
        ) from error


class Info(pdfdoc.PDFInfo):  # type: ignore[misc]
    """What a PDF says of itself, as reportlab writes it, with no dates but that of :func:`source_date`."""

    def __init__(self) -> None:
        super().__init__()
        self.date = source_date()

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """The information dictionary as bytes of the file."""
        entries: dict[str, object] = {
            name: pdfdoc.PDFString(getattr(self, name.lower()))
            for name in ("Title", "Author", "Producer", "Creator", "Subject", "Keywords")
        }
        entries["Trapped"] = pdfdoc.PDFName(self.trapped)
        if self.date is not None:
            entries["CreationDate"] = entries["ModDate"] = pdfdoc.PDFString(self.date.strftime("D:%Y%m%d%H%M%SZ"))
        return pdfdoc.PDFDictionary(entries).format(document)
