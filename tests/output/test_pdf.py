from __future__ import annotations

import numpy as np
import pypdfium2
import pytest

from handfont.rendering import render

TEXT = "Dear Anna, thank you!\nIt was 5 o'clock (or so).\n\nYours, Tom"


@pytest.fixture(scope="module")
def document(style):
    return render(TEXT, style, seed=4, title="A letter")


@pytest.fixture(scope="module")
def pdf(document, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "letter.pdf"
    document.save(path)
    return path


def test_text_can_be_found_and_copied(pdf):
    with pypdfium2.PdfDocument(pdf) as opened:
        text = opened[0].get_textpage().get_text_range()
    assert text.split() == TEXT.split()


def test_words_lie_on_their_ink(document, pdf):
    word = document.pages[0].lines[0].words[1]
    left = min(g.x + g.scale * np.nanmin(g.glyph.left_edge) for g in word.glyphs)
    with pypdfium2.PdfDocument(pdf) as opened:
        textpage = opened[0].get_textpage()
        found = textpage.search("Anna").get_next()
        box = textpage.get_charbox(found[0])
    assert box[0] == pytest.approx(left, abs=3)


def test_outlines_are_vectors_in_the_writers_ink(document, pdf):
    with pypdfium2.PdfDocument(pdf) as opened:
        kinds = [item.type for item in opened[0].get_objects()]
        image = np.asarray(opened[0].render(scale=3).to_pil().convert("RGB")).reshape(-1, 3)
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_PATH) == len("".join(TEXT.split()))
    darkest = image[image.sum(axis=1).argmin()]
    ink = [int(document.ink[i : i + 2], 16) for i in (1, 3, 5)]
    assert np.abs(darkest.astype(int) - ink).max() < 12


def test_metadata(pdf):
    with pypdfium2.PdfDocument(pdf) as opened:
        assert opened.get_metadata_dict()["Title"] == "A letter"


def test_identical_documents_are_identical_files(document, pdf, tmp_path):
    document.save(tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == pdf.read_bytes()


def test_characters_that_the_text_font_lacks_can_be_copied(style, tmp_path):
    source = "Žluťoučký kůň, Łódź, őrült, ţară"
    path, = render(source, style, seed=4).save(tmp_path / "letter.pdf")
    with pypdfium2.PdfDocument(path) as opened:
        assert opened[0].get_textpage().get_text_range().split() == source.split()
