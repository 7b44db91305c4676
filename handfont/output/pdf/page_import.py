"""The first page of another PDF as a form of ours: read by pypdf, copied object by object."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfbase import pdfdoc

from handfont.errors import OutputError
from handfont.output.pdf.streamed_document import Stream, StreamedDocument
from handfont.util import pictures

Box = tuple[float, float, float, float]
TURNED = {0: (1, 0, 0, 1), 90: (0, -1, 1, 0), 180: (-1, 0, 0, -1), 270: (0, 1, -1, 0)}
"""Matrices of turned pages, by the degrees clockwise that they are shown turned by."""


def first_page(document: StreamedDocument, path: Path, name: str) -> tuple[pdfdoc.PDFObjectReference, Box]:
    """The page as a form, and the box it shows.

    Raises:
        OutputError: it is locked with a password, or has no pages. pypdf's own errors where it is damaged.
    """
    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise OutputError(f"the background {path} is locked with a password; save it without one")
    if not reader.pages:
        raise OutputError(f"the background {path} has no pages")
    page = reader.pages[0]
    left, bottom, right, top = (float(value) for value in page.cropbox)
    a, b, c, d = TURNED[page.rotation % 360]
    xs, ys = zip(*((a * x + c * y, b * x + d * y) for x in (left, right) for y in (bottom, top)), strict=True)
    contents = page.get_contents()
    entries = {
        "Type": pdfdoc.PDFName("XObject"),
        "Subtype": pdfdoc.PDFName("Form"),
        "BBox": pdfdoc.PDFArray([left, bottom, right, top]),
        "Matrix": pdfdoc.PDFArray([a, b, c, d, 0, 0]),
        "Resources": _Copy(document, name).of(page.get("/Resources", DictionaryObject()).get_object()),
    }
    data = contents.get_data() if contents is not None else b""
    return document.write_stream(name, data, entries), (min(xs), min(ys), max(xs), max(ys))


class _Copy:
    """Copies pypdf's objects as reportlab's; what is shared in the one file is shared in the other."""

    def __init__(self, document: StreamedDocument, prefix: str) -> None:
        self._document, self._prefix = document, prefix
        self._known: dict[int, pdfdoc.PDFObjectReference] = {}

    def of(self, item: object) -> object:
        if isinstance(item, IndirectObject):
            return self._shared(item)
        if isinstance(item, StreamObject):
            if item.get("/Subtype") == "/Image":
                # Whoever draws the page decodes it: a few kilobytes may be gigabytes of pixels.
                pictures.check_size(int(item.get("/Width", 0)), int(item.get("/Height", 0)))
            # Still as it was in the file: the stream's own filters stay its filters.
            return Stream(self._dictionary(item).dict, bytes(item._data))
        if isinstance(item, DictionaryObject):
            return self._dictionary(item)
        if isinstance(item, ArrayObject):
            return pdfdoc.PDFArray([self.of(part) for part in item])
        if isinstance(item, NameObject):
            return pdfdoc.PDFName(item[1:])
        if isinstance(item, (TextStringObject, ByteStringObject)):
            return pdfdoc.PDFText(item.original_bytes, enc="raw")
        if isinstance(item, NullObject):
            return "null"
        if isinstance(item, BooleanObject):
            return "true" if item.value else "false"
        return str(item)

    def _dictionary(self, item: DictionaryObject) -> pdfdoc.PDFDictionary:
        # A page of a marked-up document may point at the whole document through its parents.
        keys = [key for key in item if key not in ("/Parent", "/StructParents", "/Length", "/P")]
        return pdfdoc.PDFDictionary({key[1:]: self.of(item.raw_get(key)) for key in keys})

    def _shared(self, item: IndirectObject) -> pdfdoc.PDFObjectReference:
        if item.idnum not in self._known:
            name = f"{self._prefix}-{item.idnum}"
            holder = _Later()
            self._known[item.idnum] = self._document.Reference(holder, name)
            # The reference is known before what it leads to is copied, which may lead back to it.
            holder.item = self.of(item.get_object())
        return self._known[item.idnum]


class _Later(pdfdoc.PDFObject):  # type: ignore[misc]
    """An object that is named before it is known."""

    item: object = "null"

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        return pdfdoc.format(self.item, document)
