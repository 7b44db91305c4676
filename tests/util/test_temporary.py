"""Folders for temporary files that are missing or full; see :func:`handfont.util.files.temporary_folder`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from handfont.errors import OutputError
from handfont.util.files import temporary_folder


def test_no_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(OutputError, match=r"set TMPDIR"), temporary_folder():
        pass
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "gone")])
    with pytest.raises(OutputError, match="set TMPDIR"), temporary_folder():
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_temporary_folder() -> None:
    with pytest.raises(OutputError, match=r"is full: .* set TMPDIR"), temporary_folder() as folder:
        (folder / "a").symlink_to("/dev/full")
        (folder / "a").write_text("x")
