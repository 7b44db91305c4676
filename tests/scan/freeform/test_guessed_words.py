from __future__ import annotations

import pytest

from handfont.scan.freeform.guessed_words import doubts
from handfont.scan.freeform.language import common_words
from handfont.scan.freeform.text_alignment import PageText


def doubted(text: str, confidence: float = 0.999, **other: float) -> str:
    """The letters of a text that are not believed; those of ``other`` are less clear."""
    page = PageText.of(text)
    given = {k: other.get(c, confidence) for k, c in enumerate(page.characters) if c != " "}
    reasons = doubts(given, page)
    return "".join(c for k, c in enumerate(page.characters) if k in reasons)


def test_letters_of_common_words_are_believed() -> None:
    assert doubted("There was, before") == ""


def test_words_of_no_list_and_short_words_are_not() -> None:
    assert doubted("there was xylozap is") == "xylozapis"


@pytest.mark.parametrize(("clear", "found"), [(0.98, "q"), (0.1, "quiet")])
def test_a_word_is_believed_if_most_of_it_is_clear(clear: float, found: str) -> None:
    assert doubted("quiet there", q=0.9, u=clear, i=clear) == found


def test_words_of_another_language_are_not_common() -> None:
    text = "there was something that nobody could have known, Aînés comptons"
    assert common_words(text) == frozenset(text.replace(",", "").lower().split()[:-2])
    assert {"für", "nicht", "und"} <= common_words("wir sind nicht für alle Fragen und Antworten")
    assert common_words("xqz") == frozenset()
