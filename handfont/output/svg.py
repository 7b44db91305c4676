"""SVG: a page as groups of lines and words, each word with its text as title; one file a page."""

from __future__ import annotations

import base64
import io
import math
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pypdfium2

from handfont.core.glyph import Outline
from handfont.errors import OutputError
from handfont.layout.page import Line, Page, PlacedWord, Rule
from handfont.output.integer_outlines import UNITS, Curves
from handfont.output.metadata import DocumentInfo
from handfont.util import pictures

BACKGROUND_DPI = 200
"""At which the page of a PDF is drawn as a background: SVG cannot hold it as it is."""
TYPES = {".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png", ".webp": "webp", ".gif": "gif"}
"""Media types of pictures that SVG can hold as they are."""


def to_text(page: Page, ink: str, info: DocumentInfo) -> str:
    """The page as an SVG document; identical pages give identical text."""
    parts = [*head(page, info), *printed(page)]
    # Ink in whole units, y up, as in the PDF.
    parts.append(f'<g class="ink" fill="{ink}" {upright(page)}>')
    for mark in page.marks:
        parts.append(f'<path class="mark" d="{path_of(mark.outline)}"/>')
    parts += [_line(line) for line in page.lines]
    return "\n".join([*parts, "</g>", "</svg>", ""])


def head(page: Page, info: DocumentInfo, spaces: str = "") -> list[str]:
    """How the document of a page begins, with its size and title; ``spaces`` are further name spaces."""
    width, height = number(page.width), number(page.height)
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg"{spaces} width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}" xml:lang={quoteattr(info.language)} role="document">',
        f"<title>{escape(info.title or first_words(page))}</title>",
    ]


def upright(page: Page) -> str:
    """The attribute that turns whole units, y up, into those of the document."""
    return f'transform="translate(0 {number(page.height)}) scale({1 / UNITS:g} {-1 / UNITS:g})"'


def printed(page: Page) -> list[str]:
    """What is on the sheet before it is written on: background, rules and pictures."""
    parts = [_image(page.background, 0, 0, page.width, page.height, "")] if page.background else []
    parts += [_rule(rule, page.height) for rule in page.rules]
    return parts + [_image(p.path, p.x, page.height - p.y - p.height, p.width, p.height, p.text) for p in page.pictures]


def path_of(outline: Outline, x: float = 0.0, units: int = UNITS) -> str:
    """An outline moved right by ``x`` as the data of a path: whole numbers, ``units`` to one of its own, y up."""
    return "".join(
        _contour(np.rint((contour + np.array([x, 0.0])) * units).astype(np.int64).reshape(-1, 6))
        for contour in outline.contours
    )


def _line(line: Line) -> str:
    return "\n".join(['<g class="line">', *(word(one) for one in line.words if one.glyphs), "</g>"])


def word(placed: PlacedWord) -> str:
    """A word as a group: its text as title, and the ink of each glyph as a path."""
    curves = Curves(placed.glyphs)
    paths, contour, curve = [], 0, 0
    for (x, y), contours in zip(curves.origins.tolist(), curves.contours, strict=True):
        data = []
        for size in curves.sizes[contour : contour + contours]:
            data.append(_contour(curves.curves[curve : curve + size] + [x, y] * 3))
            curve += size
        contour += contours
        paths.append(f'<path d="{"".join(data)}"/>')
    text = placed.text + "\u00ad" * placed.broken
    return "\n".join(
        [f'<g class="word" role="img" aria-label={quoteattr(text)}><title>{escape(text)}</title>', *paths, "</g>"]
    )


def _contour(curves: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> str:
    """A closed path in relative numbers, which are short."""
    ends = curves[:, 4:]
    starts = np.roll(ends, 1, axis=0)
    relative = curves - np.tile(starts, 3)
    return ("M%d %d" + "c%d %d %d %d %d %d" * len(curves) + "z") % (*starts[0].tolist(), *relative.ravel().tolist())


def _rule(rule: Rule, height: float) -> str:
    return (
        f'<path d="M{number(rule.x0)} {number(height - rule.y0)}L{number(rule.x1)} {number(height - rule.y1)}" '
        f'stroke="{rule.colour}" stroke-width="{rule.width:.3g}" stroke-linecap="round"/>'
    )


def _image(path: pictures.PictureFile, x: float, y: float, width: float, height: float, text: str) -> str:
    kind, data = _embedded(path)
    label = f'role="img" aria-label={quoteattr(text)}' if text else 'aria-hidden="true"'
    return (
        f'<image x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
        f'preserveAspectRatio="none" {label} href="data:image/{kind};base64,{base64.b64encode(data).decode()}"/>'
    )


def _embedded(path: pictures.PictureFile) -> tuple[str, bytes]:
    try:
        if path.suffix.lower() in TYPES:
            return TYPES[path.suffix.lower()], path.read_bytes()
        data = io.BytesIO()
        if isinstance(path, Path) and path.suffix.lower() == ".pdf":
            with pypdfium2.PdfDocument(path) as document:
                page = document[0]
                width, height = page.get_size()
                scale = min(BACKGROUND_DPI / 72, math.sqrt(pictures.MAX_PIXELS / (width * height)))
                page.render(scale=scale).to_pil().save(data, "PNG")
        else:
            with pictures.opened(path) as image:
                image.convert("RGBA").save(data, "PNG")
        return "png", data.getvalue()
    except pictures.PictureError as error:
        raise OutputError(f"the picture {path} cannot be read: it {error}") from error
    except (OSError, ValueError, pypdfium2.PdfiumError) as error:
        raise OutputError(f"the picture {path} cannot be read: {error}") from error


def first_words(page: Page) -> str:
    """What is used in place of a title."""
    words = [word.text for line in page.lines for word in line.words]
    return " ".join(words[:6]) or "page"


def number(value: float) -> str:
    """A length with two decimal places at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
