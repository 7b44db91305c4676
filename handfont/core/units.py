"""Lengths with units: ``2.5cm``, ``8mm``, ``11pt``, ``1in``; everything inside is in points. Durations in seconds."""

from __future__ import annotations

import math
import re

from handfont.errors import OptionError
from handfont.util.wording import shortened

POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0}
"""Points to each unit of length."""
PAPER = {
    "A3": (297.0, 420.0), "A4": (210.0, 297.0), "A5": (148.0, 210.0), "A6": (105.0, 148.0), "B5": (176.0, 250.0),
    "Letter": (215.9, 279.4), "Legal": (215.9, 355.6), "C6": (114.0, 162.0), "C5": (162.0, 229.0), "DL": (110.0, 220.0),
}  # fmt: skip
"""Paper sizes in millimeters, upright."""
SMALLEST, LARGEST = 36.0, 2900.0
"""Points a side of a sheet may have: 12 mm to a metre."""


def length(text: str, name: str = "length") -> float:
    """Points of a length.

    Raises:
        OptionError: no number, no unit, or an unknown one.
    """
    match = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?|[+-]?\.\d+)\s*([a-zA-Z]*)\s*", text)
    if not match or match[2].lower() not in POINTS:
        raise OptionError(
            f"{name} '{shortened(text)}' is not a length; write a number and a unit like 2.5cm, 8mm, 11pt or 1in"
        )
    value = float(match[1]) * POINTS[match[2].lower()]
    if not math.isfinite(value) or abs(value) > 1e5:
        raise OptionError(f"{name} '{shortened(text)}' is no length that fits a page")
    return value


def seconds(text: str) -> float:
    """Seconds of a duration.

    Raises:
        OptionError: no number, no unit, or an unknown one.
    """
    match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})\s*(s|min)\s*", text)
    if not match:
        raise OptionError(f"'{shortened(text)}' is not a duration; write a number and a unit like 20s or 1.5min")
    return float(match[1]) * (60.0 if match[2] == "min" else 1.0)


def paper(text: str) -> tuple[float, float]:
    """Width and height in points of a paper size by name or as ``WIDTHxHEIGHT`` with units, turned as ``landscape`` or
    ``portrait`` after it says.

    Raises:
        OptionError: unknown.
    """
    size, _, turned = text.strip().rpartition(" ")
    if size and turned.lower() in ("landscape", "portrait"):
        short, long = sorted(paper(size))
        return (long, short) if turned.lower() == "landscape" else (short, long)
    for name, (width, height) in PAPER.items():
        if text.lower() == name.lower():
            return width * POINTS["mm"], height * POINTS["mm"]
    parts = text.lower().split("x")
    if len(parts) == 2:
        sides = length(parts[0], "paper width"), length(parts[1], "paper height")
        if min(sides) < SMALLEST or max(sides) > LARGEST:
            raise OptionError(f"no sheet of paper is {shortened(text)}; its sides may be from 13mm to 1000mm")
        return sides
    raise OptionError(
        f"'{shortened(text)}' is not a paper size; use {', '.join(PAPER)} or WIDTHxHEIGHT like 120mmx180mm, and "
        "'landscape' after it to turn it"
    )


def colour(text: str) -> str:
    """``#rrggbb`` of a color by name or value.

    Raises:
        OptionError: unknown.
    """
    from PIL import ImageColor

    try:
        red, green, blue, *opacity = ImageColor.getrgb(text.strip())
        if opacity or max(red, green, blue) > 255:
            raise ValueError("ink is opaque, and screens show no more than 255")
    except ValueError as error:
        raise OptionError(
            f"'{shortened(text)}' is not a colour; write a name like navy or a value like #1f2430"
        ) from error
    return f"#{red:02x}{green:02x}{blue:02x}"
