from __future__ import annotations

import os

import pytest

from handfont.errors import OutputError
from handfont.util.files import atomic, create_temporary, sweep


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


def test_missing_folder_and_folder_as_file_are_reported(tmp_path):
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


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "\ud800", "x" * 120 + "/" + "y" * 300])
def test_names_that_no_file_can_have_are_one_sentence(tmp_path, name):
    with pytest.raises(OutputError, match="cannot write"), atomic(tmp_path / name):
        pass


def test_the_longest_name_that_a_file_can_have_is_written(tmp_path):
    target = tmp_path / ("é" * 125 + ".txt")
    with atomic(target) as temporary:
        temporary.write_text("x")
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_durable_files_and_their_folder_are_on_the_disk_before_they_count(tmp_path, monkeypatch):
    seen = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append(os.fstat(handle).st_ino), fsync(handle)))
    target = tmp_path / "a.txt"
    with atomic(target) as temporary:
        temporary.write_text("x")
    assert not seen
    with atomic(target, durable=True) as temporary:
        temporary.write_text("x")
    assert seen == [target.stat().st_ino, tmp_path.stat().st_ino]


def test_sweeping_removes_its_own_leftovers_alone(tmp_path):
    own = create_temporary(tmp_path / "a.txt")
    others = [
        create_temporary(tmp_path / "b.txt"),
        create_temporary(tmp_path / "a.txt.txt"),
        tmp_path / ".a.txt.part",
        tmp_path / ".a.txt.mine.part",
        tmp_path / "download.part",
    ]
    for path in others:
        path.write_text("x")
    sweep(tmp_path / "a.txt")
    assert not own.exists()
    assert all(path.exists() for path in others)
