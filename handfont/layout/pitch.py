"""Letters of one pitch, as code is written: each in the middle of a cell, all cells equally wide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray
from handfont.core.glyph import Glyph

PITCH = 1.3
"""Width of a cell in x-heights."""
CLEAR = 0.12
"""What wide letters leave free of their cell: they are narrowed, as those of a typewriter are."""


def narrowed(glyphs: Sequence[Glyph], code: BoolArray) -> list[Glyph]:
    """The glyphs, those of code that are wider than a cell made to fit."""
    return [_narrowed(glyph) if own else glyph for glyph, own in zip(glyphs, code, strict=True)]


def _narrowed(glyph: Glyph) -> Glyph:
    width = float(np.nanmax(glyph.right_edge) - np.nanmin(glyph.left_edge))
    most = PITCH - CLEAR
    from handfont.synthesis.hand import redrawn  # and numba, which checking a text must not wait for

    return glyph if width <= most else redrawn(glyph, np.diag([most / width, 1.0]).astype(np.float32))


def cells(left: DoubleArray, right: DoubleArray, code: BoolArray) -> tuple[DoubleArray, DoubleArray]:
    """Left and right ends (N,) of what letters take: of code their cells, of others their ink."""
    middle = (left + right) / 2
    return np.where(code, middle - PITCH / 2, left), np.where(code, middle + PITCH / 2, right)


def distances(apart: DoubleArray, left: DoubleArray, right: DoubleArray, code: BoolArray) -> DoubleArray:
    """Distances (N - 1,) from letter to letter, of code made such that cell is beside cell."""
    middle = (left + right) / 2
    return np.where(code[1:] & code[:-1], PITCH + middle[:-1] - middle[1:], apart)
