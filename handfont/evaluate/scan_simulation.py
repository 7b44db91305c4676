"""The same letters through different pens, papers and scanners: are they read, and is the hand found again?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from handfont.core.arrays import BoolArray
from handfont.core.glyph import GlyphSample
from handfont.evaluate.deformations import PEN, Deformation, inked
from handfont.train.data.unipen import Trajectory

X_HEIGHT_MM = 2.2
"""Millimeters of x-height that hands are written at."""
Ink = BoolArray


@dataclass(frozen=True)
class Scanned:
    """A pen of ``pen`` millimeters, scanned at ``dpi``; ``spoil`` is what paper and camera do to the ink."""

    name: str
    dpi: int
    pen: float
    spoil: Callable[[Ink, np.random.Generator], Ink]


def _clean(ink: Ink, rng: np.random.Generator) -> Ink:
    return ink


def _pencil(ink: Ink, rng: np.random.Generator) -> Ink:
    """The paper's grain shows through: specks of the stroke are missing, its edge is rough."""
    grain = cv2.GaussianBlur(rng.standard_normal(ink.shape).astype(np.float32), (0, 0), 1.5)
    rough = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), 1.0) + 0.9 * grain
    return _some((rough > 0.35) & cv2.dilate(ink.astype(np.uint8), np.ones((3, 3))).astype(bool), ink)


def _felt(ink: Ink, rng: np.random.Generator) -> Ink:
    """Ink runs where strokes are near each other: narrow counters fill."""
    return np.asarray(cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((4, 4))) > 0)


def _photo(ink: Ink, rng: np.random.Generator) -> Ink:
    """Out of focus and noisy, and cut at an unlucky threshold."""
    blurred = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), 1.2) + 0.08 * rng.standard_normal(ink.shape)
    return _some(cv2.medianBlur((blurred > rng.uniform(0.35, 0.6)).astype(np.uint8), 3) > 0, ink)


def _some(spoiled: BoolArray, ink: Ink) -> Ink:
    return spoiled if spoiled.any() else ink


SCANNED = (
    Scanned("ballpoint at 600 dpi", 600, 0.3, _clean),
    Scanned("ballpoint at 150 dpi", 150, 0.3, _clean),
    Scanned("felt-tip at 300 dpi", 300, 0.7, _felt),
    Scanned("pencil at 300 dpi", 300, 0.35, _pencil),
    Scanned("phone photo, about 200 dpi", 200, 0.35, _photo),
)


def scan(glyphs: list[Trajectory], how: Scanned, rng: np.random.Generator) -> list[GlyphSample]:
    """Pen trajectories as samples read from such a scan."""
    x_height = X_HEIGHT_MM / 25.4 * how.dpi
    pen = Deformation(how.name, pen=how.pen / X_HEIGHT_MM / PEN)
    return [inked(glyph, pen, x_height, lambda ink: how.spoil(ink, rng)) for glyph in glyphs]
