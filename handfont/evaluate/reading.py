"""What the classifier and the style posterior make of glyphs, as figures of the table."""

from __future__ import annotations

import numpy as np

from handfont.core.charset import INDEX, alike
from handfont.core.glyph import GlyphSample
from handfont.evaluate.held_out import shapes
from handfont.model import inference
from handfont.model.loading import Weights


def share(hits: np.ndarray) -> float:
    """Share of hits, or mean of figures, NaN of none."""
    return float(np.mean(hits)) if len(hits) else float("nan")


def read_as_meant(read: np.ndarray, glyphs: list[GlyphSample]) -> np.ndarray:
    """(N,) whether glyphs were read as their character or one that looks alike; ``read`` (N,) are classes."""
    return alike()[[INDEX[glyph.character] for glyph in glyphs], read]


def classified(weights: Weights, glyphs: list[GlyphSample]) -> np.ndarray:
    """(N,) whether the classifier reads glyphs as meant, by their shape alone."""
    return read_as_meant(inference.read(weights.reader, shapes(glyphs)).argmax(1), glyphs)


def style_mean(weights: Weights, glyphs: list[GlyphSample]) -> np.ndarray:
    """(Z,) mean of the style posterior of glyphs of one hand."""
    return inference.writer_posterior(weights.embedder, weights.evidence, glyphs).mean
