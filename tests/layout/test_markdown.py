from __future__ import annotations

import subprocess
import sys

import pytest
from PIL import Image

from handfont.errors import TextError
from handfont.layout import markdown
from handfont.layout.content import Block, Divider, Figure, TextStyle, TextTable


def told(text, **options):
    return list(markdown.blocks(text, **options))


def plain(block):
    return " ".join(word.text for word in block.words)


def test_headings_paragraphs_and_forced_breaks():
    heading, one, two, three = told("# A *title*\n\nfirst line\nstill first  \nsecond\n\nnext")
    assert (plain(heading), heading.keep, heading.scale > 1.2) == ("A title", True, True)
    assert all(word.look(0).underline for word in heading.words)
    assert [plain(block) for block in (one, two, three)] == ["first line still first", "second", "next"]
    assert [block.ends for block in (heading, one, two, three)] == [2, 1, 2, 2]


def test_looks_within_a_word():
    (block,) = told('**bold**ly *under* ~~gone~~ `code x` [a link](http://x.org) "quotes"')
    assert plain(block) == 'boldly under gone code x a link "quotes"'
    bold, under, gone, code, *_ = block.words
    assert bold.looks == ((0, TextStyle(strong=True)), (4, TextStyle()))
    assert under.looks == ((0, TextStyle(underline=True)),)
    assert gone.look(0).strike
    assert code.look(3).code
    assert block.words[-1].looks == ()


def test_lists_and_quotes():
    found = told("- one\n- two\n  1. inner\n\n> quoted\n> > deeper\n\n7. seven\n8. eight")
    assert [plain(block) for block in found] == ["one", "two", "inner", "quoted", "deeper", "seven", "eight"]
    assert [getattr(block.marker, "text", block.marker) for block in found] == [0, 0, "1.", None, None, "7.", "8."]
    assert [block.quote for block in found] == [0, 0, 0, 1, 2, 0, 0]
    assert found[2].indent > found[0].indent > 0


def test_rules_tables_and_code():
    rule, table, *code = told(
        "---\n\n| a | b |\n| :-: | --: |\n| 1 | two words |\n| 3 |\n\n```\nif x:\n    y\n\nz\n```"
    )
    assert isinstance(rule, Divider)
    assert isinstance(table, TextTable)
    assert table.aligns == ("centre", "right")
    assert [[[word.text for word in cell] for cell in row] for row in table.rows] == [
        [["a"], ["b"]],
        [["1"], ["two", "words"]],
        [["3"], []],
    ]
    assert [plain(block) for block in code] == ["if x:", "y", "z"]
    assert code[1].first > 0
    assert code[2].before >= 1


def test_html_and_broken_markdown_are_text():
    (block,) = told("<b>not</b> [link](, **open and `tick")
    assert plain(block) == "<b>not</b> [link](, **open and `tick"
    assert isinstance(told("<div>\nx\n</div>")[0], Block)


def test_a_form_feed_starts_a_page():
    one, two = told("one\n\f\ntwo")
    assert (one.page_break, two.page_break, two.before) == (False, True, 0.0)


def test_pictures(tmp_path):
    Image.new("RGB", (60, 40), "red").save(tmp_path / "a b.png")
    before, figure, after = told("see ![a dot](a%20b.png) here", folders=[tmp_path])
    assert isinstance(figure, Figure)
    assert (plain(before), figure.path, figure.text, plain(after)) == ("see", tmp_path / "a b.png", "a dot", "here")
    (tmp_path / "fake.png").write_text("no picture")
    for source, message in (
        ("none.png", "'none.png' does not exist"),
        ("fake.png", "is not an image"),
        ("http://x.org/a.png", "is not a file"),
    ):
        with pytest.raises(TextError, match=message):
            told(f"![x]({source})", folders=[tmp_path])


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        ">" * 5_000,
        "*" * 20_000,
        "- " * 3_000 + "x",
        "x" + "`" * 20_000,
        "![" * 9_000,
        "|a" * 3_000 + "|\n" + "|-" * 3_000 + "|",
        "<" * 20_000,
        "\\[" * 9_000,
    ],
)
def test_hostile_markdown_ends(text):
    """In a process of its own, which can be ended: a parser that hangs does not heed the tests' own limits."""
    code = "import sys; from handfont.layout import markdown; print(sum(1 for _ in markdown.blocks(sys.stdin.read())))"
    done = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_pictures_that_are_bombs_are_refused(tmp_path):
    import struct
    import zlib

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    (tmp_path / "bomb.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 13_000, 13_000, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(TextError, match=r"bomb.png is too large: 13000 x 13000 pixels are 169 megapixels"):
        told("Hello ![alt](bomb.png) there", folders=[tmp_path])
    with pytest.raises(TextError, match="File name too long"):
        told(f"![alt]({'x' * 300}.png)", folders=[tmp_path])
    with pytest.raises(TextError, match="is a folder"):
        told("![alt](.)", folders=[tmp_path])


def test_formulas_are_words_and_prices_are_not():
    (block,) = told(r"so $x^2 = 4$, $5 and $10, \$x\$, a $1.50$2 and $ y $")
    assert [word.reading() for word in block.words] == [
        *("so", "x² = 4,", "$5", "and", "$10,", "$x$,", "a", "$1.50$2", "and", "$", "y", "$")
    ]
    formula = block.words[1]
    assert (formula.text, formula.look(1)) == ("\ue000,", TextStyle())
    assert not block.words[2].has_formula


def test_formulas_with_lines_of_their_own():
    before, formula, after = told("let\n$$\nx = 1\n$$\nand", where="notes.md")
    assert (formula.align, [word.reading() for word in formula.words]) == ("centre", ["x = 1"])
    assert formula.words[0].look(0).formula.display
    assert (plain(before), plain(after)) == ("let", "and")
    table = told("| a |\n| --- |\n| $x^2$ |")[0]
    assert table.rows[1][0][0].reading() == "x²"
    with pytest.raises(TextError, match=r"notes.md: the formula \$\\foo\$ has \\foo"):
        told(r"$\foo$", where="notes.md")


def test_emphasis_within_emphasis_is_both():
    (block,) = told("*under **both** under*")
    assert [word.look(0) for word in block.words] == [
        TextStyle(underline=True),
        TextStyle(underline=True, strong=True),
        TextStyle(underline=True),
    ]
