"""Held-out writers: a glyph of each character to enroll or to compare with, and a second one for the floor."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.charset import ASCII, CHARACTERS
from handfont.core.glyph import Glyph, GlyphSample, Metrics
from handfont.core.sdf import dequantize
from handfont.errors import DataError
from handfont.evaluate.deformations import Deformation, inked
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan.estimation import style_of
from handfont.style.posterior import Origin, Pen, StylePosterior
from handfont.synthesis.hand import Hand
from handfont.train.data.corpus import Corpus
from handfont.train.data.unipen import Trajectory
from handfont.train.strokes import PEN, sample_of

MIN_CHARACTERS = 40
"""Writers with fewer different characters are left out."""
ON_PAPER = Deformation("as written")
"""How letters are inked before they are read."""

Glyphs = dict[str, GlyphSample]


@dataclass
class HeldOut:
    """A writer: one glyph of each character in random order, and one more of those written more than once."""

    name: str
    paths: dict[str, Trajectory] = field(default_factory=dict)
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

    def on_paper(self, letters: int) -> list[GlyphSample]:
        """The enrolled glyphs as they are read back from ink on paper."""
        return [inked(path, ON_PAPER) for path in list(self.paths.values())[:letters]]

    def style(self, letters: int, weights: Weights) -> StylePosterior:
        """The writer's style from a number of letters read from paper, enrolled once."""
        key = (weights.name, letters)
        if key not in self.styles:
            self.styles[key] = style_of(self.on_paper(letters), "held out", "#000000", Origin(), weights)
        return self.styles[key]


def held_out(dev: list[Trajectory], seed: int = 1) -> list[HeldOut]:
    """The writers of trajectories with at least ``MIN_CHARACTERS`` printable ASCII characters, by name.

    Raises:
        DataError: there is none.
    """
    rng = np.random.default_rng(seed)
    writers: dict[str, HeldOut] = {}
    for row in rng.permutation(len(dev)):
        glyph = dev[row]
        if glyph.label not in ASCII:
            continue
        writer = writers.setdefault(glyph.writer, HeldOut(glyph.writer))
        if glyph.label not in writer.paths:
            writer.paths[glyph.label] = glyph
            writer.first[glyph.label] = real(glyph)
        elif glyph.label not in writer.second:
            writer.second[glyph.label] = real(glyph)
    found = [writer for _, writer in sorted(writers.items()) if len(writer.first) >= MIN_CHARACTERS]
    if not found:
        raise DataError(f"no held-out writer has {MIN_CHARACTERS} different characters; is this the whole of UNIPEN?")
    return found


def real(glyph: Trajectory) -> GlyphSample:
    """A writer's own glyph; its height is known only where its baseline is."""
    sample = sample_of(glyph)
    centre = sample.metrics.centre_y if glyph.baseline else None
    return GlyphSample(
        sample.character,
        sample.shape,
        Metrics(sample.metrics.size, centre),
        PEN,
        "held out",
        (0, 0, 0, 0),
        strokes=sample.strokes,
    )


def as_sample(corpus: Corpus, row: int) -> GlyphSample:
    """One glyph of a corpus as enrollment takes it."""
    metrics = corpus.metrics[row]
    measured = Metrics(float(np.exp(metrics[0])), float(metrics[1]) if corpus.known[row, 1] else None)
    shape = dequantize(corpus.fields[row])
    return GlyphSample(CHARACTERS[corpus.labels[row]], shape, measured, PEN, "held out", (0, 0, 0, 0))


def unlettered(glyphs: list[GlyphSample], weights: Weights) -> StylePosterior:
    """The style that glyphs show, as if none of them had been enrolled: every character is inferred."""
    writer = inference.writer_posterior(weights.embedder, weights.evidence, glyphs)
    return StylePosterior("held out", weights.name, writer, {}, Pen(PEN))


def shapes(glyphs: list[GlyphSample]) -> FloatArray:
    """Fields (N, grid, grid) of glyphs."""
    return np.stack([glyph.shape for glyph in glyphs])


def drawn_sample(glyph: Glyph) -> GlyphSample:
    """What a hand wrote, as a glyph that judges can look at."""
    sample = sample_of(Trajectory("", glyph.character, list(glyph.strokes), True))
    return GlyphSample(
        glyph.character, sample.shape, sample.metrics, glyph.pen, "written", (0, 0, 0, 0), strokes=sample.strokes
    )


def written(hand: Hand, characters: list[str], seed: int = 1) -> list[GlyphSample]:
    """One sample of each character as the hand writes it."""
    return [drawn_sample(glyph) for glyph in hand.write("".join(characters), seed)]
