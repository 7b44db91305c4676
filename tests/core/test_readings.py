from __future__ import annotations

import pytest

from handfont.core.composites import WRITABLE
from handfont.core.readings import likeness, reading


@pytest.mark.parametrize(
    ("character", "read"),
    [("Ａ", "A"), ("　", " "), ("\u2009", " "), ("𝓗", "H"), ("Ⅳ", "IV"), ("㎡", "m²"), ("⑩", "(10)"), ("✅", "✓"),
     ("⅒", "1⁄10"), ("中", None), ("\u1d5b", None), ("😀", None), ("\u0301", None), ("א", None)],
)  # fmt: skip
def test_plain_readings(character, read):
    assert reading(character) == read


def test_readings_are_writable():
    known = set(WRITABLE) | {" "}
    for code in range(0x80, 0x20000):
        character = chr(code)
        if character not in known:
            assert set(reading(character) or "") <= known, hex(code)
            assert set(likeness(character) or "") <= known, hex(code)


def test_emoji_look_like_signs():
    assert (likeness("😀"), likeness("💙"), likeness("🏽"), likeness("👍")) == ("☺", "♥", "", None)
