from __future__ import annotations

import pytest

from handfont.errors import TextError
from handfont.layout import rich_text
from handfont.layout.content import PLAIN, Block, TextStyle, TextTable
from handfont.layout.rich_text import Paragraph, RichTable, RichText
from handfont.options import Missing

STRONG = TextStyle(strong=True)


def paragraph(text, **options):
    return Paragraph(((text, PLAIN),) if isinstance(text, str) else text, **options)


def document(*parts):
    return RichText(tuple(replaced if not isinstance(replaced, str) else line(replaced) for replaced in parts))


def line(text, **options):
    return Paragraph((((text, PLAIN),),), **options)


def test_blocks_follow_the_document():
    two_lines = Paragraph(((("half", STRONG), ("way", PLAIN)), (("second", PLAIN),)), gap=0.0)
    parts = document(
        "top",
        line("Head", heading=2),
        two_lines,
        line("item", level=1, marker="2.", gap=0.0),
        RichTable(((((("a", PLAIN),)), ()),), ("left", "right")),
        line("end", page_break=True),
    )
    top, head, first, second, item, table, end = rich_text.blocks(parts)
    assert (top.before, head.keep, head.scale > 1, head.before > 0.5) == (0.0, True, True, True)
    assert first.words[0].looks == ((0, STRONG), (4, PLAIN))
    assert (first.ends, second.ends, second.before) == (1, 1, 0.0)
    assert (item.marker.text, item.indent) == ("2.", pytest.approx(6.6))
    assert isinstance(table, TextTable)
    assert (end.page_break, end.before) == (True, 0.0)
    assert all(isinstance(block, Block) for block in (top, head, first, second, item, end))


def test_a_document_is_cleaned_as_a_text_is():
    found = rich_text.cleaned(document("Ａ\u200b→", "e\u0301"), "a.docx")
    assert [[piece for line in part.lines for piece, _ in line] for part in found.parts] == [["A\u200b→"], ["é"]]
    with pytest.raises(TextError, match=r"a.docx has characters .* at line 2 column 3"):
        rich_text.cleaned(document("good", "no中"), "a.docx")
    (part,) = rich_text.cleaned(document("no中😀"), "a.docx", Missing.DRAW).parts
    assert part.lines[0][0][0] == "no中☺"


def test_an_empty_document_is_refused():
    with pytest.raises(TextError, match=r"a.docx is empty"):
        rich_text.checked(document(" ", "\t"), "a.docx")
