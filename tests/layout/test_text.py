from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.accents import COMPOSED, WRITABLE
from handfont.errors import TextError
from handfont.layout import text

writable = st.text(st.sampled_from(WRITABLE + " \t\n\f\u00a0"), max_size=200)


def words(lines):
    return [word for line in lines for chunk in line.chunks for word in chunk.words]


@given(writable)
def test_no_character_is_lost_and_order_is_kept(source):
    expected = "".join(unicodedata.normalize("NFC", source).split())
    if not expected:
        with pytest.raises(TextError, match="empty"):
            text.prepare(source)
    else:
        assert "".join(words(text.prepare(source))) == expected


def test_lines_spaces_and_pages():
    lines = text.prepare("\n\n  Dear  Anna,\r\n\r\nyes\u00a0no\fnew\n\n")
    assert [[chunk.words for chunk in line.chunks] for line in lines] == [
        [("Dear",), ("Anna,",)], [], [("yes", "no")], [("new",)]]
    assert [chunk.spaces for chunk in lines[0].chunks] == [2, 2]
    assert [line.page_break for line in lines] == [False, False, False, True]


def test_what_cannot_be_written_is_listed_with_its_place():
    with pytest.raises(TextError) as caught:
        text.prepare("good\nb\u4e2dd \u4e2d\n\u0001", "letter.txt")
    message = caught.value.message
    assert message.startswith("letter.txt has characters")
    assert "U+4E2D" in message
    assert "line 2 column 2 and 1 more" in message
    assert "U+0001" in message
    assert "line 3 column 1" in message


def test_composed_and_decomposed_are_the_same():
    composed = " ".join(COMPOSED)
    assert text.prepare(unicodedata.normalize("NFD", composed)) == text.prepare(composed)
    # A mark on a letter that has none in any language has no precomposed character.
    with pytest.raises(TextError, match=r"U\+0301 COMBINING ACUTE ACCENT.* at line 1 column 3"):
        text.prepare("aq\u0301")


def test_files(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"ok\nb\xe9\n")
    with pytest.raises(TextError, match="line 2, byte 4"):
        text.read(path)
    with pytest.raises(TextError, match="No such file"):
        text.read(tmp_path / "none.txt")
    path.write_bytes(b"\xef\xbb\xbfhello")
    assert text.read(path) == "hello"
