"""Scans as arrays: any common image format or PDF, upright by its EXIF note, on flattened paper."""

from __future__ import annotations

import warnings
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from handfont.errors import ScanError

SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".pdf"}
MAX_PIXELS = 200_000_000
MIN_SIDE = 64
PDF_DPI = 300

ByteArray = NDArray[np.uint8]


def load(path: Path) -> list[ByteArray]:
    """The pages of a scan as RGB arrays (height, width, 3).

    Raises:
        ScanError: missing, unreadable, not an image, or too small or large to be a scan.
    """
    if not path.exists():
        raise ScanError(f"the scan {path} does not exist")
    if path.is_dir():
        raise ScanError(f"{path} is a folder, not a scan")
    pages = _pdf(path) if path.suffix.lower() == ".pdf" else _image(path)
    for page in pages:
        height, width = page.shape[:2]
        if min(height, width) < MIN_SIDE:
            raise ScanError(f"the scan {path} is only {width} x {height} pixels; scan at 150 dpi or more")
    return pages


def _image(path: Path) -> list[ByteArray]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise ScanError(f"the scan {path} has {image.width} x {image.height} pixels; "
                                    f"at most {MAX_PIXELS // 10**6} million can be read, scan at 600 dpi or less")
                pages = []
                for frame in range(getattr(image, "n_frames", 1)):
                    image.seek(frame)
                    pages.append(np.asarray(_on_white(ImageOps.exif_transpose(image))))
                return pages
    except UnidentifiedImageError as error:
        raise ScanError(f"{path} is not an image that can be read (JPEG, PNG, TIFF, WebP, BMP or PDF)") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScanError(f"the scan {path} cannot be read: {reason}") from error


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


def _pdf(path: Path) -> list[ByteArray]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            pages = []
            for page in document:
                scale = PDF_DPI / 72
                if page.get_width() * page.get_height() * scale**2 > MAX_PIXELS:
                    raise ScanError(f"a page of {path} is too large to be read as a scan")
                pages.append(np.asarray(page.render(scale=scale).to_pil().convert("RGB")))
            return pages
    except pypdfium2.PdfiumError as error:
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
