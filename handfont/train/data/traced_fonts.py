"""Handwriting fonts as pen trajectories: their ink traced, and each face slanted and stretched as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.forms import MOST_STROKES
from handfont.train.data import fonts
from handfont.train.data.fonts import FontGlyph
from handfont.train.data.unipen import Trajectory
from handfont.train.tracing import traced

ALIKE = 0.6
"""Intersection over union that a glyph's ink and its strokes, drawn with the font's pen, must have."""
BULLET = 0.1
"""Bullets whose strokes are narrower or lower than this, in x-heights, look like dots and are left out."""
WARPS = ((0.0, 1.0), (0.2, 0.9), (-0.15, 1.1))
"""Slant (x per y) and stretch of each face as it is and of the further writers made from it."""


def read(folder: Path, characters: str, limit: int | None = None) -> Iterator[Trajectory]:
    """The characters of all listed faces, or of the first ``limit``, each face as ``len(WARPS)`` writers, without what
    cannot be traced.

    Raises:
        DataError: the list or a font is missing or damaged.
    """
    for path, style in fonts.licensed_fonts(folder)[:limit]:
        glyphs = list(fonts.read(path, style, characters=characters))
        pen = float(np.median([glyph.pen for glyph in glyphs]))
        for glyph in glyphs:
            strokes = strokes_of(glyph, pen)
            if not strokes:
                continue
            if glyph.label == "•" and np.ptp(np.concatenate(strokes), axis=0).min() < BULLET:
                continue
            for number, (slant, width) in enumerate(WARPS):
                warp = np.array([[width, 0.0], [slant, 1.0]], np.float32)
                yield Trajectory(f"{glyph.writer}/{number}", glyph.label, [stroke @ warp for stroke in strokes], True)


def strokes_of(glyph: FontGlyph, pen: float) -> list[FloatArray]:
    """A glyph's strokes, x from the left edge of its ink, in x-heights; none if they do not show its ink.

    Args:
        pen: width of the face's pen in pixels.
    """
    strokes = traced(glyph.ink, glyph.x_height, (0.0, glyph.baseline), pen)
    trusted = 0 < len(strokes) <= MOST_STROKES and _overlap(glyph, strokes) >= ALIKE
    return strokes if trusted else []


def face_of(writer: str) -> str:
    """The face that a writer was made from; empty for people."""
    return writer.rpartition("/")[0] if writer.startswith("font:") else ""


def _overlap(glyph: FontGlyph, strokes: Sequence[FloatArray]) -> float:
    """Intersection over union of a glyph's ink and its strokes drawn with the font's pen."""
    pad = int(glyph.pen) + 2
    ink = np.pad(glyph.ink, pad)
    drawn = np.zeros(ink.shape, np.uint8)
    for stroke in strokes:
        pixels = stroke * [glyph.x_height, -glyph.x_height] + [pad - 0.5, glyph.baseline + pad - 0.5]
        cv2.polylines(drawn, [np.round(pixels * 16).astype(np.int32)], False, 1, max(1, round(glyph.pen)), shift=4)
    return float((ink & (drawn > 0)).sum() / (ink | (drawn > 0)).sum())
