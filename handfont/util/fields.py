"""Mappings that others wrote, taken apart field by field: what is wrong with a value is said with the field's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from handfont.util.wording import shortened


class Fields:
    """A mapping whose values are checked as they are asked for.

    A value that is missing is read as the default of the method; without one, as None, which is no value of any kind.

    Args:
        data: what was read; anything but a mapping is refused.
        error: makes the exception from a field's full name, like ``pen.width``, and what is wrong with it.
        name: the full name of the field that holds the mapping, empty for the outermost one.
    """

    def __init__(self, data: Any, error: Callable[[str, str], Exception], name: str = "") -> None:
        if not isinstance(data, dict):
            raise error(name, "must be a mapping")
        self.data: dict[Any, Any] = data
        self.error, self.name = error, name

    def full(self, field: str) -> str:
        """The name of a field with those of the fields that hold it."""
        return f"{self.name}.{field}" if self.name else field

    def wrong(self, field: str, problem: str) -> Exception:
        """The exception to raise for a field."""
        return self.error(self.full(field), problem)

    def only(self, known: Iterable[str], required: Iterable[str] = ()) -> None:
        """Refuse other fields than these, and a lack of those that are required."""
        names = set(known)
        for key in self.data:
            if key not in names:
                raise self.wrong(str(key), f"is not known; there are {', '.join(sorted(names))}")
        for field in sorted(required):
            if field not in self.data:
                raise self.wrong(field, "is missing")

    def inner(self, field: str) -> Fields:
        """A mapping within this one; empty where it is missing."""
        return Fields(self.data.get(field, {}), self.error, self.full(field))

    def each(self, field: str) -> Iterator[Fields]:
        """The mappings of a list, which is empty where it is missing; the first has the number 1 in its name."""
        for number, item in enumerate(self.listed(field), 1):
            yield Fields(item, self.error, f"{self.full(field)}[{number}]")

    def listed(self, field: str) -> list[Any]:
        """The values of a list, which is empty where it is missing."""
        value = self.data.get(field, [])
        if not isinstance(value, list):
            raise self.wrong(field, "must be a list")
        return value

    def text(self, field: str, default: str | None = None) -> str:
        """A field that must be a text."""
        value = self.data.get(field, default)
        if not isinstance(value, str):
            raise self.wrong(field, f"must be text, not {shortened(repr(value))}")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A field that must be a list of texts; empty where it is missing."""
        items = {f"{field}[{number}]": item for number, item in enumerate(self.listed(field), 1)}
        return tuple(Fields(items, self.error, self.name).text(item) for item in items)

    def flag(self, field: str, default: bool | None = None) -> bool:
        """A field that must be true or false."""
        value = self.data.get(field, default)
        if not isinstance(value, bool):
            raise self.wrong(field, "must be true or false")
        return value

    def number(self, field: str, low: float, high: float, default: float | None = None) -> float:
        """A field that must be a number from ``low`` to ``high``."""
        return self._number(self.data.get(field, default), field, low, high)

    def optional_number(self, field: str, low: float, high: float) -> float | None:
        """A number from ``low`` to ``high``, or None where the field is missing or empty."""
        return None if self.data.get(field) is None else self.number(field, low, high)

    def numbers(self, field: str, low: float, high: float, most: int) -> list[float]:
        """A field that must be a list of 1 to ``most`` numbers, each from ``low`` to ``high``."""
        value = self.data.get(field)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise self.wrong(field, "must be a list of numbers")
        return [self._number(item, f"{field}[{number}]", low, high) for number, item in enumerate(value, 1)]

    def whole(self, field: str, low: int, high: int, default: int | None = None) -> int:
        """A field that must be a whole number from ``low`` to ``high``."""
        value = self.data.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(field, f"must be a whole number from {low} to {high}")
        return value

    def choice(self, field: str, choices: Iterable[str], default: str | None = None) -> str:
        """A field that must be one of some words."""
        value, words = self.data.get(field, default), tuple(choices)
        if value not in words:
            raise self.wrong(field, f"must be one of {', '.join(words)}")
        return str(value)

    def _number(self, value: Any, field: str, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(field, f"must be a number, not {shortened(repr(value))}")
        if not low <= value <= high:  # nor does what is no number at all
            raise self.wrong(field, f"must lie between {low:g} and {high:g}, not be {shortened(repr(value))}")
        return float(value)
