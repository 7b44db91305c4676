from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from handfont.errors import OptionError, OutputError
from handfont.rendering import render

SHEET = {"paper": "300ptx200pt", "margin": "20pt"}


def test_one_page_one_file(style, tmp_path):
    files = render("Hello", style, **SHEET).save(tmp_path / "a.png", dpi=144)
    assert files == [tmp_path / "a.png"]
    with Image.open(files[0]) as image:
        assert image.size == (600, 400)
        assert np.asarray(image.convert("L")).min() < 120


def test_many_pages_are_numbered(style, tmp_path):
    files = render("one\ftwo\fthree", style, **SHEET).save(tmp_path / "a.png", dpi=72)
    assert [file.name for file in files] == ["a-1.png", "a-2.png", "a-3.png"]
    assert sorted(tmp_path.iterdir()) == files


@pytest.mark.parametrize("dpi", [0, 5000, float("nan")])
def test_resolutions_out_of_range_write_nothing(style, tmp_path, dpi):
    with pytest.raises(OptionError, match="out of range"):
        render("one\ftwo", style, **SHEET).save(tmp_path / "a.png", dpi=dpi)
    assert list(tmp_path.iterdir()) == []


def test_unknown_formats(style, tmp_path):
    with pytest.raises(OutputError, match=r"end in \.pdf or \.png"):
        render("one", style, **SHEET).save(tmp_path / "a.docx")
