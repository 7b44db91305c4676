"""Forms of several tables of boxes, drawn with the real letters of the grid."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.scan import image, reader
from handfont.scan.grid import boxes, ruling
from handfont.scan.grid import reader as grid
from handfont.scan.grid.label_file import rows

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
FORM = ((ALPHABET.upper(), 13, 95, 60, 160), (ALPHABET, 9, 84, 60, 420), ("0123456789", 10, 105, 60, 760))
"""Text, columns, side of the boxes in pixels, and upper left corner of each table."""


def text_of(form=FORM):
    return "\n\n".join("\n".join(t[i : i + n] for i in range(0, len(t), n)) for t, n, *_ in form)


@pytest.fixture(scope="module")
def letters(grid_scan):
    """The picture of each letter of the real grid, without its box."""
    page = image.load(grid_scan)[0]
    (lattice,) = ruling.find(image.darkness(page), "grid")
    labels = grid_scan.with_suffix(".txt").read_text().replace("\n", "")
    pictures = {}
    for corners, label in zip(lattice.corners.reshape(-1, 4, 2), labels, strict=True):
        (x0, y0), (x1, y1) = np.rint([corners.min(axis=0) + 14, corners.max(axis=0) - 14]).astype(int)
        pictures[label] = page[y0:y1, x0:x1]
    return pictures


@pytest.fixture(scope="module")
def form(letters):
    """A form as a scanner sees it, with a heading over each table."""
    page = np.full((1000, 1400, 3), 250, np.uint8)
    for text, columns, side, left, top in FORM:
        cv2.putText(page, f"{len(text)} characters", (left, top - 30), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (30, 30, 30), 2)
        for number in range(-(-len(text) // columns) * columns):
            x, y = left + number % columns * side, top + number // columns * side
            if number < len(text):
                inside = cv2.resize(letters[text[number]], (side - 12, side - 12), interpolation=cv2.INTER_AREA)
                page[y + 6 : y + side - 6, x + 6 : x + side - 6] = np.minimum(250, inside)
            cv2.rectangle(page, (x, y), (x + side, y + side), (20, 20, 20), 2)
    return page


@pytest.fixture(scope="module")
def photo(form):
    """The form on a desk, a little turned and seen at an angle."""
    height, width = form.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[150, 60], [1520, 150], [1450, 1160], [90, 1080]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    return cv2.warpPerspective(form, matrix, (1600, 1240), borderValue=(90, 110, 130))


def read(page, text):
    found = grid.find(page, "form.png")
    assert found is not None
    labels = None if text is None else rows(text, Path("form.txt"))
    return grid.read(found, labels, Path("form.txt"), "form.png", load_weights())


def check(reading, doubtful):
    assert "".join(sample.character for sample in reading.samples) == "".join(text_of().split())
    assert len(reading.doubtful) <= doubtful
    assert reading.notes == ["form.png has 3 tables: 2 rows of 13 cells, 3 rows of 9 cells and 1 row of 10 cells."]


def test_each_table_is_read(form):
    reading = read(form, text_of())
    check(reading, 4)
    # Each letter in its own box: in the order of the text they go along each row, row by row.
    boxes_of = [sample.box for sample in reading.samples]
    assert boxes_of[0][0] < boxes_of[12][0] and boxes_of[13][1] > boxes_of[0][3] - 10
    assert boxes_of[26][1] >= 410 and boxes_of[52][1] >= 750


def test_a_photo_that_is_turned(photo):
    check(read(photo, text_of()), 6)


def test_a_form_on_its_side_with_a_line_for_each_table(form):
    check(read(np.ascontiguousarray(np.rot90(form)), "\n".join(text for text, *_ in FORM)), 4)


def test_without_a_text_file_what_is_sure_is_right(form):
    reading = read(form, None)
    assert "its 2 rows of 13 cells, 3 rows of 9 cells and 1 row of 10 cells were read as" in reading.notes[0]
    doubted = {id(sample) for sample, _ in reading.doubtful}
    wrong = [s for s, c in zip(reading.samples, "".join(text_of().split()), strict=True) if s.character != c]
    assert all(id(sample) in doubted for sample in wrong)
    assert len(reading.doubtful) <= 14


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (text_of().replace("m", ""), "table 2 has 27 boxes, but line 5 has 8 characters"),
        (text_of(FORM[:2]), "table 3 has 10 boxes, but the file ends before it"),
        (text_of() + "\n.,;", "line 9 is left over"),
        (
            text_of(FORM[:1]).replace("\nNOPQRSTUVWXYZ", ""),
            "table 1 has 26 boxes, but the file has only 1 of its 2 rows",
        ),
    ],
)
def test_a_text_that_does_not_fit_says_which_table(form, text, message):
    with pytest.raises(ScanError) as told:
        read(form, text)
    assert message in told.value.message
    assert "(1: 2 rows of 13, 2: 3 rows of 9, 3: 1 row of 10)" in told.value.message


def drawn(tables, size=(1000, 1400)):
    """Empty tables: rows, columns, width, height, left, top, and gaps between boxes, of each."""
    page = np.full((*size, 3), 250, np.uint8)
    for count, columns, wide, tall, left, top, *gap in tables:
        over, down = gap or (0, 0)
        for row in range(count):
            for column in range(columns):
                x, y = left + column * (wide + over), top + row * (tall + down)
                cv2.rectangle(page, (x, y), (x + wide, y + tall), (20, 20, 20), 2)
    return page


def shapes(page):
    return [(table.rows, table.columns) for table in ruling.find(image.darkness(page), "page")]


def test_tables_are_in_reading_order():
    page = drawn([(1, 10, 90, 90, 60, 700), (4, 6, 80, 90, 700, 110), (5, 6, 80, 90, 60, 100)])
    assert shapes(page) == [(5, 6), (4, 6), (1, 10)]


def test_boxes_may_stand_apart_and_have_their_labels_in_boxes_above():
    assert shapes(drawn([(3, 9, 90, 95, 60, 60, 25, 25), (1, 10, 90, 95, 60, 600, 25, 25)])) == [(3, 9), (1, 10)]
    labels = [(1, 10, 90, 40, 60, 60 + 130 * row) for row in range(3)]
    assert shapes(drawn([*labels, (3, 10, 90, 90, 60, 100, 0, 40)])) == [(3, 10)]


def test_a_box_that_a_letter_reaches_through_is_found():
    page = drawn([(1, 10, 90, 90, 60, 60), (2, 8, 90, 90, 60, 300)])
    cv2.line(page, (375, 20), (385, 180), (20, 20, 120), 6)
    (strip, table) = ruling.find(image.darkness(page), "page")
    assert (strip.rows, strip.columns, table.columns) == (1, 10, 8)
    assert np.abs(strip.corners[0, 3, 0] - [330, 60]).max() < 4


def test_parts_of_squared_paper_are_no_tables():
    page = np.full((1000, 1400, 3), 250, np.uint8)
    page[::50], page[:, ::50] = 60, 60
    keep = page.copy()
    page[:] = 250  # rules are broken but for two parts of them, and their ends beyond these
    for y, x in ((200, 200), (600, 700)):
        page[y - 45 : y + 245, x - 45 : x + 345] = keep[y - 45 : y + 245, x - 45 : x + 345]
    with pytest.raises(ScanError, match="no letters found"):
        shapes(page)
    assert len(boxes.tables(boxes.rules(image.darkness(page)))) == 2


def test_writing_with_a_small_table_in_it_is_writing(letters):
    scan = Path(__file__).parents[2] / "data" / "alphabet_flatbed.jpg"
    page = image.load(scan)[0]
    side = page.shape[1] // 14
    page = np.concatenate([page, np.full((4 * side, page.shape[1], 3), 250, np.uint8)])
    for number, letter in enumerate("axbycz"):
        x, y = 3 * side + number % 3 * side, len(page) - 3 * side + number // 3 * side
        page[y : y + side, x : x + side] = cv2.resize(letters[letter], (side, side), interpolation=cv2.INTER_AREA)
        cv2.rectangle(page, (x, y), (x + side, y + side), (20, 20, 20), 2)
    found = grid.find(page, "page.jpg")
    assert found is not None and found.aside
    text = scan.with_suffix(".txt").read_text()
    reading = reader._foreign(page, text, "page.jpg", Path("page.txt"), None, load_weights(), None)
    assert reading.kind == "writing" and len({sample.character for sample in reading.samples}) > 40
    # The table by itself is read, if the text is its own.
    assert read(page, "axb\nycz").kind == "grid"


def test_a_form_the_other_way_up_is_seen_by_the_boxes_that_were_cut_out(form):
    weights = load_weights()
    upright, turned = (grid._view(grid._cut(page, "form"), weights) for page in (form, grid._rotated(form, 2)))
    view = grid._overturned(turned, weights)
    assert np.array_equal(view.page, form)
    assert [(one.rows, one.columns) for one in view.grids] == [(2, 13), (3, 9), (1, 10)]
    for one, other in zip(view.grids, upright.grids, strict=True):
        assert np.abs(one.corners - other.corners).max() < 3
        assert (one.seen == other.seen).all()
    assert np.abs(np.array([cell.box for cell in view.cut]) - [cell.box for cell in upright.cut]).max() < 4
    assert np.mean(view.seen.argmax(axis=1) == upright.seen.argmax(axis=1)) > 0.95
