from __future__ import annotations

import pytest

from handfont.errors import ScanError
from handfont.scan.grid import label_file


def test_layout_is_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\ufeffab c\r\nd\n\n", encoding="utf-8")
    rows = label_file.rows(label_file.text(path), path)
    assert rows == ["ab c", "d"]
    assert label_file.match(rows, 2, 4, path, "scan") == list("ab cd   ")


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
        label_file.match(rows, 2, 2, tmp_path / "a.txt", "scan.jpg")
