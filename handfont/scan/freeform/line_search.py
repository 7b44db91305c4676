"""Lines of writing looked for at every size: the network that reads lines is sure where size and turn are right.

Pieces of ink do not show the size of letters, since joined letters are one piece.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, FloatArray, IntArray
from handfont.model.ink_aligner import InkAligner
from handfont.scan.freeform import ink, text_lines
from handfont.scan.freeform.line_pictures import certainty, line_picture, reduced, scores_of
from handfont.scan.freeform.text_lines import Ridge

SMALLEST, LARGEST = 6.0, 0.06
"""x-heights that are looked for: in pixels, at least, and as a share of the page's longer side, at most."""
STEP = 1.4
"""Factor between the sizes that lines are looked for at."""
USUAL = 0.85
"""True x-height to the height of lines' bands of ink, which pens and blur widen."""
FACTORS = (0.66, 0.75, 0.85, 0.96, 1.08)
"""The same where it is looked for more closely."""
BLURRED = 1.25
"""Size that lines are found at best, in true x-heights."""
SLANTS = (-0.15, 0.1, 0.35, 0.6)
"""Slants that are tried besides the one at which strokes are sharpest."""
LOOKED_AT = 3
"""Lines that the network is shown at each size."""
WINDOW = 22.0
"""Length of line that the network is shown, in x-heights."""
FEWEST_COLUMNS = 12
"""Columns with ink that the network has to be shown, at least."""
ALIKE = 0.06
"""Logarithm of the factor between two sizes that are one."""
SEEN = 20_000
"""Pixels of ink that show the slant, about."""
CLEARER = 0.9
"""Logarithm of how much clearer lines are along the page than across from which on only they are looked at."""


class FoundLines(NamedTuple):
    """Lines of an upright page, from top to bottom: baselines, x-height and slant, in pixels of it, and how sure the
    network is of what it reads there (a mean log probability).
    """

    baselines: list[Ridge]
    x_height: float
    slant: float
    certainty: float


class Turned(NamedTuple):
    """Quarter turns (numpy's ``rot90``) and degrees clockwise that set a page upright, and its lines then."""

    quarters: int
    angle: float
    lines: FoundLines

    def flipped(self) -> Turned:
        """The other way up."""
        return self._replace(quarters=(self.quarters + 2) % 4)


def best_turn(dark: FloatArray, level: float, network: InkAligner) -> Turned | None:
    """How a page (height, width) of darkness is to be turned, and its lines; None if there are none."""
    mask = dark > level
    ys, xs = np.nonzero(mask)
    if not len(ys):
        return None
    bins = max(dark.shape) / 150
    clearer = float(np.log(ink.sharpness(ys, xs, bins)[1] / ink.sharpness(xs, ys, bins)[1]))
    best: Turned | None = None
    page = dark
    for axis in [0, 1] if abs(clearer) < CLEARER else [0] if clearer > 0 else [1]:
        upright = np.ascontiguousarray(np.rot90(dark, axis))
        angle = ink.skew(upright > level, bins)
        size = None
        for quarters in (axis, axis + 2):
            turned = rotated(np.ascontiguousarray(np.rot90(dark, quarters)), angle)
            found = _roughly(turned, level, network, size)
            if found is None:
                continue
            size = found.x_height
            if best is None or found.certainty > best.lines.certainty:
                best, page = Turned(quarters, angle, found), turned
    return best and best._replace(lines=find_lines(page, level, network, best.lines.x_height) or best.lines)


def rotated(dark: FloatArray, angle: float) -> FloatArray:
    """A page turned clockwise by some degrees about its middle."""
    matrix = cv2.getRotationMatrix2D((dark.shape[1] / 2, dark.shape[0] / 2), -angle, 1.0)
    return np.asarray(cv2.warpAffine(dark, matrix, dark.shape[::-1]), np.float32)


def _roughly(dark: FloatArray, level: float, network: InkAligner, x_height: float | None) -> FoundLines | None:
    """The size, of all or of one that is known, at which the network is most sure of the lines of a level page."""
    mask = dark > level
    best: FoundLines | None = None
    seen: list[float] = []
    for size in [BLURRED * x_height] if x_height else _sizes(dark):
        found = _at_size(mask, size)
        if found is None or any(abs(np.log(found.x_height / other)) < ALIKE for other in seen):
            continue
        seen.append(found.x_height)
        slant = slant_of(mask, found.baselines, found.x_height)
        sure = _certainty(dark, mask, _longest(found.baselines), found.x_height, slant, network)
        if sure is not None and (best is None or sure > best.certainty):
            best = FoundLines(found.baselines, found.x_height, slant, sure)
    return best


def find_lines(dark: FloatArray, level: float, network: InkAligner, x_height: float) -> FoundLines | None:
    """Lines of a page whose lines are level, about, and whose x-height is known within a third."""
    mask = dark > level
    found = None
    boxes = ink.components(mask, 12)[1]
    for _ in range(2):
        found = _at_size(mask, BLURRED * x_height, boxes)
        if found is None:
            return None
        slant = slant_of(mask, found.baselines, found.x_height)
        chosen = _longest(found.baselines)
        sizes = [factor / USUAL * found.x_height for factor in FACTORS]
        sure = [_certainty(dark, mask, chosen, size, slant, network) or -np.inf for size in sizes]
        x_height = sizes[int(np.argmax(sure))]
    assert found is not None
    leans = [slant, *(lean for lean in SLANTS if abs(lean - slant) > 0.1)]
    sure = [_certainty(dark, mask, chosen, x_height, lean, network) or -np.inf for lean in leans]
    return FoundLines(found.baselines, x_height, leans[int(np.argmax(sure))], max(sure))


def _at_size(mask: BoolArray, size: float, boxes: IntArray | None = None) -> FoundLines | None:
    """The lines of a level page that are found at a size, nothing known of their certainty and slant; also those that
    ran into a neighbor, if the ``boxes`` of the page's pieces of ink show them.
    """
    ridges = text_lines.find(mask, size)
    if ridges and boxes is not None:
        ridges = text_lines.with_missed(ridges, boxes, size / BLURRED)
    if not ridges:
        return None
    tall, depths = text_lines.x_height_and_baselines(mask, ridges, size)
    feet = [lowered(ridge, depth) for ridge, depth in zip(ridges, depths, strict=True)]
    return FoundLines(feet, USUAL * tall, 0.0, -np.inf)


def core_of(dark: FloatArray, mask: BoolArray) -> float:
    """Darkness of the ink's own, where strokes are widest."""
    return float(np.percentile(dark[mask], 75))


def lowered(ridge: Ridge, depth: float) -> Ridge:
    """A line moved down by ``depth`` pixels."""
    return Ridge(ridge.curve + np.array([0.0, 0.0, depth]), ridge.left, ridge.right)


def slant_of(mask: BoolArray, baselines: list[Ridge], x_height: float) -> float:
    """Lean of the writing, x over y, of ink that lies within two x-heights over its baseline."""
    ys, xs = np.nonzero(mask)
    step = max(1, len(ys) // SEEN)
    ys, xs = ys[::step], xs[::step]
    up = np.stack([baseline.row(xs.astype(float)) - ys for baseline in baselines])
    line = np.where((up > -0.8 * x_height) & (up < 2.0 * x_height), np.abs(up - 0.5 * x_height), np.inf).argmin(axis=0)
    own = np.take_along_axis(up, line[None], 0)[0]
    good = (own > -0.8 * x_height) & (own < 2.0 * x_height)
    return ink.slant(line[good], own[good], xs[good], x_height) if good.any() else 0.0


def _sizes(dark: FloatArray) -> list[float]:
    largest = LARGEST * max(dark.shape)
    count = int(np.log(max(largest / SMALLEST, 1.0)) / np.log(STEP)) + 1
    return [SMALLEST * STEP**k for k in range(count)]


def _longest(lines: list[Ridge]) -> list[Ridge]:
    chosen = sorted(lines, key=lambda line: line.left - line.right)[: 2 * LOOKED_AT]
    return chosen[::2] if len(chosen) > LOOKED_AT else chosen


def _certainty(
    dark: FloatArray, mask: BoolArray, lines: list[Ridge], x_height: float, slant: float, network: InkAligner
) -> float | None:
    """How sure the network is of some lines at a size: the mean of their columns; None where these are too few."""
    small, factor = reduced(dark, x_height)
    core = core_of(dark, mask)
    total, columns = 0.0, 0
    for line in lines:
        middle, half = (line.left + line.right) / 2, min((line.right - line.left) / 2, WINDOW / 2 * x_height)
        part = Ridge(line.curve, middle - half, middle + half)
        picture = line_picture(small, core, part, x_height, slant, factor)
        own = certainty(picture, scores_of(network, [picture])[0])
        total, columns = total + own[0], columns + own[1]
    return round(total / columns, 4) if columns >= FEWEST_COLUMNS else None
