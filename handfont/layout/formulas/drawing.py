"""A formula drawn by a hand: one glyph, as high and wide as it has to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from handfont.core.glyph import Glyph, Outline
from handfont.core.random_streams import stream
from handfont.layout.formulas.nodes import PLACEHOLDER, Formula, texts_of
from handfont.layout.formulas.setting import FormulaSetter

if TYPE_CHECKING:
    from handfont.synthesis.hand import Hand

LOWEST_AXIS, HIGHEST_AXIS = 0.4, 0.65
"""Least and greatest height of the middle of fractions, in x-heights; it is where the hand writes its ``=``."""
TALL = 2.2
"""Signs after formulas that are higher than this stand beside all of it, in x-heights."""


def draw(formula: Formula, hand: Hand, slant: float, seed: int, document: str) -> Glyph:
    """A fresh drawing.

    Args:
        slant: of what the hand draws, x per y.
        document: name that distinguishes this formula from all others.
    """
    text = "".join(texts_of(formula.node))
    glyphs = hand.write(text, seed, document)
    equals = hand.allographs("=")[0].points[:, 1]
    axis = float(np.clip((equals.min() + equals.max()) / 2, LOWEST_AXIS, HIGHEST_AXIS))
    rng = stream(seed, document, "pen")
    pen, gap = hand.nib.width, hand.style.rhythm.letter_gap
    setter = FormulaSetter(formula.node, glyphs, pen, slant, gap, axis, rng)
    box = setter.box(formula.node, display=formula.display)
    box = box.moved(-box.left)
    inked = hand.ink_strokes(box.parts, seed, document)
    contours = tuple(contour for outline in inked.outlines for contour in outline.contours)
    strokes = tuple(stroke for part in box.parts for stroke in part.strokes)
    left, right = np.fmin.reduce(inked.left), np.fmax.reduce(inked.right)
    if box.height > TALL:
        first, last = np.flatnonzero(~np.isnan(left))[[0, -1]]
        left[first : last + 1], right[first : last + 1] = np.nanmin(left), np.nanmax(right)
    return Glyph(PLACEHOLDER, strokes, Outline(contours), pen, left, right)
