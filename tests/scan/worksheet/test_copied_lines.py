"""The lines that are copied on a writing sheet show how its writer joins letters, and how large they write."""

from __future__ import annotations

import cv2
import numpy as np
import pypdfium2
import pytest

from handfont import RenderOptions, render
from handfont.enrollment import enroll
from handfont.model.loading import load_weights
from handfont.scan import reader
from handfont.scan.worksheet import drawing, geometry
from handfont.style import store
from handfont.synthesis.hand import Hand

DPI = 200
STYLE, LETTERS = "rounded", "aehnorst"
ORDINARY = 2.5
"""x-height of the copied lines, in millimeters; that of the letters in boxes is the guides'."""


def pen(paper, strokes, width):
    for stroke in strokes:
        path = np.round(stroke * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(paper, [path], False, (40, 40, 110), width, cv2.LINE_AA, 4)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """A filled sheet as a file, and the sheet that was filled."""
    folder = tmp_path_factory.mktemp("lines")
    asked = geometry.form("a4", *geometry.characters_of(LETTERS))
    drawing.write(asked, folder / "sheet.pdf")
    with pypdfium2.PdfDocument(folder / "sheet.pdf") as document:
        paper = np.array(document[0].render(scale=DPI / 72).to_pil().convert("RGB"))
    unit = DPI / 25.4
    boxes = asked.pages[0].boxes
    for glyph, box in zip(
        Hand(store.load_style(STYLE)).write("".join(box.character for box in boxes), 3), boxes, strict=True
    ):
        middle = (np.nanmin(glyph.left_edge) + np.nanmax(glyph.right_edge)) / 2
        place = np.array([box.left + geometry.BOX_WIDTH / 2, box.top + geometry.BASELINE]) * unit
        tall = geometry.X_HEIGHT * unit
        pen(paper, [(stroke - [middle, 0]) * [tall, -tall] + place for stroke in glyph.strokes], 3)
    for number, line in enumerate(asked.pages[0].lines):
        options = RenderOptions(seed=number, paper="210mmx40mm", margin="2mm", size=f"{ORDINARY}mm")
        (page,) = render(line.text, STYLE, options).pages
        (written,) = page.lines
        place = np.array([line.left + 3, line.top + geometry.LINE_BASELINE]) * unit
        for word in written.words:
            for glyph in word.glyphs:
                strokes = [glyph.on_page(stroke) - [0, written.baseline] for stroke in glyph.glyph.strokes]
                pen(paper, [stroke * [DPI / 72, -DPI / 72] + place for stroke in strokes], 3)
    path = folder / "anna.png"
    cv2.imwrite(str(path), cv2.GaussianBlur(paper, (0, 0), 0.6)[:, :, ::-1])
    return path, asked


@pytest.fixture(scope="module")
def reading(sheet):
    (page,) = reader.read(sheet[0], load_weights())
    return page


def test_pairs_are_seen_and_joined_letters_lie_on_their_lines(reading, sheet):
    assert len(reading.pairs) > 30
    assert np.mean([pair.joined for pair in reading.pairs]) > 0.6
    joined = [sample for sample in reading.samples if any(sample.joins)]
    assert len(joined) > 30
    rows = np.array([line.top + geometry.LINE_BASELINE for line in sheet[1].pages[0].lines]) * reading.per_mm
    for sample in joined:
        left, top, right, bottom = sample.box
        assert np.abs((top + bottom) / 2 - rows).min() < geometry.PITCH_Y / 2 * reading.per_mm
        assert reading.page[top:bottom, left:right].min() < 150


def test_a_sheet_teaches_joins_and_the_size_of_ordinary_writing(sheet):
    style, _ = enroll([sheet[0]], "anna")
    assert style.joins is not None
    assert style.joins.rate > 0.5
    forms = load_weights().strokes.forms
    assert any(any(forms[way.form].joins) for ways in style.characters.values() for way in ways)
    assert style.x_height_mm == pytest.approx(ORDINARY, rel=0.3)
    assert style.x_height_mm < 0.95 * geometry.X_HEIGHT
