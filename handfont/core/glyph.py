"""The data classes that flow through handfont: a sample read from paper, and a glyph drawn from a hand.

Lengths of glyphs are in **x-heights** of their writer, y up from the baseline; shapes are :mod:`handfont.core.strokes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.forms import ALONE, Joins

BANDS = 48
"""Number of horizontal bands that edges are measured in."""
BAND_BOTTOM, BAND_TOP = -1.6, 3.2
"""The line is cut into ``BANDS`` horizontal bands between these heights (x-heights) to measure edges."""


@dataclass(frozen=True)
class Metrics:
    """Where a shape is: side of its square, height of the square's center above the baseline, side bearings.

    ``None`` where it was not measured (a letter alone in a box has no side bearings).
    """

    size: float
    centre_y: float | None = None
    left: float | None = None
    right: float | None = None

    def packed(self) -> tuple[FloatArray, FloatArray]:
        """(values (4,), known (4,)) as the model takes them: log size first."""
        values = [float(np.log(self.size)), self.centre_y, self.left, self.right]
        known = [value is not None for value in values]
        return (np.array([value or 0.0 for value in values], np.float32), np.array(known, np.float32))


@dataclass(frozen=True, eq=False)
class Skeleton:
    """The middle line of ink, as points in no order.

    Attributes:
        points: (P, 2) x and y, y up, in x-heights from some origin.
        widths: (P,) width of the stroke about each point, in x-heights.
    """

    points: FloatArray
    widths: FloatArray


@dataclass(frozen=True)
class GlyphSample:
    """One character as read from paper.

    Attributes:
        shape: (grid, grid) field in samples with the canonical pen, which the reader and the embedder look at.
        pen: stroke width it was written with, in x-heights.
        box: left, top, right, bottom in pixels of ``source``.
        confidence: that it is what it is labelled, 0 to 1.
        skeleton: middle line of its ink, from the middle of its square; None where only the field is known.
        strokes: what the pen did, each (points, 2) from the middle of its square, where it was recorded.
        joins: to which neighbors it was joined: its ink goes to the middle of the join.
    """

    character: str
    shape: FloatArray
    metrics: Metrics
    pen: float
    source: str
    box: tuple[int, int, int, int]
    confidence: float = 1.0
    skeleton: Skeleton | None = None
    strokes: tuple[FloatArray, ...] | None = None
    joins: Joins = ALONE


@dataclass(frozen=True)
class Outline:
    """Closed contours of cubic curves: each (n, 3, 2) float32, row i the two handles and end of curve i; it starts
    where the last curve ends. Filled by the non-zero rule, counters run the other way.
    """

    contours: tuple[FloatArray, ...]

    def bounds(self) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) of all knots and handles; zeros when empty."""
        if not self.contours:
            return 0.0, 0.0, 0.0, 0.0
        points = np.concatenate([contour.reshape(-1, 2) for contour in self.contours])
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)


@dataclass(frozen=True, eq=False)
class JoinedEnds:
    """Where a glyph is joined to its neighbors.

    Attributes:
        joins: the sides on which it is.
        exit: number of the stroke from which the pen goes on to the next letter; it comes into the first one.
        entered, left: x at which the join before it ends and that after it begins.
        pressure: (P,) factor of the pen's width at each point of the strokes, by which the glyph is inked when its
            place is known (see :mod:`handfont.layout.connections`); None when that is done.
    """

    joins: Joins
    exit: int
    entered: float
    left: float
    pressure: FloatArray | None = None


@dataclass(frozen=True)
class Glyph:
    """A fresh glyph drawn from a hand, in x-heights, y = 0 on the baseline.

    Attributes:
        strokes: what the pen did, each (points, 2), in the order of writing.
        outline: the ink that it left.
        pen: width of the strokes.
        left_edge, right_edge: (BANDS,) the ink's horizontal extent in horizontal bands of the line (see
            :mod:`handfont.core.optical_spacing`), NaN where a band holds no ink.
        joined: how it is joined to its neighbors, if it is.
    """

    character: str
    strokes: tuple[FloatArray, ...]
    outline: Outline
    pen: float
    left_edge: FloatArray
    right_edge: FloatArray
    joined: JoinedEnds | None = None
