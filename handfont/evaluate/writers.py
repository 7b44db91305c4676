"""Held-out writers: their glyphs, one of each character to enrol or to compare with, and a second one for the floor."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from handfont.charset import ASCII, CHARACTERS
from handfont.enrolment import style_of
from handfont.errors import DataError
from handfont.glyph import FloatArray, GlyphSample, Metrics
from handfont.hand import Hand
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.sdf import unstepped
from handfont.style.posterior import Origin, Pen, StylePosterior
from handfont.train.corpus import Corpus

MIN_CHARACTERS = 40
"""Writers with fewer different characters are left out."""
PEN = 0.1
"""Trajectories have no pen of their own; any stands for it."""

Glyphs = dict[str, GlyphSample]


@dataclass
class HeldOut:
    """A writer: one glyph of each character in random order, and one more of those written more than once."""

    name: str
    first: Glyphs = field(default_factory=dict)
    second: Glyphs = field(default_factory=dict)
    styles: dict[tuple[str, int], StylePosterior] = field(default_factory=dict, repr=False)
    """Styles enrolled already, by the weights' name and the number of letters."""

    def seen(self, letters: int) -> Glyphs:
        """The glyphs that ``letters`` enrolled ones are."""
        return dict(list(self.first.items())[:letters])

    def unseen(self, letters: int) -> Glyphs:
        """All others, as they really are."""
        return dict(list(self.first.items())[letters:])

    def style(self, letters: int, weights: Weights) -> StylePosterior:
        """The writer's style from so many letters, enrolled once."""
        key = (weights.name, letters)
        if key not in self.styles:
            self.styles[key] = style_of(list(self.seen(letters).values()), "held out", "#000000", Origin(), weights)
        return self.styles[key]


def held_out(dev: Corpus, seed: int = 1) -> list[HeldOut]:
    """The writers of a corpus with at least ``MIN_CHARACTERS`` printable ASCII characters, by name.

    Raises:
        DataError: there is none.
    """
    rng = np.random.default_rng(seed)
    writers: dict[str, HeldOut] = {}
    for row in rng.permutation(len(dev.labels)):
        character = CHARACTERS[dev.labels[row]]
        if character not in ASCII:
            continue
        writer = writers.setdefault(dev.names[dev.writers[row]], HeldOut(dev.names[dev.writers[row]]))
        sample = as_sample(dev, int(row))
        if writer.first.setdefault(character, sample) is not sample:
            writer.second.setdefault(character, sample)
    found = [writer for _, writer in sorted(writers.items()) if len(writer.first) >= MIN_CHARACTERS]
    if not found:
        raise DataError(f"no held-out writer has {MIN_CHARACTERS} different characters; is this the whole of UNIPEN?")
    return found


def as_sample(corpus: Corpus, row: int) -> GlyphSample:
    """One glyph of a corpus as enrolment takes it."""
    metrics = corpus.metrics[row]
    measured = Metrics(float(np.exp(metrics[0])), float(metrics[1]) if corpus.known[row, 1] else None)
    shape = unstepped(corpus.fields[row])
    return GlyphSample(CHARACTERS[corpus.labels[row]], shape, measured, PEN, "held out", (0, 0, 0, 0))


def unlettered(glyphs: list[GlyphSample], weights: Weights) -> StylePosterior:
    """The style that glyphs tell of, as if none of them had been kept: every character is inferred."""
    return StylePosterior("held out", weights.name, inference.writer_posterior(weights, glyphs), {}, Pen(PEN))


def shapes(glyphs: list[GlyphSample]) -> np.ndarray:
    """Fields (N, grid, grid) of glyphs."""
    return np.stack([glyph.shape for glyph in glyphs])


def glyph_of(character: str, shape: FloatArray, size: float, centre_y: float, pen: float) -> GlyphSample:
    """What a model wrote, as a glyph that could be enrolled."""
    return GlyphSample(character, shape, Metrics(size, centre_y), pen, "written", (0, 0, 0, 0))


def written(hand: Hand, characters: list[str], seed: int = 1) -> list[GlyphSample]:
    """One sample of each character as the hand writes it."""
    drawn = hand.sample("".join(characters), seed)
    return [glyph_of(character, shape, float(size), float(centre), float(pen))
            for character, shape, size, centre, pen in zip(characters, drawn.fields, drawn.size, drawn.centre_y,
                                                           drawn.pen, strict=True)]
