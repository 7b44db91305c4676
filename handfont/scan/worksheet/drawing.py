"""Drawing the writing sheet of :mod:`handfont.scan.worksheet.geometry` as PDF."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import cv2
import numpy as np
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from handfont.core import composites
from handfont.core.arrays import BoolArray
from handfont.core.charset import CASE_TWINS
from handfont.scan.worksheet import geometry
from handfont.scan.worksheet.geometry import CopyLine, Form, FormPage, PageCode, WorksheetBox
from handfont.util.dates import Info

GUIDE = HexColor("#d3ecf5")
"""Of baselines and x-height lines: gone in the blue channel, and paler in gray than any ink."""
BORDER = HexColor("#b4dbea")
LABEL, HINT = HexColor("#5d6b75"), HexColor("#8a98a2")
BLACK = HexColor("#000000")
FONT, BOLD = "Vera", "VeraBd"
"""Fonts that come with reportlab."""

_HOW = (
    "Write each character once, with one pen, as you always do: letters stand on the lower guide and reach the",
    "upper one, tall ones go above it. Leave a box empty if you like; cross a letter out if it went wrong. Then",
    "scan the pages, or photograph each from above, with all the black squares in the picture.",
)

_HINTS = {
    "l": "small L", "I": "capital i", "O": "capital o", "0": "zero", "1": "one", "|": "bar", "`": "backtick",
    "'": "straight", '"': "straight", ",": "comma", ".": "full stop", "-": "hyphen", "_": "underscore", "~": "tilde",
    "^": "caret", "*": "asterisk", ":": "colon", ";": "semicolon", "–": "short dash", "—": "long dash", "“": "opening",
    "”": "closing", "‘": "opening", "’": "closing", "„": "low", "‚": "low", "•": "bullet", "°": "degree", "/": "slash",
    "\\": "backslash", "…": "three dots", "ı": "no dot",
}  # fmt: skip
_HINTS |= {letter.upper(): "capital" for letter in CASE_TWINS}


class _Pen:
    """A canvas in millimeters from the upper left corner, y down, as :mod:`handfont.scan.worksheet.geometry` has it."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        self.canvas, self.height, self.unit = canvas, height, 72 / 25.4

    def line(self, x0: float, x1: float, y: float, colour: Color, width: float) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width * self.unit)
        top = (self.height - y) * self.unit
        self.canvas.line(x0 * self.unit, top, x1 * self.unit, top)

    def box(self, x: float, y: float, width: float, height: float, colour: Color) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(0.3 * self.unit)
        self.canvas.roundRect(
            x * self.unit,
            (self.height - y - height) * self.unit,
            width * self.unit,
            height * self.unit,
            1.2 * self.unit,
        )

    def squares(self, dark: BoolArray, x: float, y: float, side: float) -> None:
        """Black squares where ``dark`` (n, n) is true; runs of them in one piece, so that no seams show."""
        step = side / len(dark)
        self.canvas.setFillColor(BLACK)
        for row, values in enumerate(dark):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], values.astype(int), [0]])))
            for start, end in edges.reshape(-1, 2):
                self.canvas.rect(
                    (x + start * step) * self.unit,
                    (self.height - y - (row + 1) * step) * self.unit,
                    (end - start) * step * self.unit,
                    (step + 0.01) * self.unit,
                    stroke=0,
                    fill=1,
                )

    def text(
        self, x: float, y: float, text: str, size: float, colour: Color, font: str = FONT, centred: bool = False
    ) -> float:
        """Text on a baseline; returns where it ends."""
        wide = pdfmetrics.stringWidth(text, font, size) / self.unit
        start = x - wide / 2 if centred else x
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(colour)
        self.canvas.drawString(start * self.unit, (self.height - y) * self.unit, text)
        return float(start + wide)


def write(sheet: Form, path: Path) -> None:
    """Write the sheet to ``path``; the same sheet gives the same bytes."""
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    width, height = sheet.size
    unit = 72 / 25.4
    info = Info()  # first, as reportlab fails at a date that is none
    canvas = Canvas(str(path), pagesize=(width * unit, height * unit), invariant=1, pageCompression=1)
    canvas._doc.info = info
    canvas.setTitle("handfont writing sheet")
    canvas.setAuthor("handfont")
    for page in sheet.pages:
        pen = _Pen(canvas, height)
        _markers(pen, sheet, page)
        _head(pen, sheet, page)
        for box in page.boxes:
            _box(pen, box)
        if page.lines:
            pen.text(
                page.lines[0].left + 0.5,
                page.lines[0].top - 2.2,
                "Copy these lines in your ordinary writing, at its ordinary size, on one line each:",
                7.2,
                LABEL,
            )
        for line in page.lines:
            _line(pen, line)
        canvas.showPage()
    canvas.save()


def _markers(pen: _Pen, sheet: Form, page: FormPage) -> None:
    for position, corners in enumerate(sheet.markers()):
        number = PageCode(geometry.VERSION, sheet.paper, sheet.kind, page.number, position).number
        side = geometry.dictionary().markerSize + 2
        image = cv2.aruco.generateImageMarker(geometry.dictionary(), number, side)
        pen.squares(image < 128, corners[0, 0], corners[0, 1], geometry.MARKER)


def _head(pen: _Pen, sheet: Form, page: FormPage) -> None:
    left, right = sheet.left + 0.5, sheet.left + geometry.COLUMNS * geometry.PITCH_X - 0.5
    end = pen.text(left, 14.0, "My handwriting", 15, BLACK, BOLD)
    pen.text(end + 3, 14.0, f"page {page.number + 1} of {len(sheet.pages)}", 9, LABEL)
    for number, text in enumerate(_HOW):
        pen.text(left, 20.5 + 3.8 * number, text, 7.2, LABEL)
    if sheet.kind == "custom":
        code = QRCode(None, QRErrorCorrectLevel.M)
        code.addData(geometry.packed(sheet.characters))
        code.make()
        pen.squares(np.array(code.modules, bool), *sheet.code_box(), geometry.CODE)
    elif page.number == 0:
        pen.line(right - 62, right, 14.6, BORDER, 0.3)
        pen.text(right - 62, 18.2, "name", 6.5, HINT)


def _box(pen: _Pen, box: WorksheetBox) -> None:
    pen.box(box.left, box.top, geometry.BOX_WIDTH, geometry.BOX_HEIGHT, BORDER)
    for height in (geometry.BASELINE, geometry.BASELINE - geometry.X_HEIGHT):
        pen.line(box.left + 0.6, box.left + geometry.BOX_WIDTH - 0.6, box.top + height, GUIDE, 0.25)
    middle, below = box.left + geometry.BOX_WIDTH / 2, box.top + geometry.BOX_HEIGHT + 2.9
    hint = _HINTS.get(box.character, "")
    if not _known(box.character):
        hint = hint or unicodedata.name(box.character).removeprefix("LATIN ").lower()
        parts = composites.parts(box.character)
        if not parts or len(parts) != 2 or not all(_known(part.character) for part in parts):
            pen.text(middle, below - 0.3, hint[:24], 4, LABEL, centred=True)
            return
        base, mark = parts
        # A letter the font lacks is shown as what it is composed of.
        wide = pdfmetrics.stringWidth(base.character, FONT, 9.5) / pen.unit
        pen.text(
            middle, below, "ı" if base.dotless and base.character == "i" else base.character, 9.5, LABEL, centred=True
        )
        raised = 0.75 if base.character.isupper() else 0.0
        sideways = 0.25 * wide if mark.place is composites.MarkPosition.OGONEK else 0.0
        pen.text(middle + sideways, below - raised, mark.character, 9.5, LABEL, centred=True)
        return
    if not hint:
        pen.text(middle, below, box.character, 9.5, LABEL, centred=True)
        return
    sizes = (9.5, 5.0)
    wide = [
        pdfmetrics.stringWidth(text, FONT, size) / pen.unit
        for text, size in zip((box.character, hint), sizes, strict=True)
    ]
    start = middle - (sum(wide) + 1) / 2
    pen.text(start, below, box.character, sizes[0], LABEL)
    pen.text(start + wide[0] + 1, below, hint, sizes[1], HINT)


def _known(character: str) -> bool:
    return ord(character) in pdfmetrics.getFont(FONT).face.charToGlyph


def _line(pen: _Pen, line: CopyLine) -> None:
    pen.text(line.left + 0.5, line.top + 3.2, line.text, 8, LABEL)
    pen.line(line.left + 0.5, line.right - 0.5, line.top + geometry.LINE_BASELINE, BORDER, 0.25)
