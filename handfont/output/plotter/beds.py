"""Pen plotters that draw SVG by software of their own: which sheets fit onto their beds."""

from __future__ import annotations

from handfont.core.units import POINTS
from handfont.errors import OptionError, OutputError, parameter

BEDS = {
    "axidraw-v3": (300.0, 218.0),
    "axidraw-se-a4": (300.0, 218.0),
    "axidraw-v3-a3": (430.0, 297.0),
    "axidraw-se-a3": (430.0, 297.0),
    "axidraw-v3-xlx": (595.0, 218.0),
    "axidraw-v3-b6": (190.0, 140.0),
    "axidraw-minikit": (160.0, 101.6),
    "axidraw-se-a2": (594.0, 432.0),
    "axidraw-se-a1": (864.0, 594.0),
}
"""Travel of AxiDraw's models in millimeters, as their software has it, the longer side first."""
SLACK = 0.5
"""Millimeters by which a page may be larger: sizes of paper are rounded."""


def check_name(device: str) -> None:
    """Find out whether a plotter is known.

    Raises:
        OptionError: it is not.
    """
    if device not in BEDS:
        raise OptionError(
            f"{parameter('device')} '{device}' is no plotter that is known to draw SVG; use {', '.join(BEDS)}, or "
            "leave it out"
        )


def check(width: float, height: float, device: str) -> None:
    """Find out whether a page of some points fits onto a plotter's bed, upright or on its side: AxiDraw's software
    turns pages that are upright.

    Raises:
        OptionError: the plotter is not known.
        OutputError: the page does not fit.
    """
    check_name(device)
    check_bed(width, height, BEDS[device], device)


def check_bed(width: float, height: float, bed: tuple[float, float], device: str) -> None:
    """Find out whether a page of some points fits onto a bed of some millimeters, upright or on its side.

    Raises:
        OutputError: it does not.
    """
    sides = sorted(side / POINTS["mm"] for side in (width, height))
    if any(side > room + SLACK for side, room in zip(sides, sorted(bed), strict=True)):
        raise OutputError(
            f"a page of {width / POINTS['mm']:.0f} x {height / POINTS['mm']:.0f} mm does not fit onto the bed of "
            f"{device}, {bed[0]:.0f} x {bed[1]:.0f} mm; choose a smaller {parameter('paper')} or another "
            f"{parameter('device')}"
        )


def fits_upright(width: float, height: float, bed: tuple[float, float]) -> bool:
    """Whether a page of some points fits onto a bed of some millimeters without being turned."""
    return all(side / POINTS["mm"] <= room + SLACK for side, room in zip((width, height), bed, strict=True))
