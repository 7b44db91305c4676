"""PDF: vector outlines filled with the ink, and invisible words over them for search and copy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
import reportlab
from numpy.typing import NDArray
from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from handfont.accents import WRITABLE
from handfont.glyph import Glyph, Metrics
from handfont.pages import Line, Page, PlacedGlyph, PlacedWord

UNITS = 100
"""Coordinates are whole numbers of 1/100 point: 7200 dots an inch, finer than any printer shows."""
TEXT_FONT = "handfont-text"


@dataclass(frozen=True)
class DocumentInfo:
    """What a PDF tells of itself; the same document has the same information, so no dates."""

    title: str = ""
    author: str = ""
    language: str = "en"


def write(pages: list[Page], path: Path, ink: str, info: DocumentInfo) -> None:
    """Write pages to a PDF file; identical pages give identical bytes."""
    _register_font()
    canvas = Canvas(str(path), invariant=1, pageCompression=1, lang=info.language)
    canvas.setTitle(info.title)
    canvas.setAuthor(info.author)
    canvas.setCreator("handfont")
    for page in pages:
        canvas.setPageSize((page.width, page.height))
        _sheet(canvas, page)
        canvas.saveState()
        canvas.setFillColor(HexColor(ink))
        # Raw operators: reportlab's path objects format number by number, which is most of the time of a long letter.
        canvas._code.append(f"{1 / UNITS:g} 0 0 {1 / UNITS:g} 0 0 cm")
        for mark in page.marks:
            canvas._code.append(_glyph_operators(PlacedGlyph(Glyph("", mark.outline, Metrics(1.0), 0.0, _NONE, _NONE),
                                                             0.0, 0.0, 1.0)))
        for line in page.lines:
            canvas._code.append(_line_operators(line))
        canvas.restoreState()
        for line in page.lines:
            _text(canvas, line)
        canvas.showPage()
    # ASCII85 would make the file a quarter larger and takes longer than setting the page.
    ascii85, rl_config.useA85 = rl_config.useA85, 0
    try:
        canvas.save()
    finally:
        rl_config.useA85 = ascii85


_NONE = np.zeros(0, np.float32)


def _sheet(canvas: Canvas, page: Page) -> None:
    """Background, printed rules and pictures."""
    if page.background is not None:
        path = page.background
        if path.suffix.lower() == ".pdf":
            with pypdfium2.PdfDocument(path) as opened:
                picture = opened[0].render(scale=200 / 72).to_pil()
            canvas.drawInlineImage(picture, 0, 0, page.width, page.height)
        else:
            canvas.drawImage(str(path), 0, 0, page.width, page.height)
    for rule in page.rules:
        canvas.setStrokeColor(HexColor(rule.colour))
        canvas.setLineWidth(rule.width)
        canvas.setLineCap(1)
        canvas.line(rule.x0, rule.y0, rule.x1, rule.y1)
    for image in page.pictures:
        canvas.drawImage(str(image.path), image.x, image.y, image.width, image.height, mask="auto")


def _line_operators(line: Line) -> str:
    return "\n".join(_glyph_operators(glyph) for word in line.words for glyph in word.glyphs)


def _glyph_operators(placed: PlacedGlyph) -> str:
    parts: list[str] = []
    for contour in placed.glyph.outline.contours:
        points = np.rint(transform(contour.reshape(-1, 2), placed) * UNITS).astype(np.int64)
        x, y = points[-1].tolist()
        parts.append(f"{x} {y} m")
        rows = points.reshape(-1, 6).tolist()
        parts.extend([f"{a} {b} {c} {d} {e} {f} c" for a, b, c, d, e, f in rows])
    if parts:
        parts.append("f")
    return "\n".join(parts)


def transform(points: NDArray[np.float32], placed: PlacedGlyph) -> NDArray[np.float64]:
    """Points of a glyph (n, 2) in x-heights -> points on the page."""
    turn = np.radians(placed.rotation)
    cos, sin = np.cos(turn) * placed.scale, np.sin(turn) * placed.scale
    matrix = np.array([[cos, sin], [-sin, cos]])
    return np.asarray(points.astype(np.float64) @ matrix + (placed.x, placed.y))


def _register_font() -> None:
    """The font of the invisible words: Bitstream Vera, which comes with reportlab; only its subset is embedded.

    It lacks letters of Latin Extended-A. As nobody sees the words any glyph does for those, but without one reportlab
    would lose the character.
    """
    if TEXT_FONT in pdfmetrics.getRegisteredFontNames():
        return
    font = TTFont(TEXT_FONT, str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"))
    glyphs, widths = font.face.charToGlyph, font.face.charWidths
    for code in map(ord, WRITABLE):
        glyphs.setdefault(code, glyphs[ord("n")])
        widths.setdefault(code, widths[ord("n")])
    pdfmetrics.registerFont(font)


def _text(canvas: Canvas, line: Line) -> None:
    for word in line.words:
        left, right = _extent(word)
        size = word.glyphs[0].scale * 1.8
        natural = pdfmetrics.stringWidth(word.text, TEXT_FONT, size) or 1.0
        text = canvas.beginText(left, word.glyphs[0].y)
        text.setFont(TEXT_FONT, size)
        text.setTextRenderMode(3)
        text.setHorizScale(max(1.0, 100 * (right - left) / natural))
        text.textOut(word.text + " ")
        canvas.drawText(text)


def _extent(word: PlacedWord) -> tuple[float, float]:
    """Left and right end of a word's ink on the page."""
    lefts = [g.x + g.scale * float(np.nanmin(g.glyph.left_edge)) for g in word.glyphs]
    rights = [g.x + g.scale * float(np.nanmax(g.glyph.right_edge)) for g in word.glyphs]
    return min(lefts), max(rights)
