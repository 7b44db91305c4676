from __future__ import annotations

import unicodedata

from handfont.util.marks import MARKS_MAX, long_run


def test_text_of_languages_has_no_long_runs() -> None:
    for text in ("", "plain", "Ünïcödé", unicodedata.normalize("NFD", "Việt Nam, Ǟ"), "a" + "\u0301" * MARKS_MAX):
        assert long_run(text) is None


def test_long_runs_are_found() -> None:
    found = long_run("ab" + "\u0301\u0316" * 20 + "c")
    assert found is not None
    assert found.span() == (2, 42)
    # Sorting these by class would take a minute.
    found = long_run("a" + "\u0316" * 200_000 + "\u0301\u0316" * 200_000)
    assert found is not None
    assert len(found[0]) == 600_000
