"""Lengths with units: ``2.5cm``, ``8mm``, ``11pt``, ``1in``; everything inside is in points."""

from __future__ import annotations

import math
import re

from handfont.errors import OptionError

POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0}
PAPER = {"A4": (210.0, 297.0), "A5": (148.0, 210.0), "A6": (105.0, 148.0), "Letter": (215.9, 279.4)}
"""Paper sizes in millimetres, upright."""


def length(text: str, name: str = "length") -> float:
    """Points of a length.

    Raises:
        OptionError: no number, no unit, or an unknown one.
    """
    match = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?|[+-]?\.\d+)\s*([a-zA-Z]*)\s*", text)
    if not match or match[2].lower() not in POINTS:
        raise OptionError(f"{name} '{text}' is not a length; write a number and a unit like 2.5cm, 8mm, 11pt or 1in")
    value = float(match[1]) * POINTS[match[2].lower()]
    if not math.isfinite(value) or abs(value) > 1e5:
        raise OptionError(f"{name} '{text}' is no length that fits a page")
    return value


def paper(text: str) -> tuple[float, float]:
    """Width and height in points of a paper size by name or as ``WIDTHxHEIGHT`` with units.

    Raises:
        OptionError: unknown.
    """
    for name, (width, height) in PAPER.items():
        if text.lower() == name.lower():
            return width * POINTS["mm"], height * POINTS["mm"]
    parts = text.lower().split("x")
    if len(parts) == 2:
        return length(parts[0], "paper width"), length(parts[1], "paper height")
    raise OptionError(f"'{text}' is not a paper size; use {', '.join(PAPER)} or WIDTHxHEIGHT like 120mmx180mm")
