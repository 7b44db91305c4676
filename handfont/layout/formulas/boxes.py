"""Parts of a formula as ink with extents, moved and scaled until they are in place. Lengths are in x-heights, y up from
the baseline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.strokes import StrokeGlyph


@dataclass(frozen=True, eq=False)
class Box:
    """Strokes of the pen, whose ink reaches ``half`` a pen's width beyond them. Scaling leaves the pen as it is."""

    parts: tuple[StrokeGlyph, ...]
    half: float
    space: float = 0.0

    @cached_property
    def points(self) -> FloatArray:
        """All points (P, 2)."""
        return np.concatenate([part.points for part in self.parts]) if self.parts else np.zeros((0, 2), np.float32)

    @cached_property
    def _bounds(self) -> tuple[float, float, float, float]:
        if not self.parts:
            return 0.0, 0.0, self.space, 0.0
        (left, bottom), (right, top) = self.points.min(axis=0), self.points.max(axis=0)
        return float(left) - self.half, float(bottom) - self.half, float(right) + self.half, float(top) + self.half

    @property
    def left(self) -> float:
        """Left end of the ink."""
        return self._bounds[0]

    @property
    def bottom(self) -> float:
        """Lowest ink."""
        return self._bounds[1]

    @property
    def right(self) -> float:
        """Right end of the ink."""
        return self._bounds[2]

    @property
    def top(self) -> float:
        """Highest ink."""
        return self._bounds[3]

    @property
    def width(self) -> float:
        """From its left to its right end."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From its lowest to its highest ink."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.top + self.bottom) / 2

    def right_between(self, low: float, high: float) -> float:
        """Right end of the ink between two heights; of all of it, if there is none."""
        y = self.points[:, 1]
        own = self.points[(y >= low) & (y <= high), 0]
        return float(own.max()) + self.half if len(own) else self.right

    def moved(self, dx: float, dy: float = 0.0) -> Box:
        """The box elsewhere."""
        shift = np.array([dx, dy], np.float32)
        return Box(tuple(part.transformed(np.eye(2, dtype=np.float32), shift) for part in self.parts), self.half)

    def scaled(self, across: float, up: float | None = None) -> Box:
        """The box larger or smaller, about its left end on the baseline."""
        matrix = np.diag([across, across if up is None else up]).astype(np.float32)
        origin = np.array([self.left + self.half if self.parts else 0.0, 0.0], np.float32)
        moved = tuple(part.transformed(matrix, origin - origin @ matrix) for part in self.parts)
        return Box(moved, self.half, self.space * across)


def together(boxes: Iterable[Box], half: float) -> Box:
    """Boxes in their places as one."""
    return Box(tuple(part for box in boxes for part in box.parts), half)
