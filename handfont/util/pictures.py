"""Pictures that are placed on pages: opened in one place, and refused before they are decoded if they are too large.

A few kilobytes of PNG can become gigabytes of pixels. Nothing here decodes a pixel: what uses a picture does, later.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 50_000_000
"""Pixels of a picture on a page: A3 at 400 dpi has 31 million, the largest common photographs have 48 million."""
MAX_BYTES = 200_000_000
"""Size of a picture file."""
MAX_SCANS = 200
"""Passes of a progressive JPEG, each over all pixels; cameras and programs write up to about twelve."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")
"""What is taken for a picture: not those formats that run programs (EPS) or that nobody places on a page."""


@dataclass(frozen=True)
class EmbeddedPicture:
    """A picture that came within another file: its name there, and its content. It is read as a file is."""

    name: str
    content: bytes = field(repr=False)

    @property
    def suffix(self) -> str:
        """What its name ends in."""
        return PurePosixPath(self.name).suffix

    def read_bytes(self) -> bytes:
        """All of it."""
        return self.content

    def __str__(self) -> str:
        """As messages call it."""
        return self.name


PictureFile = Path | EmbeddedPicture


class PictureError(ValueError):
    """A picture is refused; the message continues a sentence: "is not an image"."""


@contextmanager
def opened(path: PictureFile) -> Iterator[Image.Image]:
    """A picture whose header is read and whose size is allowed; pixels are decoded only by whoever asks for them.

    Raises:
        PictureError: no picture in a known format, or too large. What Pillow raises where pixels turn out damaged.
        OSError: the file cannot be read.
    """
    from PIL import Image, UnidentifiedImageError

    if isinstance(path, Path) and not path.is_file():
        raise PictureError("is not a file")
    size = path.stat().st_size if isinstance(path, Path) else len(path.content)
    if size > MAX_BYTES:
        raise PictureError(f"has {size / 1e6:.0f} MB; a picture may have {MAX_BYTES / 1e6:.0f}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Pillow calls a possible bomb: the limit below is lower
            image = Image.open(path if isinstance(path, Path) else io.BytesIO(path.content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PictureError(f"is too large: a picture may have {MAX_PIXELS // 10**6} megapixels") from error
    except UnidentifiedImageError as error:
        raise PictureError("is not an image") from error
    except (SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError) as error:
        raise PictureError("is not an image") from error  # Pillow raises all sorts of exceptions at damaged headers
    with image:
        check_size(*image.size)
        if image.format in ("JPEG", "MPO") and _scans(path) > MAX_SCANS:
            raise PictureError(f"is a JPEG of more than {MAX_SCANS} passes; save it again")
        yield image


def check(path: PictureFile) -> None:
    """Whether a file is a picture that may be placed, without decoding its pixels.

    Raises:
        PictureError: it is not.
    """
    try:
        with opened(path) as image:
            image.verify()
    except PictureError:
        raise
    except Exception as error:  # Pillow raises all sorts of exceptions at damaged files
        raise PictureError("is not an image") from error


def check_size(width: int, height: int) -> None:
    """Whether a picture of this size may be decoded.

    Raises:
        PictureError: they are too many.
    """
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"is too large: {width} x {height} pixels are {width * height / 1e6:.0f} megapixels, and a "
            f"picture may have {MAX_PIXELS // 10**6}; make it smaller"
        )


def _scans(path: PictureFile) -> int:
    # In compressed data FF is followed by 00: these two bytes are always the start of a scan, or of a thumbnail's.
    return path.read_bytes().count(b"\xff\xda")
