from __future__ import annotations

import numpy as np
import pytest

from handfont.errors import ScanError
from handfont.scan.grid import label_file


def table(rows, columns, empty=()):
    """A table whose cells hold ink, but for those at (row, column)."""
    filled = np.ones((rows, columns), bool)
    for place in empty:
        filled[place] = False
    return label_file.Table.of(filled)


def test_layout_is_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\ufeffab c\r\nd\n\n", encoding="utf-8")
    rows = label_file.rows(label_file.text(path), path)
    assert rows == ["ab c", "d"]
    assert label_file.match(rows, [table(2, 4)], path, "scan") == list("ab cd   ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("ab\nc\u4e2d", "line 2, column 2"),
        (b"\xff\xfea", "not UTF-8"),
    ],
)
def test_unusable_label_files(tmp_path, text, message):
    path = tmp_path / "a.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ScanError, match=message):
        label_file.rows(label_file.text(path), path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["ab"], "has 1 lines"),
        (["abc", "ab"], "line 1 .* has 3 characters"),
        (["a", "ab"], "line 1 .* has 1 characters"),
    ],
)
def test_layouts_that_do_not_match(tmp_path, rows, message):
    with pytest.raises(ScanError, match=message):
        label_file.match(rows, [table(2, 2)], tmp_path / "a.txt", "scan.jpg")


def test_spaces_at_the_end_of_a_row_may_be_missing_where_cells_are_empty(tmp_path):
    path = tmp_path / "a.txt"
    assert label_file.match(["ab", "cde"], [table(2, 3, [(0, 2)])], path, "scan") == list("ab cde")
    with pytest.raises(ScanError, match=r"line 1 .* has 2 characters"):
        label_file.match(["ab", "cde"], [table(2, 3)], path, "scan")


def test_lines_run_through_tables(tmp_path):
    two, one = table(2, 3, [(1, 2)]), table(1, 2)
    for rows in (["abc", "de", "", "fg"], ["abcde", "fg"], ["abc", "de", "  ", "fg"], ["abcde ", "", "fg"]):
        assert label_file.match(rows, [two, one], tmp_path / "a.txt", "scan") == list("abcde fg")
    empty = table(1, 2, [(0, 0), (0, 1)])
    for tables in ([empty, two, one], [two, empty, one], [two, one, empty]):
        labels = label_file.match(["abc", "de", "fg"], tables, tmp_path / "a.txt", "scan")
        place = sum(each.cells for each in tables[: tables.index(empty)])
        assert labels[place : place + 2] == [" ", " "] and labels[:place] + labels[place + 2 :] == list("abcde fg")
