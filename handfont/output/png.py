"""PNG: the PDF's own pages, rasterised, so that there is one drawing path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from handfont.core.arrays import ByteArray
from handfont.errors import OptionError, parameter
from handfont.options import FileOptions
from handfont.output import paper_effects

MAX_PIXELS = 400_000_000
"""Pixels of a picture that is written, at most."""
GAP = 0.03
"""Between pages of a montage, as a share of a page's width."""
DESK = (226, 226, 228)
"""The color around the pages of a montage."""
MAX_MONTAGE = 60
"""Pages of a montage at most."""


def rasterise(pdf: Path, targets: list[Path], options: FileOptions, seed: int = 0) -> None:
    """Write page i of ``pdf`` to ``targets[i]`` as PNG; on a transparent page only what is drawn is opaque.

    Raises:
        OptionError: the resolution makes an image too large.
    """
    for image, target in zip(_images(pdf, options, seed), targets, strict=True):
        image.save(target, format="PNG", dpi=(options.dpi, options.dpi))


def montage(pdf: Path, target: Path, options: FileOptions, seed: int = 0) -> None:
    """Write all pages into one PNG, in rows, with a gap between.

    Raises:
        OptionError: as :func:`rasterise`, or there are too many pages to show together.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        sizes = [(page.get_width(), page.get_height()) for page in document]
    if len(sizes) > MAX_MONTAGE:
        raise OptionError(
            f"{parameter('montage')} shows at most {MAX_MONTAGE} pages, this document has {len(sizes)}; "
            "write one file a page instead"
        )
    width, height = (round(max(size[axis] for size in sizes) * options.dpi / 72) for axis in (0, 1))
    columns = int(np.ceil(np.sqrt(len(sizes))))
    rows = -(-len(sizes) // columns)
    gap = max(1, round(GAP * width))
    whole = (gap + columns * (width + gap), gap + rows * (height + gap))
    if whole[0] * whole[1] > MAX_PIXELS:
        raise _too_large(options.dpi)
    sheet = Image.new("RGBA", whole, (0, 0, 0, 0)) if options.transparent else Image.new("RGB", whole, DESK)
    for index, image in enumerate(_images(pdf, options, seed)):
        row, column = divmod(index, columns)
        sheet.paste(image, (gap + column * (width + gap), gap + row * (height + gap)))
    sheet.save(target, format="PNG", dpi=(options.dpi, options.dpi))


def _images(pdf: Path, options: FileOptions, seed: int) -> Iterator[Image.Image]:
    scale = options.dpi / 72
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            if page.get_width() * page.get_height() * scale**2 > MAX_PIXELS:
                raise _too_large(options.dpi)
            if options.transparent:
                drawn = page.render(scale=scale, fill_color=(255, 255, 255, 0), rev_byteorder=True)
                yield _straight(drawn.to_numpy())
            else:
                pixels = page.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3]
                yield Image.fromarray(paper_effects.apply(pixels, options.look, options.dpi, seed, number))


def _straight(pixels: ByteArray) -> Image.Image:
    """RGBA whose colors are not mixed with the paper that is not there."""
    if pixels.shape[2] != 4:
        raise AssertionError("pdfium drew no transparency")
    return Image.fromarray(np.ascontiguousarray(pixels))


def _too_large(dpi: float) -> OptionError:
    return OptionError(
        f"{parameter('dpi')} {dpi:g} makes a picture of more than {MAX_PIXELS // 10**6} million pixels; use a lower one"
    )
