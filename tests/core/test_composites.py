from __future__ import annotations

import unicodedata

import pytest

from handfont.core import composites
from handfont.core.charset import CHARACTERS, MARKS
from handfont.core.composites import COMPOSED, WRITABLE, MarkPosition, parts
from handfont.core.drawn_signs import DRAWN

LATIN = [chr(code) for code in [*range(0xA1, 0xAD), *range(0xAE, 0x180)]]


def marks(character):
    return "".join(part.character for part in parts(character)[1:])


def test_all_of_latin_1_and_latin_extended_a_can_be_written():
    assert not set(LATIN) - set(WRITABLE)


def test_parts_are_learnt_or_drawn_and_neither_is_composed():
    assert {part.character for character in COMPOSED for part in parts(character)} <= set(CHARACTERS + DRAWN)
    assert not set(COMPOSED) & set(CHARACTERS + DRAWN)
    assert not set(DRAWN) & set(CHARACTERS)
    assert len(set(WRITABLE)) == len(WRITABLE)
    assert all(parts(character) is None for character in CHARACTERS)


def test_only_the_first_part_is_the_base():
    for character in COMPOSED:
        places = [part.place for part in parts(character)]
        assert places[0] is MarkPosition.BASE
        assert MarkPosition.BASE not in places[1:]


def test_text_in_normal_form_is_enough():
    """Typesetting normalises to NFC, which must not take a composed character apart."""
    assert all(unicodedata.normalize("NFC", character) == character for character in WRITABLE)


@pytest.mark.parametrize(
    ("character", "base", "added"),
    [
        ("é", "e", "´"),
        ("Ü", "U", "¨"),
        ("ç", "c", "¸"),
        ("ą", "a", "˛"),
        ("ő", "o", "˝"),
        ("ů", "u", "˚"),
        ("ñ", "n", "˜"),
        ("ş", "s", "¸"),
        ("ș", "s", ","),
        ("ţ", "t", ","),
        ("ņ", "n", ","),
        ("ģ", "g", "‘"),
        ("Ģ", "G", ","),
        ("ť", "t", "’"),
        ("Ť", "T", "ˇ"),
        ("Ð", "D", "-"),
        ("Đ", "D", "-"),
        ("ł", "l", "-"),
        ("¾", "/", "34"),
        ("™", "T", "M"),
        ("ĳ", "i", "j"),
        ("ŉ", "’", "n"),
        ("ǖ", "u", "¨¯"),
        ("²", "2", ""),
        ("−", "–", ""),
    ],
)
def test_parts(character, base, added):
    assert parts(character)[0].character == base
    assert marks(character) == added


def test_only_marks_above_take_the_dot():
    assert all(parts(c)[0].dotless for c in "íìîïĩīĭĵǰ")
    assert not any(parts(c)[0].dotless for c in "įĳǫéĺ")


def test_every_mark_of_the_model_is_used():
    assert set(MARKS) <= {part.character for character in COMPOSED for part in parts(character)}


def test_marks_over_narrow_letters_keep_their_height():
    for character in "íïĺ":
        mark = parts(character)[1]
        assert mark.scale < 1
        middle = composites._MARK_HEIGHT
        assert middle * mark.scale + mark.rise == pytest.approx(middle)
