"""Pen paths of held-out writers as ink on paper, also narrower, wider, lighter, bolder or leaning, read like a scan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from handfont.core import sdf
from handfont.core.arrays import BoolArray
from handfont.core.glyph import GlyphSample, Metrics
from handfont.scan.skeleton import skeleton_of
from handfont.train.data.unipen import Trajectory

X_HEIGHT = 48.0
"""Pixels an x-height: a scan at 600 dpi."""
PEN = 0.12
"""Pen of a hand as written, in x-heights."""


@dataclass(frozen=True)
class Deformation:
    """A change to a hand: factors of its width and of its pen's, and the slant (shear) that is added."""

    name: str
    width: float = 1.0
    slant: float = 0.0
    pen: float = 1.0


DEFORMATIONS = (  # what each hand is measured with
    Deformation("as written"),
    Deformation("narrow", width=0.75),
    Deformation("wide", width=1.3),
    Deformation("light", pen=0.6),
    Deformation("bold", pen=1.7),
    Deformation("italic", slant=0.3),
)


def inked(
    glyph: Trajectory,
    deformation: Deformation,
    x_height: float = X_HEIGHT,
    spoil: Callable[[BoolArray], BoolArray] = lambda ink: ink,
) -> GlyphSample:
    """A glyph written so deformed with a pen, at ``x_height`` pixels, and read back from its ink, which ``spoil`` may
    have spoiled before.
    """
    warp = np.array([[deformation.width, 0.0], [deformation.slant, 1.0]])
    strokes = [(stroke @ warp * [x_height, -x_height]).astype(np.float32) for stroke in glyph.strokes]
    points = np.concatenate(strokes)
    pen = PEN * deformation.pen * x_height
    corner = np.floor(points.min(axis=0) - pen - 2)
    columns, rows = (
        np.arange(c, far + pen + 2).astype(np.float32) + np.float32(0.5)
        for c, far in zip(corner, points.max(axis=0), strict=True)
    )
    ink = spoil(sdf.stroke_distance(strokes, columns, rows) <= max(pen / 2, 0.71))
    measured = sdf.pen_width(ink)
    ys, xs = np.nonzero(ink)
    cropped = ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    shape = sdf.from_ink(cropped, x_height, measured)
    centre = -(corner[1] + ys.min() + shape.y) / x_height
    return GlyphSample(
        glyph.label,
        shape.field,
        Metrics(shape.side / x_height, float(centre) if glyph.baseline else None),
        measured / x_height,
        "deformed",
        (0, 0, 0, 0),
        skeleton=skeleton_of(cropped, x_height, (shape.x, shape.y)),
    )
