from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from handfont.errors import OptionError, OutputError
from handfont.layout.page import PageSetup
from handfont.rendering import render

SETUP = PageSetup(width=300, height=200, margin_left=20, margin_right=20, margin_top=20, margin_bottom=20)


def test_one_page_one_file(style, tmp_path):
    files = render("Hello", style, setup=SETUP).save(tmp_path / "a.png", dpi=144)
    assert files == [tmp_path / "a.png"]
    with Image.open(files[0]) as image:
        assert image.size == (600, 400)
        assert np.asarray(image.convert("L")).min() < 120


def test_many_pages_are_numbered(style, tmp_path):
    files = render("one\ftwo\fthree", style, setup=SETUP).save(tmp_path / "a.png", dpi=72)
    assert [file.name for file in files] == ["a-1.png", "a-2.png", "a-3.png"]
    assert sorted(tmp_path.iterdir()) == files


@pytest.mark.parametrize("dpi", [0, 5000, float("nan")])
def test_resolutions_out_of_range_write_nothing(style, tmp_path, dpi):
    with pytest.raises(OptionError, match="out of range"):
        render("one\ftwo", style, setup=SETUP).save(tmp_path / "a.png", dpi=dpi)
    assert list(tmp_path.iterdir()) == []


def test_unknown_formats(style, tmp_path):
    with pytest.raises(OutputError, match=r"end in \.pdf or \.png"):
        render("one", style, setup=SETUP).save(tmp_path / "a.docx")
