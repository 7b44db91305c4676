"""Finding a page of our own sheet by its markers: which page it is, and where every point of it lies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import cv2
import numpy as np

from handfont.core.arrays import ByteArray, DoubleArray
from handfont.errors import ScanError
from handfont.scan.worksheet import geometry
from handfont.scan.worksheet.geometry import PageCode

_LOOK_AT = (1600, 3000)
"""Longer sides, in pixels, at which markers are looked for: small is fast, large finds them on blurred pages."""
_ROUNDS = 4
"""Rounds in which the bend and the perspective of a curled page are fitted in turn."""
_NARROW, _FLAT = 30.0, 0.2
"""Millimeters that markers must spread across and down to show perspective, and that a scan may be off without any."""


@dataclass(frozen=True)
class PageTransform:
    """A page of the sheet in a scan.

    ``matrix`` (3, 3) takes millimeters on flat paper to pixels; ``bend`` (2, 2) is how far, in millimeters, the middle
    of curled paper lies from there, at its left edge and what is added to its right one. ``missing`` counts markers
    that were not seen.
    """

    code: PageCode
    matrix: DoubleArray
    bend: DoubleArray
    missing: int

    def pixels(self, points: DoubleArray) -> DoubleArray:
        """Pixels (..., 2) of points (..., 2) in millimeters."""
        flat = points.reshape(-1, 2)
        bent = flat + _basis(flat, geometry.PAPERS[self.code.paper]) @ self.bend
        return np.asarray(cv2.perspectiveTransform(bent[None], self.matrix)[0].reshape(points.shape), np.float64)

    def dots_per_mm(self) -> float:
        """Pixels to a millimeter in the middle of the page."""
        middle = np.array(geometry.PAPERS[self.code.paper]) / 2
        cross = self.pixels(middle + np.array([[0.0, 0], [5, 0], [0, 5]]))
        return float(np.mean(np.linalg.norm(cross[1:] - cross[0], axis=1)) / 5)


def find(page: ByteArray, where: str) -> PageTransform | None:
    """The page of a sheet that a scan shows; None where it shows none.

    Raises:
        ScanError: it is a sheet, but of another version, or with too little of it in the picture.
    """
    grey = np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), np.uint8)
    best: dict[int, DoubleArray] = {}
    for side in _LOOK_AT:
        seen = _markers(grey, side)
        best = seen if len(seen) > len(best) else best
        if len(best) >= 6 or max(grey.shape) <= side:
            break
    codes = {number: code for number in best if (code := PageCode.of(number)) is not None}
    if not codes:
        return None
    pages = Counter((code.version, code.paper, code.kind, code.page) for code in codes.values())
    (version, paper, kind, number), count = pages.most_common(1)[0]
    if version != geometry.VERSION:
        raise ScanError(
            f"{where} is a writing sheet of another version of handfont; print a new one with 'handfont sheet'"
        )
    if count < 2:
        if len(codes) == 1 and len(best) == 1:
            raise ScanError(
                f"only one of the six black squares of the writing sheet can be seen on {where}; scan the whole page"
            )
        return None
    chosen = {
        code.position: best[n]
        for n, code in codes.items()
        if (code.version, code.paper, code.kind, code.page) == (version, paper, kind, number)
    }
    code = PageCode(version, paper, kind, number, 0)
    return _placed(code, chosen)


def _markers(grey: ByteArray, side: int) -> dict[int, DoubleArray]:
    """Corners (4, 2) of the markers by number, in pixels of ``grey``."""
    factor = min(1.0, side / max(grey.shape))
    small = grey if factor == 1 else cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    options = cv2.aruco.DetectorParameters()
    options.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    options.adaptiveThreshWinSizeMax = 43
    options.minMarkerPerimeterRate = 0.03
    corners, numbers, _ = cv2.aruco.ArucoDetector(geometry.dictionary(), options).detectMarkers(small)
    if numbers is None:
        return {}
    scale = np.array([grey.shape[1] / small.shape[1], grey.shape[0] / small.shape[0]])
    # Corners are refined to pixel centers, our pixels begin at their corners.
    return {
        int(n): (np.asarray(c, np.float64).reshape(4, 2) + 0.5) * scale
        for n, c in zip(numbers.ravel(), corners, strict=True)
    }


def _placed(code: PageCode, seen: dict[int, DoubleArray]) -> PageTransform:
    """The mapping that takes the markers' corners to where they were seen."""
    positions = sorted(seen)
    mm = geometry.form(code.paper, "ascii", "a").markers()[positions].reshape(-1, 2)
    pixels = np.concatenate([seen[position] for position in positions])
    bend = np.zeros((2, 2))
    # Paper that is curled shows in the middle markers alone.
    curled = len(positions) >= 5
    matrix, _ = cv2.findHomography(mm, pixels)
    if np.ptp(mm, axis=0).min() < _NARROW:
        # One side of the page is cut off: what little perspective the other side shows must not be drawn out over all
        # of the page where a plain turn and scale, as of a scanner, explains it.
        plain, _ = cv2.estimateAffinePartial2D(mm, pixels, method=cv2.LMEDS)
        if plain is not None:
            scale = float(np.hypot(plain[0, 0], plain[1, 0]))
            error = np.linalg.norm(mm @ plain[:, :2].T + plain[:, 2] - pixels, axis=1) / scale
            if np.sqrt(np.mean(error**2)) < _FLAT:
                matrix = np.vstack([plain, [0, 0, 1]])
    for _ in range(_ROUNDS if curled else 0):
        basis = _basis(mm, geometry.PAPERS[code.paper])
        flat = cv2.perspectiveTransform(pixels[None], np.linalg.inv(matrix))[0]
        bend = np.linalg.lstsq(basis, flat - mm, rcond=None)[0]
        matrix, _ = cv2.findHomography(mm + basis @ bend, pixels)
    return PageTransform(code, np.asarray(matrix, np.float64), bend, 6 - len(positions))


def _basis(points: DoubleArray, size: tuple[float, float]) -> DoubleArray:
    """How much curled paper moves at points (N, 2) in millimetres: (N, 2), all of it and what grows to the right."""
    along = points[:, 1] / size[1]
    arch = 4 * along * (1 - along)
    return np.stack([arch, arch * points[:, 0] / size[0]], axis=1)
