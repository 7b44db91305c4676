"""The shape of a written character: what the pen did, stroke by stroke.

Lengths are in **x-heights** of the writer, y up from the baseline. Strokes come in the order they are written: the body
of the character first, then its dots, bars and accents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class StrokeGlyph:
    """A character as pen-down strokes, each (points, 2): points along a smooth curve (see :func:`cubics`)."""

    character: str
    strokes: tuple[FloatArray, ...]

    @property
    def points(self) -> FloatArray:
        """All points (P, 2), stroke after stroke."""
        return np.concatenate(self.strokes)

    def transformed(self, matrix: FloatArray, shift: FloatArray) -> StrokeGlyph:
        """The glyph with each point p, as a row, moved to ``p @ matrix + shift``; matrix (2, 2), shift (2,)."""
        return StrokeGlyph(
            self.character, tuple(np.asarray(stroke @ matrix + shift, np.float32) for stroke in self.strokes)
        )


def length(stroke: FloatArray) -> float:
    """Length of a stroke's polyline, in x-heights."""
    return float(np.hypot(*np.diff(stroke, axis=0).T).sum())


def resampled(stroke: FloatArray, count: int) -> FloatArray:
    """A stroke as ``count`` points at equal distances along it, the first and last one included; ``count`` > 1.

    A stroke without length (a dot) becomes points that all but coincide.
    """
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    moving = np.concatenate([[True], steps > 1e-6])
    at = np.concatenate([[0.0], np.cumsum(steps)])[moving]
    where = np.linspace(0.0, at[-1], count)
    return np.stack([np.interp(where, at, stroke[moving, axis]) for axis in (0, 1)], axis=1).astype(np.float32)


def cubics(stroke: FloatArray) -> FloatArray:
    """The smooth curve through a stroke's points as cubic Bézier curves.

    Returns:
        (points - 1, 3, 2): two handles and an end each; the first curve starts at the first point. The tangent at a
        point is parallel to the line between its neighbors (Catmull and Rom 1974).
    """
    tangents = np.gradient(stroke, axis=0)
    return np.stack([stroke[:-1] + tangents[:-1] / 3, stroke[1:] - tangents[1:] / 3, stroke[1:]], axis=1)
