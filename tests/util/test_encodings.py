from __future__ import annotations

import pytest

from handfont.util import encodings

GERMAN = "Liebe Grüße aus Köln, schöne Träume – „bis bald“.\nÄpfel, Öl und Übermut.\n" * 3


@pytest.mark.parametrize(
    ("encoding", "mark", "guessed"),
    [
        ("utf-8", b"", False),
        ("utf-8", b"\xef\xbb\xbf", False),
        ("utf-16-le", b"\xff\xfe", False),
        ("utf-16-be", b"\xfe\xff", False),
        ("utf-16-le", b"", False),
        ("utf-16-be", b"", False),
        ("utf-32-le", b"\xff\xfe\0\0", False),
        ("cp1252", b"", True),
    ],
)
def test_the_encoding_is_found(encoding: str, mark: bytes, guessed: bool) -> None:
    text, _, guess = encodings.decode(mark + GERMAN.encode(encoding))
    assert (text, guess) == (GERMAN, guessed)


def test_other_latin_encodings_are_guessed() -> None:
    polish = "Zażółć gęślą jaźń, łąka i źdźbło. Święta są w grudniu, później przyjdzie wiosna.\n" * 4
    assert encodings.decode(polish.encode("cp1250"))[0] == polish
    french = "Bâtiment élevé à côté de l'église, Noël.\n"
    assert encodings.decode(french.encode("mac_roman"))[0] == french


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1", b"a\0\xff\xff\xffb\xc3"])
def test_what_is_no_text(content: bytes) -> None:
    with pytest.raises(ValueError):
        encodings.decode(content)


def test_zeros_in_utf_8_stay() -> None:
    assert encodings.decode("grün\0 und mehr davon".encode())[0] == "grün\0 und mehr davon"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, мир", "cp1251"),
        ("Привет, мир", "koi8_r"),
        ("Привет, мир", "cp866"),
        ("Καλημέρα κόσμε", "cp1253"),
        ("Привет, мир", "utf-16-le"),
        ("Καλημέρα\nκόσμε", "utf-16-be"),
    ],
)
def test_greek_and_cyrillic_are_known(text, encoding):
    assert encodings.decode(text.encode(encoding)) == (text, encoding, not encoding.startswith("utf"))
