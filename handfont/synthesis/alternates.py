"""Several drawings of one character that can take each other's place: those of joined letters end at the same ports.

A drawing is written as on a page: an allograph, varied, pressed, a little off the line. Where it is joined, its ends
are brought near the ports as the hand varies, and the last piece of the stroke leads into the port itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.connecting import REACH, led_to
from handfont.core.forms import ALONE, Joins
from handfont.core.strokes import StrokeGlyph
from handfont.core.variation import restore_position, varied
from handfont.synthesis.allographs import Allograph
from handfont.synthesis.hand import MEETINGS, Hand
from handfont.synthesis.latent_noise import Noise, noise_of
from handfont.synthesis.meeting import STEADY, Meeting
from handfont.synthesis.ports import Ports
from handfont.synthesis.pressure import pressures

MOST = 1.25
"""Numbers that drawings vary by, at most: one comes back again and again, and an odd one is noticed."""

FARTHEST = 1.5
"""Length of the change of a letter's numbers that brings its ends near its ports, at most; the piece that leads there
goes the rest.
"""
TOP = 1e-3
"""Variance, in squared x-heights, by which the top of a letter may move while its ends do: were it free, tall letters
whose ports are high would be small.
"""


class Form(NamedTuple):
    """How a letter is joined: at which port it is entered (None where it is not), and whether it is left at its own."""

    entry: int | None = None
    onward: bool = False

    @property
    def joins(self) -> Joins:
        """The sides that are joined."""
        return Joins(self.entry is not None, self.onward)


APART = Form()
"""A letter that is joined to none."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """One drawing of a character of the model, in x-heights.

    Attributes:
        glyph: its strokes, upright.
        number: of the drawing among those of its character and form.
        entered, left: x of the ports, 0 where there is none.
        joined: strokes whose beginning, and whose end, lie at a port; None where there is none.
    """

    glyph: StrokeGlyph
    number: int
    form: Form = APART
    entered: float = 0.0
    left: float = 0.0
    joined: tuple[int | None, int | None] = (None, None)


class Alternates:
    """Draws characters of the model ``count`` times each; the same seed draws the same."""

    def __init__(self, hand: Hand, count: int, seed: int, ports: Ports | None = None) -> None:
        self.hand, self.count, self.seed, self.ports = hand, count, seed, ports
        self._noise = lru_cache(maxsize=64)(self._noise_of)

    def drawings(self, character: str, form: Form = APART) -> list[Drawing]:
        """All drawings of a character, the first one in the form that the hand uses most."""
        found = sorted(self.hand.allographs(character, form.joins), key=lambda one: -one.share)
        which = _shared_out(np.array([one.share for one in found]), self.count)
        noise = self._noise(character, form)
        means, directions = np.stack([one.points for one in found]), np.stack([one.directions for one in found])
        anchors = np.array([one.anchor for one in found], np.float32)[which]

        def sample(numbers: FloatArray) -> FloatArray:
            points = varied(means, directions, which, numbers)
            restore_position(points, means[which], anchors)
            return points

        numbers = np.asarray(self.hand.neatness * np.clip(noise.shape, -MOST, MOST), np.float32)
        points = sample(numbers)
        chosen = [found[i] for i in which]
        if form.joins == ALONE:
            return self._alone(character, chosen, points, noise)
        ports = self.ports
        if ports is None:
            raise ValueError("letters of a hand without ports are not joined")
        meeting = Meeting(
            directions, which, np.array([one.form.exit_point for one in chosen]), [form.joins] * self.count
        )
        first, drawn = points, numbers
        wanted = _places(ports, character, form, meeting.ends(means[which]))
        for _ in range(MEETINGS):
            numbers = drawn + _change(meeting, points, wanted, numbers - drawn, form.joins)
            points = sample(numbers)
        middles = meeting.middle(points)
        points = meeting.with_marks(points, first)
        return [
            _joined(ports, character, form, number, one, own, middle + wanted[number, :, 0])
            for number, (one, own, middle) in enumerate(zip(chosen, points, middles, strict=True))
        ]

    def _noise_of(self, character: str, form: Form) -> Noise:
        """The random numbers of the drawings of a character."""
        document = f"alternates\x1f{character}\x1f{form.entry}\x1f{form.onward}"
        return noise_of(self.seed, document, 0, self.count, self.hand.weights.strokes.within.shape[1])

    @cached_property
    def _pressure(self) -> float:
        return self.hand.neatness * self.hand.style.pen.variation

    def pressed(self, drawing: Drawing, glyph: StrokeGlyph) -> FloatArray:
        """Factors of the pen's width at the points of a drawing's strokes, ``glyph``, as they will be inked: 1 at
        ports, so that no step shows there, and about 1 in the mean of a character's drawings.
        """
        noise = self._noise(glyph.character, drawing.form)
        row = slice(drawing.number, drawing.number + 1)
        pressure = noise.pressure[row] - noise.pressure.mean()
        own = Noise(noise.shape[row], noise.profile[row], noise.choice[row], pressure, noise.lean[row])
        factors = pressures([glyph], own, self._pressure)[0]
        bounds = np.cumsum([0, *map(len, glyph.strokes)])
        entry, exit = drawing.joined
        for stroke, order in ((entry, 1), (exit, -1)):
            if stroke is not None:
                part = factors[bounds[stroke] : bounds[stroke + 1]][::order]
                part[:] = 1 + (part - 1) * _eased(glyph.strokes[stroke][::order])
        return factors

    def _alone(self, character: str, chosen: list[Allograph], points: FloatArray, noise: Noise) -> list[Drawing]:
        """Drawings a little above or below the line, and turned, as the letters of the hand are."""
        rhythm, amount = self.hand.style.rhythm, self.hand.neatness
        # Numbers of the pen's profile, which such small moves may share.
        rise, turn = np.clip(noise.profile[:, :2].T, -MOST, MOST) * amount
        result = []
        for number, (one, own) in enumerate(zip(chosen, points, strict=True)):
            angle = np.radians(rhythm.turn * turn[number])
            matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
            shift = np.array([0.0, rhythm.bounce * rise[number]], np.float32)
            glyph = StrokeGlyph(character, one.form.strokes(own)).transformed(matrix, shift)
            result.append(Drawing(glyph, number))
        return result


def _places(ports: Ports, character: str, form: Form, usual: DoubleArray) -> DoubleArray:
    """(N, 2, 2) where the ends of letters should be that are usually at (N, 2, 2), across from the mean of the body and
    up.
    """
    result = usual.copy()
    if form.entry is not None:
        result[:, 0, 0] += ports.entries[character, form.entry, form.onward]
        result[:, 0, 1] = ports.levels[form.entry].height
    if form.onward:
        result[:, 1, 0] += ports.exits[character, form.entry is not None]
        result[:, 1, 1] = ports.levels[ports.level[character]].height
    return result


def _joined(
    ports: Ports, character: str, form: Form, number: int, one: Allograph, points: FloatArray, across: DoubleArray
) -> Drawing:
    """A letter of points (P, 2) that is entered and left at ports, ``across`` (2,) their x."""
    strokes, exit = list(one.form.strokes(points)), one.form.exit
    if form.entry is not None:
        port = ports.levels[form.entry]
        strokes[0] = led_to(strokes[0][::-1], np.array([across[0], port.height]), -port.direction)[::-1]
    if form.onward:
        port = ports.levels[ports.level[character]]
        strokes[exit] = led_to(strokes[exit], np.array([across[1], port.height]), port.direction)
    entered, left = across.tolist()
    ends = 0 if form.entry is not None else None, exit if form.onward else None
    return Drawing(StrokeGlyph(character, tuple(strokes)), number, form, entered, left, ends)


def _shared_out(shares: DoubleArray, count: int) -> IntArray:
    """Which of several allographs each of ``count`` drawings is: the most used first, and each as often as its share
    asks for.
    """
    given = np.zeros(len(shares))
    result = np.empty(count, np.int64)
    for number in range(count):
        result[number] = int((shares * (number + 1) - given).argmax())
        given[result[number]] += 1
    return result


def _change(meeting: Meeting, points: FloatArray, wanted: DoubleArray, before: FloatArray, joins: Joins) -> FloatArray:
    """The change of the numbers (N, R) of letters that brings their ends to places (N, 2, 2), their tops staying.

    As on a page, the numbers are conditioned on the places, see :mod:`.meeting`.

    Args:
        points: (N, P, 2) of the letters now.
        before: (N, R) their change so far.
    """
    own = meeting.directions[meeting.which].astype(np.float64)
    count, rows = len(own), np.arange(len(own))
    inside = np.arange(own.shape[2]) <= meeting.exits[:, None]
    middle = (own[..., 0] * (inside / inside.sum(axis=1, keepdims=True))[:, None]).sum(axis=2)
    top = points[..., 1].argmax(axis=1)
    gap = wanted - meeting.ends(points)
    slopes, gaps, steady = [own[rows, :, top, 1]], [np.zeros(count)], [TOP]
    for side, at in ((0, np.zeros(count, np.int64)), (1, meeting.exits)):
        if joins[side]:
            slopes += [own[rows, :, at, 0] - middle, own[rows, :, at, 1]]
            gaps += [gap[:, side, 0], gap[:, side, 1]]
            steady += STEADY.tolist()
    slope = np.stack(slopes, axis=1)
    # What is asked of the whole change: what is missing, and what the change so far has brought.
    asked = np.stack(gaps, axis=1) + np.einsum("nir,nr->ni", slope, before.astype(np.float64))
    asked[:, 0] = 0.0
    normal = np.einsum("nir,njr->nij", slope, slope) + np.diag(steady)
    change = np.einsum("nir,ni->nr", slope, np.linalg.solve(normal, asked[..., None])[..., 0])
    length = np.sqrt((change**2).sum(axis=1, keepdims=True))
    return np.asarray(change * np.minimum(1.0, FARTHEST / np.maximum(length, 1e-9)), np.float32)


def _eased(stroke: FloatArray) -> FloatArray:
    """0 at the beginning of a stroke, 1 where the piece that leads to a port ends."""
    steps = np.hypot(*np.diff(stroke, axis=0, prepend=stroke[:1]).T)
    return np.asarray(np.minimum(np.cumsum(steps) / REACH, 1.0), np.float32)
