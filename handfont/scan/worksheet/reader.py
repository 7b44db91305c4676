"""Reading our own writing sheet: from the markers to every box by arithmetic, and what is written in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np

from handfont.core import composites
from handfont.core.arrays import ByteArray, DoubleArray, FloatArray
from handfont.core.charset import INDEX
from handfont.errors import ScanError
from handfont.model.loading import Weights
from handfont.scan import cell_samples, cells, image, sample_checks
from handfont.scan.cells import Cell
from handfont.scan.page_reading import CopiedLine, PageReading, SheetPage
from handfont.scan.worksheet import geometry, markers
from handfont.scan.worksheet.geometry import Form
from handfont.scan.worksheet.markers import PageTransform

CELL = 240
"""Boxes are straightened to this many pixels a side."""
INSET = 0.55
"""Millimeters beside a box's border that are left out."""
UPRIGHT_DPI = 200.0
"""Resolution at which the page is handed back, at most."""


def read(page: ByteArray, where: str, weights: Weights, place: PageTransform | None = None) -> PageReading:
    """What is written on a page of the sheet (height, width, 3) RGB, whichever way it lies; ``place`` is where its
    markers were found, if they were sought already.

    Raises:
        ScanError: it is no page of the sheet, or too little of it can be seen.
    """
    place = place or markers.find(page, where)
    if place is None:
        raise ScanError(f"{where} is not a page of the writing sheet: its black squares cannot be found")
    sheet = _form(page, place, where)
    if place.code.page >= len(sheet.pages):
        raise ScanError(
            f"{where} says that it is page {place.code.page + 1} of a sheet of {len(sheet.pages)}; print a "
            "new one with 'handfont sheet'"
        )
    own = sheet.pages[place.code.page]
    darkness = image.darkness(page)
    upright, per_mm = _upright(page, place, sheet.size)
    reading = PageReading(
        "sheet",
        where,
        upright,
        cell_samples.PageMeasures(0.0, 0.0, "#000000"),
        sheet=SheetPage(own.number, len(sheet.pages), sheet.kind),
        per_mm=per_mm,
    )
    if place.missing:
        reading.notes.append(
            f"{place.missing} of the six black squares cannot be seen on {where}; the boxes are found from the others"
        )
    cut = _boxes(page, darkness, place, sheet)
    outside = _outside(place, sheet, page.shape)
    wanted = []
    for cell, box, out in zip(cut, own.boxes, outside, strict=True):
        corners = np.array([box.left, box.top, box.left + geometry.BOX_WIDTH, box.top + geometry.BOX_HEIGHT]) * per_mm
        left, top, right, bottom = (int(v) for v in np.round(corners))
        if out:
            reading.notes.append(f"the box of '{box.character}' at {left},{top} is cut off on {where}")
        elif not cell.ink.any():
            reading.empty.append(box.character)
        else:
            wanted += _parts(replace(cell, box=(left, top, right, bottom)), box.character)
    found, measures = cell_samples.measure(
        [cell for cell, _ in wanted], [label for _, label in wanted], weights.population, where
    )
    reading.samples, reading.measures = found, measures
    reading.doubtful = sample_checks.doubtful(found, weights)
    if found:
        reading.x_height_mm = measures.x_height / CELL * _side(geometry.BOX_WIDTH)
        # In pixels of the page that is handed back.
        reading.measures = replace(measures, x_height=reading.x_height_mm * per_mm)
    for line in own.lines:
        reading.lines.append(_copied(page, place, line))
    return reading


def _side(box: float) -> float:
    """What is straightened of a box, in millimeters."""
    return box - 2 * INSET


def _form(page: ByteArray, place: PageTransform, where: str) -> Form:
    """The sheet that the page belongs to; one with characters of the user's own has them in its code."""
    if place.code.kind != "custom":
        _, characters = geometry.characters_of(place.code.kind)
        return geometry.form(place.code.paper, place.code.kind, characters)
    left, top = geometry.form(place.code.paper, "custom", "a").code_box()
    reader = cv2.QRCodeDetector()
    for pixels, quiet in ((400, 4.0), (800, 4.0), (560, 6.0), (300, 4.0)):
        corners = _corners(left - quiet, top - quiet, geometry.CODE + 2 * quiet, geometry.CODE + 2 * quiet)
        straight = cv2.cvtColor(_straight(page, place, corners, pixels, pixels), cv2.COLOR_RGB2GRAY)
        for picture in (straight, cv2.threshold(straight, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]):
            chosen = geometry.unpacked(reader.detectAndDecode(picture)[0])
            if chosen:
                return geometry.form(place.code.paper, "custom", chosen)
    raise ScanError(
        f"the square code at the top right of {where}, which says what stands in the boxes, cannot be "
        "read; scan it again, sharper and with the whole code"
    )


def _corners(left: float, top: float, width: float, height: float) -> DoubleArray:
    return np.array([[left, top], [left + width, top], [left + width, top + height], [left, top + height]])


def _matrix(place: PageTransform, corners: DoubleArray, width: int, height: int) -> DoubleArray:
    """From pixels of the scan to those of a straight picture of what four corners, in millimeters, enclose."""
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    # Pixels begin at their corners; those of OpenCV's warp are at their middles.
    source = (place.pixels(corners) - 0.5).astype(np.float32)
    return np.asarray(cv2.getPerspectiveTransform(source, target - 0.5), np.float64)


def _straight(page: ByteArray, place: PageTransform, corners: DoubleArray, width: int, height: int) -> ByteArray:
    flags = cv2.INTER_AREA if place.dots_per_mm() * (corners[1, 0] - corners[0, 0]) > 1.5 * width else cv2.INTER_LINEAR
    return np.asarray(
        cv2.warpPerspective(
            page, _matrix(place, corners, width, height), (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
    )


def _upright(page: ByteArray, place: PageTransform, size: tuple[float, float]) -> tuple[ByteArray, float]:
    """The page seen straight on and upright, and its pixels to a millimeter."""
    per_mm = min(place.dots_per_mm(), UPRIGHT_DPI / 25.4)
    width, height = round(size[0] * per_mm), round(size[1] * per_mm)
    factor = per_mm / place.dots_per_mm()
    small: ByteArray = page
    moved = place
    if factor < 0.75:  # shrunk first: a warp alone would leave out pixels
        small = np.asarray(cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.diag([small.shape[1] / page.shape[1], small.shape[0] / page.shape[0], 1.0])
        moved = replace(place, matrix=scale @ place.matrix)
    # In strips, so that curled paper lies flat, too.
    result = np.empty((height, width, 3), np.uint8)
    edges = np.linspace(0, height, 9).astype(int)
    for top, bottom in pairwise(int(edge) for edge in edges):
        corners = _corners(0, top / per_mm, size[0], (bottom - top) / per_mm)
        matrix = _matrix(moved, corners, width, bottom - top)
        result[top:bottom] = cv2.warpPerspective(
            small,
            matrix,
            (width, bottom - top),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(255, 255, 255),
        )
    return result, per_mm


def _outside(place: PageTransform, sheet: Form, shape: tuple[int, ...]) -> list[bool]:
    """Which boxes are not, or not wholly, in the picture."""
    height, width = shape[:2]
    result = []
    for box in sheet.pages[place.code.page].boxes:
        points = place.pixels(_corners(box.left + 1, box.top + 1, geometry.BOX_WIDTH - 2, geometry.BOX_HEIGHT - 2))
        result.append(bool((points < 0).any() or (points > (width, height)).any()))
    return result


def _boxes(page: ByteArray, darkness: FloatArray, place: PageTransform, sheet: Form) -> list[Cell]:
    """What is written in every box of the page."""
    flat: list[FloatArray] = []
    colours: list[ByteArray] = []
    for box in sheet.pages[place.code.page].boxes:
        corners = _corners(box.left + INSET, box.top + INSET, _side(geometry.BOX_WIDTH), _side(geometry.BOX_HEIGHT))
        matrix = _matrix(place, corners, CELL, CELL)
        flat.append(
            np.asarray(
                cv2.warpPerspective(
                    darkness, matrix, (CELL, CELL), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
                ),
                np.float32,
            )
        )
        colours.append(
            np.asarray(
                cv2.warpPerspective(
                    page, matrix, (CELL, CELL), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
                ),
                np.uint8,
            )
        )
    return cells.inked(cells.unprinted(flat), colours, [1.0] * len(flat))


def _parts(cell: Cell, character: str) -> list[tuple[Cell, str]]:
    """A cell as cells of what the model knows: an accented letter as the letter and its mark."""
    if character in INDEX:
        return [(cell, character)]
    recipe = composites.parts(character)
    assert recipe is not None  # the sheet asks for nothing else
    base, mark = recipe
    count, labels, stats, centres = cv2.connectedComponentsWithStats(cell.ink.astype(np.uint8), connectivity=8)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    top = stats[largest, cv2.CC_STAT_TOP]
    above = [i for i in range(1, count) if i != largest and centres[i, 1] < top]
    if not above:
        return []
    letter = "ı" if base.character == "i" else "ȷ" if base.character == "j" else base.character
    over = np.isin(labels, above)
    result = [(cell.with_ink(cell.ink & ~over), letter)]
    if character.islower():  # over a capital, a mark is higher than the model has it
        result.append((cell.with_ink(over), mark.character))
    return result


def _copied(page: ByteArray, place: PageTransform, line: geometry.CopyLine) -> CopiedLine:
    """A line to copy, cut out and straight: from under its text to just above the next one."""
    per_mm = min(place.dots_per_mm(), 300 / 25.4)
    top, height = line.top + geometry.LINE_TOP, geometry.PITCH_Y - geometry.LINE_TOP
    wide, tall = round((line.right - line.left) * per_mm), round(height * per_mm)
    corners = _corners(line.left, top, line.right - line.left, height)
    return CopiedLine(
        line.text,
        _straight(page, place, corners, wide, tall),
        per_mm,
        (geometry.LINE_BASELINE - geometry.LINE_TOP) * per_mm,
        line.left,
        top,
    )
