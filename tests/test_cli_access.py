"""Folders and files that may not be read or written, names that are no text, and no room: one sentence each."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import replace

import pytest
import unprivileged

from handfont.cli.enroll import _write
from handfont.enrollment import EnrollReport, read_scans
from handfont.errors import OutputError
from handfont.model.loading import load_weights
from handfont.style import sample_file, yaml_format
from handfont.style.posterior import Origin
from handfont.util.files import temporary_folder

CASES = [
    (["enroll", "secret.png"], "secret.png"),
    (["enroll", "closed"], "closed"),
    (["enroll", "closed/scan.png"], "closed/scan.png"),
    (["enroll", "silent.png", "--name", "x"], "the text file silent.txt cannot be read: Permission denied"),
    (["enroll", "scan.png", "--name", "x", "-o", "fixed"], "no permission to write in the folder fixed"),
    (["enroll", "scan.png", "--name", "x", "-o", "fixed/deep/er"], "no permission to write in the folder fixed"),
    (["enroll", "scan.png", "--add", "--name", "x", "-o", "styles"], "nothing can be added to the style styles/x.yaml"),
    (["enroll", "scan.png", "--add", "--name", "mute"], "cannot read the samples styles/mute.samples.npz: Permission"),
    (["styles", "show", "secret.yaml"], "cannot be read: Permission denied"),
    (["styles", "show", "closed/me.yaml"], "cannot be read: Permission denied"),
    (["styles", "import", "secret.yaml"], "secret.yaml"),
    (["styles", "adjust", "me", "-o", "new", "--folder", "fixed"], "no permission to write in the folder fixed"),
    (["styles", "export", "me", "-o", "fixed/me.yaml"], "no permission to write in the folder fixed"),
    (["styles", "preview", "me", "-o", "closed/me.png"], "closed"),
    (["styles"], ""),
]


@pytest.fixture
def desk(tmp_path, style, grid_scan, monkeypatch):
    """A folder in which much is forbidden, to root as well once it has laid down its privileges."""
    for folder in ("styles", "closed", "fixed", "home"):
        (tmp_path / folder).mkdir()
    for name in ("scan.png", "secret.png", "silent.png", "closed/scan.png"):
        shutil.copy(grid_scan, tmp_path / name)
    for name in ("styles/me.yaml", "styles/mute.yaml", "secret.yaml", "closed/me.yaml"):
        yaml_format.save(style, tmp_path / name)
    (tmp_path / "silent.txt").write_text("abc")
    (tmp_path / "styles" / "mute.samples.npz").touch()
    forbidden = ["secret.png", "silent.txt", "secret.yaml", "styles/mute.samples.npz", "closed", "home"]
    for name in forbidden:
        (tmp_path / name).chmod(0)
    (tmp_path / "fixed").chmod(0o500)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    yield tmp_path
    for name in ("closed", "home", "fixed"):
        (tmp_path / name).chmod(0o700)


def test_what_is_forbidden_is_one_sentence_each(desk):
    answers = unprivileged.run([arguments for arguments, _ in CASES], desk)
    for (arguments, message), (code, _, said) in zip(CASES, answers, strict=True):
        assert code == (2 if message else 0), (arguments, said)
        assert message in said, arguments
        if said.startswith("handfont: "):
            assert said.count("\n") == 1, (arguments, said)
    assert sorted(path.name for path in (desk / "styles").iterdir()) == [
        ".mute.lock",
        "me.yaml",
        "mute.samples.npz",
        "mute.yaml",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="names of bytes that are no text are Linux's")
def test_names_that_are_no_text_are_enrolled_and_written(tmp_path, enrolled, grid_scan):
    """They come into the style, the samples and the report as they can be shown."""
    good, bad = tmp_path / os.fsdecode(b"caf\xe9.jpg"), tmp_path / os.fsdecode(b"\xe9.png")
    shutil.copy(grid_scan, good)
    shutil.copy(grid_scan.with_suffix(".txt"), good.with_suffix(".txt"))
    bad.write_bytes(b"no picture")
    read, failures = read_scans([good, bad], load_weights())
    assert (read.sources, len(read.samples)) == (("caf\ufffd.jpg",), 80)
    assert failures[0].startswith(f"{tmp_path}/\ufffd.png is not an image")
    style = replace(enrolled[0], origin=Origin(sources=read.sources))
    _write(style, EnrollReport(read, failures, read), tmp_path / "x.yaml")
    assert yaml_format.load(tmp_path / "x.yaml") == style
    assert sample_file.load(tmp_path / "x.samples.npz").pages == read.pages


def test_no_place_for_temporary_files_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(OutputError, match=r"no folder for temporary files.*set TMPDIR"), temporary_folder():
        pass


def test_a_full_temporary_folder_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OutputError, match=f"{tmp_path}, is full"), temporary_folder() as folder:
        os.posix_fallocate(os.open(folder / "large", os.O_CREAT | os.O_WRONLY), 0, 1 << 60)
    assert list(tmp_path.iterdir()) == []
