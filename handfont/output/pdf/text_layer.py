"""The words of a page as invisible text over their ink, for search, copy and screen readers.

The font has one glyph, a box, and any character: a code is given to each character that a document uses, and the
font's ToUnicode table says which one it is. The idea is Tesseract's, whose glyph is empty; but pdfium leaves out
characters without extent. ``invisible.ttf`` was made with fontTools' FontBuilder: the box from 250 below to 800 above
the baseline, 500 wide, of 1000.
"""

from __future__ import annotations

from importlib import resources
from statistics import median

import numpy as np
from reportlab.pdfbase import pdfdoc

from handfont.layout.page import Line, PlacedWord
from handfont.output.pdf.streamed_document import StreamedDocument

NAME = "T"
"""Of the font, on every page."""
EM = 1.8
"""Size of the text in x-heights."""
WIDTH = 0.5
"""Of every character, in ems."""
HYPHEN = "-"
"""Ends a word that goes on in the next line. Programs that copy text drop a hyphen there and put the word together; of
a soft hyphen (U+00AD) pdftotext does not know that.
"""
SLIVER = 0.02
"""Least width of a character, in ems, where words are close."""


class TextLayer:
    """Operators of invisible text, and the font that they need."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._dictionary = pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("Font")})

    def operators(self, lines: list[Line]) -> str:
        """Text of one page."""
        shown = [part for line in lines if not line.aside for part in self._line(line)]
        return "\n".join(["BT", f"/{NAME} 1 Tf 3 Tr", *shown, "ET"]) if shown else ""

    def _line(self, line: Line) -> list[str]:
        words = [word for word in line.words if word.glyphs and word.text]
        if not words:
            return []
        spans = extents(words)
        shown: list[str] = []
        size = EM * median(glyph.scale for word in words for glyph in word.glyphs)
        for index, (word, (left, right)) in enumerate(zip(words, spans, strict=True)):
            y = median(glyph.y for glyph in word.glyphs)
            if index and word.spaces:
                start = spans[index - 1][1]
                shown.append(self._shown(" " * word.spaces, start, left, y, size))
            elif index and word.rest:
                left = spans[index - 1][1]  # no program shall see a space between the parts of a word
            shown.append(self._shown(word.text + HYPHEN * word.broken, left, right, y, size))
        return shown

    def _shown(self, text: str, left: float, right: float, y: float, size: float) -> str:
        """Text that fills the width between two places."""
        wide = max((right - left) / (WIDTH * len(text)), SLIVER * size)
        codes = "".join(f"{self._codes.setdefault(character, len(self._codes) + 1):04x}" for character in text)
        return f"{wide:.2f} 0 0 {size:.2f} {left:.2f} {y:.2f} Tm <{codes}> Tj"

    def begin(self, document: StreamedDocument) -> pdfdoc.PDFObjectReference:
        """The font as pages refer to it; what it consists of is known when all pages are written."""
        return document.Reference(self._dictionary, "text-font")

    def finish(self, document: StreamedDocument) -> None:
        """Write the font."""
        name, array = pdfdoc.PDFName, pdfdoc.PDFArray
        program = (resources.files("handfont.output") / "invisible.ttf").read_bytes()
        font = name("HANDFN+handfont-text")
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": name("FontDescriptor"),
                "FontName": font,
                "Flags": 4,
                "FontBBox": array([0, -250, 500, 800]),
                "ItalicAngle": 0,
                "Ascent": 800,
                "Descent": -250,
                "CapHeight": 800,
                "StemV": 80,
                "FontFile2": document.write_stream("text-program", program, {"Length1": len(program)}),
            }
        )
        glyphs = document.write_stream("text-glyphs", b"\0\0" + b"\0\1" * len(self._codes))
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": name("Font"),
                "Subtype": name("CIDFontType2"),
                "BaseFont": font,
                "CIDToGIDMap": glyphs,
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {"Registry": pdfdoc.PDFString("Adobe"), "Supplement": 0, "Ordering": pdfdoc.PDFString("Identity")}
                ),
                "FontDescriptor": document.write_object("text-descriptor", descriptor),
                "DW": 500,
            }
        )
        self._dictionary.dict.update(
            {
                "Subtype": name("Type0"),
                "BaseFont": font,
                "Encoding": name("Identity-H"),
                "DescendantFonts": array([document.write_object("text-descendant", descendant)]),
                "ToUnicode": document.write_stream("text-unicode", self._to_unicode().encode("ascii")),
            }
        )

    def _to_unicode(self) -> str:
        rows = [f"<{code:04x}> <{character.encode('utf-16-be').hex()}>" for character, code in self._codes.items()]
        blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
        tables = [f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks]
        return "\n".join(
            [
                "/CIDInit /ProcSet findresource begin",
                "12 dict begin",
                "begincmap",
                "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
                "/CMapName /Adobe-Identity-UCS def",
                "/CMapType 2 def",
                "1 begincodespacerange",
                "<0000> <ffff>",
                "endcodespacerange",
                *tables,
                "endcmap",
                "CMapName currentdict /CMap defineresource pop",
                "end",
                "end",
            ]
        )


def extents(words: list[PlacedWord]) -> list[tuple[float, float]]:
    """Left and right end of the ink of words on the page; each has glyphs."""
    glyphs = [glyph for word in words for glyph in word.glyphs]
    x, scale = np.array([(glyph.x, glyph.scale) for glyph in glyphs]).T
    left = x + scale * np.fmin.reduce([glyph.glyph.left_edge for glyph in glyphs], axis=1)
    right = x + scale * np.fmax.reduce([glyph.glyph.right_edge for glyph in glyphs], axis=1)
    starts = np.cumsum([0, *(len(word.glyphs) for word in words[:-1])])
    return list(
        zip(np.minimum.reduceat(left, starts).tolist(), np.maximum.reduceat(right, starts).tolist(), strict=True)
    )
