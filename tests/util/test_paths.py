from __future__ import annotations

import os
from pathlib import Path

import pytest

from handfont.util import paths


def test_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch()
    assert paths.problem(there) == ""
    assert paths.problem(tmp_path / "gone") == "does not exist"
    assert paths.problem(tmp_path) == "is a folder, not a file"
    assert paths.problem(there / "inside") == "cannot be read: Not a directory"
    assert paths.problem(tmp_path / ("x" * 300)) == "cannot be read: File name too long"
    assert paths.problem(tmp_path / "a\0b") == "has a name that no file can have"
    assert paths.problem(tmp_path / "\ud800") in ("has a name that no file can have", "does not exist")
    assert paths.problem(tmp_path / "\udcff") == "does not exist"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden here")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch(mode=0)
    assert paths.problem(there) == "cannot be read: Permission denied"


def test_folders_are_looked_for_without_raising(tmp_path: Path) -> None:
    assert paths.is_folder(tmp_path)
    assert not paths.is_folder(tmp_path / ("x" * 300))
    assert not paths.is_folder(tmp_path / "a\0b")


def test_names_are_shown_as_text() -> None:
    assert paths.shown(Path(os.fsdecode(b"gr\xfcn"))) == "gr�n"
    assert paths.shown("grün") == "grün"
    error = OSError(13, "Permission denied", os.fsdecode(b"gr\xfcn"))
    assert paths.described(error) == "cannot use gr�n: Permission denied"
    assert paths.described(OSError(28, "No space left on device")) == "the system refuses: No space left on device"
