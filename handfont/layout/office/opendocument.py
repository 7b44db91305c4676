"""OpenDocument texts (``.odt``) of LibreOffice and others, by odfdo: what they say, as their readers see it.

Tracked changes are read as accepted; comments, headers and footers are not written. Footnotes and endnotes are written
at the end.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from handfont.errors import TextError
from handfont.layout.content import PLAIN, Divider, Figure, TextStyle
from handfont.layout.office import formulas, package
from handfont.layout.office.gaps import Gaps
from handfont.layout.office.list_numbers import ListCounter
from handfont.layout.office.open_styles import OpenStyles
from handfont.layout.office.package import LOWERED, RAISED
from handfont.layout.office.tables import add_lines, even_table
from handfont.layout.rich_text import UNDERLINED, Paragraph, Pieces, RichPart, RichTable, RichText, joined
from handfont.layout.styled_words import formula_pieces

KIND = "OpenDocument text"
MAX_REPEATED = 60
"""Times that a cell or a space is repeated, at most."""
_SILENT = ("text:tracked-changes", "text:sequence-decls", "text:variable-decls", "office:forms", "text:bookmark")
_THROUGH = ("text:section", "text:table-of-content", "text:index-body", "text:alphabetical-index", "text:bibliography",
            "text:illustration-index", "text:index-title", "text:user-index")  # fmt: skip
"""Elements that only hold others."""


def read(path: Path) -> RichText:
    """The text of a document.

    Raises:
        TextError: it cannot be read.
        ModuleNotFoundError: odfdo is not installed.
    """
    import odfdo

    package.check(path, KIND)
    with package.understood(path, KIND):
        with zipfile.ZipFile(path) as file:
            if b"encryption-data" in file.read("META-INF/manifest.xml"):
                raise TextError(f"the text {path} has a password; save it without one")
        document = odfdo.Document(path)
        if not str(document.mimetype).startswith("application/vnd.oasis.opendocument.text"):
            raise package.damaged(path, KIND)
        reader = _Reader(document)
        parts = tuple(reader.parts())
    package.warn(path, reader.left_out)
    return RichText(parts)


class _Reader:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.styles = OpenStyles(document)
        self.left_out: Counter[str] = Counter()
        self.notes: list[Any] = []
        self.gaps, self._break = Gaps(), False

    def parts(self) -> Iterator[RichPart]:
        yield from self.blocks(self.document.body)
        yield from self._notes()
        root = self.document.get_part("styles.xml").root
        for name in ("style:header", "style:footer"):
            if any("".join(one.inner_text.split()) for one in root.get_elements(f"//{name}")):
                self.left_out["headers and footers"] += 1

    def blocks(self, parent: Any) -> Iterator[RichPart]:
        for element in parent.children:
            if element.tag in ("text:p", "text:h"):
                yield from self._paragraphs(element, -1, None)
            elif element.tag == "text:list":
                yield from self._list(element, 0, None)
            elif element.tag == "table:table":
                yield self._table(element)
                self.gaps.broken()
            elif element.tag in _THROUGH:
                yield from self.blocks(element)
            elif element.tag == "draw:frame":
                yield from self._frame(element)

    def _frame(self, element: Any) -> Iterator[RichPart]:
        """A picture, or a box with text, that hangs from the page."""
        inline = _Inline(self, PLAIN, False)
        inline.drawing(element)
        lines = tuple(line for page in inline.finished() for line in page if line)
        if lines:
            yield Paragraph(lines)
        for box in inline.boxes:
            yield from self.blocks(box)

    def _paragraphs(self, element: Any, level: int, marker: str | int | None) -> Iterator[RichPart]:
        name = str(element.get_attribute("text:style-name") or "")
        names, style = self.styles.names(name), self.styles.paragraph(name)
        heading = _heading(element, names)
        base: TextStyle | None = replace(UNDERLINED, ink=self.styles.ink("paragraph", name))
        if not heading:
            base, _, _ = self.styles.look("paragraph", name, PLAIN, False)
        inline = _Inline(self, base or PLAIN, bool(heading))
        if base is not None:
            inline.walk(element)
        pages = inline.finished()
        self._break |= style["before"]
        for index, lines in enumerate(pages):
            written = any(isinstance(line, Figure) or "".join(text for text, _ in line).strip() for line in lines)
            if not written and marker is None:
                self.gaps.empty += index == 0
            else:
                gap = self.gaps.before(style["space"])
                listed = level >= 0
                yield Paragraph(
                    tuple(lines),
                    heading,
                    level,
                    marker if index == 0 else None,
                    style["align"],
                    0.0 if listed else style["indent"],
                    0.0 if listed else style["first"],
                    any(name in ("quotations", "quote", "intense quote") for name in names),
                    gap,
                    self._break,
                )
                self._break = False
            self._break |= index < len(pages) - 1
        self._break |= style["after"]
        for box in inline.boxes:
            yield from self.blocks(box)

    def _list(self, element: Any, depth: int, counter: ListCounter | None) -> Iterator[RichPart]:
        name = str(element.get_attribute("text:style-name") or "")
        if counter is None or name:
            found = ListCounter(self.styles.levels(name)) if name else None
            counter = found or counter or ListCounter({})
        for item in element.children:
            if item.tag not in ("text:list-item", "text:list-header"):
                continue
            begun = item.tag == "text:list-header"
            for child in item.children:
                if child.tag == "text:list":
                    yield from self._list(child, min(depth + 1, 8), counter)
                elif child.tag in ("text:p", "text:h"):
                    heading = child.tag == "text:h"
                    marker = None if begun else counter.marker(depth)
                    yield from self._paragraphs(child, -1 if heading else depth, None if heading else marker)
                    begun = True

    def _table(self, element: Any) -> RichTable:
        rows: list[tuple[Pieces, ...]] = []
        aligns: list[str] = []
        for head, row in _rows(element):
            cells: list[Pieces] = []
            for cell in row.children:
                if cell.tag not in ("table:table-cell", "table:covered-table-cell"):
                    continue
                text, align = self._cell(cell, head)
                wide = min(int(cell.get_attribute("table:number-columns-repeated") or 1), MAX_REPEATED)
                if len(rows) < 2 and text:  # the second row says more than the head of the table
                    aligns[len(cells) : len(cells) + wide] = [align] * wide
                cells += [text] * wide
            times = min(int(row.get_attribute("table:number-rows-repeated") or 1), MAX_REPEATED)
            rows += [tuple(cells)] * times
        page_break, self._break = self._break, False
        return even_table(rows, aligns, page_break)

    def _cell(self, cell: Any, head: bool) -> tuple[Pieces, str]:
        pieces: list[tuple[str, TextStyle]] = []
        align = "left"
        for element in cell.get_elements(".//text:p | .//text:h"):
            name = str(element.get_attribute("text:style-name") or "")
            look, _, _ = self.styles.look("paragraph", name, TextStyle(strong=head), False)
            align = self.styles.paragraph(name)["align"] or align
            inline = _Inline(self, look or PLAIN, False)
            if look is not None:
                inline.walk(element)
            add_lines(pieces, chain.from_iterable(inline.finished()), self.left_out)
        return joined(pieces), align

    def _notes(self) -> Iterator[RichPart]:
        """Footnotes and endnotes, in the order of their numbers."""
        if not self.notes:
            return
        yield Divider(before=0.6)
        number = 0
        while number < len(self.notes):  # a note may have notes
            body = self.notes[number].get_element("text:note-body")
            number += 1
            for index, paragraph in enumerate(self.blocks(body) if body is not None else ()):
                if isinstance(paragraph, Paragraph) and index == 0:
                    first = paragraph.lines[0]
                    sign = (str(number).translate(RAISED) + " ", PLAIN)
                    words = () if isinstance(first, Figure) else first
                    paragraph = replace(paragraph, lines=((sign, *words), *paragraph.lines[1:]), gap=0.2)
                yield paragraph


class _Inline:
    """The lines of a paragraph on each page, and the text boxes in it."""

    def __init__(self, reader: _Reader, base: TextStyle, heading: bool) -> None:
        self.reader, self.heading, self.base = reader, heading, base
        self.pages: list[list[Pieces | Figure]] = [[]]
        self.boxes: list[Any] = []
        self._line: list[tuple[str, TextStyle]] = []

    def finished(self) -> list[list[Pieces | Figure]]:
        """The lines of each page."""
        self._end_line()
        return self.pages

    def _end_line(self) -> None:
        self.pages[-1].append(joined(self._line))
        self._line = []

    def walk(self, parent: Any, look: TextStyle | None = None, shift: str = "", capitals: bool = False) -> None:
        """Add what an element holds."""
        look = self.base if look is None else look
        self._write(parent.text, look, shift, capitals)
        for element in parent.children:
            self._element(element, look, shift, capitals)
            self._write(element.tail, look, shift, capitals)

    def _write(self, text: str | None, look: TextStyle, shift: str, capitals: bool) -> None:
        # White space of the file is one space, as in HTML; spaces that count are elements.
        text = " ".join((text or "").replace("\n", " ").replace("\t", " ").split(" "))
        while "  " in text:
            text = text.replace("  ", " ")
        text = text.upper() if capitals else text
        table = {"super": RAISED, "sub": LOWERED}.get(shift)
        small = table is not None and all(ord(character) in table for character in text)
        self._line.append((text.translate(table) if table is not None and small else text, look))

    def _element(self, element: Any, look: TextStyle, shift: str, capitals: bool) -> None:
        tag = element.tag
        if tag == "text:span":
            name = str(element.get_attribute("text:style-name") or "")
            inner, own, large = self.reader.styles.look("text", name, look, self.heading)
            if inner is not None:
                self.walk(element, inner, own or shift, large or capitals)
        elif tag == "text:s":
            self._line.append((" " * min(int(element.get_attribute("text:c") or 1), MAX_REPEATED), look))
        elif tag == "text:tab":
            self._line.append(("\t", look))
        elif tag == "text:line-break":
            self._end_line()
        elif tag == "text:note":
            self.reader.notes.append(element)
            self._line.append((str(len(self.reader.notes)).translate(RAISED), look))
        elif tag == "office:annotation":
            self.reader.left_out["comment"] += 1
        elif tag.startswith("draw:"):
            self.drawing(element)
        elif tag not in _SILENT and tag not in ("text:ruby-text", "office:annotation-end"):
            self.walk(element, look, shift, capitals)

    def drawing(self, element: Any) -> None:
        """Add a picture, or a box with text."""
        boxes = element.get_elements(".//draw:text-box")
        images = element.get_elements(".//draw:image")
        objects = element.get_elements(".//draw:object")
        self.boxes += boxes
        if objects:
            content = self._content(f"{self._name(objects[0])}/content.xml")
            found = formulas.from_mathml(content) if content else None
            if found is None:
                self.reader.left_out["formula or chart"] += 1
                return
            self._line += formula_pieces(found, self.base)
            return
        title = element.get_element(".//svg:desc") or element.get_element(".//svg:title")
        for image in images[:1]:
            name = self._name(image)
            content = self._content(name)
            picture = package.picture(PurePosixPath(name).name, content) if content else None
            if picture is None:
                self.reader.left_out["picture of an unknown kind"] += 1
                continue
            if self._line:
                self._end_line()
            self.pages[-1].append(Figure(picture, str(title.inner_text) if title is not None else ""))
        if not images and not boxes:
            self.reader.left_out["drawing"] += 1

    @staticmethod
    def _name(element: Any) -> str:
        return str(element.get_attribute("xlink:href") or "").removeprefix("./")

    def _content(self, name: str) -> bytes | None:
        try:
            content = self.reader.document.container.get_part(name)
        except (KeyError, ValueError, OSError):
            return None
        return content if isinstance(content, bytes) else None


def _rows(table: Any) -> Iterator[tuple[bool, Any]]:
    """The rows of a table, and whether each is of its head."""
    for element in table.children:
        if element.tag == "table:table-row":
            yield False, element
        elif element.tag in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            for head, row in _rows(element):
                yield head or element.tag == "table:table-header-rows", row


def _heading(element: Any, names: list[str]) -> int:
    """The level of a heading; 0 for other paragraphs."""
    if "title" in names:
        return 1
    if "subtitle" in names:
        return 3
    named = next((int(name[8:]) for name in names if name.startswith("heading ") and name[8:].isdigit()), 0)
    if named:
        return min(named, 9)
    return int(element.get_attribute("text:outline-level") or 1) if element.tag == "text:h" else 0
