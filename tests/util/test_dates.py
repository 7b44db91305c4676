from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from handfont.errors import OutputError
from handfont.layout.page import Page
from handfont.output.metadata import DocumentInfo
from handfont.output.pdf import writer
from handfont.scan.worksheet import drawing, geometry


def written(path: Path) -> pypdf.PdfReader:
    writer.write([Page(200, 200)], path, "#000000", DocumentInfo("A title", "Anna"))
    return pypdf.PdfReader(path)


def test_documents_have_no_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    metadata = written(tmp_path / "a.pdf").metadata
    assert metadata is not None
    assert (metadata.title, metadata.author, metadata.creator) == ("A title", "Anna", "handfont")
    assert not [name for name in metadata if "Date" in name]
    drawing.write(geometry.form("a4", *geometry.characters_of("ab")), tmp_path / "sheet.pdf")
    assert not [name for name in pypdf.PdfReader(tmp_path / "sheet.pdf").metadata or () if "Date" in name]


def test_the_date_is_what_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = written(tmp_path / "a.pdf").metadata
    assert first is not None
    assert first["/CreationDate"] == first["/ModDate"] == "D:20231114221320Z"
    assert first.creation_date is not None
    written(tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@pytest.mark.parametrize("text", ["yesterday", "1e9", "9" * 14, "9" * 5000, "-" + "9" * 14])
def test_dates_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(OutputError, match=r"SOURCE_DATE_EPOCH is '.*', which is no number of seconds since 1970"):
        written(tmp_path / "a.pdf")
