"""Pictures and backgrounds in a PDF: photographs as they are, other images deflated, the page of a PDF as vectors."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reportlab.pdfbase import pdfdoc

from handfont.errors import OutputError
from handfont.layout.page import Page, Picture
from handfont.output.pdf.streamed_document import LEVEL, StreamedDocument
from handfont.util import pictures

if TYPE_CHECKING:
    from PIL import Image


STRIP = 256
"""Rows of pixels that are converted at a time."""


class _Embedded(NamedTuple):
    """An object of the document, its name on pages, and the box (left, bottom, right, top) that it covers there."""

    name: str
    reference: pdfdoc.PDFObjectReference
    box: tuple[float, float, float, float]


class Pictures:
    """What pages show beside ink; each file is embedded once, however many pages show it."""

    def __init__(self, document: StreamedDocument) -> None:
        self._document = document
        self._known: dict[pictures.PictureFile, _Embedded] = {}

    def background(self, page: Page, used: dict[str, pdfdoc.PDFObjectReference]) -> str:
        """Operators that fill a page with its background; what they need is added to ``used``."""
        return self._drawn(page.background, 0, 0, page.width, page.height, used) if page.background else ""

    def placed(self, picture: Picture, used: dict[str, pdfdoc.PDFObjectReference]) -> str:
        """Operators that draw a picture; its text is read where pages are read aloud."""
        drawn = self._drawn(picture.path, picture.x, picture.y, picture.width, picture.height, used)
        if not picture.text:
            return drawn
        text = ("\ufeff" + picture.text).encode("utf-16-be").hex()
        return f"/Figure << /Alt <{text}> >> BDC\n{drawn}\nEMC"

    def _drawn(
        self,
        path: pictures.PictureFile,
        x: float,
        y: float,
        width: float,
        height: float,
        used: dict[str, pdfdoc.PDFObjectReference],
    ) -> str:
        if path not in self._known:
            self._known[path] = self._embedded(path, f"X{len(self._known)}")
        embedded = self._known[path]
        name, (x0, y0, x1, y1) = embedded.name, embedded.box
        used[name] = embedded.reference
        wide, high = width / (x1 - x0), height / (y1 - y0)
        return f"q {wide:.6g} 0 0 {high:.6g} {x - x0 * wide:.6g} {y - y0 * high:.6g} cm /{name} Do Q"

    def _embedded(self, path: pictures.PictureFile, name: str) -> _Embedded:
        """The file as an object of the document."""
        try:
            if isinstance(path, Path) and path.suffix.lower() == ".pdf":
                from handfont.output.pdf.page_import import first_page

                return _Embedded(name, *first_page(self._document, path, name))
            with pictures.opened(path) as image:
                return _Embedded(name, self._image(path, image, name), (0.0, 0.0, 1.0, 1.0))
        except OutputError:
            raise
        except pictures.PictureError as error:
            raise OutputError(f"the picture {path} cannot be read: it {error}") from error
        except Exception as error:  # Pillow and pypdf raise all sorts of exceptions at damaged files
            raise OutputError(f"the picture {path} cannot be read: {str(error) or type(error).__name__}") from error

    def _image(self, path: pictures.PictureFile, image: Image.Image, name: str) -> pdfdoc.PDFObjectReference:
        from PIL import ImageOps

        upright = image.getexif().get(0x0112, 1) == 1
        if image.format == "JPEG" and image.mode in ("L", "RGB") and upright:
            entries = _entries(image, image.mode) | {"Filter": pdfdoc.PDFName("DCTDecode")}
            return self._document.write_stream(name, path.read_bytes(), entries, compressed=True)
        turned = image if upright else ImageOps.exif_transpose(image)
        extra: dict[str, object] = {}
        if "A" in turned.mode or "transparency" in turned.info:
            extra["SMask"] = self._deflated(f"{name}-mask", turned, "A", {})
        return self._deflated(name, turned, "L" if turned.mode == "L" and not extra else "RGB", extra)

    def _deflated(
        self, name: str, image: Image.Image, mode: str, extra: dict[str, object]
    ) -> pdfdoc.PDFObjectReference:
        """The pixels of an image, or ``A``, how opaque they are; converted strip by strip, as they may be many."""
        packer = zlib.compressobj(LEVEL)
        parts = []
        for top in range(0, image.height, STRIP):
            strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
            if mode == "A":
                strip = strip.convert("RGBA").getchannel("A")
            elif extra and strip.mode != "RGB":
                strip = strip.convert("RGBA").convert("RGB")
            elif strip.mode != mode:
                strip = strip.convert(mode)
            parts.append(packer.compress(strip.tobytes()))
        content = b"".join([*parts, packer.flush()])
        entries = _entries(image, mode) | {"Filter": pdfdoc.PDFName("FlateDecode")} | extra
        return self._document.write_stream(name, content, entries, compressed=True)


def _entries(image: Image.Image, mode: str) -> dict[str, object]:
    space = "DeviceGray" if mode in ("L", "A") else "DeviceRGB"
    return {
        "Type": pdfdoc.PDFName("XObject"),
        "Subtype": pdfdoc.PDFName("Image"),
        "Width": image.width,
        "Height": image.height,
        "BitsPerComponent": 8,
        "ColorSpace": pdfdoc.PDFName(space),
    }
