from __future__ import annotations

import shutil
import subprocess

import pytest
from pypdf import PdfReader

from handfont.errors import BatchError
from handfont.options import RenderOptions
from handfont.output.pdf.merge import merge
from handfont.rendering import render


@pytest.fixture(scope="module")
def documents(style, tmp_path_factory):
    """Three letters with what is of one page only: several pages, a background, letters beyond ASCII."""
    folder = tmp_path_factory.mktemp("documents")
    texts = {"Zoë (1)": "Dear Zoë,\f second page", "b": "Dear Ben,", "c": "Dear Cy,\n\nÅngström"}
    for name, text in texts.items():
        render(text, style, RenderOptions(seed=1), document=name).save(folder / f"{name}.pdf")
    return [folder / f"{name}.pdf" for name in texts]


def test_all_pages_in_order_with_a_bookmark_for_each(documents, tmp_path):
    assert merge(iter(documents), tmp_path / "all.pdf") == 3
    merged = PdfReader(tmp_path / "all.pdf")
    apart = [page for document in documents for page in PdfReader(document).pages]
    assert [page.extract_text() for page in merged.pages] == [page.extract_text() for page in apart]
    for page, own in zip(merged.pages, apart, strict=True):
        assert page.get_contents().get_data() == own.get_contents().get_data()
        assert page.mediabox == own.mediabox
    assert [item.title for item in merged.outline] == ["Zoë (1)", "b", "c"]
    assert [merged.get_destination_page_number(item) for item in merged.outline] == [0, 2, 3]


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_the_file_is_sound_and_the_same_each_time(documents, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        merge(iter(documents), tmp_path / name)
    subprocess.run(["qpdf", "--check", tmp_path / "a.pdf"], check=True, capture_output=True)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_what_cannot_be_merged_is_told_and_leaves_nothing(documents, tmp_path):
    (tmp_path / "torn.pdf").write_bytes(documents[0].read_bytes()[:900])
    (tmp_path / "all.pdf").write_text("the old one")
    for found in ([documents[0], tmp_path / "torn.pdf"], [tmp_path / "none.pdf"], []):
        with pytest.raises(BatchError):
            merge(iter(found), tmp_path / "all.pdf")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["all.pdf", "torn.pdf"]
        assert (tmp_path / "all.pdf").read_text() == "the old one"
