from __future__ import annotations

import numpy as np
import pytest

from handfont.model.ink_aligner import CHARACTERS
from handfont.scan.freeform.text_alignment import ANY, GAP, ROOM, PageText, filled, lay, with_any

WIDE = 4
"""Columns of a character in what is made up here."""


def seen(text):
    """Scores of columns that show a text, each character in WIDE of them."""
    columns = np.full((3, len(CHARACTERS), WIDE * len(text)), -6.0, np.float32)
    columns[1:] = 0
    for k, character in enumerate(text):
        row, first = CHARACTERS.index(character), WIDE * k
        columns[0, row, first : first + WIDE] = -0.1
        columns[1, row, first] = 3.0
        columns[2, row, first + WIDE - 1] = 3.0
    return with_any(columns)


def laid(shown, text):
    """The text's character at each character that is shown, '-' where it is none."""
    page = PageText.of(text)
    place = lay(seen(shown), page.codes).place
    return "".join("-" if k < 0 else page.characters[k] for k in place[WIDE // 2 :: WIDE].tolist())


def test_a_text_lies_where_it_is_written():
    assert laid(" one two three ", "one\ntwo  three\n") == " one two three "


def test_words_that_were_left_out_cost_only_themselves():
    assert laid(" one three ", "one two three") == " one three "


def test_ink_that_the_text_does_not_have_is_of_no_letter():
    found = laid(" one zzzzzzzz two ", "one two")
    assert found.startswith(" one") and found.endswith("two ")
    assert "-" in found and "z" not in found


@pytest.mark.parametrize(("character", "plain", "code"), [("é", "e", "e"), ("–", "–", "-"), ("ß", "ß", None)])
def test_characters_that_the_network_does_not_know(character, plain, code):
    page = PageText.of(f"a{character}")
    assert page.plain[2] == plain and page.accented[2] == (plain != character)
    assert page.codes[2] == (ANY if code is None else CHARACTERS.index(code))


def test_letters_that_stand_apart_have_spaces_between_them():
    page = PageText.of("ab c", apart=True)
    assert "".join(page.characters) == " a b c "
    assert [page.characters[k] for k in np.flatnonzero(page.begins)] == ["a", "c"]


def runs(*lengths):
    """The places of columns: pairs of a place, -1 for none, and how many columns have it."""
    return np.concatenate([np.full(count, place) for place, count in lengths])


def test_ink_beside_a_letter_that_is_squeezed_is_of_that_letter():
    found = filled(runs((4, 8), (5, 1), (-1, ROOM), (6, 9)))
    assert (found >= 0).all()
    assert 0.4 * ROOM < np.count_nonzero(found == 5) < ROOM


def test_more_ink_than_letters_beside_it_need_is_of_none():
    wide = runs((4, 8), (5, 1), (-1, GAP + ROOM + 1), (6, 9))
    assert (filled(wide) == wide).all()
    assert (filled(runs((4, 1), (5, 1), (-1, GAP + ROOM + 1), (6, 9))) >= 0).all()


def test_ink_where_text_is_left_out_stays_of_no_letter():
    skipped = runs((4, 8), (-1, 3), (6, 9))
    assert (filled(skipped) == skipped).all()
