"""What is learned of one form: the linear space of its shapes, how repetitions vary, how shapes go with the style.

Nothing is random: principal components, covariances within writers, and ridge regressions on the style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.forms import POINTS, in_form, tidied
from handfont.train import forms as stroke_forms
from handfont.train.data import traced_fonts
from handfont.train.data.unipen import Trajectory

DIMENSIONS = 32
"""Dimensions of the latent of a form."""
DIRECTIONS = 12
"""Directions in which a writer's repetitions of a form vary."""
ASSUMED, COUNTED = 0.2, 8.0
"""Share of the variation over people that a form's variation within writers is shrunk towards, and the samples that it
counts as."""
TRIMMED = 0.1
"""Share of the deviations within writers, the largest ones, that are other forms and wrong labels."""
ASTRAY, STEADY = 0.5, 0.002
"""Distance of a sample's foot from the usual one from which on it is misplaced, in x-heights, and variance of heights
below which characters keep to the line by their feet, in squared x-heights."""
CLEAR = 1e-6
"""A direction of less variance than this, in squared x-heights, is none: the samples are too few or too alike."""
RIDGE = 6.0
"""Writers without any slope on the style that slopes are shrunk by."""
FACES_RIDGE = 30.0
"""The same for traced fonts, whose slopes are those among the writers made of one face: faces are few, and differ in
more than slopes can be learned from."""


@dataclass(frozen=True, eq=False)
class FormSpace:
    """The latent space of one form, and the latents (N, U) of its samples."""

    mean: FloatArray
    basis: FloatArray
    deviation: FloatArray
    latents: FloatArray


def space_of(found: stroke_forms.FoundForms, trajectories: Sequence[Trajectory], dimensions: int) -> FormSpace:
    """The latent space of a form, of some dimensions: principal components of its samples."""
    points = np.stack([in_form(tidied(trajectories[row].strokes), found.form) for row in found.rows])
    flat = points.reshape(len(points), 2 * POINTS).astype(np.float64)
    mean = flat.mean(axis=0)
    variances, directions = np.linalg.eigh((flat - mean).T @ (flat - mean) / len(flat))
    basis = directions[:, ::-1].T[:dimensions] * (variances[::-1][:dimensions] > CLEAR)[:, None]
    # The sign of an eigenvector is whatever the library returns: the largest part is made positive.
    largest = np.abs(np.round(basis, 6)).argmax(axis=1)
    basis = basis * np.sign(basis[np.arange(len(basis)), largest])[:, None]
    deviation = np.sqrt(np.maximum(variances[::-1][:dimensions], 1e-8))
    return FormSpace(
        mean.astype(np.float32),
        basis.astype(np.float32),
        deviation.astype(np.float32),
        ((flat - mean) @ basis.T).astype(np.float32),
    )


@dataclass(frozen=True, eq=False)
class FormWriters:
    """Who writes in a form: names, mean latents (U,) and numbers of samples (W,) of writers, how latents vary within
    one (DIRECTIONS, U), and how they go with the style (U, Z).
    """

    writers: list[str]
    hands: list[FloatArray]
    counts: IntArray
    within: FloatArray
    slope: FloatArray


def writers_of(
    found: stroke_forms.FoundForms, space: FormSpace, trajectories: Sequence[Trajectory], styles: dict[str, FloatArray]
) -> FormWriters:
    """The writers of a form, with the styles that they have."""
    names = np.array([trajectories[row].writer for row in found.rows])
    writers = [str(name) for name in np.unique(names)]
    own = [space.latents[names == writer] for writer in writers]
    hands = [latents.mean(axis=0) for latents in own]
    counts = np.array([len(latents) for latents in own])
    within = _factor([latents for latents in own if len(latents) > 1], space.deviation)
    style = np.stack([styles[writer] for writer in writers]).astype(np.float64)
    faces = np.array([traced_fonts.face_of(writer) for writer in writers])
    slope = _slope(style, np.stack(hands), counts / (counts + 1.0), faces, FACES_RIDGE if faces[0] else RIDGE)
    return FormWriters(writers, hands, counts, within, slope)


def _slope(
    style: DoubleArray,
    latents: FloatArray,
    trusted: DoubleArray,
    groups: NDArray[np.str_],
    ridge: float,
) -> FloatArray:
    """(U, Z) how latents (N, U) go with styles (N, Z) over the writers of a group, each trusted (N,) so far."""
    apart_style, apart = style.copy(), latents.astype(np.float64)
    for group in np.unique(groups):
        own = groups == group
        for values in (apart_style, apart):
            values[own] -= np.average(values[own], axis=0, weights=trusted[own])
    weighted = (apart_style * trusted[:, None]).T
    normal = weighted @ apart_style + ridge * np.eye(style.shape[1])
    return np.asarray(np.linalg.solve(normal, weighted @ apart).T, np.float32)


def _factor(own: list[FloatArray], deviation: FloatArray) -> FloatArray:
    """(DIRECTIONS, U) factor of the covariance of latents (n, U) of one writer each."""
    dimensions = len(deviation)
    usual = np.diag(ASSUMED * deviation.astype(np.float64) ** 2)
    deviations = np.concatenate(
        [
            np.zeros((0, dimensions)),
            *((latents - latents.mean(axis=0)) * np.sqrt(len(latents) / (len(latents) - 1)) for latents in own),
        ]
    )
    size = ((deviations / deviation) ** 2).sum(axis=1)
    usable = deviations[np.argsort(size, kind="stable")[: int(np.ceil((1 - TRIMMED) * len(size)))]]
    covariance = (usable.T @ usable + COUNTED * usual) / (len(usable) + COUNTED)
    variances, directions = np.linalg.eigh(covariance)
    return np.asarray(
        np.sqrt(np.maximum(variances[::-1][:DIRECTIONS], 0))[:, None] * directions[:, ::-1].T[:DIRECTIONS], np.float32
    )


def height_of(found: stroke_forms.FoundForms, trajectories: Sequence[Trajectory]) -> FloatArray:
    """(3,) the share of the height of the box at which samples keep best to the line, and median and robust deviation
    of that place over the baseline; where no sample knows its baseline, as if all were on it.
    """
    own = [trajectories[row] for row in found.rows]
    placed = [glyph for glyph in own if glyph.baseline]
    spans = np.array(
        [
            (points[:, 1].min(), points[:, 1].max())
            for points in (np.concatenate(glyph.strokes) for glyph in placed or own)
        ]
    )
    foot, tall = spans[:, 0], spans[:, 1] - spans[:, 0]
    if not placed:
        return np.array([0.0, 0.0, 0.0], np.float32)
    # The share that makes foot + share * height vary least, among those that people write within a box of.
    near = np.abs(foot - np.median(foot)) < ASTRAY
    foot, tall = foot[near], tall[near]
    varies = float(np.var(tall)) + STEADY
    share = float(np.clip(-np.mean((foot - foot.mean()) * (tall - tall.mean())) / varies, 0.0, 1.0))
    heights = foot + share * tall
    median = float(np.median(heights))
    return np.array([share, median, 1.48 * np.median(np.abs(heights - median))], np.float32)
