from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from handfont.errors import OptionError, OutputError
from handfont.options import FileOptions, RenderOptions
from handfont.rendering import render

SHEET = {"paper": "300ptx200pt", "margin": "20pt"}


def test_one_page_one_file(style, tmp_path):
    files = render("Hello", style, RenderOptions(**SHEET)).save(tmp_path / "a.png", FileOptions(dpi=144))
    assert files == [tmp_path / "a.png"]
    with Image.open(files[0]) as image:
        assert image.size == (600, 400)
        assert np.asarray(image.convert("L")).min() < 120


def test_many_pages_are_numbered(style, tmp_path):
    files = render("one\ftwo\fthree", style, RenderOptions(**SHEET)).save(tmp_path / "a.png", FileOptions(dpi=72))
    assert [file.name for file in files] == ["a-1.png", "a-2.png", "a-3.png"]
    assert sorted(tmp_path.iterdir()) == files


@pytest.mark.parametrize("dpi", [0, 5000, float("nan")])
def test_resolutions_out_of_range_write_nothing(style, tmp_path, dpi):
    with pytest.raises(OptionError, match="out of range"):
        render("one\ftwo", style, RenderOptions(**SHEET)).save(tmp_path / "a.png", FileOptions(dpi=dpi))
    assert list(tmp_path.iterdir()) == []


def test_unknown_formats(style, tmp_path):
    with pytest.raises(OutputError, match=r"end in \.pdf, \.png or \.svg"):
        render("one", style, RenderOptions(**SHEET)).save(tmp_path / "a.docx")


@pytest.mark.parametrize("look", ["scan", "photo"])
def test_looks_are_paper_with_ink_and_the_same_for_the_same_seed(style, tmp_path, look):
    document = render("Hello there", style, RenderOptions(seed=2, **SHEET))
    clean, first, again = (
        np.asarray(Image.open(document.save(tmp_path / f"{name}.png", FileOptions(dpi=144, look=kind))[0]))
        for name, kind in (("clean", "clean"), ("a", look), ("b", look))
    )
    assert (first == again).all()
    assert first.shape == clean.shape
    # Paper is neither flat nor white, and there is still as much ink.
    middle = first[100:-100, 150:-150].astype(float)
    assert 1 < middle.std() < 40
    assert middle.mean() < 250
    other = render("Hello there", style, RenderOptions(seed=3, **SHEET))
    assert (np.asarray(Image.open(other.save(tmp_path / "c.png", FileOptions(dpi=144, look=look))[0])) != first).any()


def test_a_transparent_page_shows_the_ink_alone(style, tmp_path):
    document = render("Hello", style, RenderOptions(ink="#204080", **SHEET))
    pixels = np.asarray(Image.open(document.save(tmp_path / "a.png", FileOptions(dpi=144, transparent=True))[0]))
    assert pixels.shape == (400, 600, 4)
    assert (pixels[0, 0, 3], pixels[..., 3].max()) == (0, 255)
    # The edges of strokes have the ink's own colour: no white of a paper shines through on a dark ground.
    edge = pixels[(pixels[..., 3] > 100) & (pixels[..., 3] < 200)][:, :3].astype(int)
    assert len(edge)
    assert np.abs(edge - [0x20, 0x40, 0x80]).max() < 12


def test_a_montage_shows_all_pages(style, tmp_path):
    files = render("one\ftwo\fthree", style, RenderOptions(**SHEET)).save(
        tmp_path / "a.png", FileOptions(dpi=72, montage=True)
    )
    assert files == [tmp_path / "a.png"]
    with Image.open(files[0]) as image:
        assert image.width > 2 * 300
        assert 2 * 200 < image.height < 3 * 200
        assert image.getpixel((0, 0)) == (226, 226, 228)
