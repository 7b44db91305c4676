"""Scans as arrays: any common image format or PDF, upright by its EXIF note, on flattened paper."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from handfont.core.arrays import ByteArray, FloatArray
from handfont.errors import ScanError

if TYPE_CHECKING:
    import pypdfium2

SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".pdf", ".heic", ".heif"}
"""Endings of the files that are read."""
MAX_PIXELS = 120_000_000
"""Pixels of a picture: larger ones are refused."""
MAX_WEBP = 40_000_000
"""The decoder of WebP takes 16 bytes a pixel."""
ENOUGH_PIXELS = 20_000_000
"""Larger pages are shrunk to this many pixels, an A4 page at 450 dpi: more shows no more of a pen's stroke."""
MIN_SIDE = 64
"""Pixels of the shorter side, at least."""
LONGEST = 50
"""A scan is at most this factor longer than wide; a single line of writing is 20."""
MAX_PAGES = 100
"""Pages of one file."""
PDF_DPI = 300
"""Resolution at which pages of a PDF are drawn, at most."""
SCANNED = (140, 1300)
"""Least and greatest resolution that a file may name for it to be taken for a scanner's, in dpi."""

_BAND = 4_000_000
"""Pixels that are turned into RGB at a time."""
_ORIENTATION = 0x0112
"""EXIF's number of the note on which way up a photo is."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load(path: Path) -> list[ByteArray]:
    """The pages of a scan as RGB arrays (height, width, 3); see :func:`pages`."""
    return list(pages(path))


def pages(path: Path) -> Iterator[ByteArray]:
    """The pages of a scan one by one as RGB arrays (height, width, 3), so that only one is in memory.

    Raises:
        ScanError: missing, unreadable, not an image, of too many pages, or of a size that no scan has.
    """
    if not path.exists():
        raise ScanError(f"the scan {path} does not exist")
    if path.is_dir():
        raise ScanError(f"{path} is a folder, not a scan")
    yield from _pdf(path) if path.suffix.lower() == ".pdf" else _image(path)


def _check_size(path: Path, width: int, height: int, most: int = MAX_PIXELS) -> None:
    """Refuse pictures that are no page, before anything of them is decoded."""
    if width * height > most:
        raise ScanError(
            f"the scan {path} has {width} x {height} pixels; at most {most // 10**6} million can be "
            "read, scan at 600 dpi or less"
        )
    if min(width, height) < MIN_SIDE:
        raise ScanError(f"the scan {path} is only {width} x {height} pixels; scan at 150 dpi or more")
    if max(width, height) > LONGEST * min(width, height):
        raise ScanError(
            f"the scan {path} is {width} x {height} pixels, a strip and no page of paper; scan the whole "
            "page, or cut the strip into pages"
        )


def _too_many(path: Path, count: str) -> ScanError:
    return ScanError(
        f"{path} has {count} pages; at most {MAX_PAGES} can be read from one file, split it and leave out "
        "what is not handwriting"
    )


def dpi(path: Path) -> float | None:
    """Resolution of the pages that :func:`pages` gives, if the file says one that a scanner would: photos of phones say
    72 or 96, whatever the paper's size.
    """
    if path.suffix.lower() == ".pdf" or not path.is_file():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                said = opened.info.get("dpi", (0, 0))
                shrunk = min(1.0, (ENOUGH_PIXELS / max(1, opened.width * opened.height)) ** 0.5)
                first, second = (float(value) for value in said)
    except (OSError, ValueError, TypeError, SyntaxError, Image.DecompressionBombError):
        return None  # whoever reads the pages says why
    scanned = SCANNED[0] <= first <= SCANNED[1] and abs(first - second) < 1
    return first * shrunk if scanned else None


def _image(path: Path) -> Iterator[ByteArray]:
    if _is_heic(path):
        _register_heic(path)
    for frame in range(_frames(path)):
        # Opened for each page: what was decoded is gone before the page is looked at.
        with _opened(path) as image:
            image.seek(frame)
            _check_size(path, image.width, image.height, MAX_WEBP if image.format == "WEBP" else MAX_PIXELS)
            page = np.asarray(_reduced(image))
        yield page


def _frames(path: Path) -> int:
    """Pages of an image file. Photos may carry small previews of themselves as further frames: only TIFF has pages."""
    with _opened(path) as image:
        if image.format != "TIFF":
            return 1
        for number in range(MAX_PAGES + 1):
            try:
                image.seek(number)
            except EOFError:
                return number
    raise _too_many(path, f"more than {MAX_PAGES}")


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """An image file; whatever is wrong with it, then or when it is decoded, becomes a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            # Opened by hand, as Pillow maps uncompressed TIFF by name into memory and then turns it wrongly.
            with path.open("rb") as file, Image.open(file) as image:
                yield image
    except UnidentifiedImageError as error:
        raise ScanError(f"{path} is not an image that can be read (JPEG, PNG, TIFF, WebP, BMP or PDF)") from error
    except Image.DecompressionBombError as error:
        raise ScanError(
            f"the scan {path} claims to be an image of more than {MAX_PIXELS // 10**6} million pixels, "
            "which is no page of paper; scan at 600 dpi or less"
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if "truncated" in reason.lower():
            raise ScanError(f"the scan {path} cannot be read: the end of the file is missing; copy it again") from error
        raise ScanError(f"the scan {path} cannot be read: {reason}") from error


def _reduced(image: Image.Image) -> Image.Image:
    """The image upright, in RGB on white, of at most ``ENOUGH_PIXELS``.

    JPEG is decoded at a reduced size; of others only the file's own pixels are ever there in full, and a band of rows
    at a time in RGB.
    """
    image.draft("RGB", _size(image.width, image.height))
    image.load()
    turn = image.getexif().get(_ORIENTATION, 1)  # TIFF is set upright by now, and its note gone
    width, height = _size(image.width, image.height)
    info = {key: image.info[key] for key in ("transparency",) if key in image.info}
    factor = max(1, int(min(image.width / width, image.height / height)))
    small = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    rows = factor * max(1, _BAND // (image.width * factor))
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(image.height, top + rows)))
        band.info.update(info)
        small.paste(_on_white(band).reduce(factor), (0, top // factor))
    if small.size != (width, height):
        small = small.resize((width, height), Image.Resampling.BOX)
    return small.transpose(_TURNS[turn]) if turn in _TURNS else small


def _size(width: int, height: int) -> tuple[int, int]:
    """The size that an image is read at."""
    share = min(1.0, (ENOUGH_PIXELS / (width * height)) ** 0.5)
    return round(width * share), round(height * share)


def _is_heic(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False  # opening it as an image says why
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def _register_heic(path: Path) -> None:
    """HEIC needs a decoder that not everybody has."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise ScanError(
            f"{path} is a HEIC photo, which handfont cannot read by itself: 'pip install pillow-heif', or "
            "save it as JPEG"
        ) from error
    register_heif_opener()


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes white paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(paper, rgba).convert("RGB")
    if image.mode.startswith("I;16") or image.mode == "I":
        levels = (np.asarray(image).astype(np.float64) / 257).clip(0, 255)
        return Image.fromarray(levels.astype(np.uint8)).convert("RGB")
    return image.convert("RGB")


def _pdf(path: Path) -> Iterator[ByteArray]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            if not len(document):
                raise ScanError(f"{path} has no pages")
            if len(document) > MAX_PAGES:
                raise _too_many(path, str(len(document)))
            for page in document:
                width, height = page.get_size()
                scale = min(PDF_DPI / 72, (ENOUGH_PIXELS / max(width * height, 1.0)) ** 0.5)
                _check_size(path, round(width * scale), round(height * scale))
                _check_pictures(path, page)
                picture = np.asarray(page.render(scale=scale).to_pil().convert("RGB"))
                page.close()
                yield picture
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ScanError(f"{path} is locked with a password; save it without one") from error
        raise ScanError(f"{path} is not a PDF that can be read: {error}") from error


def _check_pictures(path: Path, page: pypdfium2.PdfPage) -> None:
    """Refuse a PDF page whose pictures would fill the memory once they are decoded."""
    from pypdfium2 import raw

    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        width, height = ctypes.c_uint(), ctypes.c_uint()
        known = raw.FPDFImageObj_GetImagePixelSize(picture.raw, width, height)
        if known and width.value * height.value > MAX_PIXELS:
            raise ScanError(
                f"{path} holds a picture of {width.value} x {height.value} pixels; at most "
                f"{MAX_PIXELS // 10**6} million can be read, scan at 600 dpi or less"
            )


def darkness(page: ByteArray) -> FloatArray:
    """How much darker than the paper around it each pixel is, 0 (paper) to 1 (black), (height, width).

    The darkest color channel counts, so blue ink is as dark as black. Paper is estimated locally, as the bright end of
    a wide neighborhood, which takes shadows and uneven light out.
    """
    channel = page.min(axis=2)
    height, width = channel.shape
    factor = max(1.0, max(height, width) / 800)
    small = cv2.resize(
        channel, (max(8, round(width / factor)), max(8, round(height / factor))), interpolation=cv2.INTER_AREA
    )
    kernel = max(9, round(max(small.shape) / 24)) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (kernel, kernel)))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 5), (0, 0), kernel / 3)
    background = np.maximum(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), 1).astype(np.float32)
    return np.clip(1 - channel / background, 0, 1).astype(np.float32)
