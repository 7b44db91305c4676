"""GIF and MP4, read by other programs."""

from __future__ import annotations

import sys
from itertools import pairwise

import av
import numpy as np
import pytest
from PIL import Image

from handfont.errors import OptionError
from handfont.options import FileOptions, RenderOptions
from handfont.output.animation.frames import HOLD
from handfont.rendering import render

FPS, WIDTH = 5, 141


@pytest.fixture(scope="module")
def document():
    return render("loop\fall", "print", RenderOptions(paper="A6", template="lined", size="6mm"))


@pytest.fixture(scope="module")
def options():
    return FileOptions(duration="2s", fps=FPS, frame_width=WIDTH)


def ink(pictures: list[np.ndarray]) -> list[int]:
    return [int((255 - one.astype(int)).clip(0).sum()) for one in pictures]


def check(pictures: list[np.ndarray], document, folder) -> None:
    """Pictures of each second fifth: both pages are written bit by bit, and end as they are in print."""
    assert len(pictures) == 2 * (2 + HOLD) * FPS
    page = len(pictures) // 2
    for begin in (0, page):
        found = ink(pictures[begin : begin + page])
        assert all(more > 0.98 * less for less, more in pairwise(found))
        assert found[5] > 1.01 * found[0]
        assert found[-1] > 1.01 * found[5]
    pages = document.save(folder / "page.png", FileOptions(dpi=30))
    for number, file in enumerate(pages, 1):
        whole = Image.open(file).convert("L").resize(pictures[0].shape[::-1])
        assert np.abs(np.asarray(whole).astype(int) - pictures[number * page - 1]).mean() < 12


def test_gif(document, options, tmp_path):
    (path,) = document.save(tmp_path / "a.gif", options)
    pictures: list[np.ndarray] = []
    with Image.open(path) as film:
        assert film.size == (140, 198)
        for number in range(film.n_frames):
            film.seek(number)
            picture = np.asarray(film.convert("L"))
            assert film.info["duration"] >= 20
            pictures += [picture] * round(film.info["duration"] / 1000 * FPS)
        assert film.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
    check(pictures, document, tmp_path)
    assert document.save(tmp_path / "b.gif", options)[0].read_bytes() == path.read_bytes()


def test_mp4(document, options, tmp_path):
    (path,) = document.save(tmp_path / "a.mp4", options)
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height, stream.average_rate) == ("h264", 140, 198, FPS)
        pictures = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
    check(pictures, document, tmp_path)
    assert document.save(tmp_path / "b.mp4", options)[0].read_bytes() == path.read_bytes()


def test_without_pyav_it_says_what_to_install(document, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(OptionError, match=r"MP4 needs the package av, .* pip install 'handfont\[video\]'"):
        document.save(tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())
