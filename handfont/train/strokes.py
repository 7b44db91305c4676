"""The stroke model, fitted to UNIPEN's pen trajectories and, beyond ASCII, to handwriting fonts.

Forms, their linear latent spaces, the variation within writers, and the training hands as the embedder sees them. It
takes some minutes on one core; there is nothing random but what ``SEED`` draws.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from handfont.core import sdf
from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.charset import INDEX
from handfont.core.forms import POINTS, in_form, tidied
from handfont.core.glyph import GlyphSample, Metrics
from handfont.core.strokes import StrokeGlyph
from handfont.errors import DataError
from handfont.model import inference
from handfont.model.evidence import Evidence
from handfont.model.networks import Networks
from handfont.model.strokes import StrokeModel
from handfont.train import forms as stroke_forms
from handfont.train.data import traced_fonts
from handfont.train.data.unipen import Trajectory

DIMENSIONS = 32
"""Dimensions of the latent of a form."""
SEED = 0
"""Of all that is drawn at random here."""
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
SEEN_OF_FORM = 2
"""Samples of each form by which the style of a training hand is inferred."""
FACES_RIDGE = 30.0
"""The same for traced fonts, whose slopes are those among the writers made of one face: faces are few, and differ in
more than slopes can be learned from."""
LEGIBLE, CLEARLY = 0.9, 0.95
"""Characters of training hands that read worse (wrong labels, scrawls) are left out: those of people's and those of
fonts, of which half remain even so."""
PEN = 0.1
"""Pen that trajectories are given, which have none of their own, in x-heights."""


@dataclass(frozen=True, eq=False)
class _Space:
    """The latent space of one form, and the latents (N, U) of its samples."""

    mean: FloatArray
    basis: FloatArray
    deviation: FloatArray
    latents: FloatArray


def fit(
    trajectories: list[Trajectory],
    networks: Networks,
    evidence: Evidence,
    dimensions: int = DIMENSIONS,
    fonts: Sequence[Trajectory] = (),
) -> StrokeModel:
    """The stroke model of trajectories.

    Args:
        networks: embedder and reader, which look at the training hands.
        evidence: what the embedder's view says of a writer's style.
        fonts: traced fonts, from which characters are learned that are in no trajectory.

    Raises:
        DataError: too few trajectories for any form.
    """
    found = stroke_forms.find(trajectories, SEED)
    if not found:
        raise DataError("the trajectories are too few: no character is written often enough in one form")
    known = {one.form.character for one in found}
    further = [glyph for glyph in fonts if glyph.label not in known]
    found += [replace(one, rows=one.rows + len(trajectories)) for one in stroke_forms.find_alike(further)]
    written = [*trajectories, *further]
    spaces = [_space(one, written, dimensions) for one in found]
    styles = _styles(_some(found, trajectories) + list(fonts), networks, evidence)
    parts = [_with_writers(one, space, written, styles) for one, space in zip(found, spaces, strict=True)]
    hands = [hand for part in parts for hand in part.hands]
    model = StrokeModel(
        tuple(one.form for one in found),
        np.stack([space.mean for space in spaces]),
        np.stack([space.basis for space in spaces]),
        np.stack([space.deviation for space in spaces]),
        np.stack([part.within for part in parts]),
        np.stack([_height(one, written) for one in found]),
        np.stack([part.slope for part in parts]),
        np.repeat(np.arange(len(parts), dtype=np.int32), [len(part.hands) for part in parts]),
        np.stack(hands),
        np.stack([styles[writer] for part in parts for writer in part.writers]),
        np.zeros((len(hands), 0), np.float32),
    )
    return _with_hands_seen(model, networks, known)


def sample_of(glyph: StrokeGlyph | Trajectory, pen: float = PEN) -> GlyphSample:
    """Strokes as a sample of ink that the embedder and the reader can look at."""
    character = glyph.character if isinstance(glyph, StrokeGlyph) else glyph.label
    shape = sdf.from_strokes(list(glyph.strokes), sdf.MIN_SIZE)
    middle = np.array([shape.x, shape.y], np.float32)
    return GlyphSample(
        character,
        shape.field,
        Metrics(shape.side, shape.y),
        pen,
        "strokes",
        (0, 0, 0, 0),
        strokes=tuple(stroke - middle for stroke in glyph.strokes),
    )


def _space(found: stroke_forms.FoundForms, trajectories: list[Trajectory], dimensions: int) -> _Space:
    points = np.stack([in_form(tidied(trajectories[row].strokes), found.form) for row in found.rows])
    flat = points.reshape(len(points), 2 * POINTS).astype(np.float64)
    mean = flat.mean(axis=0)
    variances, directions = np.linalg.eigh((flat - mean).T @ (flat - mean) / len(flat))
    basis = directions[:, ::-1].T[:dimensions] * (variances[::-1][:dimensions] > CLEAR)[:, None]
    # The sign of an eigenvector is whatever the library returns: the largest part is made positive.
    largest = np.abs(np.round(basis, 6)).argmax(axis=1)
    basis = basis * np.sign(basis[np.arange(len(basis)), largest])[:, None]
    deviation = np.sqrt(np.maximum(variances[::-1][:dimensions], 1e-8))
    return _Space(
        mean.astype(np.float32),
        basis.astype(np.float32),
        deviation.astype(np.float32),
        ((flat - mean) @ basis.T).astype(np.float32),
    )


@dataclass(frozen=True, eq=False)
class _Written:
    """Who writes in a form: names and mean latents (U,) of writers, how latents vary within one (DIRECTIONS, U), and
    how they go with the style (U, Z).
    """

    writers: list[str]
    hands: list[FloatArray]
    within: FloatArray
    slope: FloatArray


def _with_writers(
    found: stroke_forms.FoundForms, space: _Space, trajectories: list[Trajectory], styles: dict[str, FloatArray]
) -> _Written:
    names = np.array([trajectories[row].writer for row in found.rows])
    writers = [str(name) for name in np.unique(names)]
    own = [space.latents[names == writer] for writer in writers]
    hands = [latents.mean(axis=0) for latents in own]
    counts = np.array([len(latents) for latents in own])
    within = _factor([latents for latents in own if len(latents) > 1], space.deviation)
    style = np.stack([styles[writer] for writer in writers]).astype(np.float64)
    faces = np.array([traced_fonts.face_of(writer) for writer in writers])
    slope = _slope(style, np.stack(hands), counts / (counts + 1.0), faces, FACES_RIDGE if faces[0] else RIDGE)
    return _Written(writers, hands, within, slope)


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


def _some(found: list[stroke_forms.FoundForms], trajectories: list[Trajectory]) -> list[Trajectory]:
    """Of each writer of trajectories, some of each form: the rows of forms beyond them are left out."""
    chosen = []
    for one in found:
        seen: Counter[str] = Counter()
        for row in one.rows[one.rows < len(trajectories)]:
            writer = trajectories[row].writer
            if seen[writer] < SEEN_OF_FORM:
                chosen.append(trajectories[row])
                seen[writer] += 1
    return chosen


def _styles(trajectories: list[Trajectory], networks: Networks, evidence: Evidence) -> dict[str, FloatArray]:
    """The style (Z,) of each writer, inferred from all samples."""
    samples: dict[str, list[GlyphSample]] = defaultdict(list)
    for glyph in trajectories:
        samples[glyph.writer].append(sample_of(glyph))
    return {
        writer: inference.writer_posterior(networks.embedder, evidence, own).mean.astype(np.float32)
        for writer, own in sorted(samples.items())
    }


def _height(found: stroke_forms.FoundForms, trajectories: list[Trajectory]) -> FloatArray:
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


def _with_hands_seen(model: StrokeModel, networks: Networks, people: set[str]) -> StrokeModel:
    """The model with the training hands' embeddings, without those that do not read as their character.

    Args:
        people: the characters that people's trajectories have.
    """
    samples = [
        sample_of(model.decode(form, latent))
        for form, latent in zip(model.hand_form.tolist(), model.hand_latent, strict=True)
    ]
    fields = np.stack([sample.shape for sample in samples])
    labels = np.array([INDEX[sample.character] for sample in samples])
    seen = inference.embedded(networks.embedder, fields, labels)
    embeddings = seen / np.linalg.norm(seen, axis=1, keepdims=True)
    legible = inference.legibility(inference.read(networks.reader, fields), labels)
    characters = np.array([model.forms[form].character for form in model.hand_form])
    used = np.zeros(len(legible), bool)
    for character in model.forms_of:
        own = np.flatnonzero(characters == character)
        enough = LEGIBLE if character in people else min(CLEARLY, float(np.median(legible[own])))
        clear = own[np.round(legible[own], 4) >= np.round(enough, 4)]
        used[clear if len(clear) else own] = True  # where none reads well, all that there are
    return replace(
        model,
        hand_form=model.hand_form[used],
        hand_latent=model.hand_latent[used],
        hand_style=model.hand_style[used],
        hand_embedding=embeddings[used],
    )
