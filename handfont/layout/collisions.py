"""Tall letters stay clear of the tails that hang from the line above: where they would meet, they are written lower."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS
from handfont.layout.formulas.nodes import PLACEHOLDER
from handfont.layout.page import Line, PlacedGlyph

MIN_SCALE = 0.8
"""Least share of its size that a letter is made smaller to."""
TAIL, TALL = -0.15, 1.05
"""Ink below the first height is a tail, ink above the second one is tall, in x-heights."""
_EDGES = np.linspace(BAND_BOTTOM, BAND_TOP, BANDS + 1)

Spans = DoubleArray
"""(K, 5): glyph, left, right, bottom and top of ink in one band, in points."""


def spans(glyphs: list[PlacedGlyph], tails: bool) -> Spans:
    """The ink of tails, or of tall letters, band by band."""
    bands = np.flatnonzero(_EDGES[1:] <= TAIL if tails else _EDGES[:-1] >= TALL)
    if not glyphs or not len(bands):
        return np.zeros((0, 5))
    left = np.stack([glyph.glyph.left_edge[bands] for glyph in glyphs]).astype(np.float64)
    right = np.stack([glyph.glyph.right_edge[bands] for glyph in glyphs]).astype(np.float64)
    owner, band = np.nonzero(~np.isnan(left))
    x, y, scale = (np.array([getattr(glyph, name) for glyph in glyphs])[owner] for name in ("x", "y", "scale"))
    return np.stack(
        [
            owner,
            x + scale * left[owner, band],
            x + scale * right[owner, band],
            y + scale * _EDGES[bands[band]],
            y + scale * _EDGES[bands[band] + 1],
        ],
        axis=1,
    )


def kept_clear(lines: list[Line], above: Spans, gap: float) -> list[Line]:
    """Lines with those of their letters written lower that come nearer than ``gap`` points to tails above them; letters
    that are joined stay as they are, as their neighbors are, and so do formulas.
    """
    glyphs = [glyph for line in lines for word in line.words for glyph in word.glyphs]
    tall = spans(glyphs, tails=False)
    if not len(above) or not len(tall):
        return lines
    meets = (
        (tall[:, None, 1] < above[None, :, 2] + gap)
        & (tall[:, None, 2] > above[None, :, 1] - gap)
        & (tall[:, None, 4] > above[None, :, 3] - gap)
    )
    shares: dict[int, float] = {}
    for one, other in zip(*np.nonzero(meets), strict=True):
        owner = int(tall[one, 0])
        base = glyphs[owner].y
        share = (above[other, 3] - gap - base) / (tall[one, 4] - base)
        shares[owner] = max(MIN_SCALE, min(shares.get(owner, 1.0), float(share)))
    if not shares:
        return lines
    changed = iter(
        glyph
        if glyph.glyph.joined or glyph.glyph.character == PLACEHOLDER
        else glyph._replace(scale=glyph.scale * shares.get(index, 1.0))
        for index, glyph in enumerate(glyphs)
    )
    return [
        replace(
            line, words=tuple(replace(word, glyphs=tuple(next(changed) for _ in word.glyphs)) for word in line.words)
        )
        for line in lines
    ]
