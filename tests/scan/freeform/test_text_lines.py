"""Lines of writing as rows of blocks."""

import numpy as np

from handfont.scan.freeform import ink, text_lines


def blocks(rows):
    """A page with letters of 30 by 40 pixels at (left, top)."""
    page = np.zeros((700, 900), bool)
    for left, top in rows:
        page[top : top + 40, left : left + 30] = True
    return page


def test_a_short_line_close_to_another_is_found():
    first = [(60 + 70 * i, 100) for i in range(11)]
    second = [(60 + 70 * i, 260) for i in range(11)]
    close = [(80 + 60 * i, 326) for i in range(5)]
    page = blocks(first + second + close)
    boxes = ink.components(page, 12)[1]
    found = text_lines.with_missed(text_lines.find(page, 40.0), boxes, 40.0)
    assert np.allclose([ridge.row(np.array([200.0]))[0] for ridge in found], [120, 280, 346], atol=12)


def test_dots_and_single_letters_make_no_line():
    letters = [(60 + 70 * i, 200) for i in range(11)]
    page = blocks([*letters, (300, 400)])
    for left, _ in letters:
        page[170:182, left + 10 : left + 22] = True
    ridges = text_lines.find(page, 40.0)
    assert text_lines.with_missed(ridges, ink.components(page, 12)[1], 40.0) is ridges
