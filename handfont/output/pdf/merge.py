"""One PDF of many, for printing. Documents are copied one by one: memory does not grow with their sizes."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from handfont.errors import BatchError
from handfont.util.files import atomic

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject, PdfObject

CATALOG, PAGES, OUTLINES = 1, 2, 3
"""Numbers of the objects that hold the file together; those of the documents follow."""


def merge(documents: Iterator[Path], target: Path) -> int:
    """Write all pages of PDFs into one, in order, with a bookmark for each; the number of documents.

    Raises:
        BatchError: there are none, or one cannot be read.
        OutputError: the file cannot be written.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    with atomic(target, durable=True) as temporary, temporary.open("wb") as file:
        merged = _Merged(file)
        for document in documents:
            try:
                merged.add(PdfReader(document), document.stem)
            except (PyPdfError, ValueError, FileNotFoundError, PermissionError) as error:
                raise BatchError(f"{document} cannot be merged: {error}") from error
        if not merged.titles:
            raise BatchError("there is no document to merge")
        merged.finish()
    return len(merged.titles)


class _Merged:
    """A PDF being written, object by object. pypdf reads and writes the objects; a PdfWriter would hold them all."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self._places = [0] * (OUTLINES + 1)
        self._pages: list[int] = []
        self.titles: list[tuple[str, int]] = []
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, reader: PdfReader, title: str) -> None:
        """All pages of a document, and what they refer to."""
        from pypdf.generic import IndirectObject, NameObject

        numbers: dict[tuple[int, int], int] = {}
        left: deque[tuple[int, PdfObject]] = deque()

        def known(reference: IndirectObject) -> IndirectObject:
            key = (reference.idnum, reference.generation)
            if key not in numbers:
                numbers[key] = self._new()
                found = reference.get_object()
                if found is None:
                    raise ValueError(f"its object {reference.idnum} is missing")
                left.append((numbers[key], found))
            return IndirectObject(numbers[key], 0, None)

        first = len(self._pages)
        for page in reader.pages:
            assert page.indirect_reference is not None
            number = numbers[page.indirect_reference.idnum, page.indirect_reference.generation] = self._new()
            copy = _copied({key: value for key, value in page.items() if key != "/Parent"}, known)
            copy[NameObject("/Parent")] = IndirectObject(PAGES, 0, None)
            self._object(number, copy)
            self._pages.append(number)
        while left:
            number, found = left.popleft()
            self._object(number, _copied(found, known))
        if len(self._pages) == first:
            raise ValueError("it has no pages")
        self.titles.append((title, self._pages[first]))

    def finish(self) -> None:
        """Bookmarks, the table of pages, and where everything is."""
        from pypdf.generic import TextStringObject

        items = [self._new() for _ in self.titles]
        for index, (number, (title, page)) in enumerate(zip(items, self.titles, strict=True)):
            around = (("Prev", index - 1), ("Next", index + 1))
            beside = "".join(f"/{name} {items[at]} 0 R " for name, at in around if 0 <= at < len(items))
            self._begin(number)
            self._write(b"<< /Title ")
            TextStringObject(title).write_to_stream(self)  # type: ignore[arg-type]
            self._write(f" /Parent {OUTLINES} 0 R {beside}/Dest [ {page} 0 R /Fit ] >>\nendobj\n".encode("ascii"))
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        for number, content in (
            (CATALOG, f"<< /Type /Catalog /Pages {PAGES} 0 R /Outlines {OUTLINES} 0 R >>"),
            (PAGES, f"<< /Type /Pages /Count {len(self._pages)} /Kids [ {kids} ] >>"),
            (OUTLINES, f"<< /Type /Outlines /First {items[0]} 0 R /Last {items[-1]} 0 R /Count {len(items)} >>"),
        ):
            self._begin(number)
            self._write(f"{content}\nendobj\n".encode("ascii"))
        info = self._new()
        self._begin(info)
        self._write(b"<< /Producer (handfont) >>\nendobj\n")
        start, name = self._file.tell(), self._digest.hexdigest()[:32]
        table = "".join(f"{place:010} 00000 n \n" for place in self._places[1:])
        self._write(
            f"xref\n0 {len(self._places)}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(self._places)} "
            f"/Root {CATALOG} 0 R /Info {info} 0 R /ID [ <{name}> <{name}> ] >>\nstartxref\n{start}\n%%EOF\n".encode(
                "ascii"
            )
        )

    def write(self, data: bytes) -> int:
        """As a file's: pypdf's objects write themselves through it."""
        self._write(data)
        return len(data)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)

    def _new(self) -> int:
        self._places.append(0)
        return len(self._places) - 1

    def _begin(self, number: int) -> None:
        self._places[number] = self._file.tell()
        self._write(f"{number} 0 obj\n".encode("ascii"))

    def _object(self, number: int, value: PdfObject) -> None:
        self._begin(number)
        value.write_to_stream(self)  # type: ignore[arg-type]
        self._write(b"\nendobj\n")


def _copied(value: Any, known: Callable[[IndirectObject], IndirectObject]) -> Any:
    """An object whose references are those that ``known`` gives in their place; data of streams as it is."""
    from pypdf.generic import ArrayObject, DictionaryObject, EncodedStreamObject, IndirectObject, StreamObject

    if isinstance(value, IndirectObject):
        return known(value)
    if isinstance(value, ArrayObject):
        return ArrayObject(_copied(item, known) for item in value)
    if isinstance(value, StreamObject):
        stream = EncodedStreamObject()
        stream.update({key: _copied(item, known) for key, item in value.items() if key != "/Length"})
        stream._data = value._data
        return stream
    if isinstance(value, dict):
        return DictionaryObject({key: _copied(item, known) for key, item in value.items()})
    return value
