from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from PIL import Image

from handfont.errors import TextError
from handfont.layout.content import Divider, Figure, TextStyle
from handfont.layout.office import word
from handfont.layout.rich_text import Paragraph, RichTable

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def read(tmp_path):
    """The parts of a document that a function fills."""

    def made(fill):
        document = docx.Document()
        fill(document)
        document.save(tmp_path / "a.docx")
        return word.read(tmp_path / "a.docx").parts

    return made


def text(part):
    return ["".join(piece for piece, _ in line) for line in part.lines]


def test_paragraphs_and_looks(read):
    def fill(document):
        document.add_heading("Name", 0)
        document.add_heading("First", 2)
        one = document.add_paragraph("Dear ")
        one.add_run("Tom").bold = True
        one.add_run("!").italic = True
        one.add_run("x2").font.strike = True
        one.add_run("2").font.superscript = True
        one.add_run("code").font.name = "Courier New"
        one.add_run().add_break()
        one.add_run("next\tline").font.all_caps = True
        one.add_run("secret").font.hidden = True
        document.add_paragraph("right").alignment = WD_ALIGN_PARAGRAPH.RIGHT
        document.add_paragraph("said", style="Quote")

    title, heading, one, right, quote = read(fill)
    assert (title.heading, heading.heading, text(heading)) == (1, 2, ["First"])
    assert heading.lines[0] == (("First", TextStyle(underline=True)),)
    assert text(one) == ["Dear Tom!x2²code", "NEXT\tLINE"]
    looks = dict(one.lines[0])
    assert (looks["Tom"].strong, looks["!"].underline, looks["x2"].strike, looks["code"].code) == (True,) * 4
    assert (right.align, quote.quote) == ("right", True)


def test_lists_count_on_and_begin_again(read):
    def fill(document):
        for style in ("List Bullet", "List Bullet 2", "List Number", "List Number"):
            document.add_paragraph("item", style=style)

    found = read(fill)
    assert [(part.level, part.marker) for part in found] == [(0, 0), (1, 0), (0, "1."), (0, "2.")]
    assert [part.gap for part in found[1:]] == [0.55, 0.55, 0.0]


def test_gaps_and_pages(read):
    def fill(document):
        first = document.add_paragraph("one")
        document.add_paragraph()
        document.add_paragraph()
        document.add_paragraph("two")
        first.paragraph_format.space_after = 0
        last = document.add_paragraph("three")
        last.add_run().add_break(WD_BREAK.PAGE)
        last.add_run("four")

    one, two, three, four = read(fill)
    assert [part.gap for part in (one, two)] == pytest.approx([0.0, 1.1])
    assert [part.page_break for part in (one, two, three, four)] == [False, False, False, True]


def test_tables_and_pictures(read):
    picture = io.BytesIO()
    Image.new("RGB", (4, 2)).save(picture, "PNG")

    def fill(document):
        table = document.add_table(2, 2)
        for row, cells in zip(table.rows, (("a", "b"), ("c", "12")), strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
        table.cell(1, 1).paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        document.add_picture(picture)

    table, figure = read(fill)
    assert isinstance(table, RichTable)
    assert [["".join(piece for piece, _ in cell) for cell in row] for row in table.rows] == [["a", "b"], ["c", "12"]]
    assert table.aligns == ("left", "right")
    (shown,) = [line for line in figure.lines if line]
    assert isinstance(shown, Figure)
    assert shown.path.suffix == ".png"
    assert shown.path.read_bytes().startswith(b"\x89PNG")


def test_changes_comments_and_headers(read, caplog):
    def fill(document):
        paragraph = document.add_paragraph("kept ")._p
        for xml in (
            "<w:ins><w:r><w:t>new</w:t></w:r></w:ins>",
            "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>",
            '<w:r><w:commentReference w:id="1"/></w:r>',
            '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        ):
            paragraph.append(parse_xml(xml.replace(">", f" {W}>", 1)))
        document.sections[0].header.paragraphs[0].text = "Top"

    (one,) = read(fill)
    assert text(one) == ["kept new✓"]
    (warning,) = caplog.messages
    assert "a.docx: not written: 1 comment, deleted words, headers and footers" in warning


def test_footnotes_are_written_at_the_end(tmp_path):
    document = docx.Document()
    document.add_paragraph("text")._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    document.save(tmp_path / "plain.docx")
    note = f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>the note</w:t></w:r></w:p></w:footnote></w:footnotes>'
    relation = (
        '<Relationship Id="n1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" '
        'Target="footnotes.xml"/></Relationships>'
    )
    override = (
        '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.footnotes+xml"/></Types>'
    )
    with zipfile.ZipFile(tmp_path / "plain.docx") as old, zipfile.ZipFile(tmp_path / "note.docx", "w") as new:
        for info in old.infolist():
            content = old.read(info).decode("utf-8", "surrogateescape")
            if info.filename == "word/_rels/document.xml.rels":
                content = content.replace("</Relationships>", relation)
            if info.filename == "[Content_Types].xml":
                content = content.replace("</Types>", override)
            new.writestr(info, content.encode("utf-8", "surrogateescape"))
        new.writestr("word/footnotes.xml", note)
    one, line, written = word.read(tmp_path / "note.docx").parts
    assert (text(one), text(written)) == (["text¹"], ["¹ the note"])
    assert isinstance(line, Divider)
    assert isinstance(written, Paragraph)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0 and more", "has a password, or is an old document of Word"),
        (b"no package", "is damaged, or no Word document"),
        (b"PK\x05\x06" + bytes(18), "is damaged, or no Word document"),
    ],
)
def test_what_is_no_document(tmp_path, content, message):
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    with pytest.raises(TextError, match=f"the text .*a.docx {message}"):
        word.read(path)
