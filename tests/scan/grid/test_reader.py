from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from handfont.core.charset import CHARACTERS
from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.scan import image
from handfont.scan.grid import label_file as label_files
from handfont.scan.grid import label_guessing, reader, ruling


@pytest.fixture(scope="module")
def page(grid_scan):
    return image.load(grid_scan)[0]


@pytest.fixture(scope="module")
def labels(grid_scan):
    return list(grid_scan.with_suffix(".txt").read_text().replace("\n", ""))


def read(page, label_file):
    rows = None if label_file is None else label_files.rows(label_files.text(label_file), label_file)
    found = reader.find(page, "grid_sheet.jpg")
    assert found is not None
    return reader.read(found, rows, Path("grid_sheet.txt"), "grid_sheet.jpg", load_weights())


def test_a_grid_on_its_side_is_read_by_its_labels(page, grid_scan, labels):
    turned = np.ascontiguousarray(np.rot90(page))
    reading = read(turned, grid_scan.with_suffix(".txt"))
    assert [sample.character for sample in reading.samples] == labels
    assert len(reading.doubtful) <= 2
    assert reading.page.shape == page.shape


def test_without_labels_what_is_sure_is_right(page, labels):
    reading = read(page, None)
    wrong = [s for s, label in zip(reading.samples, labels, strict=True) if s.character != label]
    doubted = {id(sample) for sample, _ in reading.doubtful}
    assert len(wrong) <= 5
    assert all(id(sample) in doubted for sample in wrong)
    assert len(reading.doubtful) <= 12
    assert "ABCDEFGH IJKLMNOP" in reading.notes[0]


def test_guides_and_text_printed_in_the_cells_are_no_matter(page, grid_scan, labels):
    printed = page.copy()
    corners = ruling.find(image.darkness(page), "grid")[0].corners.reshape(-1, 4, 2)
    for (upper, _, lower, left), label in zip(corners, labels, strict=True):
        tall = left[1] - upper[1]
        y = round(upper[1] + 0.62 * tall)
        cv2.line(printed, (int(upper[0]) + 8, y), (int(lower[0]) - 8, y), (190, 205, 215), 2)
        at = (int(upper[0] + 0.45 * tall), int(left[1] - 0.09 * tall))
        text = label if label.isalnum() else "o"
        cv2.putText(printed, text, at, cv2.FONT_HERSHEY_SIMPLEX, tall / 320, (40, 40, 40), 1)
    reading = read(printed, grid_scan.with_suffix(".txt"))
    assert len(reading.samples) == 80
    assert len(reading.doubtful) <= 6
    plain = read(page, grid_scan.with_suffix(".txt"))
    ratios = [a.metrics.size / b.metrics.size for a, b in zip(reading.samples, plain.samples, strict=True)]
    assert np.mean(np.abs(np.log(ratios)) < 0.15) > 0.9


def test_letters_nobody_can_read_need_a_label_file(page):
    scribbled = page.copy()
    rng = np.random.default_rng(0)
    for corners in ruling.find(image.darkness(page), "grid")[0].corners.reshape(-1, 4, 2):
        (x0, y0), (x1, y1) = corners.min(axis=0) + 25, corners.max(axis=0) - 25
        scribbled[int(y0) - 10 : int(y1) + 10, int(x0) - 10 : int(x1) + 10] = 235
        points = rng.uniform((x0, y0), (x1, y1), (9, 2)).astype(np.int32)
        cv2.polylines(scribbled, [points.reshape(-1, 1, 2)], False, (40, 40, 90), 4)
    with pytest.raises(ScanError, match=r"write grid_sheet\.txt beside it"):
        read(scribbled, None)


@pytest.mark.parametrize("text", ["ABCDEFGHIJabcdefghij0123456789", "AaBbCcDdEeFfGgHh", "QWERTYUIOP"])
def test_the_order_makes_up_for_a_letter_that_is_misread(text):
    shown = np.full((len(text), len(CHARACTERS)), 1e-4, np.float32)
    shown[np.arange(len(text)), [CHARACTERS.index(character) for character in text]] = 0.9
    shown[6] = 1e-4
    shown[6, CHARACTERS.index("&")] = 0.5
    guess = label_guessing.guess(shown, np.ones(len(text), bool))
    assert "".join(guess.labels) == text
    assert (guess.confidence[1:6] > 0.8).all()
