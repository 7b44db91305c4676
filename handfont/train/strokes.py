"""The stroke model, fitted to UNIPEN's pen trajectories and, beyond ASCII, to handwriting fonts.

Forms, their linear latent spaces, the variation within writers, and the training hands as the embedder sees them. It
takes some minutes on one core; there is nothing random but what ``SEED`` draws.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from handfont.core import sdf
from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX
from handfont.core.forms import ALONE
from handfont.core.glyph import GlyphSample, Metrics
from handfont.core.strokes import StrokeGlyph
from handfont.errors import DataError
from handfont.model import inference
from handfont.model.evidence import Evidence
from handfont.model.networks import Networks
from handfont.model.strokes import StrokeModel
from handfont.train import forms as stroke_forms
from handfont.train.data.unipen import Trajectory
from handfont.train.form_spaces import DIMENSIONS, height_of, space_of, writers_of

SEED = 0
"""Of all that is drawn at random here."""
SEEN_OF_FORM = 2
"""Samples of each form by which the style of a training hand is inferred."""
LEGIBLE, CLEARLY = 0.9, 0.95
"""Characters of training hands that read worse (wrong labels, scrawls) are left out: those of people's and those of
fonts, of which half remain even so."""
SMALL = 0.75
"""Height of a joined capital, as a share of that of capitals that stand alone, below which it is a small letter ..."""
FEWEST_HANDS = 3
"""... as long as this number of hands of its form is left."""
FLAT_HANDS = 15.0
"""Hands without any slope on the style that those of joined letters are drawn to."""
HANDS = 40
"""Training hands of a joined form, at most: those that wrote it most often."""
PEN = 0.1
"""Pen that trajectories are given, which have none of their own, in x-heights."""


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
    styles = _styles(_some(found, trajectories) + list(fonts), networks, evidence)
    model = _model(found, [*trajectories, *further], styles, dimensions)
    return _with_hands_seen(model, networks, known)


def with_joined(
    model: StrokeModel, letters: Sequence[Trajectory], networks: Networks, evidence: Evidence
) -> StrokeModel:
    """The model with forms of joined letters after its own.

    Args:
        letters: of words, joined and unjoined ones: these help to know the style of their writers.
        networks, evidence: as for :func:`fit`.
    """
    found = stroke_forms.find_joined(letters, SEED)
    if not found:
        return model
    styles = _styles(_some_of_each(letters), networks, evidence)
    joined = _model(found, letters, styles, model.dimensions, HANDS)
    joined = _with_hands_seen(joined, networks, set())
    joined = tempered(without_small_capitals(joined, model))
    joined = replace(joined, hand_form=joined.hand_form + len(model.forms))
    arrays = {
        field.name: np.concatenate([getattr(model, field.name), getattr(joined, field.name)])
        for field in fields(StrokeModel)
        if field.name != "forms"
    }
    return StrokeModel((*model.forms, *joined.forms), **arrays)


def without_small_capitals(joined: StrokeModel, alone: StrokeModel) -> StrokeModel:
    """Joined forms without the training hands of capitals that are as low as small letters: in words that were cut
    wrongly, or by writers of no capitals, a small w or z looks as its capital does.

    Args:
        alone: the forms of letters by themselves, which show how tall capitals are.
    """
    usual: dict[str, list[float]] = defaultdict(list)
    for form, latent in zip(alone.hand_form.tolist(), alone.hand_latent, strict=True):
        usual[alone.forms[form].character].append(float(np.ptp(alone.points(form, latent)[:, 1])))
    tall = {character: float(np.median(heights)) for character, heights in usual.items()}
    good = np.array(
        [
            not (character := joined.forms[form].character).isupper()
            or float(np.ptp(joined.points(form, latent)[:, 1])) >= SMALL * tall[character]
            for form, latent in zip(joined.hand_form.tolist(), joined.hand_latent, strict=True)
        ]
    )
    # A form keeps its hands where hardly one would be left.
    left = np.bincount(joined.hand_form[good], minlength=len(joined.forms))
    good |= left[joined.hand_form] < FEWEST_HANDS
    hands = ("hand_form", "hand_latent", "hand_style", "hand_embedding")
    return replace(joined, **{name: getattr(joined, name)[good] for name in hands})


def tempered(joined: StrokeModel) -> StrokeModel:
    """Joined forms with slopes drawn towards none: few writers write each, fewer than there are dimensions of style."""
    counts = np.bincount(joined.hand_form, minlength=len(joined.forms))
    share = (counts / (counts + FLAT_HANDS)).astype(np.float32)
    return replace(joined, slope=joined.slope * share[:, None, None])


def _model(
    found: Sequence[stroke_forms.FoundForms],
    written: Sequence[Trajectory],
    styles: dict[str, FloatArray],
    dimensions: int,
    most_hands: int | None = None,
) -> StrokeModel:
    """The stroke model of forms, its training hands not seen yet, of each form those with most samples."""
    spaces = [space_of(one, written, dimensions) for one in found]
    parts = [writers_of(one, space, written, styles) for one, space in zip(found, spaces, strict=True)]
    used = [np.sort(np.argsort(-part.counts, kind="stable")[:most_hands]) for part in parts]
    hands = [part.hands[row] for part, rows in zip(parts, used, strict=True) for row in rows]
    return StrokeModel(
        tuple(one.form for one in found),
        np.stack([space.mean for space in spaces]),
        np.stack([space.basis for space in spaces]),
        np.stack([space.deviation for space in spaces]),
        np.stack([part.within for part in parts]),
        np.stack([height_of(one, written) for one in found]),
        np.stack([part.slope for part in parts]),
        np.repeat(np.arange(len(parts), dtype=np.int32), [len(rows) for rows in used]),
        np.stack(hands),
        np.stack([styles[part.writers[row]] for part, rows in zip(parts, used, strict=True) for row in rows]),
        np.zeros((len(hands), 0), np.float32),
    )


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
        joins=glyph.joins if isinstance(glyph, Trajectory) else ALONE,
    )


def _some_of_each(letters: Sequence[Trajectory]) -> list[Trajectory]:
    """Of each writer of letters, some of each character and way of joining."""
    seen: Counter[tuple[str, str, bool, bool]] = Counter()
    chosen = []
    for glyph in letters:
        key = (glyph.writer, glyph.label, *glyph.joins)
        if seen[key] < SEEN_OF_FORM:
            chosen.append(glyph)
            seen[key] += 1
    return chosen


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
    used = np.zeros(len(legible), bool)
    for character, joins in {(form.character, form.joins): None for form in model.forms}:
        own = np.flatnonzero(np.isin(model.hand_form, model.forms_of(character, joins)))
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
