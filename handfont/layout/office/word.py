"""Documents of Word (``.docx``), by python-docx: what they say, as its readers see it.

Tracked changes are read as accepted; what is hidden, deleted or said in comments is not written, nor are headers and
footers. Footnotes and endnotes are written at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from handfont.layout.content import PLAIN, Divider, Figure, TextStyle
from handfont.layout.office import formulas, package
from handfont.layout.office.gaps import Gaps
from handfont.layout.office.package import LOWERED, RAISED
from handfont.layout.office.tables import add_lines, even_table
from handfont.layout.office.word_styles import ParagraphStyle, W, WordLists, WordStyles, tag_of
from handfont.layout.rich_text import UNDERLINED, Paragraph, Pieces, RichPart, RichTable, RichText, joined
from handfont.layout.styled_words import formula_pieces

KIND = "Word document"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_ABOUT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
MAX_SPAN = 60
"""Columns that a cell goes over."""
_CHARACTERS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_THROUGH = ("hyperlink", "smartTag", "ins", "moveTo", "sdtContent", "customXml", "fldSimple", "dir", "bdo")
"""Elements that only hold others."""
_SYMBOLS = {"f0b7": "•", "f0a7": "▪", "f0fc": "✓", "f0fb": "✗", "f0a8": "☐", "f06f": "☐", "f0fe": "☑", "f0fd": "☒",
            "f0e0": "→", "f0df": "←", "f0e8": "→", "f0f0": "⇒", "f04a": "☺", "f04c": "☹", "f0ab": "★", "f028": "☎",
            "f02a": "✉", "f0d8": "▷", "f076": "♦", "f0ae": "→", "f0b0": "°", "f0b1": "±", "f0b4": "×", "f0a3": "≤",
            "f0b3": "≥", "f0b9": "≠", "f0bb": "≈", "f0a5": "∞", "f061": "α", "f062": "β", "f067": "γ", "f064": "δ",
            "f06c": "λ", "f06d": "μ", "f070": "π", "f073": "σ", "f077": "ω", "f044": "Δ", "f057": "Ω"}  # fmt: skip
"""Characters of the fonts Symbol and Wingdings."""


def read(path: Path) -> RichText:
    """The text of a document.

    Raises:
        TextError: it cannot be read.
        ModuleNotFoundError: python-docx is not installed.
    """
    import docx

    package.check(path, KIND)
    with package.understood(path, KIND):
        reader = _Reader(docx.Document(str(path)))
        parts = tuple(reader.parts())
    package.warn(path, reader.left_out)
    return RichText(parts)


class _Reader:
    def __init__(self, document: Any) -> None:
        self.document, self.body = document, document.element.body
        self.left_out: Counter[str] = Counter()
        self.styles = WordStyles(document)
        self.lists = WordLists(document)
        self.notes: list[tuple[str, str]] = []
        self.gaps, self._break, self.centred = Gaps(), False, False

    def parts(self) -> Iterator[RichPart]:
        yield from self.blocks(self.body)
        yield from self._notes()
        for section in self.document.sections:
            for part in (section.header, section.footer):
                if not part.is_linked_to_previous and any(p.text.strip() for p in part.paragraphs):
                    self.left_out["headers and footers"] += 1

    def blocks(self, parent: Any) -> Iterator[RichPart]:
        for element in parent:
            tag = tag_of(element)
            if tag == "p":
                yield from self._paragraphs(element)
            elif tag == "tbl":
                yield self._table(element)
                self.gaps.broken()
            elif tag == "sdt":
                yield from self.blocks(
                    element.find(f"{W}sdtContent") if element.find(f"{W}sdtContent") is not None else ()
                )
            elif tag in ("ins", "moveTo", "customXml", "smartTag"):
                yield from self.blocks(element)
            elif tag == "altChunk":
                self.left_out["included document"] += 1

    def _paragraphs(self, element: Any) -> Iterator[RichPart]:
        """A paragraph, one for each page that it is on, and the text boxes that hang from it."""
        style = self.styles.of_paragraph(element)
        base = UNDERLINED if style.heading else PLAIN
        self.centred = False
        inline = _Inline(self, element, base, bool(style.heading))
        pages = inline.pages
        number = self.lists.item(style.numbered)
        level = -1 if number is None else number[0] + style.deeper
        marker = None if number is None else number[1]
        if style.heading and isinstance(marker, str):
            pages[0][0] = ((f"{marker} ", base), *_pieces(pages[0][0]))
            level, marker = -1, None
        self._break |= style.page_break
        for index, lines in enumerate(pages):
            written = any(isinstance(line, Figure) or "".join(text for text, _ in line).strip() for line in lines)
            if not written and marker is None:
                self.gaps.empty += index == 0
            else:
                yield self._paragraph(style, tuple(lines), level, marker if index == 0 else None)
            self._break |= index < len(pages) - 1
        self._break |= style.ends_section
        for box in inline.boxes:
            yield from self.blocks(box)

    def _paragraph(
        self, style: ParagraphStyle, lines: tuple[Pieces | Figure, ...], level: int, marker: str | int | None
    ) -> Paragraph:
        gap = self.gaps.before(style.space)
        first = max(style.first, 0.0) if level < 0 else 0.0
        page_break, self._break = self._break, False
        return Paragraph(
            lines,
            style.heading,
            level,
            marker,
            style.align or ("centre" if self.centred else None),
            style.indent if level < 0 else 0.0,
            first,
            style.quote,
            gap,
            page_break,
        )

    def _table(self, element: Any) -> RichTable:
        rows: list[list[Pieces]] = []
        aligns: list[str] = []
        for row in element.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr"):
            head = row.find(f"{W}trPr/{W}tblHeader") is not None
            cells: list[Pieces] = []
            for cell in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc"):
                text, align = self._cell(cell, head)
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                wide = min(int(span.get(f"{W}val", "1")), MAX_SPAN) if span is not None else 1
                if len(rows) < 2 and text:  # the second row says more than the head of the table
                    aligns[len(cells) : len(cells) + wide] = [align] * wide
                cells += [text, *[()] * (wide - 1)]
            rows.append(cells)
        page_break, self._break = self._break, False
        return even_table(rows, aligns, page_break)

    def _cell(self, cell: Any, head: bool) -> tuple[Pieces, str]:
        pieces: list[tuple[str, TextStyle]] = []
        align = "left"
        for element in cell.iter(f"{W}p"):
            style = self.styles.of_paragraph(element)
            inline = _Inline(self, element, TextStyle(strong=head), False)
            align = style.align or align
            add_lines(pieces, chain.from_iterable(inline.pages), self.left_out)
        return joined(pieces), align

    def _notes(self) -> Iterator[RichPart]:
        """Footnotes and endnotes, in the order of their numbers."""
        if not self.notes:
            return
        yield Divider(before=0.6)
        number = 0
        while number < len(self.notes):  # a note may refer to another one
            kind, name = self.notes[number]
            number += 1
            part = self._part(f"{kind}s")
            note = next((n for n in part if n.get(f"{W}id") == name), None) if part is not None else None
            for index, paragraph in enumerate(self.blocks(note) if note is not None else ()):
                if isinstance(paragraph, Paragraph) and index == 0:
                    first = _pieces(paragraph.lines[0])
                    sign = (str(number).translate(RAISED) + " ", PLAIN)
                    paragraph = replace(paragraph, lines=((sign, *first), *paragraph.lines[1:]), gap=0.2)
                yield paragraph

    def _part(self, kind: str) -> Any:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import parse_xml

        try:
            part = self.document.part.part_related_by(getattr(RELATIONSHIP_TYPE, kind.upper()))
        except KeyError:
            return None
        return parse_xml(part.blob)

    def image(self, name: str) -> tuple[str, bytes] | None:
        """Name and content of a picture that is part of the document."""
        part = self.document.part.related_parts.get(name)
        if part is None:
            return None
        return PurePosixPath(str(part.partname)).name, part.blob


class _Inline:
    """The lines of a paragraph on each page, and the text boxes in it."""

    def __init__(self, reader: _Reader, element: Any, base: TextStyle, heading: bool) -> None:
        self.reader, self.base, self.heading = reader, base, heading
        self.paragraph_style = reader.styles.name_of(element, "p")
        self.pages: list[list[Pieces | Figure]] = [[]]
        self.boxes: list[Any] = []
        self._line: list[tuple[str, TextStyle]] = []
        self._walk(element)
        self._end_line()

    def _end_line(self) -> None:
        self.pages[-1].append(joined(self._line))
        self._line = []

    def _walk(self, parent: Any) -> None:
        for element in parent:
            tag = tag_of(element)
            if tag == "r":
                self._run(element)
            elif tag in _THROUGH:
                self._walk(element)
            elif tag == "sdt":
                self._walk(element.findall(f"{W}sdtContent"))
            elif tag in ("del", "moveFrom"):
                if any(True for _ in element.iter(f"{W}delText", f"{W}t")):
                    self.reader.left_out["deleted words"] += 1
            elif element.tag in (f"{_MATHS}oMath", f"{_MATHS}oMathPara"):
                self._formula(element)

    def _formula(self, element: Any) -> None:
        own = element.tag == f"{_MATHS}oMathPara"
        self.reader.centred |= own
        found = formulas.from_omml(element, own)
        if found is not None:
            self._line += formula_pieces(found, self.base)
            return
        self._line.append(("".join(part.text or "" for part in element.iter(f"{_MATHS}t")), self.base))
        self.reader.left_out["signs of formulas"] += 1

    def _run(self, run: Any) -> None:
        look, shift, capitals = self.reader.styles.of_run(run, self.paragraph_style, self.base, self.heading)
        if look is None:
            return
        for element in run:
            tag = tag_of(element)
            if tag in ("br", "cr"):
                self._break(element.get(f"{W}type"))
            elif tag in ("drawing", "pict", "object", "AlternateContent"):
                self._drawing(element)
            else:
                text = self._text(tag, element)
                self._line.append((_shifted(text.upper() if capitals else text, shift), look))

    def _text(self, tag: str, element: Any) -> str:
        """What an element of a run writes."""
        if tag == "t":
            return element.text or ""
        if tag in _CHARACTERS:
            return _CHARACTERS[tag]
        if tag == "sym":
            sign = _SYMBOLS.get((element.get(f"{W}char") or "").lower(), "")
            if not sign:
                self.reader.left_out["sign of a symbol font"] += 1
            return sign
        if tag in ("footnoteReference", "endnoteReference"):
            self.reader.notes.append((tag.removesuffix("Reference"), element.get(f"{W}id") or ""))
            return str(len(self.reader.notes)).translate(RAISED)
        if tag == "commentReference":
            self.reader.left_out["comment"] += 1
        return ""

    def _break(self, kind: str | None) -> None:
        self._end_line()
        if kind == "page":
            self.pages.append([])

    def _drawing(self, element: Any) -> None:
        choice = element.find(_CHOICE)
        inside = choice if choice is not None else element
        boxes = list(inside.iter(f"{W}txbxContent"))
        self.boxes += boxes
        names = [blip.get(f"{_RELATION}embed") for blip in inside.iter(_BLIP)]
        names += [image.get(f"{_RELATION}id") for image in inside.iter(_IMAGE)]
        about = next((node.get("descr") or "" for node in inside.iter(_ABOUT)), "")
        for name in names:
            found = self.reader.image(name) if name else None
            picture = package.picture(*found) if found else None
            if picture is None:
                self.reader.left_out["picture of an unknown kind"] += 1
                continue
            if self._line:
                self._end_line()
            self.pages[-1].append(Figure(picture, about))
        if not names and not boxes:
            self.reader.left_out["drawing"] += 1


def _pieces(line: Pieces | Figure) -> Pieces:
    return () if isinstance(line, Figure) else line


def _shifted(text: str, shift: str) -> str:
    table = {"superscript": RAISED, "subscript": LOWERED}.get(shift)
    return text.translate(table) if table and all(ord(character) in table for character in text) else text
