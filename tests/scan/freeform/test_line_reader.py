from __future__ import annotations

import numpy as np
import pytest

from handfont.model.ink_aligner import CHARACTERS, codes
from handfont.scan.freeform.line_reader import line_text, text_of

WIDE = 4


def seen(text: str, likely: float = 0.9, **mistaken: str) -> np.ndarray:
    """Scores (3, C, N) of a line of letters of four columns; those of ``mistaken`` look rather like others."""
    columns = np.full((3, len(CHARACTERS), WIDE * (len(text) + 2)), -8.0, np.float32)
    chance = np.full((columns.shape[2], len(CHARACTERS)), 0.002)
    for place, code in enumerate(codes(f" {text} ")):
        own = slice(WIDE * place, WIDE * place + WIDE)
        chance[own, code] = likely
        columns[1, :, own.start] = columns[2, :, own.stop - 1] = 8.0
        other = mistaken.get(CHARACTERS[code])
        if other is not None:
            chance[own, CHARACTERS.index(other)] = 2 * likely
    columns[0] = np.log(chance / chance.sum(axis=1, keepdims=True)).T
    return columns


def test_clear_words_and_signs_are_read() -> None:
    text = "Don't you, as he said (1496 times), WANT to come?"
    assert line_text(seen(text)) == text


def test_a_word_of_no_list_is_read() -> None:
    assert line_text(seen("the Zarquon and the blivetry")) == "the Zarquon and the blivetry"


def test_the_lists_mend_what_is_not_clear() -> None:
    assert line_text(seen("something was different", e="c", h="b")) == "something was different"


def test_capitals_that_look_like_small_letters() -> None:
    assert line_text(seen("some cows were seen", s="S", c="C", w="W")) == "some cows were seen"


def test_words_are_of_the_language_of_their_page() -> None:
    page = [seen(line) for line in ("der Mann hat eine Frau", "und wir haben nicht viel Zeit", "ich muss sofort gehen")]
    unclear = seen("das ist mein Hous", o="a", likely=0.45)
    read = text_of([*page, unclear])
    assert read.split("\n")[3] == "das ist mein Haus"


def test_accents_are_those_of_the_word() -> None:
    assert line_text(seen("sie mochten fur uns kochen")).split()[2] == "für"


def test_progress_counts_all_lines() -> None:
    told: list[tuple[int, int | None]] = []
    line = seen("one")
    text_of([line, line], lambda _, done, of: told.append((done, of)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


@pytest.mark.parametrize("columns", [1, 2, 5])
def test_a_line_with_room_for_nothing(columns: int) -> None:
    assert line_text(seen("a")[:, :, :columns] * 0.01) == ""
