"""Samples of a writer's joined letters, for the styles that come with handfont."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from handfont.core.forms import ALONE, Joins
from handfont.core.glyph import GlyphSample
from handfont.model.strokes import StrokeModel
from handfont.train.data.unipen import Trajectory
from handfont.train.strokes import sample_of

PER_LETTER = 10
"""Samples of each letter that is joined in each way, at most, usual ones and less usual ones alike ..."""
USUAL = 0.8
"""... of this share of them, those that are most like the writer's others: some are cut wrong."""
FEWEST = 2
"""A letter that was seen less often is inferred: its one sample may be cut wrong."""


def joined_samples(letters: Sequence[Trajectory], model: StrokeModel, pen: float) -> list[GlyphSample]:
    """The most usual samples of a writer's joined letters, in the form that the writer uses most."""
    groups: dict[tuple[str, Joins], list[Trajectory]] = defaultdict(list)
    for glyph in letters:
        if glyph.joins != ALONE:
            groups[glyph.label, glyph.joins].append(glyph)
    return [
        sample_of(glyph, pen) for _, own in sorted(groups.items()) if len(own) >= FEWEST for glyph in _usual(own, model)
    ]


def _usual(own: Sequence[Trajectory], model: StrokeModel) -> list[Trajectory]:
    by_form: dict[int, list[tuple[Trajectory, np.ndarray]]] = defaultdict(list)
    for glyph in own:
        encoded = model.encode(glyph.label, glyph.strokes, glyph.joins)
        if encoded is not None:
            by_form[encoded[0]].append((glyph, encoded[1]))
    if not by_form:
        return []
    form, found = max(by_form.items(), key=lambda item: (len(item[1]), -item[0]))
    latents = np.stack([latent for _, latent in found]) / model.deviation[form]
    off = np.round(((latents - np.median(latents, axis=0)) ** 2).sum(axis=1), 4)
    usual = np.argsort(off, kind="stable")[: max(1, round(USUAL * len(found)))]
    chosen = np.linspace(0, len(usual) - 1, min(PER_LETTER, len(usual))).round().astype(int)
    return [found[row][0] for row in usual[chosen]]
