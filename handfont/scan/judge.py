"""Which samples do not look like what they are labelled: they are reported, and kept out of the style."""

from __future__ import annotations

import numpy as np

from handfont.charset import INDEX, alike, confusable
from handfont.glyph import GlyphSample
from handfont.model import inference
from handfont.model.loading import Weights

UNREAD = 0.05
"""Below this probability of its own label a glyph is doubtful where another character is likely."""


def doubtful(samples: list[GlyphSample], weights: Weights) -> list[tuple[GlyphSample, str]]:
    """The doubtful ones of the samples, each with the reason."""
    if not samples:
        return []
    probabilities = inference.read(weights.reader, np.stack([sample.shape for sample in samples]))
    characters = weights.network.config.characters
    same = alike(characters)[[INDEX[sample.character] for sample in samples]]
    result = []
    for sample, row, own in zip(samples, probabilities, (probabilities * same).sum(axis=1), strict=True):
        best = characters[int(row.argmax())]
        if sample.confidence < 1.0:
            result.append((sample, "runs into the ruling, or its size is far from usual"))
        elif own < UNREAD and float(row.max()) > 0.6 and not confusable(best, sample.character):
            result.append((sample, f"looks like '{best}'"))
    return result
