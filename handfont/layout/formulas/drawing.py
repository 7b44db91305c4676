"""A formula drawn by a hand: one glyph, as high and wide as it has to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from handfont.core.glyph import Glyph, Outline
from handfont.core.random_streams import stream
from handfont.core.strokes import StrokeGlyph
from handfont.layout.connections import connected
from handfont.layout.content import StyledWord
from handfont.layout.formulas.boxes import Box
from handfont.layout.formulas.nodes import PLACEHOLDER, Formula, Node, texts_of
from handfont.layout.formulas.setting import FormulaSetter
from handfont.layout.page import PlacedGlyph

if TYPE_CHECKING:
    from handfont.layout.shaping import GlyphShaper

LOWEST_AXIS, HIGHEST_AXIS = 0.4, 0.65
"""Least and greatest height of the middle of fractions, in x-heights; it is where the hand writes its ``=``."""
TALL = 2.2
"""Signs after formulas that are higher than this stand beside all of it, in x-heights."""


def draw(formula: Formula, shaper: GlyphShaper) -> Glyph:
    """A fresh drawing of a formula, by a shaper that draws nothing else."""
    hand = shaper.hand
    rng = stream(shaper.seed, shaper.document, "pen")
    equals = hand.allographs("=")[0].points[:, 1]
    axis = float(np.clip((equals.min() + equals.max()) / 2, LOWEST_AXIS, HIGHEST_AXIS))
    pen, gap = hand.nib.width, hand.style.rhythm.letter_gap
    setter = FormulaSetter(formula.node, written(formula.node, shaper), pen, shaper.slant, gap, axis, rng)
    box = setter.box(formula.node, display=formula.display)
    box = box.moved(-box.left)
    inked = hand.ink_strokes(box.parts, shaper.seed, shaper.document)
    contours = tuple(contour for outline in inked.outlines for contour in outline.contours)
    strokes = tuple(stroke for part in box.parts for stroke in part.strokes)
    left, right = np.fmin.reduce(inked.left), np.fmax.reduce(inked.right)
    if box.height > TALL:
        first, last = np.flatnonzero(~np.isnan(left))[[0, -1]]
        left[first : last + 1], right[first : last + 1] = np.nanmin(left), np.nanmax(right)
    return Glyph(PLACEHOLDER, strokes, Outline(contours), pen, left, right)


def written(node: Node, shaper: GlyphShaper) -> list[Box]:
    """What a hand writes for each of the texts of a node; names and words are joined as in a text."""
    nib = shaper.hand.nib
    words = shaper.boxes([StyledWord(text) for text in texts_of(node)])
    runs = [
        [PlacedGlyph(glyph, x, 0.0, 1.0) for glyph, x in zip(word.glyphs, word.origins.tolist(), strict=True)]
        for word in words
    ]
    still = np.eye(2, dtype=np.float32)
    return [
        Box(
            tuple(
                StrokeGlyph(one.glyph.character, one.glyph.strokes).transformed(still, np.array([one.x, 0], np.float32))
                for one in run
            ),
            nib.width / 2,
        )
        for run in connected(runs, nib)
    ]
