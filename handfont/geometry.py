"""Exact changes of drawn glyphs: slant and width, applied to their outlines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handfont.composition import edges_of, points_on
from handfont.glyph import FloatArray, Glyph, Outline
from handfont.style.posterior import Geometry


def formed(glyphs: list[Glyph], geometry: Geometry) -> list[Glyph]:
    """Glyphs made wider by ``geometry.width`` and leaned over about the baseline by ``geometry.slant``."""
    if geometry == Geometry():
        return glyphs
    matrix = np.array([[geometry.width, 0.0], [np.tan(np.radians(geometry.slant)), 1.0]], np.float32)
    return [_formed(glyph, matrix) for glyph in glyphs]


def _formed(glyph: Glyph, matrix: FloatArray) -> Glyph:
    """The glyph with its outline's points, as rows, multiplied by a matrix; edges are measured anew."""
    outline = Outline(tuple(np.asarray(contour @ matrix, np.float32) for contour in glyph.outline.contours))
    left, right = edges_of(points_on(outline))
    return replace(glyph, outline=outline, left_edge=left, right_edge=right)
