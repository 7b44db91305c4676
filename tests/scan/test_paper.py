"""Paper on a desk: found where it lies, left alone where there is no desk."""

import cv2
import numpy as np
import pytest

from handfont.scan import paper


def desk(height=900, width=700):
    """A dark wooden desk: grain that runs across."""
    grain = np.random.default_rng(0).normal(95, 35, (height, width // 20)).astype(np.float32)
    grain = cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(grain[:, :, None] + np.array([12, 0, -14], np.float32), 0, 255).astype(np.uint8)


def sheet(picture, corners, light=215):
    cv2.fillPoly(picture, [np.array(corners, np.int32)], (light, light, light + 5))
    return picture


def test_the_sheet_is_cut_out_and_its_desk_painted_over():
    picture = sheet(desk(), [(120, 100), (600, 130), (570, 800), (90, 760)])
    cv2.line(picture, (200, 300), (400, 310), (30, 30, 30), 12)
    found = paper.alone(picture)
    height, width = found.page.shape[:2]
    assert 80 <= found.left <= 110 and 90 <= found.top <= 120
    assert 480 <= width <= 525 and 670 <= height <= 715
    dark = found.page.min(axis=2) < 180
    line = dark[300 - found.top - 10 : 310 - found.top + 10, 200 - found.left - 10 : 400 - found.left + 10]
    assert line.sum() == dark.sum() > 2000


def shaded(picture):
    """A hard shadow over the right half."""
    return (picture * np.where(np.arange(picture.shape[1]) > 350, 0.62, 1.0)[None, :, None]).astype(np.uint8)


@pytest.mark.parametrize(
    "picture",
    [
        np.full((900, 700, 3), 240, np.uint8),
        shaded(np.full((900, 700, 3), 240, np.uint8)),
        desk(),
        np.random.default_rng(1).integers(0, 255, (900, 700, 3), np.uint8),
        np.zeros((64, 3000, 3), np.uint8),
    ],
    ids=["paper alone", "shadow", "desk alone", "noise", "strip"],
)
def test_where_no_sheet_lies_on_a_desk_the_page_stays_as_it_is(picture):
    found = paper.alone(picture)
    assert found.page is picture and (found.left, found.top) == (0, 0)


def test_a_sheet_half_in_the_shade_is_whole():
    picture = shaded(sheet(desk() // 3, [(120, 100), (600, 130), (570, 800), (90, 760)]))
    height, width = paper.alone(picture).page.shape[:2]
    assert width >= 480 and height >= 670
