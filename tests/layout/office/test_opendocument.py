from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from handfont.errors import TextError
from handfont.layout.content import Divider, Figure, TextStyle
from handfont.layout.office import opendocument
from handfont.layout.rich_text import RichTable

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in (
        *((one, one) for one in ("office", "text", "table", "style")),
        *(("fo", "xsl-fo-compatible"), ("draw", "drawing"), ("svg", "svg-compatible"), ("manifest", "manifest")),
    )
)
NAMES += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
STYLES = """
<style:style style:name="Text" style:family="paragraph">
<style:paragraph-properties fo:margin-bottom="0.3cm"/></style:style>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Text"><style:paragraph-properties
 fo:text-align="end" fo:break-before="page"/></style:style>
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="I" style:family="text"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="S" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="i" style:num-suffix=")"
 text:start-value="4"/><text:list-level-style-bullet text:level="2" text:bullet-char="-"/></text:list-style>
"""
BODY = """
<text:h text:outline-level="2">Head</text:h>
<text:p text:style-name="Text">Dear  <text:span text:style-name="B">Tom</text:span>,<text:s text:c="2"/>x<text:span
 text:style-name="S">2</text:span><text:note
 text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>the note</text:p>
</text:note-body></text:note><text:line-break/><text:span
 text:style-name="I">next<text:tab/>one</text:span>
<office:annotation><text:p>a comment</text:p></office:annotation></text:p>
<text:p text:style-name="P1">right</text:p>
<text:list text:style-name="L"><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>deep</text:p>
</text:list-item></text:list></text:list-item><text:list-item><text:p>two</text:p><text:p>more</text:p></text:list-item></text:list>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>
<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row>
<table:table-cell table:number-columns-repeated="2"><text:p>c</text:p></table:table-cell></table:table-row>
</table:table>
<text:p><draw:frame><draw:image xlink:href="Pictures/a.png"/><svg:desc>what it shows</svg:desc></draw:frame></text:p>
"""


def write(path, body=BODY, mimetype="application/vnd.oasis.opendocument.text", manifest=""):
    picture = io.BytesIO()
    Image.new("RGB", (4, 2)).save(picture, "PNG")
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/>{manifest}'
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", mimetype)
        file.writestr("META-INF/manifest.xml", f"<manifest:manifest {NAMES}>{entry}</manifest:manifest>")
        file.writestr("styles.xml", f"<office:document-styles {NAMES}><office:styles/></office:document-styles>")
        content = f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:text>{body}"
        file.writestr(
            "content.xml",
            f"<office:document-content {NAMES}>{content}</office:text></office:body></office:document-content>",
        )
        file.writestr("Pictures/a.png", picture.getvalue())
    return path


def text(part):
    return ["".join(piece for piece, _ in line) for line in part.lines]


def test_a_document(tmp_path, caplog):
    head, dear, right, one, deep, two, more, table, figure, line, note = opendocument.read(
        write(tmp_path / "a.odt")
    ).parts
    assert (head.heading, text(head)) == (2, ["Head"])
    assert text(dear) == ["Dear Tom,  x²¹", "next\tone "]
    assert dict(dear.lines[0])["Tom"] == TextStyle(strong=True)
    assert dear.lines[1][0][1].underline
    assert (right.align, right.page_break, right.gap) == ("right", True, 0.55)
    assert [(part.level, part.marker) for part in (one, deep, two, more)] == [(0, "iv)"), (1, 1), (0, "v)"), (0, None)]
    assert isinstance(table, RichTable)
    assert table.rows[0][0] == (("a", TextStyle(strong=True)),)
    assert [piece for cell in table.rows[1] for piece, _ in cell] == ["c", "c"]
    (shown,) = [line for line in figure.lines if line]
    assert isinstance(shown, Figure)
    assert shown.text == "what it shows"
    assert isinstance(line, Divider)
    assert text(note) == ["¹ the note"]
    assert caplog.messages == [f"{tmp_path / 'a.odt'}: not written: 1 comment"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "is damaged, or no OpenDocument text"),
        ({"manifest": "<manifest:encryption-data/>"}, "has a password; save it without one"),
        ({"body": "<text:p>"}, "is damaged, or no OpenDocument text"),
    ],
)
def test_what_is_no_text(tmp_path, options, message):
    with pytest.raises(TextError, match=f"the text .*a.odt {message}"):
        opendocument.read(write(tmp_path / "a.odt", **options))
