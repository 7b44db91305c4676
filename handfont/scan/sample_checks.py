"""Which samples are not what they are labelled: they are reported, and left out of the style."""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.charset import INDEX, confusable
from handfont.core.glyph import GlyphSample
from handfont.core.sdf import CANONICAL_PEN, INNER
from handfont.core.strokes import length
from handfont.model import inference
from handfont.model.loading import Weights

UNREAD, READ, ILLEGIBLE = 0.02, 0.8, 0.01
"""A glyph is doubtful whose own label has less than the first probability and another more than the second, and in any
case below the third: whoever labelled it is believed before the reader."""
BEGUN = 0.25
"""Way that the width of the pen adds to each stroke, in x-heights: a dot has ink, too."""
MUCH, TOO_MUCH = 1.5, 2.2
"""Length of a glyph's strokes, as a factor of its character's usual one, from which on it is doubtful: one that is not
read well, and any. Signs are too small for that."""


def doubtful(samples: list[GlyphSample], weights: Weights) -> list[tuple[GlyphSample, str]]:
    """The doubtful ones of the samples, each with the reason, as the end of a sentence that begins with the glyph."""
    if not samples:
        return []
    probabilities = inference.read(weights.reader, np.stack([sample.shape for sample in samples]))
    characters = weights.config.characters
    labels = np.array([INDEX[sample.character] for sample in samples])
    usual = _usual_lengths(weights)[labels]
    factors = np.array([_length(sample.shape[None], np.array([sample.metrics.size]))[0] for sample in samples]) / usual
    owns = inference.legibility(probabilities, labels)
    result = []
    for sample, row, own, factor in zip(samples, probabilities, owns, factors, strict=True):
        best = characters[int(row.argmax())]
        if sample.confidence < 1.0:
            result.append((sample, "runs into the ruling, or its size is far from usual"))
        elif sample.character.isalnum() and (factor > TOO_MUCH or (factor > MUCH and own < 0.5)):
            result.append((sample, "has more ink than the character takes: crossed out, or two characters"))
        elif own < UNREAD and float(row.max()) > READ and not confusable(best, sample.character):
            result.append((sample, f"looks like '{best}'"))
        elif own < ILLEGIBLE:
            result.append((sample, "cannot be read"))
    return result


def _length(shapes: FloatArray, sizes: DoubleArray) -> DoubleArray:
    """How far the pen went, in x-heights, for shapes (N, grid, grid) of sizes (N,): their area over the pen's width."""
    return np.asarray((shapes > 0).sum((1, 2)) / CANONICAL_PEN / INNER * sizes)


def _usual_lengths(weights: Weights) -> DoubleArray:
    """Usual length of every character's strokes (C,), in x-heights: the mean of its forms."""
    model = weights.strokes
    found: list[list[float]] = [[0.5] for _ in weights.config.characters]
    for number, form in enumerate(model.forms):
        strokes = form.strokes(model.mean[number].reshape(-1, 2))
        found[INDEX[form.character]].append(sum(length(stroke) + BEGUN for stroke in strokes))
    return np.array([max(float(np.mean(lengths[1:] or lengths)), 0.5) for lengths in found])
