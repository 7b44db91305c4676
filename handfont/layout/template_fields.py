"""Reading values of a template, each with a message that names the file and the field if it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from handfont.core.units import colour, length, paper
from handfont.errors import OptionError
from handfont.layout.page_setup import Region
from handfont.util import paths, pictures

_Value = TypeVar("_Value")


class Values:
    """A mapping of a template; ``name`` is the field it stands in."""

    def __init__(self, path: Path, data: dict[Any, Any], name: str = "") -> None:
        self.path, self.data, self.name = path, data, name

    def wrong(self, field: str, message: str) -> OptionError:
        """The error to raise for a field."""
        return OptionError(f"{self.path}: field '{self._full(field)}' {message}")

    def _full(self, field: str) -> str:
        return ".".join(part for part in (self.name, field) if part)

    def only(self, known: Iterable[str], message: str | None = None) -> None:
        """No other fields than these."""
        unknown = sorted(str(key) for key in self.data if key not in set(known))
        if unknown and message:
            raise OptionError(f"{self.path}: field '{self.name}' {message}")
        if unknown:
            listed = ", ".join(sorted(known))
            raise OptionError(f"{self.path}: field '{self._full(unknown[0])}' is not known; there are {listed}")

    def inner(self, field: str) -> Values:
        """A mapping within this one; empty where it is missing."""
        value = self.data.get(field, {})
        if not isinstance(value, dict):
            raise self.wrong(field, "must hold fields of its own")
        return Values(self.path, value, self._full(field))

    def each(self, field: str) -> Iterator[Values]:
        """The mappings of a list."""
        value = self.data.get(field, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(field, "must be a list, each item with fields of its own")
        for number, item in enumerate(value, 1):
            yield Values(self.path, item, f"{self._full(field)}[{number}]")

    def text(self, field: str, default: str) -> str:
        """A field that must be a text."""
        value = self.data.get(field, default)
        if not isinstance(value, str):
            raise self.wrong(field, "must be a text")
        return value

    def flag(self, field: str, default: bool) -> bool:
        """A field that must be true or false."""
        value = self.data.get(field, default)
        if not isinstance(value, bool):
            raise self.wrong(field, "must be true or false")
        return value

    def number(self, field: str, default: float, least: float, most: float) -> float:
        """A field that must be a number between two limits, both allowed."""
        value = self.data.get(field, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise self.wrong(field, f"must be a number from {least:g} to {most:g}")
        return float(value)

    def whole(self, field: str, default: int, least: int, most: int) -> int:
        """A field that must be a whole number between two limits, both allowed."""
        value = self.data.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(field, f"must be a whole number from {least} to {most}")
        return value

    def choice(self, field: str, choices: tuple[str, ...], default: str | None) -> str:
        """A field that must be one of some words; it must be there if ``default`` is None."""
        value = self.data.get(field, default)
        if value not in choices:
            raise self.wrong(field, f"must be one of {', '.join(choices)}")
        return str(value)

    def length(self, field: str) -> float:
        """Points of a length that is not negative."""
        return self._measure(self.data.get(field), field)

    def optional(self, field: str, least: float = 0.0) -> float | None:
        """Points of a length, None where it is missing."""
        if field not in self.data:
            return None
        value = self.length(field)
        if value < least:
            raise self.wrong(field, "is too small")
        return value

    def _measure(self, value: Any, field: str) -> float:
        if not isinstance(value, str):
            raise self.wrong(field, "must be a length like 24mm")
        try:
            points = length(value, f"field '{self._full(field)}'")
        except OptionError as error:
            raise OptionError(f"{self.path}: {error.message}") from error
        if points < 0:
            raise self.wrong(field, "is negative")
        return points

    def point(self, field: str) -> tuple[float, float]:
        """Points from the left and from the top."""
        value = self.data.get(field)
        if not isinstance(value, list) or len(value) != 2:
            raise self.wrong(field, "must be two lengths like [20mm, 35mm]")
        return self._measure(value[0], field), self._measure(value[1], field)

    def region(self, field: str, height: float) -> Region:
        """A rectangle given by its left, top, width and height, on a sheet so high."""
        box = self.inner(field)
        box.only({"left", "top", "width", "height"})
        left, top, wide, high = (box.length(side) for side in ("left", "top", "width", "height"))
        return Region(left, height - top - high, left + wide, height - top)

    def paper(self, field: str) -> tuple[float, float] | None:
        """Width and height in points of a paper size, like A5; None where the field is missing."""
        if field not in self.data:
            return None
        return self._understood(paper, field)

    def colour(self, field: str, default: str | None) -> str | None:
        """A color as ``#rrggbb``."""
        if field not in self.data:
            return default
        return self._understood(colour, field)

    def _understood(self, understand: Callable[[str], _Value], field: str) -> _Value:
        """A field's text as what it means, or an error that names the field."""
        if not isinstance(self.data[field], (str, int, float)):
            raise self.wrong(field, "must be text")
        try:
            return understand(str(self.data[field]))
        except OptionError as error:
            raise OptionError(f"{self.path}: field '{self._full(field)}': {error.message}") from error

    def background(self, field: str) -> Path | None:
        """An image or PDF beside the template."""
        if field not in self.data:
            return None
        path = self.path.parent / self.text(field, "")
        if found := paths.problem(path):
            raise self.wrong(field, f"names {path}, which {found}")
        if found := _undrawable(path):
            raise self.wrong(field, f"names {path}, which {found}")
        return path


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
