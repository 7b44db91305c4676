"""PDF: vector outlines filled with the ink, and invisible words over them for search and copy."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from reportlab.pdfbase import pdfdoc

from handfont.layout.page import Line, Mark, Page, Rule
from handfont.output.integer_outlines import UNITS, Curves
from handfont.output.metadata import DocumentInfo
from handfont.output.pdf.images import Pictures
from handfont.output.pdf.operators import filled
from handfont.output.pdf.streamed_document import StreamedDocument
from handfont.output.pdf.text_layer import NAME, TextLayer


def write(pages: Iterable[Page], path: Path, ink: str, info: DocumentInfo) -> int:
    """Write pages to a PDF file one by one; identical pages give identical bytes. Returns how many there were.

    Raises:
        OutputError: a picture or background cannot be read.
        OSError: the file cannot be written.
    """
    with path.open("wb") as file:
        return _write(pages, file, ink, info)


def _write(pages: Iterable[Page], file: BinaryIO, ink: str, info: DocumentInfo) -> int:
    document = StreamedDocument(file, info.language)
    document.setTitle(info.title)
    document.setAuthor(info.author)
    document.setSubject("")
    document.setCreator("handfont")
    labels = document.Catalog.PageLabels = pdfdoc.PDFPageLabels()
    labels.addPageLabel(0, pdfdoc.PDFPageLabel("ARABIC"))
    preferences = document.Catalog.ViewerPreferences = pdfdoc.ViewerPreferencesPDFDictionary()
    preferences["DisplayDocTitle"] = "true" if info.title else "false"
    text, pictures = TextLayer(), Pictures(document)
    font = text.begin(document)
    count = 0
    for count, page in enumerate(pages, 1):
        used: dict[str, pdfdoc.PDFObjectReference] = {}
        parts = [
            pictures.background(page, used),
            *_rules(page.rules),
            *(pictures.placed(picture, used) for picture in page.pictures),
            "q",
            colour(ink, "rg"),
            f"{1 / UNITS:g} 0 0 {1 / UNITS:g} 0 0 cm",
            *(_inked(key, map(_mark, group)) for key, group in itertools.groupby(page.marks, lambda one: one.ink)),
            *map(_line, page.lines),
            "Q",
            text.operators(page.lines),
        ]
        contents = document.write_stream(f"page-{count}", "\n".join(filter(None, parts)).encode("ascii"))
        resources = pdfdoc.PDFDictionary({"Font": pdfdoc.PDFDictionary({NAME: font})})
        if used:
            resources["XObject"] = pdfdoc.PDFDictionary(used)
        document.add_page(page.width, page.height, contents, resources)
    text.finish(document)
    document.finish()
    return count


def colour(value: str, operator: str) -> str:
    """``#rrggbb`` as an operator's three numbers."""
    parts = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    return " ".join(f"{part:.3g}" for part in parts) + f" {operator}"


def _line(line: Line) -> str:
    """Glyphs of a line, each filled by itself; its numbers are small, being relative to its origin."""
    parts = []
    for ink, words in itertools.groupby(line.words, lambda word: word.ink):
        placed = [glyph for word in words for glyph in word.glyphs]
        parts.append(_inked(ink, [filled(Curves(placed))] if placed else []))
    return "\n".join(filter(None, parts))


def _inked(ink: str | None, drawn: Iterable[str]) -> str:
    """Operators of what has an ink of its own; None for that of the document."""
    operators = "\n".join(filter(None, drawn))
    return f"q\n{colour(ink, 'rg')}\n{operators}\nQ" if ink and operators else operators


def _mark(mark: Mark) -> str:
    parts = []
    for contour in mark.outline.contours:
        numbers = np.rint(contour.astype(np.float64) * UNITS).astype(np.int64).ravel()
        parts.append(("%d %d m\n" + "%d %d %d %d %d %d c\n" * len(contour)) % (*numbers[-2:], *numbers))
    return "".join(parts) + "f" if parts else ""


def _rules(rules: tuple[Rule, ...]) -> list[str]:
    """Strokes with round ends, so that one without length is a dot; those of one kind are one path."""
    groups: dict[tuple[float, str], list[str]] = {}
    for rule in rules:
        groups.setdefault((rule.width, rule.colour), []).append(
            f"{rule.x0:.2f} {rule.y0:.2f} m {rule.x1:.2f} {rule.y1:.2f} l"
        )
    return [
        f"q {colour(paint, 'RG')} {width:.3g} w 1 J\n" + "\n".join(paths) + "\nS Q"
        for (width, paint), paths in groups.items()
    ]
