from __future__ import annotations

from collections import Counter

import cv2
import numpy as np
import pypdfium2
import pytest

from handfont.core import sdf
from handfont.enrollment import enroll
from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.scan import cell_samples, cells, image
from handfont.scan.grid import ruling
from handfont.scan.worksheet import drawing as drawing
from handfont.scan.worksheet import geometry, markers, reader

DPI = 200
LETTERS = "abcdehkmnorstuwz"
CROSSED, EMPTY = 5, 9
"""Numbers of the box that is crossed out, and of the empty one."""


@pytest.fixture(scope="module")
def weights():
    return load_weights()


@pytest.fixture(scope="module")
def page(written):
    return written[0]


@pytest.fixture(scope="module")
def written(grid_scan, weights, tmp_path_factory):
    """A sheet filled with the real letters of the grid, as a scanner sees it, and their pen in x-heights."""
    scan = image.load(grid_scan)[0]
    darkness = image.darkness(scan)
    (cut,) = cells.cut(scan, darkness, ruling.find(darkness, "grid"))
    labels = list(grid_scan.with_suffix(".txt").read_text().replace("\n", ""))
    found, measures = cell_samples.measure(cut, labels, weights.population, "grid")
    ours = {sample.character: (cell, sample) for cell, sample in zip(cut, found, strict=True)}

    asked = geometry.form("a4", *geometry.characters_of(LETTERS))
    path = tmp_path_factory.mktemp("sheet") / "sheet.pdf"
    drawing.write(asked, path)
    with pypdfium2.PdfDocument(path) as document:
        paper = np.array(document[0].render(scale=DPI / 72).to_pil().convert("RGB"))
    unit = DPI / 25.4
    for number, box in enumerate(asked.pages[0].boxes):
        if number == EMPTY:
            continue
        cell, sample = ours[box.character]
        ys, xs = np.nonzero(cell.ink)
        scale = geometry.X_HEIGHT * unit / (measures.x_height * cell.zoom)
        ink = cell.ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1].astype(np.float32)
        ink = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if number == CROSSED:
            for x in range(0, ink.shape[1], 6):
                cv2.line(ink, (x, 0), (min(x + 6, ink.shape[1] - 1), ink.shape[0] - 1), 1.0, 2)
                cv2.line(ink, (x, ink.shape[0] - 1), (min(x + 6, ink.shape[1] - 1), 0), 1.0, 2)
        middle = (box.top + geometry.BASELINE - sample.metrics.centre_y * geometry.X_HEIGHT) * unit
        top = round(middle - ink.shape[0] / 2)
        left = round((box.left + geometry.BOX_WIDTH / 2) * unit - ink.shape[1] / 2)
        part = paper[top : top + ink.shape[0], left : left + ink.shape[1]]
        part[:] = part * (1 - ink[:, :, None] * (1 - np.array([40, 40, 120]) / 255))
    pens = [sdf.pen_width(ours[c][0].ink) / (measures.x_height * ours[c][0].zoom) for c in LETTERS]
    return cv2.GaussianBlur(paper, (0, 0), 0.7), float(np.median(pens))


def tilted(page):
    """A photograph, upside down, its lower right square out of the picture."""
    height, width = page.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target = np.array([[60, 90], [width - 20, 30], [width + 60, height + 50], [-10, height - 40]], np.float32)
    warped = cv2.warpPerspective(
        page, cv2.getPerspectiveTransform(source, target), (width, height), borderValue=(90, 80, 60)
    )
    shade = np.linspace(1, 0.6, width)[None, :, None]
    warped = (warped * shade).astype(np.uint8)
    warped[-180:, -180:] = 80
    return np.ascontiguousarray(warped[::-1, ::-1])


def grey(page):
    return np.repeat(page.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)


SIDES = {
    "upright": lambda page: page,
    "on its side": lambda page: np.ascontiguousarray(np.rot90(page)),
    "photographed": tilted,
    "grey": grey,
}


@pytest.mark.parametrize("side", SIDES)
def test_every_box_is_read(page, weights, side):
    reading = reader.read(SIDES[side](page), "page.png", weights)
    asked = geometry.form("a4", *geometry.characters_of(LETTERS))
    boxes = [box.character for box in asked.pages[0].boxes]
    expected = Counter(boxes) - Counter([boxes[EMPTY]])
    assert Counter(sample.character for sample in reading.samples) == expected
    assert reading.empty == [boxes[EMPTY]]
    # The crossed-out one is doubtful, and hardly another.
    reasons = {sample.box: reason for sample, reason in reading.doubtful}
    crossed = next(sample for sample in reading.samples if sample.character == boxes[CROSSED])
    assert "crossed out" in reasons[crossed.box] or "looks like" in reasons[crossed.box]
    assert len(reading.doubtful) <= 3
    assert reading.x_height_mm == pytest.approx(geometry.X_HEIGHT, rel=0.1)
    red, _, blue = (int(reading.measures.ink[i : i + 2], 16) for i in (1, 3, 5))
    assert side == "grey" or blue > red + 20
    assert [line.text for line in reading.lines] == list(geometry.LINES)
    assert all(line.picture.shape[1] > 6 * line.picture.shape[0] for line in reading.lines)
    # The page is handed back upright: a sample's box holds ink.
    left, top, right, bottom = reading.samples[0].box
    assert reading.page[top + 6 : bottom - 6, left + 6 : right - 6].min() < 130
    assert bool(reading.notes) == (side == "photographed")


def test_a_sheet_is_told_from_other_pages(page, grid_scan, weights):
    assert markers.find(page, "page.jpg") is not None
    other = image.load(grid_scan)[0]
    assert markers.find(other, "other.jpg") is None
    with pytest.raises(ScanError, match="not a page of the writing sheet"):
        reader.read(other, "other.jpg", weights)


def test_what_is_missing_is_reported(page, weights):
    height, width = page.shape[:2]
    with pytest.raises(ScanError, match="only one of the six"):
        reader.read(np.ascontiguousarray(page[: height // 3, : width // 2]), "corner.png", weights)
    blotted = page.copy()
    blotted[: height // 9, width // 2 : width - 120] = 255
    with pytest.raises(ScanError, match=r"square code at the top right of blot\.png"):
        reader.read(blotted, "blot.png", weights)
    blank = page.copy()
    blank[height // 9 : -height // 3, 120:-120] = 255
    assert not reader.read(blank, "blank.png", weights).samples


def test_a_sheet_is_enrolled(written, tmp_path):
    page, pen = written
    cv2.imwrite(str(tmp_path / "anna.png"), page[:, :, ::-1])
    style, report = enroll([tmp_path / "anna.png"], "anna")
    assert set(style.characters) == set(LETTERS)
    assert style.characters["e"][0].samples > 1
    assert style.pen.width == pytest.approx(pen, rel=0.15)
    assert len(report.empty) == 1


def test_marks_are_parted_from_their_letters():
    ink = np.zeros((100, 100), bool)
    ink[50:80, 30:60] = True
    ink[30:38, 35:41] = ink[30:38, 50:56] = True
    cell = cells.Cell(ink, 1.0, None, False, 1000.0, 0.8)
    (letter, first), (mark, second) = reader._parts(cell, "ö")
    assert (first, second) == ("o", "¨")
    assert not letter.ink[:50].any() and not mark.ink[50:].any()
    assert [label for _, label in reader._parts(cell, "Ö")] == ["O"]
    assert [label for _, label in reader._parts(cell, "ï")] == ["ı", "¨"]
    assert reader._parts(cell.with_ink(ink & (np.arange(100)[:, None] > 45)), "ö") == []
