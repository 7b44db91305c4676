"""A hand that is deformed and read from ink writes as deformed."""

from __future__ import annotations

import pytest

from handfont.evaluate import following
from handfont.evaluate.following import follow
from handfont.model.loading import load_weights
from handfont.style import store
from handfont.synthesis.hand import Hand
from handfont.train.data.unipen import Trajectory

LETTERS = "abdehiklmnoprtuHIKTMNbE"


@pytest.fixture(scope="module")
def measured():
    """Of letters of a shipped hand, the rows for those that were enrolled and for the others."""
    glyphs = Hand(store.load_style("slant"), neatness=0).write(LETTERS, seed=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "ENROLLED", 18)
        return follow([Trajectory("w", glyph.character, list(glyph.strokes), True) for glyph in glyphs], load_weights())


def test_enrolled_letters_follow(measured):
    rows = {row.deformation.name: row for row in measured if row.which == "seen"}
    for name, row in rows.items():
        asked = row.deformation
        # What leans is wider, too: its width tells nothing.
        if asked.slant == 0:
            assert row.width == pytest.approx(asked.width, rel=0.15), name
        assert row.pen == pytest.approx(asked.pen, rel=0.15), name
        assert row.slant == pytest.approx(asked.slant, abs=0.1), name


def test_letters_that_were_not_enrolled_are_there_for_each(measured):
    assert [row.which for row in measured] == ["seen", "unseen"] * 6
    plain = [row for row in measured if row.deformation.name == "as written"]
    assert [(row.width, row.pen, row.slant) for row in plain] == [(1.0, 1.0, 0.0)] * 2
