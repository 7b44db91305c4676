"""Words as somebody draws them in the studio: the pen's strokes of a page in a shipped style, in x-heights."""

from __future__ import annotations

import numpy as np

from handfont.layout.page_setup import PageSetup
from handfont.layout.plain_text import prepare
from handfont.layout.typesetting import typeset
from handfont.output.writing_order import written_lines
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand

WIDE = PageSetup(400.0, 30.0, 5.0, 3.0, 2.0, 1.0, x_height=7.0)


def drawn(text: str, style: str, seed: int = 1) -> list[np.ndarray]:
    """The strokes (points, 2) of a line, y up from its baseline, in the order of writing."""
    page = next(iter(typeset(prepare(text), Hand(load_style(style)), WIDE, seed, "drawn")))
    glyphs = [glyph for word in page.lines[0].words for glyph in word.glyphs]
    strokes = [stroke for one in written_lines(page)[0] for group in one.groups for stroke in group.strokes]
    unit, base = glyphs[0].scale, np.median([glyph.y for glyph in glyphs])
    left = min(stroke[:, 0].min() for stroke in strokes) - 0.4 * unit
    return [((stroke - (left, base)) / unit).astype(np.float32) for stroke in strokes]
