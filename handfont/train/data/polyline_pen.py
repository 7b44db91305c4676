"""Outlines and pen paths of fonts as polylines."""

from __future__ import annotations

import numpy as np
from fontTools.pens.basePen import BasePen

from handfont.core.arrays import DoubleArray

PIECES = 12
"""Straight pieces that a curve is drawn as."""


class PolylinePen(BasePen):  # type: ignore[misc]
    """A pen of fontTools that draws curves as straight pieces; ``lines`` are what it drew, each (n, 2), closed paths
    with their first point once more at the end.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self._points: list[list[tuple[float, float]]] = []

    @property
    def lines(self) -> list[DoubleArray]:
        """The paths drawn so far, in the units of the font."""
        return [np.array(points, np.float64) for points in self._points]

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._points.append([pt])

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._points[-1].append(pt)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        s = np.linspace(0, 1, PIECES + 1)[1:, None]
        corners = [np.array(point) for point in (self._points[-1][-1], pt1, pt2, pt3)]
        weights = ((1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3)
        curve = sum(weight * corner for weight, corner in zip(weights, corners, strict=True))
        self._points[-1] += [(float(x), float(y)) for x, y in np.asarray(curve)]

    def _closePath(self) -> None:  # noqa: N802
        if self._points[-1][0] != self._points[-1][-1]:
            self._points[-1].append(self._points[-1][0])
