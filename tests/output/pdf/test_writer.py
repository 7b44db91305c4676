from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pypdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from handfont.core.glyph import Outline
from handfont.errors import OutputError
from handfont.layout.page import Mark, Page, Picture, Rule
from handfont.options import RenderOptions
from handfont.output.document import Document, Pages
from handfont.output.metadata import DocumentInfo
from handfont.output.pdf import writer as writer
from handfont.rendering import render

TEXT = "Dear Anna, thank you!\nIt was 5 o'clock (or so).\n\nYours, Tom"


@pytest.fixture(scope="module")
def document(style):
    return render(TEXT, style, RenderOptions(seed=4), title="A letter")


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
    (path,) = render(source, style, RenderOptions(seed=4)).save(tmp_path / "letter.pdf")
    with pypdfium2.PdfDocument(path) as opened:
        assert opened[0].get_textpage().get_text_range().split() == source.split()


def ran(program, *arguments):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)


PROSE = (
    (
        "Thank you for the 12 books & the map! We read them all week, again and again; naïve as we are, we liked "
        "“Žluťoučký kůň” best. "
    )
    * 4
    + "\n\n"
    + "Yours — as ever — in haste, and with much love from us all, Quentin."
)


def test_pdftotext_returns_the_source(style, tmp_path):
    (path,) = render(PROSE, style, RenderOptions(seed=3)).save(tmp_path / "letter.pdf")
    done = ran("pdftotext", path, "-")
    assert done.stdout.split() == PROSE.split()


@pytest.fixture(scope="module")
def sheet(document, tmp_path_factory):
    """A page with all that a page may hold: the written page, its first line's last word broken."""
    folder = tmp_path_factory.mktemp("sheet")
    Image.new("RGB", (40, 30), "#80c0ff").save(folder / "photo.jpg")
    Image.new("RGBA", (40, 30), (255, 0, 0, 0)).save(folder / "clear.png")
    canvas = Canvas(str(folder / "paper.pdf"), pagesize=(200, 100))
    canvas.setFillColorRGB(0, 1, 0)
    canvas.rect(0, 0, 200, 10, fill=1, stroke=0)
    canvas.setPageRotation(180)
    canvas.showPage()
    canvas.save()
    first, second, *rest = document.pages[0].lines
    *words, last = first.words
    broken = replace(first, words=(*words, replace(last, text="yes", broken=True)), ends=0)
    square = np.array(
        [
            [[100, 50], [100, 50], [150, 50]],
            [[150, 50], [150, 80], [150, 80]],
            [[150, 80], [100, 80], [100, 80]],
            [[100, 80], [100, 80], [100, 50]],
        ],
        np.float32,
    )
    page = replace(
        document.pages[0],
        lines=[broken, second, *rest],
        marks=[Mark(Outline((square,)), square[:, 2], 1.0)],
        rules=(Rule(50, 300, 500, 300, 2, "#ff0000"), Rule(60, 350, 60, 350, 8, "#ff00ff")),
        pictures=[
            Picture(folder / "photo.jpg", 300, 100, 120, 90, "the sea"),
            Picture(folder / "clear.png", 300, 100, 120, 90),
        ],
        background=folder / "paper.pdf",
    )
    path = folder / "sheet.pdf"
    assert writer.write([page, page], path, "#203060", DocumentInfo("All", "Anna", "de")) == 2
    return path


def test_everything_on_a_page_is_drawn(sheet):
    with pypdfium2.PdfDocument(sheet) as opened:
        page = opened[1]
        scale = 2
        pixels = page.render(scale=scale).to_pil().convert("RGB")
        height = page.get_height()

    def at(x, y):
        return np.array(pixels.getpixel((round(x * scale), round((height - y) * scale))))

    for place, colour in {
        (125, 65): (0x20, 0x30, 0x60),
        (400, 300): (255, 0, 0),
        (60, 352): (255, 0, 255),
        (360, 150): (0x80, 0xC0, 0xFF),
        (300, height - 20): (0, 255, 0),
        (300, 20): (255, 255, 255),
        (570, 400): (255, 255, 255),
    }.items():
        assert np.abs(at(*place) - colour).max() < 8, place


def test_files_are_embedded_once_and_backgrounds_stay_vectors(sheet):
    reader = pypdf.PdfReader(sheet)
    images = {}
    for page in reader.pages:
        for name, entry in page["/Resources"]["/XObject"].items():
            images[name] = (entry.get_object()["/Subtype"], page["/Resources"]["/XObject"].raw_get(name).idnum)
    assert sorted(kind for kind, _ in images.values()) == ["/Form", "/Image", "/Image"]
    first, second = (page["/Resources"]["/XObject"] for page in reader.pages)
    assert {n: first.raw_get(n).idnum for n in first} == {n: second.raw_get(n).idnum for n in second}


def test_what_the_document_tells(sheet):
    reader = pypdf.PdfReader(sheet)
    assert (reader.metadata.title, reader.metadata.author) == ("All", "Anna")
    assert reader.trailer["/Root"]["/Lang"] == "de"
    assert reader.page_labels == ["1", "2"]


def test_qpdf_finds_no_fault(sheet, pdf):
    for path in (sheet, pdf):
        done = ran("qpdf", "--check", path)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_broken_word_comes_back_whole(sheet):
    done = ran("pdftotext", "-l", "1", sheet, "-")
    assert "Anna, thank yesIt was" in done.stdout
    with pypdfium2.PdfDocument(sheet) as opened:
        # pdfium marks a hyphen at a line's end as one that the text does not have.
        assert "yes\ufffeIt was" in opened[0].get_textpage().get_text_range()


def test_any_character_can_be_copied(document, tmp_path):
    page = document.pages[0]
    word = replace(page.lines[0].words[0], text="\u4e2d\u0416\U0001f600")
    shown = Page(page.width, page.height, [replace(page.lines[0], words=(word,))])
    writer.write([shown], tmp_path / "a.pdf", "#000000", DocumentInfo())
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as opened:
        assert opened[0].get_textpage().get_text_range() == "\u4e2d\u0416\U0001f600"


@pytest.mark.parametrize(
    ("name", "content"),
    [("gone.png", None), ("torn.png", b"\x89PNG"), ("torn.pdf", b"%PDF-1.7"), ("text.jpg", b"no picture")],
)
def test_pictures_that_cannot_be_read(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    pages = [Page(200, 200, background=tmp_path / name)]
    with pytest.raises(OutputError, match=f"the picture .*{name} cannot be read"):
        Document(pages, "#000000", DocumentInfo()).save(tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_pictures_of_a_background_that_are_bombs_are_refused(tmp_path):
    from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

    image = StreamObject()
    image.set_data(b"")
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(30_000),
            NameObject("/Height"): NumberObject(30_000),
        }
    )
    pdf = pypdf.PdfWriter()
    page = pdf.add_blank_page(200, 200)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/X"): pdf._add_object(image)})}
    )
    pdf.write(tmp_path / "paper.pdf")
    pages = [Page(200, 200, background=tmp_path / "paper.pdf")]
    with pytest.raises(OutputError, match=r"paper\.pdf cannot be read: it is too large: 30000 x 30000 pixels"):
        Document(pages, "#000000", DocumentInfo()).save(tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "1", "CMYK"])
def test_pictures_of_every_kind_are_drawn_in_strips(tmp_path, mode):
    """600 rows are three strips: a line of the second one comes out where it is."""
    from PIL import Image

    picture = Image.new("RGBA" if mode in ("RGBA", "LA") else "RGB", (40, 600), "white")
    picture.paste("black", (0, 300, 40, 340))
    picture = picture.convert(mode)
    picture.save(tmp_path / "a.tif")
    Document([Page(40, 600, background=tmp_path / "a.tif")], "#000000", DocumentInfo()).save(tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as opened:
        shown = opened[0].render(scale=1).to_pil().convert("L")
    assert [shown.getpixel((20, y)) for y in (10, 290, 320, 350, 590)] == [255, 255, 0, 255, 255]


def test_pages_are_written_as_they_come(document, tmp_path):
    """The file grows while pages are still being asked for: nothing waits for the last one."""
    sizes = []

    def pages():
        for _ in range(40):
            sizes.append((tmp_path / "long.pdf").stat().st_size if (tmp_path / "long.pdf").exists() else 0)
            yield document.pages[0]

    writer.write(pages(), tmp_path / "long.pdf", "#000000", DocumentInfo())
    assert sizes[-1] > 0.8 * (tmp_path / "long.pdf").stat().st_size


def test_a_document_is_set_anew_each_time_it_is_saved(document, tmp_path):
    calls = []

    def typeset():
        calls.append(1)
        yield from document.pages[:1] * 3

    lazy = Document(Pages(typeset), document.ink, document.info)
    digests = {hashlib.sha256(lazy.save(tmp_path / "a.pdf")[0].read_bytes()).hexdigest() for _ in range(2)}
    assert (len(digests), len(calls), len(lazy.pages)) == (1, 2, 3)
    assert lazy.pages[0] is lazy.pages[2]


def test_inks_and_words_of_several(style, tmp_path):
    text = "one [two three]{ink=red} fo[ur]{ink=blue}"
    document = render(text, style, RenderOptions(markdown=True, letter_spacing=2.5))
    document.save(tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as opened:
        assert opened[0].get_textpage().get_text_range() == "one two three four"
    operators = pypdf.PdfReader(tmp_path / "a.pdf").pages[0].get_contents().get_data().split(b"\n")
    assert [line for line in operators if line.endswith(b" rg")][1:] == [b"1 0 0 rg", b"0 0 1 rg"]
    assert operators.count(b"q") == operators.count(b"Q")
