from __future__ import annotations

import pytest

from handfont.errors import OutputError
from handfont.files import atomic


def test_the_file_appears_whole(tmp_path):
    target = tmp_path / "a.txt"
    with atomic(target) as temporary:
        temporary.write_text("all of it")
        assert not target.exists()
    assert target.read_text() == "all of it"
    assert list(tmp_path.iterdir()) == [target]


def test_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), atomic(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError("in the middle")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_interruption_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), atomic(tmp_path / "a.txt"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_and_folder_as_file_are_told(tmp_path):
    with pytest.raises(OutputError, match="does not exist"), atomic(tmp_path / "no" / "a.txt"):
        pass
    with pytest.raises(OutputError, match="is a folder"), atomic(tmp_path):
        pass


def test_files_have_ordinary_permissions(tmp_path):
    target = tmp_path / "a.txt"
    with atomic(target) as temporary:
        temporary.write_text("x")
    (tmp_path / "b.txt").write_text("x")
    assert target.stat().st_mode == (tmp_path / "b.txt").stat().st_mode
