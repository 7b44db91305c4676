"""The order of writing, on a page that has all kinds of strokes."""

from __future__ import annotations

import numpy as np
import pytest

from handfont.layout.page import Mark
from handfont.options import RenderOptions
from handfont.output.writing_order import written_lines
from handfont.rendering import render

TEXT = """# Head

* one *under* two **strong**

> said
> is
>
> all

| a | b |
|---|---|
| c | d |
"""


@pytest.fixture(scope="module")
def page():
    return render(TEXT, "print", RenderOptions(markdown=True, paper="A6")).pages[0]


def test_marks_come_where_a_writer_draws_them(page):
    lines = written_lines(page)
    names = [["-" if isinstance(one.source, Mark) else one.source.text for one in line] for line in lines]
    assert names[:2] == [["Head", "-"], ["-", "one", "under", "-", "two", "strong"]]
    # The bar beside what is said, and the rules of the table, come when all words are written.
    assert [line for line in names[2:-1] if "-" in line] == []
    assert set(names[-1]) == {"-"}
    assert sum(name == "-" for line in names for name in line) == len(page.marks)
    # The heads of columns are strong, too.
    assert [one.source.text for line in lines for one in line if one.heavy] == ["strong", "a", "b"]


def test_all_strokes_are_there_once(page):
    strokes = [
        stroke
        for line in written_lines(page)
        for one in line
        if not isinstance(one.source, Mark)
        for group in one.groups
        for stroke in group.strokes
    ]
    glyphs = [glyph for line in page.lines for word in line.words for glyph in word.glyphs]
    wanted = [glyph.on_page(stroke) for glyph in glyphs for stroke in glyph.glyph.strokes]
    assert len(strokes) == len(wanted)
    assert all(np.array_equal(stroke, want) for stroke, want in zip(strokes, wanted, strict=True))


def test_dots_and_bars_come_after_joined_letters():
    page = render("little", "rounded", RenderOptions(joined="always")).pages[0]
    ((word,),) = written_lines(page)
    (joined,) = [group for group in word.groups if len(group.strokes) > 1]
    body, *late = joined.strokes
    assert joined.joined
    assert len(late) == 3 or len(late) == 2  # a dot, and one bar or two
    width = max(np.ptp(stroke[:, 0]) for stroke in late)
    assert np.ptp(body[:, 0]) > 2 * width
