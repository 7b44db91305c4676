"""One hand written narrow, wide, light, bold and italic, each enrolled anew: does what comes back follow?

It is the table of the program that handfont descends from. The pen's path of a held-out writer is deformed and drawn
with a pen as ink on paper would be; the glyphs are read from that ink like those of a scan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont import sdf
from handfont.enrolment import style_of
from handfont.evaluate.measures import UPRIGHT, slant, width
from handfont.evaluate.writers import written
from handfont.glyph import GlyphSample, Metrics
from handfont.hand import Hand
from handfont.model.loading import Weights
from handfont.style.posterior import Origin
from handfont.train.unipen import Trajectory

X_HEIGHT = 48.0
"""Pixels an x-height: a scan at 600 dpi."""
PEN = 0.12
ENROLLED = 40


@dataclass(frozen=True)
class Deformation:
    name: str
    width: float = 1.0
    slant: float = 0.0
    pen: float = 1.0


DEFORMATIONS = (Deformation("as written"), Deformation("narrow", width=0.75), Deformation("wide", width=1.3),
                Deformation("light", pen=0.6), Deformation("bold", pen=1.7), Deformation("italic", slant=0.3))


@dataclass(frozen=True)
class Follows:
    """Measured of the deformed hand over the plain one, and what was asked: ratios of width and pen, added slant."""

    deformation: Deformation
    which: str
    width: float
    pen: float
    slant: float


def inked(
    glyph: Trajectory, deformation: Deformation, x_height: float = X_HEIGHT,
    spoil: Callable[[NDArray[np.bool_]], NDArray[np.bool_]] = lambda ink: ink,
) -> GlyphSample:
    """A glyph written so deformed with a pen, at ``x_height`` pixels, and read back from its ink, which ``spoil`` may
    have spoiled before.
    """
    warp = np.array([[deformation.width, 0.0], [deformation.slant, 1.0]])
    strokes = [(stroke @ warp * [x_height, -x_height]).astype(np.float32) for stroke in glyph.strokes]
    points = np.concatenate(strokes)
    pen = PEN * deformation.pen * x_height
    corner = np.floor(points.min(axis=0) - pen - 2)
    columns, rows = (np.arange(c, far + pen + 2).astype(np.float32) + np.float32(0.5)
                     for c, far in zip(corner, points.max(axis=0), strict=True))
    ink = spoil(sdf.stroke_distance(strokes, columns, rows) <= max(pen / 2, 0.71))
    measured = sdf.pen_width(ink)
    ys, xs = np.nonzero(ink)
    cropped = ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    shape, _, row, side = sdf.from_ink(cropped, x_height, measured)
    centre = -(corner[1] + ys.min() + row) / x_height
    return GlyphSample(glyph.label, shape, Metrics(side / x_height, float(centre) if glyph.baseline else None),
                       measured / x_height, "deformed", (0, 0, 0, 0))


def follow(glyphs: list[Trajectory], weights: Weights) -> list[Follows]:
    """Enrol one writer's hand in every deformation and measure what it writes, seen and unseen characters apart.

    ``glyphs`` is one of each character; the first ``ENROLLED`` are enrolled.
    """
    first = {glyph.label: glyph for glyph in glyphs}
    labels = list(first)
    parts = {"seen": labels[:ENROLLED], "unseen": labels[ENROLLED:]}
    plain: dict[str, tuple[np.ndarray, float, float]] = {}
    result = []
    for deformation in DEFORMATIONS:
        samples = [inked(first[label], deformation) for label in parts["seen"]]
        style = style_of(samples, "deformed", "#000000", Origin(), weights)
        hand = Hand(style, weights=weights)
        for which, characters in parts.items():
            drawn = written(hand, characters)
            widths = np.array([width(glyph) for glyph in drawn])
            lean = slant([glyph for glyph in drawn if glyph.character in UPRIGHT])
            pen = float(np.median([glyph.pen for glyph in drawn]))
            base = plain.setdefault(which, (widths, lean, pen))
            broad = base[0] > 0.25
            result.append(Follows(deformation, which, float(np.median(widths[broad] / base[0][broad])), pen / base[2],
                                  lean - base[1]))
    return result
