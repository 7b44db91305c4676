"""Joined letters in their places on the page: the strokes between them, and the ink of them all.

Each letter has its own height, size and turn on the line, so where the next one begins is known only here. The stroke
that joins two letters becomes a part of the one on the left.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.glyph import Glyph, JoinedEnds
from handfont.core.strokes import StrokeGlyph
from handfont.layout.page import PlacedGlyph

OVERLAP = 2
"""Points of the next letter that the ink of a join goes on over, so that no edge shows between the two."""


class _Letter:
    """A letter that is being joined: its strokes and the pen's pressure along them, and the ink that goes beyond."""

    def __init__(self, placed: PlacedGlyph, joined: JoinedEnds) -> None:
        self.placed, self.joined = placed, joined
        self.strokes = list(placed.glyph.strokes)
        self.pressure = list(joined.pressure or ())
        self.onward: FloatArray | None = None
        self.pressed: FloatArray | None = None

    def to(self, other: _Letter) -> None:
        """Join the letter to the next one."""
        from handfont.core.connecting import connect  # and numba, which checking a text must not wait for

        exit = self.joined.exit
        own, beyond = self.strokes[exit], _from_page(self.placed, other.placed.on_page(other.strokes[0]))
        join = connect(own, beyond)
        pressure, following = self.pressure[exit], other.pressure[0]
        between = np.linspace(pressure[join.left - 1], following[join.met], len(join.path)).astype(np.float32)
        path = join.path[1:].astype(np.float32)
        self.strokes[exit] = np.concatenate([own[: join.left], path])
        self.pressure[exit] = np.concatenate([pressure[: join.left], between[1:]])
        over = slice(join.met + 1, join.met + 1 + OVERLAP)
        self.onward, self.pressed = beyond[over].astype(np.float32), following[over]
        other.strokes[0], other.pressure[0] = other.strokes[0][join.met :], following[join.met :]

    def inked(self) -> tuple[StrokeGlyph, FloatArray]:
        """The strokes whose ink is drawn, and the pressure at all their points."""
        strokes, pressure = list(self.strokes), list(self.pressure)
        if self.onward is not None and self.pressed is not None:
            exit = self.joined.exit
            strokes[exit] = np.concatenate([strokes[exit], self.onward])
            pressure[exit] = np.concatenate([pressure[exit], self.pressed])
        return StrokeGlyph(self.placed.glyph.character, tuple(strokes)), np.concatenate(pressure)


def connected(runs: Sequence[Sequence[PlacedGlyph]], ratio: float, angle: float) -> list[tuple[PlacedGlyph, ...]]:
    """The glyphs of runs, those of one run that are to be joined with the strokes between them and all their ink.

    Args:
        runs: glyphs that follow each other without a space.
        ratio, angle: of the pen's tip, see :class:`handfont.core.inking.Nib`.
    """
    every = [placed for run in runs for placed in run]
    if all(placed.glyph.joined is None for placed in every):
        return [tuple(run) for run in runs]
    letters = [
        [None if placed.glyph.joined is None else _Letter(placed, placed.glyph.joined) for placed in run]
        for run in runs
    ]
    for run in letters:
        for before, after in itertools.pairwise(run):
            if before is not None and after is not None and before.joined.joins.right:
                before.to(after)
    drawn = iter(_drawn([letter for run in letters for letter in run if letter is not None], ratio, angle))
    return [
        tuple(
            placed if letter is None else placed._replace(glyph=next(drawn))
            for placed, letter in zip(run, own, strict=True)
        )
        for run, own in zip(runs, letters, strict=True)
    ]


def _drawn(letters: Sequence[_Letter], ratio: float, angle: float) -> list[Glyph]:
    """The letters with the ink of their strokes."""
    from handfont.core.inking import Nib, ink  # and numba, which checking a text must not wait for

    pen = min(letter.placed.glyph.pen for letter in letters)
    glyphs, pressures = zip(*(letter.inked() for letter in letters), strict=True)
    # Strong words are written with a wider pen: as if it were pressed more.
    sizes = [own * (letter.placed.glyph.pen / pen) for letter, own in zip(letters, pressures, strict=True)]
    inked = ink(glyphs, Nib(pen, ratio, angle), sizes)
    return [
        replace(
            letter.placed.glyph,
            strokes=tuple(letter.strokes),
            outline=outline,
            left_edge=left,
            right_edge=right,
            joined=replace(letter.joined, pressure=None),
        )
        for letter, outline, left, right in zip(letters, inked.outlines, inked.left, inked.right, strict=True)
    ]


def _from_page(placed: PlacedGlyph, points: DoubleArray) -> FloatArray:
    """Points (N, 2) of the page in the x-heights of a glyph."""
    turn = np.radians(placed.rotation)
    cos, sin = np.cos(turn) / placed.scale, np.sin(turn) / placed.scale
    return np.asarray((points - (placed.x, placed.y)) @ np.array([[cos, -sin], [sin, cos]]), np.float32)
