"""Lengths, papers, colors and files among the fields of a template; what is wrong is said with the field's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from handfont.core import units
from handfont.errors import OptionError
from handfont.layout.page_setup import Region
from handfont.util import paths, pictures
from handfont.util.fields import Fields

_Value = TypeVar("_Value")


def length(fields: Fields, field: str) -> float:
    """Points of a length that is not negative."""
    return _points(fields, field, fields.data.get(field))


def optional_length(fields: Fields, field: str, least: float = 0.0) -> float | None:
    """Points of a length of at least ``least`` points, None where the field is missing."""
    if field not in fields.data:
        return None
    value = length(fields, field)
    if value < least:
        raise fields.wrong(field, "is too small")
    return value


def point(fields: Fields, field: str) -> tuple[float, float]:
    """Points from the left and from the top."""
    value = fields.data.get(field)
    if not isinstance(value, list) or len(value) != 2:
        raise fields.wrong(field, "must be two lengths like [20mm, 35mm]")
    return _points(fields, field, value[0]), _points(fields, field, value[1])


def region(fields: Fields, field: str, height: float) -> Region:
    """A rectangle given by its left, top, width and height, on a sheet ``height`` points high."""
    box = fields.inner(field)
    box.only({"left", "top", "width", "height"})
    left, top, wide, high = (length(box, side) for side in ("left", "top", "width", "height"))
    return Region(left, height - top - high, left + wide, height - top)


def paper(fields: Fields, field: str) -> tuple[float, float] | None:
    """Width and height in points of a paper size like A5, None where the field is missing."""
    return _understood(fields, field, units.paper) if field in fields.data else None


def colour(fields: Fields, field: str, default: str | None) -> str | None:
    """A color as ``#rrggbb``."""
    return _understood(fields, field, units.colour) if field in fields.data else default


def background(fields: Fields, field: str, folder: Path) -> Path | None:
    """An image or PDF, by its path from the template's folder; None where the field is missing."""
    if field not in fields.data:
        return None
    path = folder / fields.text(field)
    if problem := paths.problem(path) or _undrawable(path):
        raise fields.wrong(field, f"names {path}, which {problem}")
    return path


def _points(fields: Fields, field: str, value: Any) -> float:
    if not isinstance(value, str):
        raise fields.wrong(field, "must be a length like 24mm")
    try:
        points = units.length(value, "")
    except OptionError as error:
        raise fields.wrong(field, error.message.lstrip()) from error
    if points < 0:
        raise fields.wrong(field, "is negative")
    return points


def _understood(fields: Fields, field: str, understand: Callable[[str], _Value]) -> _Value:
    """A field's text as what it means."""
    value = fields.data[field]
    if not isinstance(value, (str, int, float)):
        raise fields.wrong(field, "must be text")
    try:
        return understand(str(value))
    except OptionError as error:
        raise fields.wrong(field, f"is not understood: {error.message}") from error


def _undrawable(path: Path) -> str:
    """Why a file cannot be drawn, empty if it can."""
    if path.suffix.lower() == ".pdf":
        import pypdfium2

        try:
            with pypdfium2.PdfDocument(path) as opened:
                return "" if len(opened) > 0 else "has no pages"
        except pypdfium2.PdfiumError:
            return "is neither an image nor a PDF"
    try:
        pictures.check(path)
    except pictures.PictureError as error:
        return str(error).replace("is not an image", "is neither an image nor a PDF")
    return ""
