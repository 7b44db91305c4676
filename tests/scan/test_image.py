from __future__ import annotations

import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
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


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("text.jpg", b"not an image at all", "is not an image"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "cannot be read|not an image"),
        ("broken.pdf", b"%PDF-1.4 nothing", "not a PDF"),
        ("empty.png", b"", "is not an image"),
    ],
)
def test_unreadable_files_are_reported(tmp_path, name, content, message):
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
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def locked(path):
    canvas = Canvas(str(path), encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 72, "hello")
    canvas.save()


def strip(path):
    Image.new("1", (200_000, 64), 1).save(path)


def many_pages(path):
    canvas = Canvas(str(path), pagesize=(100, 100))
    for _ in range(image.MAX_PAGES + 1):
        canvas.showPage()
    canvas.save()


def many_frames(path):
    frames = [Image.new("1", (80, 80), 1)] * (image.MAX_PAGES + 1)
    frames[0].save(path, save_all=True, append_images=frames[1:])


def large_webp(path):
    Image.new("RGB", (10000, 4001), "white").save(path, method=0)


def narrow_pdf(path):
    canvas = Canvas(str(path), pagesize=(14000, 30))
    canvas.showPage()
    canvas.save()


def picture_bomb(path):
    """A PDF whose page holds a picture that claims 30000 x 30000 pixels."""
    canvas = Canvas(str(path), pagesize=(300, 400))
    canvas.drawInlineImage(Image.new("L", (300, 400)), 0, 0)
    canvas.drawImage(ImageReader(Image.new("L", (301, 401))), 0, 0)
    canvas.save()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"/Height 401", b"/Height 30000").replace(b"/Width 301", b"/Width 30000"))


def heic(path):
    path.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("bomb.png", bomb, "million"),
        ("locked.pdf", locked, "password"),
        ("photo.heic", heic, "HEIC"),
        ("strip.png", strip, "200000 x 64 pixels, a strip"),
        ("long.pdf", many_pages, "has 101 pages; at most 100"),
        ("long.tiff", many_frames, "more than 100 pages"),
        ("large.webp", large_webp, "at most 40 million"),
        ("narrow.pdf", narrow_pdf, "a strip and no page"),
        ("bomb.pdf", picture_bomb, "picture of 30000 x 30000 pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_cannot_be_opened_is_reported(tmp_path, name, make, message):
    make(tmp_path / name)
    with pytest.raises(ScanError, match=message):
        image.load(tmp_path / name)


def test_previews_in_photos_are_no_pages(tmp_path):
    photo, preview = Image.new("RGB", (800, 600), "white"), Image.new("RGB", (80, 60), "black")
    photo.save(tmp_path / "photo.mpo", save_all=True, append_images=[preview])
    (tmp_path / "photo.mpo").rename(tmp_path / "photo.jpg")
    assert len(image.load(tmp_path / "photo.jpg")) == 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_shrunk_alike(tmp_path, mode, monkeypatch):
    monkeypatch.setattr(image, "ENOUGH_PIXELS", 30_000)
    monkeypatch.setattr(image, "_BAND", 5_000)
    picture = Image.new("L", (400, 600), 255)
    picture.paste(0, (0, 0, 200, 150))
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    picture.save(tmp_path / "large.png", dpi=(400, 400))
    (page,) = image.load(tmp_path / "large.png")
    assert page.shape == (212, 141, 3)
    assert page[:51, :68].max() < 10 and page[55:].min() > 245 and page[:, 73:].min() > 245
    assert image.dpi(tmp_path / "large.png") == pytest.approx(400 * 141 / 400, rel=0.01)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_tiff_is_set_upright_once(tmp_path, monkeypatch, compression):
    monkeypatch.setattr(image, "ENOUGH_PIXELS", 30_000)
    picture = Image.new("L", (600, 400), 255)
    picture.paste(0, (0, 0, 200, 100))
    picture.save(tmp_path / "turned.tiff", tiffinfo={0x0112: 6}, compression=compression)
    (page,) = image.load(tmp_path / "turned.tiff")
    assert page.shape[0] > page.shape[1] and page[5, -5].max() == 0


def test_large_pictures_take_little_memory(tmp_path):
    picture = Image.new("P", (8000, 8000), 1)
    picture.putpalette([0, 0, 0, 255, 255, 255])
    picture.save(tmp_path / "large.png", compress_level=1)
    program = (
        "import resource, sys; from pathlib import Path; from handfont.scan import image; "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "shapes = [page.shape for page in image.pages(Path(sys.argv[1]))]; "
        "print(shapes[0][0], (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "large.png")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    height, megabytes = done.stdout.split()
    assert int(height) == 4472 and float(megabytes) < 400
