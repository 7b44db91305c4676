from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from handfont.errors import ScanError
from handfont.scan import image


def test_pages_are_upright_rgb(tmp_path):
    picture = Image.new("L", (100, 200), 255)
    picture.putpixel((0, 0), 0)
    exif = picture.getexif()
    exif[0x0112] = 6  # a phone held upright: turn by 90 degrees clockwise
    picture.save(tmp_path / "turned.png", exif=exif)
    (page,) = image.load(tmp_path / "turned.png")
    assert page.shape == (100, 200, 3)
    assert page[0, -1].max() == 0


def test_transparency_is_paper(tmp_path):
    Image.new("RGBA", (80, 80), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    (page,) = image.load(tmp_path / "clear.png")
    assert page.min() == 255


def test_pdf_and_many_pages(tmp_path):
    canvas = Canvas(str(tmp_path / "two.pdf"), pagesize=(300, 400))
    canvas.showPage()
    canvas.rect(0, 0, 300, 400, fill=1)
    canvas.save()
    loaded = image.load(tmp_path / "two.pdf")
    assert [page.mean() > 128 for page in loaded] == [True, False]
    pages = [Image.new("RGB", (600, 800), color) for color in ("white", "black")]
    pages[0].save(tmp_path / "two.tiff", save_all=True, append_images=pages[1:])
    assert len(image.load(tmp_path / "two.tiff")) == 2


@pytest.mark.parametrize(("name", "content", "message"), [
    ("text.jpg", b"not an image at all", "is not an image"),
    ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "cannot be read|not an image"),
    ("broken.pdf", b"%PDF-1.4 nothing", "not a PDF"),
    ("empty.png", b"", "is not an image"),
])
def test_unreadable_files_are_told(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ScanError, match=message):
        image.load(tmp_path / name)


def test_truncated_photo_missing_and_tiny(tmp_path, grid_scan):
    (tmp_path / "half.jpg").write_bytes(grid_scan.read_bytes()[:60000])
    with pytest.raises(ScanError, match="end of the file is missing"):
        image.load(tmp_path / "half.jpg")
    with pytest.raises(ScanError, match="does not exist"):
        image.load(tmp_path / "none.jpg")
    with pytest.raises(ScanError, match="is a folder"):
        image.load(tmp_path)
    Image.new("RGB", (20, 20)).save(tmp_path / "tiny.png")
    with pytest.raises(ScanError, match="150 dpi"):
        image.load(tmp_path / "tiny.png")


def test_shadows_are_flattened():
    ramp = np.linspace(90, 250, 600)[None, :].repeat(400, axis=0)
    page = np.repeat(ramp[:, :, None], 3, axis=2).astype(np.uint8)
    page[200:204, 50:550] = (page[200:204, 50:550] * 0.4).astype(np.uint8)
    dark = image.darkness(page)
    assert np.abs(dark[202, 60:540] - 0.6).max() < 0.1
    assert dark[20:180].max() < 0.1


def test_large_pages_are_shrunk_and_stay_upright(tmp_path):
    picture = Image.new("RGB", (9000, 6000), "white")
    picture.paste("black", (0, 0, 3000, 2000))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "large.jpg", exif=exif, quality=50)
    (page,) = image.load(tmp_path / "large.jpg")
    assert page.shape[0] > page.shape[1]
    assert page.shape[0] * page.shape[1] <= 1.01 * image.ENOUGH_PIXELS
    assert page[50, -50].max() < 60 < page[50, 50].min()


def bomb(path):
    """A PNG of a gigapixel in a few bytes."""
    header = struct.pack(">IIBBBBB", 32000, 32000, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
              for kind, data in parts]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def locked(path):
    canvas = Canvas(str(path), encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 72, "hello")
    canvas.save()


def heic(path):
    path.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")


@pytest.mark.parametrize(("name", "make", "message"), [
    ("bomb.png", bomb, "million"), ("locked.pdf", locked, "password"), ("photo.heic", heic, "HEIC"),
], ids=["bomb", "locked", "heic"])
def test_what_cannot_be_opened_is_told(tmp_path, name, make, message):
    make(tmp_path / name)
    with pytest.raises(ScanError, match=message):
        image.load(tmp_path / name)


def test_previews_in_photos_are_no_pages(tmp_path):
    photo, preview = Image.new("RGB", (800, 600), "white"), Image.new("RGB", (80, 60), "black")
    photo.save(tmp_path / "photo.mpo", save_all=True, append_images=[preview])
    (tmp_path / "photo.mpo").rename(tmp_path / "photo.jpg")
    assert len(image.load(tmp_path / "photo.jpg")) == 1
