from __future__ import annotations

import io
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.composites import COMPOSED, WRITABLE
from handfont.errors import TextError
from handfont.layout import plain_text
from handfont.options import Missing

writable = st.text(st.sampled_from(WRITABLE + " \t\n\f\u00a0"), max_size=200)


def words(blocks):
    return [word.text for block in blocks for word in block.words]


@given(writable)
def test_no_character_is_lost_and_order_is_kept(source):
    expected = "".join(unicodedata.normalize("NFC", source).split())
    if not expected:
        with pytest.raises(TextError, match="empty"):
            plain_text.prepare(source)
    else:
        assert "".join(words(plain_text.prepare(source))) == expected


def test_lines_spaces_and_pages():
    blocks = list(plain_text.prepare("\n\n  Dear  Anna,\r\n\r\nyes\u00a0no\fnew\n\n"))
    assert [words([block]) for block in blocks] == [["Dear", "Anna,"], ["yes", "no"], ["new"]]
    assert [word.spaces for word in blocks[0].words] == [2, 2]
    assert [word.glued for word in blocks[1].words] == [False, True]
    assert [block.ends for block in blocks] == [2, 1, 2]
    assert [block.page_break for block in blocks] == [False, False, True]
    assert blocks[0].first > 0
    assert blocks[1].before > 0


def test_tabs_and_soft_hyphens():
    one, two = next(plain_text.prepare("a\tb")).words
    assert (one.tab, two.tab, two.spaces) == (False, True, 3)
    (word,) = next(plain_text.prepare("\u00adtele\u00adgram\u00ad\u200b")).words
    assert (word.text, word.soft) == ("telegram", (4,))


def test_missing_characters_can_be_skipped_or_boxed(caplog):
    assert plain_text.clean("a\u4e2db\u0007", missing=Missing.SKIP) == "ab"
    assert plain_text.clean("a\u4e2db\u0007", missing=Missing.BOX) == "a\u4e2db"
    assert "drawn as boxes: '中' (U+4E2D" in caplog.text
    for script in ("שלום", "مرحبا", "你好"):
        with pytest.raises(TextError, match="cannot write"):
            plain_text.clean(script)


def test_front_matter():
    assert plain_text.front_matter("---\nname: Anna\ndate: 2026-05-03\n---\nDear") == (
        {"name": "Anna", "date": "2026-05-03"},
        "Dear",
        4,
    )
    for plain in ("---\n\nhello", "--- \nsome: [\n---\nx", "Dear\n---\na: b\n---\n", "---\njust words\n---\n"):
        assert plain_text.front_matter(plain) == ({}, plain, 0)
    with pytest.raises(TextError, match="field 'a' between"):
        plain_text.front_matter("---\na: [1, 2]\n---\nx")
    with pytest.raises(TextError, match="line 4 column 1"):
        plain_text.clean("\u4e2d", skipped=3)


def test_what_cannot_be_written_is_listed_with_its_place():
    with pytest.raises(TextError) as caught:
        plain_text.prepare("good\nb\u4e2dd \u4e2d\n\u0001", "letter.txt")
    message = caught.value.message
    assert message.startswith("letter.txt has characters")
    assert "U+4E2D" in message
    assert "line 2 column 2 and 1 more" in message
    assert "U+0001" in message
    assert "line 3 column 1" in message


def test_composed_and_decomposed_are_the_same():
    composed = " ".join(COMPOSED)
    assert list(plain_text.prepare(unicodedata.normalize("NFD", composed))) == list(plain_text.prepare(composed))
    # A mark on a letter that has none in any language has no precomposed character.
    with pytest.raises(TextError, match=r"U\+0301 COMBINING ACUTE ACCENT.* at line 1 column 3"):
        plain_text.prepare("aq\u0301")


def test_files(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(TextError, match=r"none\.txt does not exist"):
        plain_text.read(tmp_path / "none.txt")
    with pytest.raises(TextError, match="is a folder"):
        plain_text.read(tmp_path)
    with pytest.raises(TextError, match="File name too long"):
        plain_text.read(tmp_path / ("x" * 300))
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1")
    with pytest.raises(TextError, match="is no text in any usual encoding; save it as UTF-8"):
        plain_text.read(path)
    path.write_bytes(b"x" * (plain_text.MAX_BYTES + 1))
    with pytest.raises(TextError, match="is larger than 20 MB"):
        plain_text.read(path)
    path.write_bytes(b"\xef\xbb\xbfhello")
    assert plain_text.read(path) == "hello"


def test_other_encodings_are_found(tmp_path, caplog):
    path = tmp_path / "a.txt"
    path.write_bytes("schöne Grüße".encode("utf-16"))
    assert (plain_text.read(path), caplog.messages) == ("schöne Grüße", [])
    path.write_bytes("schöne Grüße".encode("cp1252"))
    assert plain_text.read(path) == "schöne Grüße"
    assert len(caplog.messages) == 1
    assert "read as cp1252, which is a guess" in caplog.messages[0]


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("grün".encode())))
    assert plain_text.read(Path("-")) == "grün"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * (plain_text.MAX_BYTES + 1))))
    with pytest.raises(TextError, match="standard input has more than 20 MB"):
        plain_text.read(Path("-"))
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(TextError, match="standard input is closed"):
        plain_text.read(Path("-"))


def test_missing_characters_say_what_can_be_done():
    with pytest.raises(TextError, match="missing='skip' leaves them out") as found:
        plain_text.clean("\u4e2d")
    assert "--missing skip leaves them out" in found.value.message
    many = "\u4e2d" * 1_000_000
    with pytest.raises(TextError, match="at line 1 column 1 and 999999 more"):
        plain_text.clean(many)


def test_runs_of_combining_marks_are_refused():
    with pytest.raises(TextError, match="has 400000 combining marks after each other in line 2"):
        plain_text.clean("x\na" + "\u0301\u0316" * 200_000)
    assert plain_text.clean("e" + "\u0301" * 20, missing=Missing.SKIP) == "é"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("a: " + "[" * 100_000, "100003 characters; at most 100000"),
        ("a: " + "[" * 90_000, "nested more than 10 levels"),
        ("a: &x b\nc: *x", r"a YAML alias, \*x \(line 2\)"),
        ("a: " + "x" * 10_000_000, "at most 100000 are read"),
        ("a: [" + "x," * 3000 + "]", "holds more than 2000 values"),
    ],
)
def test_front_matter_has_limits(fields, message):
    with pytest.raises(TextError, match=f"between the lines --- .*{message}"):
        plain_text.front_matter(f"---\n{fields}\n---\nDear")


def test_what_only_looks_like_front_matter_is_text():
    for plain in ("---\nx" + "[" * 200_000 + "\n---\nx", "---\n* x\n* [[\n---\n", "---\nDear *all* & more\n---\nx"):
        assert plain_text.front_matter(plain) == ({}, plain, 0)
