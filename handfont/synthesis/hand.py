"""The hand: fresh glyphs of a writer, each its own sample of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from threading import Lock

import numpy as np

from handfont.core import composites
from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX
from handfont.core.composites import Part
from handfont.core.drawn_signs import DRAWN
from handfont.core.forms import ALONE, Joins
from handfont.core.glyph import Glyph, JoinedEnds, Outline
from handfont.core.inking import InkedGlyphs, Nib, ink, path_bands
from handfont.core.random_streams import stream
from handfont.core.strokes import StrokeGlyph
from handfont.core.variation import restore_position, varied
from handfont.model.loading import Weights, load_weights
from handfont.style.posterior import StylePosterior
from handfont.synthesis.allographs import Allograph, Allographs, allographs_of
from handfont.synthesis.joining import usual_shifts
from handfont.synthesis.latent_noise import Noise, noise_of
from handfont.synthesis.mark_positioning import Shake, compose, slant_of
from handfont.synthesis.meeting import Meeting
from handfont.synthesis.pressure import pressures
from handfont.synthesis.shear import matrix_of
from handfont.synthesis.sign_allographs import ROUND, TALL, Proportions, proportions, sign_allograph

UPRIGHT = "HIOTXlox"
"""Letters that are symmetrical when upright show the slant of a hand."""

MEETINGS = 2
"""Times that joined letters are bent towards each other; what is left of the gap is taken up by the join."""


class Hand:
    """A style ready to write. ``neatness`` scales all variation: 0 the mean glyph, 1 the style's own, 2 twice it.

    ``found`` are the allographs found by another hand of the same latents and characters; what is found is added.
    """

    def __init__(
        self,
        style: StylePosterior,
        neatness: float = 1.0,
        weights: Weights | None = None,
        found: dict[tuple[str, Joins], Allographs] | None = None,
    ) -> None:
        self.style, self.neatness = style, neatness * style.neatness
        self.weights = weights or load_weights(style.model)
        self._found: dict[tuple[str, Joins], Allographs] = {} if found is None else found
        self._finding = Lock()

    @property
    def nib(self) -> Nib:
        """The tip of the pen."""
        pen = self.style.pen
        return Nib(pen.width, pen.ratio, pen.angle)

    def write(
        self, text: str, seed: int, document: str = "", first: int = 0, joins: Sequence[Joins] | None = None
    ) -> list[Glyph]:
        """A glyph for each character of ``text``, all of :data:`handfont.core.composites.WRITABLE`; ``first`` is the
        position of the first one in the document, so that a document drawn in parts is the same as one drawn at once.

        ``joins`` says how each is joined (see :mod:`handfont.synthesis.joining`); none is, if it is None.
        """
        if not text:
            return []
        joined = [ALONE] * len(text) if joins is None else list(joins)
        recipes = [composites.parts(character) or (Part(character),) for character in text]
        # Marks are drawn after all letters.
        further = [(i, slot) for i, recipe in enumerate(recipes) for slot in range(1, len(recipe))]
        parts = [recipe[0] for recipe in recipes] + [recipes[i][slot] for i, slot in further]
        noise = noise_of(seed, document, first, len(text), self.weights.strokes.within.shape[1])
        shakes: list[Shake] = []
        if further:
            streams = [stream(seed, document, "parts", first + i, slot) for i, slot in further]
            noise = noise.with_parts(streams, [i for i, _ in further])
            shakes = [Shake.drawn(rng, self.neatness) for rng in streams]
        drawn, ends = self._drawn(text, parts, joined + [ALONE] * len(further), noise)
        written = drawn[: len(text)]
        start = len(text)
        for i, (character, recipe) in enumerate(zip(text, recipes, strict=True)):
            if character not in INDEX:
                stop = start + len(recipe) - 1
                marks = slice(start - len(text), stop - len(text))
                written[i] = compose(
                    character,
                    recipe,
                    [drawn[i], *drawn[start:stop]],
                    shakes[marks],
                    self.style.pen.width,
                    self.slant,
                    self.style.rhythm.letter_gap,
                )
                start = stop
        return self._inked(written, ends, noise)

    def ink_strokes(self, glyphs: Sequence[StrokeGlyph], seed: int, document: str) -> InkedGlyphs:
        """The ink of strokes that are in their places already, with the hand's pressure."""
        noise = noise_of(seed, document, 0, len(glyphs), self.weights.strokes.within.shape[1])
        return ink(glyphs, self.nib, pressures(glyphs, noise, self.neatness * self.style.pen.variation))

    def allographs(self, character: str, joins: Joins = ALONE) -> Allographs:
        """How a character of the model is written where it is joined so: one allograph, or several that are used in
        turn by chance.
        """
        found = self._found.get((character, joins))
        if found is None:
            find = self._sign if character in DRAWN else self._letter
            found = self._found.setdefault((character, joins), find(character, joins))
        return found

    @cached_property
    def slant(self) -> float:
        """Slant of the hand, x per y."""
        return slant_of(
            [
                StrokeGlyph(character, allograph.form.strokes(allograph.points))
                for character in UPRIGHT
                for allograph in self.allographs(character)[:1]
            ]
        )

    def _letter(self, character: str, joins: Joins) -> Allographs:
        with self._finding:
            return allographs_of(self.style, character, self.weights, joins)

    def _sign(self, character: str, joins: Joins) -> Allographs:
        dimensions = self.weights.strokes.within.shape[1]
        return (sign_allograph(character, self._proportions, self.style.variation, dimensions),)

    @cached_property
    def _proportions(self) -> Proportions:
        letters = {letter: self.allographs(letter)[0].points for letter in ROUND + TALL}
        return proportions(letters, self.slant)

    def _drawn(
        self, text: str, parts: list[Part], joins: Sequence[Joins], noise: Noise
    ) -> tuple[list[StrokeGlyph], list[JoinedEnds | None]]:
        """A sample of each part of a character, of its size and height, and the joined ends of each character."""
        chosen = [
            self._choice(part.character, own, float(u)) for part, own, u in zip(parts, joins, noise.choice, strict=True)
        ]
        different = list({id(one): one for one in chosen}.values())
        place = {id(one): number for number, one in enumerate(different)}
        which = np.array([place[id(one)] for one in chosen], np.int64)
        means = np.stack([one.points for one in different])
        directions = np.stack([one.directions for one in different])
        anchors = np.array([one.anchor for one in different], np.float32)[which]

        def sample(numbers: FloatArray) -> FloatArray:
            points = varied(means, directions, which, numbers)
            restore_position(points, means[which], anchors)
            return points

        numbers = np.asarray(self.neatness * noise.shape[: len(parts)], np.float32)
        points = sample(numbers)
        ends: list[JoinedEnds | None] = [None] * len(text)
        if any(own.right for own in joins):
            exits = np.array([one.form.exit_point for one in different])[which]
            meeting = Meeting(directions, which, exits, joins)
            shifts = usual_shifts(meeting, means[which], text, joins, self.style, self.weights)
            wanted = meeting.wanted(points, shifts)
            first = points
            for _ in range(MEETINGS):
                numbers = meeting.nearer(points, wanted, numbers)
                points = sample(numbers)
            across = meeting.middle(points)[:, None] + wanted[..., 0]
            points = meeting.with_marks(points, first)
            ends = [
                None
                if joins[i] == ALONE
                else JoinedEnds(joins[i], chosen[i].form.exit, float(across[i, 0]), float(across[i, 1]), None)
                for i in range(len(text))
            ]
        scale = np.array([part.scale for part in parts], np.float32)
        rise = np.array([part.rise for part in parts], np.float32)
        points *= scale[:, None, None]
        points[..., 1] += rise[:, None]
        drawn = [
            StrokeGlyph(part.character, allograph.form.strokes(own))
            for part, allograph, own in zip(parts, chosen, points, strict=True)
        ]
        return drawn, ends

    def _choice(self, character: str, joins: Joins, u: float) -> Allograph:
        """The allograph of a character that a uniform number chooses."""
        found = self.allographs(character, joins)
        total = 0.0
        for allograph in found:
            total += allograph.share
            if u < total:
                return allograph
        return found[-1]

    def _inked(self, written: list[StrokeGlyph], ends: Sequence[JoinedEnds | None], noise: Noise) -> list[Glyph]:
        """Strokes leaned and stretched as the style is, with the ink of its pen; of joined ones, only its edges."""
        own = matrix_of(self.style.geometry)
        lean = np.tan(np.radians(self.neatness * self.style.rhythm.lean * noise.lean)).astype(np.float32)
        matrices = np.broadcast_to(own, (len(written), 2, 2)).copy()
        matrices[:, 1, 0] += lean[: len(written)]
        still = np.zeros(2, np.float32)
        moved = [glyph.transformed(matrix, still) for glyph, matrix in zip(written, matrices, strict=True)]
        factors = pressures(moved, noise, self.neatness * self.style.pen.variation)
        pen = self.style.pen.width
        result: list[Glyph | None] = [None] * len(moved)
        joined = [(i, end) for i, end in enumerate(ends) if end is not None]
        if joined:
            edges = _edges([moved[i] for i, _ in joined], pen)
            for (i, end), left, right in zip(joined, *edges, strict=True):
                placed = _placed_ends(moved[i], written[i], end, matrices[i], factors[i])
                result[i] = Glyph(moved[i].character, moved[i].strokes, Outline(()), pen, left, right, placed)
        alone = [i for i, end in enumerate(ends) if end is None]
        if alone:
            inked = ink([moved[i] for i in alone], self.nib, [factors[i] for i in alone])
            for i, outline, left, right in zip(alone, inked.outlines, inked.left, inked.right, strict=True):
                result[i] = Glyph(moved[i].character, moved[i].strokes, outline, pen, left, right)
        return [glyph for glyph in result if glyph is not None]


def _edges(glyphs: Sequence[StrokeGlyph], pen: float) -> tuple[FloatArray, FloatArray]:
    """Left and right edges (N, BANDS), about, of the ink that glyphs will have."""
    points = [stroke for glyph in glyphs for stroke in glyph.strokes]
    sizes = [sum(map(len, glyph.strokes)) for glyph in glyphs]
    return path_bands(np.concatenate(points), np.repeat(np.arange(len(glyphs)), sizes), len(glyphs), pen)


def _placed_ends(
    glyph: StrokeGlyph, before: StrokeGlyph, ends: JoinedEnds, matrix: FloatArray, factors: FloatArray
) -> JoinedEnds:
    """The ends of a letter that was leaned by a matrix (2, 2), ``before`` which they were found, with its pressure."""
    first, last = glyph.strokes[0][0, 0], glyph.strokes[ends.exit][-1, 0]
    wider = float(matrix[0, 0])
    entered = float(first) + wider * (ends.entered - float(before.strokes[0][0, 0]))
    leaves = float(last) + wider * (ends.left - float(before.strokes[ends.exit][-1, 0]))
    return JoinedEnds(ends.joins, ends.exit, entered, leaves, factors)


def redrawn(glyph: Glyph, matrix: FloatArray) -> Glyph:
    """A glyph, the points of its strokes multiplied as rows by a matrix (2, 2), inked again with its round pen."""
    moved = StrokeGlyph(glyph.character, glyph.strokes).transformed(matrix, np.zeros(2, np.float32))
    inked = ink([moved], Nib(glyph.pen))
    return replace(
        glyph, strokes=moved.strokes, outline=inked.outlines[0], left_edge=inked.left[0], right_edge=inked.right[0]
    )
