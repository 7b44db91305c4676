"""A hand made bolder, narrower, more slanted, larger or neater.

What each amount does, and how exactly:

- ``slant`` (degrees further to the right) and ``width`` (a factor) are geometry: strokes are sheared and stretched
  before they are inked and letters are spaced. No direction of the latent leans all characters alike.
- ``weight`` is the pen, which is no part of the latent: a factor of the width of strokes.
- ``size`` is the x-height on paper.
- ``neatness`` is the latent's: the standard deviations of the strokes, and those of the rhythm, are scaled.
"""

from __future__ import annotations

from dataclasses import replace

from handfont.core.units import POINTS, length
from handfont.errors import OptionError, parameter
from handfont.style.posterior import Geometry, StylePosterior

LIMITS = {
    "slant": (-45.0, 45.0),
    "width": (0.4, 2.5),
    "pen width": (0.005, 2.0),
    "size": (0.2, 100.0),
    "neatness": (0.0, 2.0),
}
"""What styles may have, once adjusted; size in mm."""


def adjust(
    style: StylePosterior,
    name: str,
    slant: float = 0.0,
    weight: float = 1.0,
    width: float = 1.0,
    size: str | None = None,
    neatness: float = 1.0,
) -> StylePosterior:
    """A new style. Amounts are relative to what the style has already, but ``size``, which is a length.

    Raises:
        OptionError: the style would leave its limits.
    """
    x_height = style.x_height_mm
    if size is not None:
        x_height = _limited("size", round(length(size, "size") / POINTS["mm"], 4))
    geometry = Geometry(
        _limited("slant", round(style.geometry.slant + slant, 4)),
        _limited("width", round(style.geometry.width * width, 4)),
    )
    pen = replace(style.pen, width=_limited("pen width", round(style.pen.width * weight, 4)))
    said = [
        text
        for text, changed in (
            (f"slant {slant:+g} degrees", slant != 0),
            (f"weight x{weight:g}", weight != 1),
            (f"width x{width:g}", width != 1),
            (f"size {size}", size is not None),
            (f"neatness x{neatness:g}", neatness != 1),
        )
        if changed
    ]
    if not said:
        others = ", ".join(map(parameter, ("slant", "weight", "width", "size")))
        raise OptionError(f"nothing to adjust; give {others} or {parameter('neatness')}")
    description = f"{style.origin.description} Adjusted from '{style.name}': {', '.join(said)}.".strip()
    return replace(
        style,
        name=name,
        geometry=geometry,
        pen=pen,
        x_height_mm=x_height,
        neatness=_limited("neatness", round(style.neatness * neatness, 4)),
        origin=replace(style.origin, description=description),
    )


def _limited(what: str, value: float) -> float:
    low, high = LIMITS[what]
    if not low <= value <= high:
        raise OptionError(f"the style would have the {what} {value:g}; it must lie between {low:g} and {high:g}")
    return value
