from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from handfont.util import pictures
from handfont.util.pictures import PictureError


def bomb(path: Path, width: int, height: int) -> Path:
    """A PNG whose header promises so many pixels; they are never to be decoded."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    return path


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.webp", "a.tif", "a.bmp"])
def test_pictures_are_opened(tmp_path: Path, name: str) -> None:
    Image.new("RGB", (60, 40), "red").save(tmp_path / name)
    pictures.check(tmp_path / name)
    with pictures.opened(tmp_path / name) as image:
        assert image.size == (60, 40)


@pytest.mark.parametrize("size", [(8000, 7000), (13_000, 13_000), (1_800_000, 64), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_refused_undecoded(tmp_path: Path, size: tuple[int, int]) -> None:
    path = bomb(tmp_path / "bomb.png", *size)
    with pytest.raises(PictureError, match=r"is too large|is not an image"):
        pictures.check(path)
    with pytest.raises(PictureError), pictures.opened(path):
        pass


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"\x89PNG",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n",
        b"II*\x00\x08\x00\x00\x00\xff\xff",
        b"BM" + b"\xff" * 60,
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        b"P6 4 4 255\n" + b"x" * 48,
    ],
)
def test_what_is_no_picture(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(PictureError, match="is not an image"):
        pictures.check(path)


def test_a_jpeg_of_countless_passes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (60, 40), "red").save(path, progressive=True)
    pictures.check(path)
    path.write_bytes(path.read_bytes() + b"\xff\xda\x00" * 300)
    with pytest.raises(PictureError, match="more than 200 passes"):
        pictures.check(path)


def test_folders_are_no_pictures(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is not a file"):
        pictures.check(tmp_path)
