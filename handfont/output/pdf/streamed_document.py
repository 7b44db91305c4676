"""A PDF that is written as it is made: reportlab's objects, each formatted into the file once it is complete.

reportlab holds every page until a document is saved, and then the whole file once more; here what a document holds
in memory does not grow with the ink on its pages.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO

from reportlab.pdfbase import pdfdoc

from handfont.util.dates import Info

LEVEL = 4
"""Of compression: level 6 takes five times as long for a twentieth of the size."""


class Stream(pdfdoc.PDFStream):  # type: ignore[misc]
    """Content as it is to be in the file. reportlab's own class puts no line end before ``endstream``."""

    def __init__(self, entries: dict[str, object], content: bytes) -> None:
        super().__init__(pdfdoc.PDFDictionary(entries), content)

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """The stream's bytes in the file: its dictionary and its content."""
        self.dictionary["Length"] = len(self.content)
        return self.dictionary.format(document) + b"\nstream\n" + self.content + b"\nendstream\n"


class StreamedDocument(pdfdoc.PDFDocument):  # type: ignore[misc]
    """A document of reportlab's that writes to ``file``."""

    def __init__(self, file: BinaryIO, language: str) -> None:
        info = Info()  # first, as reportlab fails at a date that is none
        super().__init__(compression=1, invariant=1, pdfVersion=(1, 7), lang=language)
        self.info = info
        self._file, self._offset = file, 0
        self._put(b"%PDF-1.7\n%\x93\x8c\x8b\x9e\n")

    def write_stream(
        self, name: str, content: bytes, entries: dict[str, object] | None = None, compressed: bool = False
    ) -> pdfdoc.PDFObjectReference:
        """Write a stream now, deflated unless it is ``compressed``, under a name of its own."""
        dictionary = dict(entries or {})
        if not compressed:
            content = zlib.compress(content, LEVEL)
            dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
        self.updateSignature(zlib.adler32(content).to_bytes(4, "big"))
        return self.write_object(name, Stream(dictionary, content))

    def write_object(self, name: str, item: pdfdoc.PDFObject) -> pdfdoc.PDFObjectReference:
        """Write an object now; all it holds must be direct, or named by then."""
        reference = self.Reference(item, name)
        self._write(name)
        return reference

    def add_page(
        self, width: float, height: float, contents: pdfdoc.PDFObjectReference, resources: pdfdoc.PDFDictionary
    ) -> None:
        """The next page."""
        page = pdfdoc.PDFPage()
        page.MediaBox = pdfdoc.PDFArray([0, 0, round(width, 3), round(height, 3)])
        page.Contents, page.Resources = contents, resources
        name = self.thisPageName()
        self.addPage(page)
        self._write(name)

    def finish(self) -> None:
        """Write what is left, and the table of all objects."""
        self.info.invariant = self.invariant
        self.info.digest(self.signature)
        self.Catalog.Outlines = None
        root, info = self.Reference(self.Catalog), self.Reference(self.info)
        number = 1
        while number in self.numberToId:  # objects may name further ones when they are formatted
            if self.numberToId[number] not in self.idToOffset:
                self._write(self.numberToId[number])
            number += 1
        table = pdfdoc.PDFCrossReferenceTable()
        table.addsection(0, [self.numberToId[i] for i in range(1, number)])
        start = self._offset
        self._put(table.format(self))
        self._put(pdfdoc.PDFTrailer(startxref=start, Size=number, Root=root, Info=info, ID=self.ID()).format(self))

    def _write(self, name: str) -> None:
        item = self.idToObject[name]
        self.idToOffset[name] = self._offset
        self._put(pdfdoc.PDFIndirectObject(name, item).format(self))
        if isinstance(item, pdfdoc.PDFStream):
            self.idToObject[name] = None  # the name stays taken, the content is in the file

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._offset += len(data)
