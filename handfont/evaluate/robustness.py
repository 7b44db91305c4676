"""The same letters of held-out writers through pens and scanners, and their hands deformed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from handfont.core.glyph import GlyphSample
from handfont.evaluate.deformations import Deformation, inked
from handfont.evaluate.following import follow
from handfont.evaluate.reading import classified, share, style_mean
from handfont.evaluate.results import ResultRow
from handfont.evaluate.scan_simulation import SCANNED, scan
from handfont.model.loading import Weights
from handfont.train.data import unipen

DEFORMED_WRITERS = 5
"""Writers whose hands are deformed: those with most characters."""

Hands = dict[str, list[unipen.Trajectory]]
"""One trajectory of each character, by writer."""


def strokes(data: Path, names: set[str]) -> Hands:
    """One trajectory of each character of held-out writers, in random order."""
    hands: dict[str, dict[str, unipen.Trajectory]] = {}
    for glyph in unipen.read(data / "unipen", "dev"):
        if glyph.writer in names:
            hands.setdefault(glyph.writer, {}).setdefault(glyph.label, glyph)
    rng = np.random.default_rng(3)
    return {
        name: [list(glyphs.values())[i] for i in rng.permutation(len(glyphs))] for name, glyphs in sorted(hands.items())
    }


def scanned(weights: Weights, hands: Hands) -> list[ResultRow]:
    """The classifier, and the style posterior's mean, on the same letters through different pens and scanners."""
    rng = np.random.default_rng(5)
    clean = {name: [inked(glyph, Deformation("clean")) for glyph in glyphs[:20]] for name, glyphs in hands.items()}
    homes = _styles(weights, clean)
    read = share(classified(weights, [glyph for glyphs in clean.values() for glyph in glyphs]))
    rows = []
    for how in SCANNED:
        samples = {name: scan(glyphs[:20], how, rng) for name, glyphs in hands.items()}
        found = (_styles(weights, samples) @ homes.T).argmax(axis=1) == np.arange(len(homes))
        rows += [
            ResultRow(
                f"{how.name}: classifier, look-alikes merged",
                None,
                share(classified(weights, [glyph for glyphs in samples.values() for glyph in glyphs])),
                read,
            ),
            ResultRow(f"{how.name}: style nearest to the writer's own of {len(homes)}", 20, share(found), 1.0),
        ]
    return rows


def _styles(weights: Weights, samples: dict[str, list[GlyphSample]]) -> np.ndarray:
    means = np.stack([style_mean(weights, glyphs) for glyphs in samples.values()])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def deformed(weights: Weights, hands: Hands) -> list[ResultRow]:
    """Narrow, wide, light, bold, italic: the median over some hands, beside what was asked."""
    most = sorted(hands, key=lambda name: (-len(hands[name]), name))[:DEFORMED_WRITERS]
    measured = [follow(hands[name], weights) for name in most]
    rows = []
    for several in zip(*measured, strict=True):
        asked, which = several[0].deformation, several[0].which
        for what, values, wanted in (
            ("width", [f.width for f in several], asked.width),
            ("pen", [f.pen for f in several], asked.pen),
            ("slant", [f.slant for f in several], asked.slant),
        ):
            if wanted != {"width": 1.0, "pen": 1.0, "slant": 0.0}[what]:
                rows.append(
                    ResultRow(
                        f"{asked.name} hand, {which}: {what} (asked beside it)",
                        40,
                        float(np.median(values)),
                        wanted,
                        "within 10 %",
                        percent=False,
                    )
                )
    return rows
