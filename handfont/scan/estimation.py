"""From samples of one hand to its style: the latent of the writer, and the strokes of each character."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.dots import is_ring
from handfont.core.forms import StrokeForm, in_form, tidied
from handfont.core.glyph import GlyphSample, Skeleton
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.model.strokes import StrokeModel
from handfont.scan import stroke_fitting
from handfont.scan.skeleton import skeleton_of_sample
from handfont.style.offsets import as_stored
from handfont.style.posterior import Origin, Pen, Rhythm, StylePosterior, Variant
from handfont.style.yaml_format import rounded
from handfont.util import parallel
from handfont.util.progress import Watch

NEAR, PENS = 0.06, 0.75
"""Ink is explained by a stroke that is so near, in x-heights, or in widths of its pen."""
EXPLAINED = 0.75
"""Of less of a sample's ink, or of the strokes fitted to it, the sample is in doubt."""
SHRINKAGE = 3.0
"""Repetitions that people's usual variances count as, towards which a character's are shrunk."""
LARGEST = 4.0
"""Greatest variance, as a factor of people's usual one."""
WIDTHS, PRESSURES = 8, (0.02, 0.12)
"""Different widths that show how the pressure of the pen varies, and the least and greatest share that it may."""
TOUCH, TOUCH_REACH = 0.1, 0.5
"""Strokes whose points are so near touch, in x-heights, and an end that is moved onto another stroke moves so much of
its own with it."""
SEVERAL, OUTSIZE, ASTRAY = 4, 1.35, 0.35
"""Samples of a character from which on one is a slip that is larger or smaller than usual by this factor, or higher or
lower by this, in x-heights."""
ALLOGRAPH = 1.8
"""Samples of one form further apart, in deviations of a writer's repetitions, are two allographs of a character."""
OTHER_WAY, SMALL = 0.2, 0.5
"""So are those whose points lie apart by this share of their size on average, which counts as this many x-heights at
least: their strokes were found in another direction or order, and their mean would be neither."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The strokes of a sample.

    Attributes:
        form, latent: of the stroke model; latent (U,).
        offsets: (POINTS, 2) what the sample's strokes differ from those of the latent, in x-heights.
        anchor: height of the form's anchor over the middle of the sample's square.
        points: (POINTS, 2) the strokes, from the middle of the sample's square.
        explained: share of the ink near a stroke, or of the strokes near ink, whichever is less.
    """

    form: int
    latent: FloatArray
    offsets: FloatArray
    anchor: float
    points: FloatArray
    explained: float


Fits = dict[int, Fit | None]
"""Fits by the identity of their sample; None where no strokes could be fitted."""


def fitted(samples: Sequence[GlyphSample], weights: Weights, watch: Watch | None = None) -> Fits:
    """The strokes of every sample; ``watch`` is told how far it is."""
    model = weights.strokes
    done = None if watch is None else lambda count: watch("finding strokes", count, len(samples))
    found = parallel.map_parallel(lambda sample: fit(sample, model), samples, done)
    return {id(sample): one for sample, one in zip(samples, found, strict=True)}


def fit(sample: GlyphSample, model: StrokeModel) -> Fit | None:
    """The strokes of a sample: those that were recorded, or those that explain its ink; None for a character that the
    model has no form of.
    """
    encoded = model.encode(sample.character, sample.strokes, sample.joins) if sample.strokes else None
    if encoded is not None and sample.strokes:
        form, latent = encoded
        points = in_form(tidied(sample.strokes), model.forms[form])
        # In a form's order strokes lie about the middle of their box, which is that of the sample's square.
        return _fit(model, form, latent, points, 1.0)
    skeleton = _skeleton(sample)
    found = stroke_fitting.fit(model, sample.character, skeleton, sample.joins)
    if found is None:
        return None
    near = max(NEAR, PENS * sample.pen)
    explained = min(float((found.ink_off <= near).mean()), float((found.strokes_off <= near).mean()))
    return _fit(model, found.form, found.latent, found.glyph.points, explained)


def unexplained(found: Fit | None) -> str:
    """Why a sample's ink is in doubt; empty where its strokes explain it."""
    if found is None:
        return "is a character without strokes"
    return "" if found.explained >= EXPLAINED else "no strokes of the character explain its ink"


def legibility_of(samples: Sequence[GlyphSample], fits: Fits, weights: Weights) -> dict[int, float]:
    """The probability that the reader gives to its character for the strokes of each sample, by its identity."""
    drawn = [(sample, found) for sample in samples if (found := fits.get(id(sample))) is not None]
    if not drawn:
        return {}
    forms = weights.strokes.forms
    read = inference.legibility_of_strokes(
        weights.reader,
        [sample.character for sample, _ in drawn],
        [forms[one.form].strokes(one.points) for _, one in drawn],
    )
    return {id(sample): value for (sample, _), value in zip(drawn, read.tolist(), strict=True)}


def _skeleton(sample: GlyphSample) -> Skeleton:
    if not sample.strokes:
        return skeleton_of_sample(sample)
    points = np.concatenate(sample.strokes)
    return Skeleton(points, np.full(len(points), sample.pen, np.float32))


def _fit(model: StrokeModel, form: int, latent: FloatArray, points: FloatArray, explained: float) -> Fit:
    low, high = points.min(axis=0), points.max(axis=0)
    share = float(model.height[form, 0])
    middle = (low + high) / 2
    drawn = model.points(form, latent)
    drawn = drawn - (drawn.min(axis=0) + drawn.max(axis=0)) / 2
    offsets = as_stored(points - middle - drawn)
    anchor = float((1 - share) * low[1] + share * high[1])
    return Fit(form, np.round(latent, 4) + 0.0, offsets, anchor, points, explained)


def style_of(
    samples: list[GlyphSample], name: str, ink: str, origin: Origin, weights: Weights, fits: Fits | None = None
) -> StylePosterior:
    """The style that samples of one hand amount to, with the rhythm of many hands.

    ``fits`` are strokes that were fitted to the samples already.
    """
    known = fits if fits is not None else fitted(samples, weights)
    writer = rounded(inference.writer_posterior(weights.embedder, weights.evidence, samples))
    pen = Pen(
        width=round(float(np.median([sample.pen for sample in samples])), 4), variation=pressure_of(samples), ink=ink
    )
    groups: dict[str, list[tuple[GlyphSample, Fit]]] = defaultdict(list)
    for sample in samples:
        found = known[id(sample)]
        if found is not None:
            groups[sample.character].append((sample, found))
    characters = {character: _variants(own, weights.strokes) for character, own in groups.items()}
    return StylePosterior(
        name=name, model=weights.name, writer=writer, characters=characters, pen=pen, rhythm=Rhythm(), origin=origin
    )


def pressure_of(samples: Sequence[GlyphSample]) -> float:
    """How much the width of the pen varies from letter to letter, as a relative deviation: robust, over the medians
    along the middle lines of letters and digits. Where few letters or coarse scans show too few different widths,
    people's usual one.
    """
    widths = np.array(
        [
            np.median(sample.skeleton.widths)
            for sample in samples
            if sample.skeleton is not None and sample.character.isalnum()
        ]
    )
    if len(np.unique(np.round(widths, 4))) < WIDTHS:
        return Pen.variation
    logarithms = np.log(np.maximum(widths, 1e-3))
    deviation = 1.4826 * float(np.median(np.abs(logarithms - np.median(logarithms))))
    return round(float(np.clip(deviation, *PRESSURES)), 4)


def _variants(own: list[tuple[GlyphSample, Fit]], model: StrokeModel) -> tuple[Variant, ...]:
    """Samples of one character grouped into allographs, the most usual one first: those of one form whose
    latents, and their strokes point by point, a chain of near ones joins (single linkage).
    """
    own = _usual(own)
    groups: list[list[int]] = []
    spread = [_spread(model, found) for _, found in own]
    for index, (_, found) in enumerate(own):
        near = [
            group
            for group in groups
            if any(_one_way(own[i][1], found, model) and _distance(spread[i], spread[index]) < ALLOGRAPH for i in group)
        ]
        merged = [index] + [i for group in near for i in group]
        groups = [group for group in groups if group not in near] + [sorted(merged)]
    return tuple(
        _variant([own[i] for i in group], np.stack([spread[i] for i in group]), model)
        for group in sorted(groups, key=lambda group: (-len(group), group[0]))
    )


def _one_way(first: Fit, second: Fit, model: StrokeModel) -> bool:
    """Whether two samples have strokes of one form in one direction and order, and dots alike."""
    if first.form != second.form:
        return False
    dots, others = (
        [is_ring(stroke) for stroke in model.forms[one.form].strokes(one.points)] for one in (first, second)
    )
    if dots != others:
        return False
    size = max(float(np.ptp(found.points, axis=0).max()) for found in (first, second))
    apart = float(np.hypot(*(first.points - second.points).T).mean())
    return round(apart / max(size, SMALL), 6) < OTHER_WAY


def _usual(own: list[tuple[GlyphSample, Fit]]) -> list[tuple[GlyphSample, Fit]]:
    """Without slips: of several samples those that are far larger, smaller, higher or lower than the others. Half of
    them or more are no slips, but how the writer writes.
    """
    if len(own) < SEVERAL:
        return own
    tall = np.array([float(np.ptp(found.points, axis=0).max()) for _, found in own])
    odd = np.abs(np.log(tall / np.median(tall))) > np.log(OUTSIZE)
    odd &= own[0][0].character.isalnum()  # dashes are as long as they happen to be
    heights = np.array([np.nan if sample.metrics.centre_y is None else sample.metrics.centre_y for sample, _ in own])
    if np.isfinite(heights).sum() >= SEVERAL:
        odd |= np.abs(heights - np.nanmedian(heights)) > ASTRAY
    return [one for one, slip in zip(own, odd, strict=True) if not slip] if 2 * odd.sum() < len(own) else own


def _spread(model: StrokeModel, found: Fit) -> DoubleArray:
    """(R,) the latent along the directions in which a writer's repetitions vary, in their deviations."""
    factor = model.within[found.form].astype(np.float64)
    return np.asarray(factor @ found.latent / np.maximum((factor**2).sum(axis=1), 1e-9))


def _distance(first: DoubleArray, second: DoubleArray) -> float:
    """About 1 for two samples of one way of writing."""
    return float(np.sqrt(np.mean((first - second) ** 2) / 2))


def _variant(own: list[tuple[GlyphSample, Fit]], spread: DoubleArray, model: StrokeModel) -> Variant:
    latents = np.stack([found.latent for _, found in own])
    variance = (SHRINKAGE + ((spread - spread.mean(axis=0)) ** 2).sum(axis=0)) / (SHRINKAGE + len(own) - 1)
    heights = [sample.metrics.centre_y + found.anchor for sample, found in own if sample.metrics.centre_y is not None]
    form = own[0][1].form
    mean = np.round(latents.astype(np.float64).mean(axis=0), 4) + 0.0
    offsets = np.mean([found.offsets for _, found in own], axis=0)
    drawn = model.points(form, mean.astype(np.float32)) + offsets
    offsets = offsets + _touching(drawn, [found.points for _, found in own], model.forms[form])
    return Variant(
        len(own),
        form,
        mean,
        np.round(np.minimum(variance, LARGEST), 4),
        round(float(np.mean(heights)), 4) if heights else None,
        as_stored(offsets),
    )


def _touching(mean: FloatArray, samples: list[FloatArray], form: StrokeForm) -> DoubleArray:
    """(POINTS, 2) what moves the ends of strokes onto others that they touch in most samples: each touches elsewhere,
    and in the mean there may be a gap.
    """
    moved = mean.astype(np.float64)
    for part in np.split(np.arange(len(mean)), form.lifts):
        if len(part) == len(mean):
            break
        others = np.setdiff1d(np.arange(len(mean)), part)
        for end in (part, part[::-1]):
            if np.mean([_nearest(points[end[0]], points[others]) < TOUCH for points in samples]) <= 0.5:
                continue
            gaps = moved[others] - moved[end[0]]
            steps = np.hypot(*np.diff(moved[end], axis=0).T)
            along = np.concatenate([[0.0], np.cumsum(steps)])
            moved[end] += np.clip(1 - along / TOUCH_REACH, 0.0, 1.0)[:, None] * gaps[np.hypot(*gaps.T).argmin()]
        # A bowl touches its stem at its side: it is moved as a whole.
        gap = _gap(moved[part], moved[others])
        usual = np.median([np.hypot(*_gap(points[part], points[others])) for points in samples])
        if usual < TOUCH < float(np.hypot(*gap)) + TOUCH / 2:
            moved[part] += gap
    return moved - mean


def _gap(stroke: NDArray[Any], others: NDArray[Any]) -> DoubleArray:
    """The way from the point of a stroke that is nearest to others to the nearest of those."""
    steps = (others[None] - stroke[:, None]).astype(np.float64).reshape(-1, 2)
    return np.asarray(steps[np.round(np.hypot(*steps.T), 6).argmin()])


def _nearest(point: FloatArray, others: FloatArray) -> float:
    return float(np.hypot(*(others - point).T).min())
