"""Scans as arrays: any common image format or PDF, upright by its EXIF note, on flattened paper."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from handfont.errors import ScanError

SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".pdf", ".heic", ".heif"}
MAX_PIXELS = 120_000_000
ENOUGH_PIXELS = 20_000_000
"""Larger pages are shrunk to this many pixels, an A4 page at 450 dpi: more shows no more of a pen's stroke."""
MIN_SIDE = 64
PDF_DPI = 300
SCANNED = (140, 1300)

ByteArray = NDArray[np.uint8]


def load(path: Path) -> list[ByteArray]:
    """The pages of a scan as RGB arrays (height, width, 3); see :func:`pages`."""
    return list(pages(path))


def pages(path: Path) -> Iterator[ByteArray]:
    """The pages of a scan one by one as RGB arrays (height, width, 3), so that only one is held.

    Raises:
        ScanError: missing, unreadable, not an image, or too small or large to be a scan.
    """
    if not path.exists():
        raise ScanError(f"the scan {path} does not exist")
    if path.is_dir():
        raise ScanError(f"{path} is a folder, not a scan")
    for page in _pdf(path) if path.suffix.lower() == ".pdf" else _image(path):
        height, width = page.shape[:2]
        if min(height, width) < MIN_SIDE:
            raise ScanError(f"the scan {path} is only {width} x {height} pixels; scan at 150 dpi or more")
        yield page


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
        return None  # whoever reads the pages tells why
    scanned = SCANNED[0] <= first <= SCANNED[1] and abs(first - second) < 1
    return first * shrunk if scanned else None


def _image(path: Path) -> Iterator[ByteArray]:
    if _is_heic(path):
        _register_heic(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                # Photos may carry small previews of themselves as further frames: only TIFF has pages.
                for frame in range(getattr(image, "n_frames", 1) if image.format == "TIFF" else 1):
                    image.seek(frame)
                    if image.width * image.height > MAX_PIXELS:
                        raise ScanError(f"the scan {path} has {image.width} x {image.height} pixels; at most "
                                        f"{MAX_PIXELS // 10**6} million can be read, scan at 600 dpi or less")
                    yield np.asarray(_on_white(ImageOps.exif_transpose(_enough(image))))
    except UnidentifiedImageError as error:
        raise ScanError(f"{path} is not an image that can be read (JPEG, PNG, TIFF, WebP, BMP or PDF)") from error
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if "truncated" in reason or "Truncated" in reason:
            raise ScanError(f"the scan {path} cannot be read: the end of the file is missing; copy it again") from error
        if isinstance(error, Image.DecompressionBombError):
            raise ScanError(f"the scan {path} claims to be an image of more than {MAX_PIXELS // 10**6} million pixels, "
                            "which is no page of paper; scan at 600 dpi or less") from error
        raise ScanError(f"the scan {path} cannot be read: {reason}") from error


def _enough(image: Image.Image) -> Image.Image:
    """The image, shrunk by a whole factor if it has far more pixels than tell anything."""
    factor = 1
    while image.width * image.height / factor**2 > 2 * ENOUGH_PIXELS:
        factor += 1
    if factor > 1:
        image.draft("RGB", (image.width // factor, image.height // factor))  # JPEG is then decoded smaller
    exif = image.getexif()
    shrunk = image
    if image.width * image.height > ENOUGH_PIXELS and image.mode in ("L", "RGB", "RGBA", "CMYK"):
        share = (ENOUGH_PIXELS / (image.width * image.height)) ** 0.5
        shrunk = image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.BOX)
        shrunk.getexif().update(exif)
    return shrunk


def _is_heic(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False  # opening it as an image tells why
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def _register_heic(path: Path) -> None:
    """HEIC needs a decoder that not everybody has."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise ScanError(f"{path} is a HEIC photo, which handfont cannot read by itself: 'pip install pillow-heif', or "
                        "save it as JPEG") from error
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
            for page in document:
                area = page.get_width() * page.get_height()
                scale = min(PDF_DPI / 72, (ENOUGH_PIXELS / max(area, 1.0)) ** 0.5)
                yield np.asarray(page.render(scale=scale).to_pil().convert("RGB"))
                page.close()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ScanError(f"{path} is locked with a password; save it without one") from error
        raise ScanError(f"{path} is not a PDF that can be read: {error}") from error


def darkness(page: ByteArray) -> NDArray[np.float32]:
    """How much darker than the paper around it each pixel is, 0 (paper) to 1 (black), (height, width).

    The darkest colour channel counts, so blue ink is as dark as black. Paper is estimated locally, as the bright end of
    a wide neighbourhood, which takes shadows and uneven light out.
    """
    channel = page.min(axis=2)
    height, width = channel.shape
    factor = max(1.0, max(height, width) / 800)
    small = cv2.resize(channel, (max(8, round(width / factor)), max(8, round(height / factor))),
                       interpolation=cv2.INTER_AREA)
    kernel = max(9, round(max(small.shape) / 24)) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (kernel, kernel)))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 5), (0, 0), kernel / 3)
    background = np.maximum(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), 1).astype(np.float32)
    return np.clip(1 - channel / background, 0, 1).astype(np.float32)
