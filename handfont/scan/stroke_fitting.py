"""From ink to strokes: the form and latent of the stroke model that explain the middle line of a letter's ink.

The training hands nearest to the ink, of all the character's forms, are starting points. From each the latent is
fitted by turns: every point of the ink's skeleton is matched with the nearest point of the strokes and every point of
the strokes with the nearest of the skeleton, and the latent that brings matches together is the solution of linear
equations, since the decoder is linear (iterative closest points: Besl, McKay 1992; over shapes of a linear model, as in
active shape models: Cootes and others 1995). What is left is taken up by small smooth offsets along the strokes. Of all
fits the one is taken that leaves least ink without stroke, least stroke without ink, and is likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.forms import ALONE, POINTS, Joins
from handfont.core.glyph import Skeleton
from handfont.core.strokes import StrokeGlyph
from handfont.model.strokes import StrokeModel

STARTS = 6
"""Training hands that the ink is fitted from, of all the character's forms ..."""
OF_FORM = 3
"""... and of each form at most."""
ROUNDS = 20
"""Matchings, one after the other; the prior loosens from the first to the last."""
FIRM, LOOSE = 0.03, 0.0001
"""Weight of the prior in the first and the last round: squared x-heights that a latent one deviation off counts as."""
SMOOTH = 2.0
"""Deviation of the Gaussian that offsets are smoothed by, in points of a stroke."""
MOST_BEYOND, SHORTENED = 0.12, 0.012
"""A stroke is drawn out by so much at most to reach the end of its ink, in x-heights, and by this much more, by which
thinning shortens ink."""
END_POINTS, END_REACH = 3, 0.3
"""Points at an end of a stroke that show its direction, and the length, in x-heights, over which it is drawn out."""
LARGEST_OFFSET = 0.2
"""Offsets are no longer than this, in x-heights."""
UNLIKELY = 0.001
"""What a latent's squared distance from the mean, per dimension in squared deviations, counts beside the mean squared
distance of ink and strokes in x-heights."""


@dataclass(frozen=True, eq=False)
class StrokeFit:
    """Strokes fitted to ink.

    Attributes:
        form: of the stroke model.
        latent: (U,) of the decoder's strokes.
        offsets: (POINTS, 2) what is added to them, in x-heights.
        glyph: the strokes where the ink is.
        ink_off: (S,) distance of each of the skeleton's points to the nearest stroke, in x-heights.
        strokes_off: (D,) distance of points along the strokes to the nearest skeleton point.
    """

    form: int
    latent: FloatArray
    offsets: FloatArray
    glyph: StrokeGlyph
    ink_off: FloatArray
    strokes_off: FloatArray


def fit(model: StrokeModel, character: str, skeleton: Skeleton, joins: Joins = ALONE) -> StrokeFit | None:
    """The strokes of a character's ink; None for one that has no form that is joined so, or no ink."""
    forms = model.forms_of(character, joins)
    if not forms or not len(skeleton.points):
        return None
    target = skeleton.points.astype(np.float64)
    starts = [start for form in forms for start in _starts(model, form, target)]
    nearest = sorted(starts, key=lambda start: start.off)[:STARTS]
    fits = [
        _fit_form(model, form, np.stack([start.latent for start in nearest if start.form == form]), target)
        for form in sorted({start.form for start in nearest})
    ]
    _, form, latent = min(fits, key=lambda one: one[0])
    return _finished(model, form, latent, target)


@dataclass(frozen=True, eq=False)
class _Decoder:
    """A form's decoder with a shift: points (D, 2) along the strokes are ``mean + basis @ (u, shift)``."""

    mean: DoubleArray  # (D, 2)
    basis: DoubleArray  # (D, 2, U + 2)

    @classmethod
    def of(cls, model: StrokeModel, form: int) -> _Decoder:
        """With the middles between a stroke's neighboring points, too."""
        dense = _between(model.forms[form].lifts)
        mean = dense @ model.mean[form].reshape(POINTS, 2)
        basis = model.basis[form].reshape(-1, POINTS, 2).transpose(1, 2, 0).astype(np.float64)
        basis = np.einsum("dp,pau->dau", dense, basis)
        shift = np.broadcast_to(np.eye(2), (len(mean), 2, 2))
        return cls(mean, np.concatenate([basis, shift], axis=2))

    def points(self, latents: DoubleArray) -> DoubleArray:
        """(K, D, 2) of latents and shifts (K, U + 2)."""
        return np.asarray(self.mean + np.einsum("dau,ku->kda", self.basis, latents))


def _between(lifts: list[int]) -> DoubleArray:
    """(D, POINTS) weights: all points, and the middles of those that one stroke joins."""
    joined = np.setdiff1d(np.arange(POINTS - 1), np.array(lifts, int) - 1)
    middles = np.zeros((len(joined), POINTS))
    middles[np.arange(len(joined)), joined] = middles[np.arange(len(joined)), joined + 1] = 0.5
    return np.concatenate([np.eye(POINTS), middles])


@dataclass(frozen=True, eq=False)
class _Start:
    """Where a fit may begin: latent and shift (U + 2,), and how far ink and strokes are from each other there."""

    form: int
    latent: DoubleArray
    off: float


def _starts(model: StrokeModel, form: int, target: DoubleArray) -> list[_Start]:
    """The form's training hands nearest to the ink, and its mean among them, moved onto the ink."""
    decoder = _Decoder.of(model, form)
    rows = np.flatnonzero(model.hand_form == form)
    known = np.concatenate([np.zeros((1, model.dimensions)), model.hand_latent[rows].astype(np.float64)])
    known = np.concatenate([known, np.zeros((len(known), 2))], axis=1)
    points = decoder.points(known)
    middle = (target.min(axis=0) + target.max(axis=0)) / 2
    known[:, -2:] = middle - (points.min(axis=1) + points.max(axis=1)) / 2
    points = points + known[:, None, -2:]
    squared = _squared(points[:, :POINTS:2], target[:: max(1, len(target) // 60)])
    off = np.round(squared.min(axis=1).mean(axis=1) + squared.min(axis=2).mean(axis=1), 7)
    return [_Start(form, known[row], float(off[row])) for row in np.argsort(off, kind="stable")[:OF_FORM]]


def _fit_form(
    model: StrokeModel, form: int, latents: DoubleArray, target: DoubleArray
) -> tuple[float, int, DoubleArray]:
    """How bad the best fit of a form is, the form, and the fit's latent and shift (U + 2,)."""
    decoder = _Decoder.of(model, form)
    precision = np.concatenate([1 / model.deviation[form].astype(np.float64) ** 2, [1e-9, 1e-9]])
    for number in range(ROUNDS):
        weight = FIRM * (LOOSE / FIRM) ** (number / (ROUNDS - 1))
        latents = _closer(decoder, latents, target, precision * weight)
    squared = _squared(decoder.points(latents), target)
    badness = (
        squared.min(axis=1).mean(axis=1)
        + squared.min(axis=2).mean(axis=1)
        + UNLIKELY * (latents[:, :-2] ** 2 * precision[:-2]).mean(axis=1)
    )
    best = int(np.round(badness, 7).argmin())
    return float(badness[best]), form, latents[best]


def _squared(points: DoubleArray, target: DoubleArray) -> DoubleArray:
    """(K, D, S) squared distances of points (K, D, 2) to a target (S, 2)."""
    return np.asarray(
        ((points**2).sum(axis=2)[:, :, None] + (target**2).sum(axis=1) - 2 * points @ target.T).clip(min=0.0)
    )


def _closer(decoder: _Decoder, latents: DoubleArray, target: DoubleArray, prior: DoubleArray) -> DoubleArray:
    """Latents after one matching, ``prior`` the weights (U + 2,) of their squares."""
    points = decoder.points(latents)
    squared = _squared(points, target)
    result = np.empty_like(latents)
    size = decoder.basis.shape[2]
    for row, own in enumerate(squared):
        # Ink to strokes: each target point pulls its nearest stroke point. Strokes to ink: the other way round.
        nearest_stroke, nearest_ink = own.argmin(axis=0), own.argmin(axis=1)
        pulled = np.concatenate([nearest_stroke, np.arange(len(own))])
        wanted = np.concatenate([target, target[nearest_ink]])
        weight = np.concatenate([np.full(len(target), 1 / len(target)), np.full(len(own), 1 / len(own))])
        basis = decoder.basis[pulled].reshape(-1, size)
        gap = (wanted - decoder.mean[pulled]).reshape(-1)
        weighted = basis * np.repeat(weight, 2)[:, None]
        result[row] = np.linalg.solve(weighted.T @ basis + np.diag(prior), weighted.T @ gap)
    return result


def _finished(model: StrokeModel, form: int, latent: DoubleArray, target: DoubleArray) -> StrokeFit:
    """A fit with offsets, and how far ink and strokes are from each other then."""
    lifts = model.forms[form].lifts
    u = latent[:-2].astype(np.float32)
    drawn = (model.mean[form] + u @ model.basis[form]).reshape(POINTS, 2).astype(np.float64) + latent[-2:]
    offsets = np.zeros((POINTS, 2))
    for _ in range(3):
        offsets += _smooth(_pulls(drawn + offsets, target), lifts)
        reach = np.maximum(np.hypot(*offsets.T)[:, None] / LARGEST_OFFSET, 1.0)
        offsets /= reach
    offsets += _to_ends(drawn + offsets, target, lifts)
    points = (drawn + offsets).astype(np.float32)
    glyph = StrokeGlyph(model.forms[form].character, model.forms[form].strokes(points))
    squared = _squared((_between(lifts) @ points.astype(np.float64))[None], target)[0]
    return StrokeFit(
        form,
        u,
        offsets.astype(np.float32),
        glyph,
        np.sqrt(squared.min(axis=0)).astype(np.float32),
        np.sqrt(squared.min(axis=1)).astype(np.float32),
    )


def _to_ends(points: DoubleArray, target: DoubleArray, lifts: list[int]) -> DoubleArray:
    """(POINTS, 2) what draws each stroke out to the end of its ink: means over matched points end before it."""
    nearest = _squared(points[None], target)[0].argmin(axis=0)
    result = np.zeros((POINTS, 2))
    for part in np.split(np.arange(POINTS), lifts):
        for own in (part, part[::-1]):
            end, before = points[own[0]], points[own[min(END_POINTS, len(own) - 1)]]
            tangent = (end - before) / max(float(np.hypot(*(end - before))), 1e-9)
            beyond = (target[nearest == own[0]] - end) @ tangent
            further = min(float(beyond.max(initial=0.0)), MOST_BEYOND) + SHORTENED
            steps = np.hypot(*np.diff(points[own], axis=0).T)
            along = np.concatenate([[0.0], np.cumsum(steps)])
            result[own] += np.clip(1 - along / END_REACH, 0.0, 1.0)[:, None] * further * tangent
    return result


def _pulls(points: DoubleArray, target: DoubleArray) -> DoubleArray:
    """(POINTS, 2) where the ink draws each point: the mean way to its nearest skeleton point and to those that it is
    the nearest stroke point of.
    """
    squared = _squared(points[None], target)[0]
    pull = target[squared.argmin(axis=1)] - points
    weight = np.ones(len(points))
    nearest = squared.argmin(axis=0)
    np.add.at(pull, nearest, target - points[nearest])
    np.add.at(weight, nearest, 1.0)
    return np.asarray(pull / weight[:, None])


def _smooth(pulls: DoubleArray, lifts: list[int]) -> DoubleArray:
    """Pulls smoothed along each stroke by itself."""
    parts = []
    for part in np.split(pulls, lifts):
        places = np.arange(len(part))
        kernel = np.exp(-0.5 * ((places[:, None] - places) / min(SMOOTH, len(part) / 3)) ** 2)
        parts.append(kernel / kernel.sum(axis=1, keepdims=True) @ part)
    return np.concatenate(parts)
