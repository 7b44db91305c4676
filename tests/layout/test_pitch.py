from __future__ import annotations

import itertools

import numpy as np
import pytest

from handfont.layout.content import StyledWord, TextStyle
from handfont.layout.pitch import PITCH
from handfont.layout.shaping import GlyphShaper
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand

CODE = ((0, TextStyle(code=True)),)


def test_code_is_in_letters_of_one_pitch():
    words = [StyledWord(text, 2, looks=CODE) for text in ("mmmmmmmmmm", "iiiiiiiiii", "W.@il_Mm'f", "x")]
    boxes = GlyphShaper(Hand(load_style("print")), 1).boxes(words)
    for box in boxes:
        assert box.width() == pytest.approx(PITCH * len(box.glyphs))
        middles = [
            origin + (np.nanmin(glyph.left_edge) + np.nanmax(glyph.right_edge)) / 2
            for origin, glyph in zip(box.origins, box.glyphs, strict=True)
        ]
        assert np.diff(middles) == pytest.approx(PITCH, abs=1e-4)
        ends = [
            (origin + np.nanmin(glyph.left_edge), origin + np.nanmax(glyph.right_edge))
            for origin, glyph in zip(box.origins, box.glyphs, strict=True)
        ]
        assert all(before[1] < after[0] for before, after in itertools.pairwise(ends))
    # Spaces are as wide as letters.
    assert [box.gap for box in boxes[1:]] == pytest.approx([2 * PITCH] * 3)
