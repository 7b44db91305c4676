from __future__ import annotations

import os

import pytest

from handfont.batch.manifest import FILE, Manifest
from handfont.batch.plan import RejectedRow
from handfont.errors import BatchError


def test_a_finished_manifest_and_its_name_are_on_the_disk(tmp_path, monkeypatch):
    seen = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append(os.fstat(handle).st_ino), fsync(handle)))
    manifest = Manifest(tmp_path)
    manifest.add(RejectedRow(1, "line 2", "a.pdf", "no such style"))
    manifest.finish()
    assert seen == [(tmp_path / FILE).stat().st_ino, tmp_path.stat().st_ino]
    manifest.close()


def test_a_manifest_that_does_not_reach_the_disk_is_one_sentence(tmp_path):
    manifest = Manifest(tmp_path)
    (tmp_path / FILE).unlink()
    with pytest.raises(BatchError, match="cannot write the manifest"):
        manifest.finish()
    manifest.close()
