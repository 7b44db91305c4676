"""Pen and ink of a page of writing, also where it was scanned so coarsely that no pixel is all ink."""

from __future__ import annotations

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, ByteArray, FloatArray

THIN = 4.0
"""Strokes of fewer pixels of the scan are mixed with paper all over;"""
THINNEST = 0.5
"""with so few, only where strokes cross or the pen rested they are nearly ink alone."""
MIDDLE, DARKEST = 50.0, 98.0
"""Percentiles of the darkness along the middle of strokes at which the ink is looked at: of clear and of thin ones."""
COARSE = 11.0
"""Pixels of x-height below which a scan is too coarse for pen and ink to be more than estimates."""
USUAL_X_HEIGHT, RESOLUTIONS = 2.0, (72.0, 100.0, 150.0)
"""Millimeters of x-height in ordinary writing, and coarse resolutions that pictures have: where a file names none that
is true, the size of letters shows which it is."""


def ink_and_width(page: ByteArray, dark: FloatArray, mask: BoolArray, pen: float) -> tuple[str, float]:
    """Color ``#rrggbb`` of the ink, and the true width of the pen over that of the strokes in ``mask``.

    Blur makes thin strokes wider and paler, but what they darken in all stays the same. The color is that of the middle
    of strokes.

    Args:
        page: (height, width, 3) RGB; ``dark`` (height, width) darkness, and ``mask`` the strokes in it.
        pen: width of the strokes in pixels of the scan.
    """
    share = float(np.clip((THIN - pen) / (THIN - THINNEST), 0, 1))
    percentile = MIDDLE + share * (DARKEST - MIDDLE)
    bright = np.ascontiguousarray(page.min(axis=2))
    middle = mask & (bright <= cv2.erode(bright, np.ones((3, 3), np.uint8)))
    darkest = middle & (bright <= np.percentile(bright[middle], 100 - percentile))
    red, green, blue = (int(value) for value in np.median(page[darkest], axis=0))
    full = float(np.percentile(dark[mask & (dark >= cv2.dilate(dark, np.ones((3, 3), np.uint8)))], percentile))
    near = cv2.dilate(mask.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    true = float(dark[near].sum()) / (float(mask.sum()) * min(full, 1.0))
    return f"#{red:02x}{green:02x}{blue:02x}", float(np.clip(true, 0.3, 1.0)) if pen < THIN else 1.0


def coarse(x_height: float, dpi: float | None, where: str) -> list[str]:
    """A sentence if a page was scanned too coarsely: ``x_height`` in pixels of the scan, ``dpi`` if it is known."""
    if x_height >= COARSE:
        return []
    likely = x_height / USUAL_X_HEIGHT * 25.4
    resolution = dpi or min(RESOLUTIONS, key=lambda value: abs(np.log(value / likely)))
    return [
        f"{where} is coarse: its small letters are only {x_height:.0f} pixels high, as at "
        f"{'' if dpi else 'about '}{resolution:.0f} dpi, so width and color of the pen are estimates and fewer "
        "letters can be read; scan it at 200 dpi or more, best at 300."
    ]
