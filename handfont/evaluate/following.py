"""One hand written narrow, wide, light, bold and italic, each enrolled again: does what comes back follow?

It is the table of the program that handfont descends from. The pen's path of a held-out writer is deformed and drawn
with a pen as ink on paper would be; the glyphs are read from that ink like those of a scan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.evaluate.deformations import DEFORMATIONS, Deformation, inked
from handfont.evaluate.held_out import written
from handfont.evaluate.metrics import UPRIGHT, slant, width
from handfont.model.loading import Weights
from handfont.scan.estimation import style_of
from handfont.style.posterior import Origin
from handfont.synthesis.hand import Hand
from handfont.train.data.unipen import Trajectory

ENROLLED = 40
"""Letters that hands are enrolled from."""


@dataclass(frozen=True)
class Follows:
    """Measured of the deformed hand over the plain one, and what was asked: ratios of width and pen, added slant."""

    deformation: Deformation
    which: str
    width: float
    pen: float
    slant: float


def follow(glyphs: list[Trajectory], weights: Weights) -> list[Follows]:
    """Enroll one writer's hand in every deformation and measure what it writes, seen and unseen characters apart.

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
            result.append(
                Follows(
                    deformation, which, float(np.median(widths[broad] / base[0][broad])), pen / base[2], lean - base[1]
                )
            )
    return result
