from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core.charset import ASCII
from handfont.errors import OptionError
from handfont.scan.worksheet import drawing as drawing
from handfont.scan.worksheet import geometry

SHEETS = [(paper, charset) for paper in geometry.PAPERS for charset in ("ascii", "latin", "äöüß")]
USABLE = "".join(character for character in geometry.WRITABLE if geometry.readable(character))


def sheet_of(paper, charset):
    return geometry.form(paper, *geometry.characters_of(charset))


@pytest.mark.parametrize(("paper", "charset"), SHEETS)
def test_everything_is_on_the_paper_and_apart(paper, charset):
    sheet = sheet_of(paper, charset)
    width, height = sheet.size
    for page in sheet.pages:
        taken = [
            (box.left, box.top, box.left + geometry.BOX_WIDTH, box.top + geometry.BOX_HEIGHT + 4) for box in page.boxes
        ]
        taken += [(line.left, line.top, line.right, line.top + geometry.PITCH_Y) for line in page.lines]
        taken += [(*corners[0], *corners[2]) for corners in sheet.markers()]
        for i, (x0, y0, x1, y1) in enumerate(taken):
            assert 4 < x0 < x1 < width - 4 and 4 < y0 < y1 < height - 4
            assert all(x1 <= a or c <= x0 or y1 <= b or d <= y0 for a, b, c, d in taken[:i])


@pytest.mark.parametrize(("paper", "charset"), SHEETS)
def test_all_characters_are_asked_for(paper, charset):
    sheet = sheet_of(paper, charset)
    boxes = [box.character for page in sheet.pages for box in page.boxes]
    assert set(boxes) == set(sheet.characters)
    assert all(geometry.readable(character) for character in boxes)
    assert len(sheet.pages[-1].lines) >= geometry.FEWEST_LINES
    if charset == "ascii":
        assert set(boxes) == set(ASCII)
        assert boxes.count("e") > boxes.count("b") > boxes.count("B") > boxes.count("#")
    if charset != "äöüß":
        assert 2 <= len(sheet.pages) <= 3


@given(st.integers(0, 586))
def test_marker_numbers_say_one_thing(number):
    code = geometry.PageCode.of(number)
    assert code is None or code.number == number


@given(st.text(USABLE, min_size=1, max_size=60))
def test_characters_survive_the_code(text):
    assert geometry.unpacked(geometry.packed(text)) == text


@given(st.text())
def test_foreign_codes_are_not_ours(text):
    assert geometry.unpacked(text) is None or text.startswith("HF")


@pytest.mark.parametrize(
    ("charset", "message"),
    [
        (" ", "no characters"),
        ("a中", "U\\+4E2D.*character 2.*cannot write"),
        ("aж", "U\\+0436.*character 2.*draws the same for everybody"),
        ("ł", "composes"),
    ],
)
def test_characters_that_cannot_be_asked_for(charset, message):
    with pytest.raises(OptionError, match=f"^charset .*{message}") as raised:
        geometry.characters_of(charset)
    assert raised.value.message.startswith("--charset ")


def test_too_many_characters(monkeypatch):
    monkeypatch.setattr(geometry, "MAX_PAGES", 3)
    with pytest.raises(OptionError, match="too many"):
        geometry.form("letter", "custom", USABLE)


def test_the_same_sheet_is_the_same_file(tmp_path):
    for name in ("a.pdf", "b.pdf"):
        drawing.write(sheet_of("a4", "latin"), tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_markers_are_bounded():
    assert np.ptp(geometry.form("a4", "ascii", ASCII).markers(), axis=1) == pytest.approx(geometry.MARKER)
