"""From ink to strokes: the form and latent of the stroke model that explain the middle line of a letter's ink.

The training hands nearest to the ink, of all the character's forms, are starting points. From each the latent is
fitted by turns: every point of the ink's skeleton is matched with the nearest point of the strokes and every point of
the strokes with the nearest of the skeleton, and the latent that brings matches together is the solution of linear
equations, since the decoder is linear (iterative closest points: Besl, McKay 1992; over shapes of a linear model, as in
active shape models: Cootes and others 1995). What is left is taken up by small smooth offsets along the strokes; dots
are drawn along their ink. Of all fits the one is taken that leaves least ink without stroke, least stroke without ink,
and is likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.forms import ALONE, POINTS, Joins
from handfont.core.glyph import Skeleton
from handfont.core.strokes import StrokeGlyph
from handfont.model.strokes import StrokeModel
from handfont.scan.small_marks import along_dots
from handfont.util.jit import compiled

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
    """A form's decoder with a shift: points (D, 2) along the strokes are ``mean + basis @ (u, shift)``.

    Attributes:
        mean: (D, 2) the form's points, and the middles between a stroke's neighboring points.
        basis: (2 D, U + 2) x and y of each in turn.
        hands: (H, U + 2) latents of training hands, the mean of all first, the middles of their boxes at the origin.
        outlines: (H, POINTS / 2, 2) every second of their points.
    """

    mean: DoubleArray
    basis: DoubleArray
    hands: DoubleArray
    outlines: DoubleArray

    def points(self, latents: DoubleArray) -> DoubleArray:
        """(K, D, 2) of latents and shifts (K, U + 2)."""
        return self.mean + (latents @ self.basis.T).reshape(len(latents), -1, 2)


@lru_cache(maxsize=256)
def _decoder(model: StrokeModel, form: int) -> _Decoder:
    dense = _between(model.forms[form].lifts)
    mean = dense @ model.mean[form].reshape(POINTS, 2)
    basis = model.basis[form].reshape(-1, POINTS, 2).astype(np.float64)
    moved = np.einsum("dp,upa->dau", dense, basis).reshape(2 * len(mean), -1)
    basis = np.concatenate([moved, np.tile(np.eye(2), (len(mean), 1))], axis=1)
    known = model.hand_latent[model.hand_form == form].astype(np.float64)
    hands = np.zeros((1 + len(known), basis.shape[1]))
    hands[1:, :-2] = known
    points = mean + (hands @ basis.T).reshape(len(hands), -1, 2)
    hands[:, -2:] = -(points.min(axis=1) + points.max(axis=1)) / 2
    return _Decoder(mean, basis, hands, points[:, :POINTS:2] + hands[:, None, -2:])


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
    decoder = _decoder(model, form)
    middle = (target.min(axis=0) + target.max(axis=0)) / 2
    off = np.round(_matched(decoder.outlines + middle, target[:: max(1, len(target) // 60)]).apart, 7)
    nearest = np.argsort(off, kind="stable")[:OF_FORM]
    moved = decoder.hands[nearest] + np.concatenate([np.zeros(model.dimensions), middle])
    return [_Start(form, latent, float(off[row])) for row, latent in zip(nearest, moved, strict=True)]


def _fit_form(
    model: StrokeModel, form: int, latents: DoubleArray, target: DoubleArray
) -> tuple[float, int, DoubleArray]:
    """How bad the best fit of a form is, the form, and the fit's latent and shift (U + 2,)."""
    decoder = _decoder(model, form)
    precision = np.concatenate([1 / model.deviation[form].astype(np.float64) ** 2, [1e-9, 1e-9]])
    for number in range(ROUNDS):
        weight = FIRM * (LOOSE / FIRM) ** (number / (ROUNDS - 1))
        latents = _closer(decoder, latents, target, precision * weight)
    unlikely = (latents[:, :-2] ** 2 * precision[:-2]).mean(axis=1)
    badness = _matched(decoder.points(latents), target).apart + UNLIKELY * unlikely
    best = int(np.round(badness, 7).argmin())
    return float(badness[best]), form, latents[best]


class _Matches(NamedTuple):
    """What is nearest to what, of K times D points of strokes and S points of ink.

    Attributes:
        stroke_of: (K, S) for each point of the ink the nearest of the strokes, ``ink_off`` (K, S) how far, squared.
        ink_of: (K, D) for each point of the strokes the nearest of the ink, ``strokes_off`` (K, D) how far, squared.
    """

    stroke_of: IntArray
    ink_of: IntArray
    ink_off: DoubleArray
    strokes_off: DoubleArray

    @property
    def apart(self) -> DoubleArray:
        """(K,) mean squared distance, both ways."""
        return np.asarray(self.ink_off.mean(axis=1) + self.strokes_off.mean(axis=1))


def _matched(points: DoubleArray, target: DoubleArray) -> _Matches:
    """Points (K, D, 2) matched with a target (S, 2)."""
    return _Matches(*_nearest(np.ascontiguousarray(points), np.ascontiguousarray(target)))


@compiled
def _nearest(points: DoubleArray, target: DoubleArray) -> tuple[IntArray, IntArray, DoubleArray, DoubleArray]:
    count, along, ink = points.shape[0], points.shape[1], target.shape[0]
    stroke_of, ink_of = np.zeros((count, ink), np.int64), np.zeros((count, along), np.int64)
    ink_off, strokes_off = np.full((count, ink), np.inf), np.full((count, along), np.inf)
    for k in range(count):
        for d in range(along):
            x, y = points[k, d, 0], points[k, d, 1]
            for s in range(ink):
                off = (x - target[s, 0]) ** 2 + (y - target[s, 1]) ** 2
                if off < ink_off[k, s]:
                    ink_off[k, s], stroke_of[k, s] = off, d
                if off < strokes_off[k, d]:
                    strokes_off[k, d], ink_of[k, d] = off, s
    return stroke_of, ink_of, ink_off, strokes_off


def _closer(decoder: _Decoder, latents: DoubleArray, target: DoubleArray, prior: DoubleArray) -> DoubleArray:
    """Latents (K, U + 2) after one matching, ``prior`` the weights (U + 2,) of their squares."""
    matches = _matched(decoder.points(latents), target)
    (count, ink), along = matches.stroke_of.shape, matches.ink_of.shape[1]
    # Ink to strokes: each target point pulls its nearest stroke point. Strokes to ink: the other way round.
    pulled = (matches.stroke_of + along * np.arange(count)[:, None]).ravel()
    weight = np.bincount(pulled, minlength=count * along).reshape(count, along) / ink + 1 / along
    sums = [
        np.bincount(pulled, np.tile(target[:, axis], count), count * along).reshape(count, along) for axis in (0, 1)
    ]
    wanted = np.stack(sums, axis=2) / ink + target[matches.ink_of] / along
    gap = (wanted - weight[..., None] * decoder.mean).reshape(count, -1)
    weighted = decoder.basis.T * np.repeat(weight, 2, axis=1)[:, None]
    return np.linalg.solve(weighted @ decoder.basis + np.diag(prior), (gap @ decoder.basis)[..., None])[..., 0]


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
    points = along_dots(drawn + offsets, target, lifts).astype(np.float32)
    offsets = points - drawn
    glyph = StrokeGlyph(model.forms[form].character, model.forms[form].strokes(points))
    matches = _matched((_between(lifts) @ points.astype(np.float64))[None], target)
    return StrokeFit(
        form,
        u,
        offsets.astype(np.float32),
        glyph,
        np.sqrt(matches.ink_off[0]).astype(np.float32),
        np.sqrt(matches.strokes_off[0]).astype(np.float32),
    )


def _to_ends(points: DoubleArray, target: DoubleArray, lifts: list[int]) -> DoubleArray:
    """(POINTS, 2) what draws each stroke out to the end of its ink: means over matched points end before it."""
    nearest = _matched(points[None], target).stroke_of[0]
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
    matches = _matched(points[None], target)
    pull = target[matches.ink_of[0]] - points
    weight = np.ones(len(points))
    nearest = matches.stroke_of[0]
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
