from __future__ import annotations

import cv2
import numpy as np
import pytest

from handfont.errors import ScanError
from handfont.scan import cells, image
from handfont.scan.grid import ruling


@pytest.fixture(scope="module")
def page(grid_scan):
    return image.load(grid_scan)[0]


def found(page):
    dark = image.darkness(page)
    (lattice,) = ruling.find(dark, "page")
    return dark, lattice


def test_the_real_grid(page):
    dark, lattice = found(page)
    assert (lattice.rows, lattice.columns) == (10, 8)
    (cut,) = cells.cut(page, dark, [lattice])
    assert len(cut) == 80
    assert all(cell.ink.any() for cell in cut)
    assert not any(cell.touches for cell in cut)
    # Blue ballpoint: more blue than red, in every cell.
    assert all(cell.colour[2] > cell.colour[0] + 10 for cell in cut)


@pytest.mark.parametrize("angle", [-3, 2])
def test_turned_and_in_perspective(page, angle):
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 0.9)
    matrix = np.vstack([matrix, [2e-5, 1e-5, 1]])
    warped = cv2.warpPerspective(page, matrix, (width, height), borderValue=(255, 255, 255))
    _, lattice = found(warped)
    assert (lattice.rows, lattice.columns) == (10, 8)
    _, straight = found(page)
    expected = cv2.perspectiveTransform(straight.corners.reshape(1, -1, 2), matrix).reshape(straight.corners.shape)
    assert np.abs(lattice.corners - expected).max() < 8


def test_a_broken_rule_is_no_matter(page):
    _, lattice = found(page)
    damaged = page.copy()
    corners = lattice.corners[4, 3]
    x, y = corners[0].astype(int)
    damaged[y - 12 : y + 12, x + 20 : x + 90] = 255  # part of the upper rule is gone
    _, again = found(damaged)
    assert (again.rows, again.columns) == (10, 8)
    assert np.abs(again.corners[4, 3] - corners).max() < 10


def test_pages_without_a_grid():
    blank = np.full((800, 600, 3), 250, np.uint8)
    with pytest.raises(ScanError, match="no letters found"):
        found(blank)
    noise = np.random.default_rng(0).integers(0, 255, (800, 600, 3)).astype(np.uint8)
    with pytest.raises(ScanError, match="no letters found"):
        found(noise)
