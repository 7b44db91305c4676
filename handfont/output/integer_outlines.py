"""Outlines as whole numbers in the file's units, all glyphs of a line at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core.arrays import IntArray
from handfont.layout.page import PlacedGlyph

UNITS = 50
"""Coordinates are whole numbers of 1/50 point: 3600 dots an inch, finer than any printer shows."""


class Curves:
    """Outlines of placed glyphs: for each its origin on the page (N, 2), and its curves from there.

    ``curves`` (C, 6) are two handles and an end each; ``sizes`` are curves a contour, ``contours`` contours a glyph.
    """

    def __init__(self, placed: Sequence[PlacedGlyph]) -> None:
        outlines = [glyph.glyph.outline.contours for glyph in placed]
        self.contours = [len(outline) for outline in outlines]
        flat = [contour for outline in outlines for contour in outline]
        self.sizes = [len(contour) for contour in flat]
        place = np.array([(g.x, g.y, g.scale, g.rotation) for g in placed]).reshape(-1, 4)
        self.origins: IntArray = np.rint(place[:, :2] * UNITS).astype(np.int64)
        turn, scale = np.radians(place[:, 3]), place[:, 2] * UNITS
        owner = np.repeat(np.arange(len(placed)), [3 * sum(map(len, outline)) for outline in outlines])
        x, y = np.concatenate(flat).reshape(-1, 2).T.astype(np.float64) if flat else np.zeros((2, 0))
        cos, sin = (np.cos(turn) * scale)[owner], (np.sin(turn) * scale)[owner]
        self.curves: IntArray = (
            np.rint(np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)).astype(np.int64).reshape(-1, 6)
        )
