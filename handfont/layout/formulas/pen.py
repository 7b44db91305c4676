"""What is drawn in formulas with the pen and no letter: lines, and signs over and under nodes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.strokes import StrokeGlyph
from handfont.layout import pen_strokes
from handfont.layout.formulas.boxes import Box, together

UNEVEN = 0.015
"""Standard deviation of the corners of small signs, in x-heights."""


class FormulaPen:
    """Draws with a pen of a width in x-heights, by random numbers."""

    def __init__(self, width: float, rng: np.random.Generator) -> None:
        self.width, self.half, self.rng = width, width / 2, rng

    def line(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A straight line, as straight as a hand draws one."""
        mark = pen_strokes.line(x0, y0, x1, y1, self.width, self.rng)
        return Box((StrokeGlyph("–", (mark.path,)),), self.half)

    def path(self, points: Sequence[tuple[float, float]]) -> Box:
        """A smooth stroke through points."""
        path: FloatArray = (np.array(points) + self.rng.normal(0, UNEVEN, (len(points), 2))).astype(np.float32)
        return Box((StrokeGlyph("–", (path,)),), self.half)

    def sign(self, sign: str, x: float, y: float, width: float) -> Box:
        """A sign over or under what is ``width`` wide."""
        half = max(width, 0.5) / 2
        if sign == "–":
            return self.line(x - half - 0.05, y, x + half + 0.05, y)
        if sign in "→←":
            side = 1.0 if sign == "→" else -1.0
            tip = x + side * (half + 0.12)
            head = [(tip - 0.24 * side, y + 0.16), (tip, y), (tip - 0.24 * side, y - 0.16)]
            line = self.line(x - side * half, y, tip, y)
            return together([line, self.path(head)], self.half)
        if sign in "˙¨":
            places = (x,) if sign == "˙" else (x - 0.18, x + 0.18)
            return together([self.path([(at, y + 0.05), (at + 0.04, y)]) for at in places], self.half)
        wide = float(min(half, 0.42 if sign in "ˆˇ˘" else 0.55))
        shapes = {
            "ˆ": [(-wide, 0), (0, 0.26), (wide, 0)],
            "ˇ": [(-wide, 0.26), (0, 0), (wide, 0.26)],
            "´": [(-0.08, 0), (0.14, 0.26)],
            "`": [(-0.14, 0.26), (0.08, 0)],
            "˚": [(0.14 * np.sin(a), 0.14 - 0.14 * np.cos(a)) for a in np.linspace(0, 6.6, 14)],
            "˘": [(-wide, 0.24), (-0.5 * wide, 0.04), (0, 0), (0.5 * wide, 0.04), (wide, 0.24)],
            "˜": [(-wide, 0.0), (-0.6 * wide, 0.14), (-0.1 * wide, 0.1), (0.35 * wide, 0.02), (wide, 0.18)],
        }
        if sign in shapes:
            return self.path([(x + dx, y + dy) for dx, dy in shapes[sign]])
        up = 1.0 if sign == "⏞" else -1.0
        brace = [(-1, 0), (-0.97, 0.13), (-0.85, 0.2), (-0.15, 0.2), (-0.04, 0.27), (0, 0.42)]
        points = [(a * half, b) for a, b in brace] + [(-a * half, b) for a, b in brace[-2::-1]]
        return self.path([(x + dx, y + up * dy) for dx, dy in points])
