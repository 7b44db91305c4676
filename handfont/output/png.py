"""PNG: the PDF's own pages, rasterised, so that there is one drawing path."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from handfont.errors import OptionError

DPI_RANGE = (30, 1200)
MAX_PIXELS = 400_000_000


def rasterise(pdf: Path, targets: list[Path], dpi: float) -> None:
    """Write page i of ``pdf`` to ``targets[i]`` as PNG.

    Raises:
        OptionError: ``dpi`` is out of range or makes an image too large.
    """
    if not DPI_RANGE[0] <= dpi <= DPI_RANGE[1]:
        raise OptionError(f"--dpi {dpi:g} is out of range; use {DPI_RANGE[0]} to {DPI_RANGE[1]}")
    with pypdfium2.PdfDocument(pdf) as document:
        for page, target in zip(document, targets, strict=True):
            scale = dpi / 72
            if page.get_width() * page.get_height() * scale**2 > MAX_PIXELS:
                raise OptionError(f"--dpi {dpi:g} makes a page of more than {MAX_PIXELS // 10**6} million pixels; "
                                  "use a lower one")
            image = page.render(scale=scale).to_pil().convert("RGB")
            image.save(target, format="PNG", dpi=(dpi, dpi))
