"""Joined letters in their places on the page: the strokes between them, and the ink of them all.

Each letter has its own height, size and turn on the line, so where the next one begins is known only here. The stroke
that joins two letters becomes a part of the one on the left.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from handfont.core.glyph import Glyph, JoinedEnds
from handfont.layout.page import Page, PlacedGlyph

if TYPE_CHECKING:  # and numba, which checking a text must not wait for
    from handfont.core.connecting import Letters
    from handfont.core.inking import Nib


def connected_page(page: Page, nib: Nib) -> Page:
    """The page with the joins of its words drawn, see :func:`connected`."""
    words = [word for line in page.lines for word in line.words]
    drawn = iter(connected([word.glyphs for word in words], nib))
    joined = iter([replace(word, glyphs=next(drawn)) for word in words])
    return replace(page, lines=[replace(line, words=tuple(next(joined) for _ in line.words)) for line in page.lines])


def connected(runs: Sequence[Sequence[PlacedGlyph]], nib: Nib) -> list[tuple[PlacedGlyph, ...]]:
    """The glyphs of runs, those of one run that are to be joined with the strokes between them and all their ink.

    Args:
        runs: glyphs that follow each other without a space.
        nib: the tip of the pen; its width is each glyph's own.
    """
    glyphs, onward = [], []
    for run in runs:
        for placed, following in zip(run, [*run[1:], None], strict=True):
            if placed.glyph.joined is not None:
                glyphs.append(placed)
                beside = following is not None and following.glyph.joined is not None
                onward.append(beside and placed.glyph.joined.joins.right)
    if not glyphs:
        return [tuple(run) for run in runs]
    drawn = _drawn(glyphs, onward, nib)
    return [
        tuple(placed if placed.glyph.joined is None else placed._replace(glyph=next(drawn)) for placed in run)
        for run in runs
    ]


def _drawn(glyphs: Sequence[PlacedGlyph], onward: Sequence[bool], nib: Nib) -> Iterator[Glyph]:
    """Joined glyphs with their joins and the ink of their strokes; ``onward``: whether each goes on to the next one."""
    from handfont.core.connecting import connect
    from handfont.core.inking import ink_paths

    letters = _letters(glyphs, onward)
    strokes = connect(letters)
    pens = np.array([placed.glyph.pen for placed in glyphs])
    numbers = np.diff(letters.first, append=len(strokes.counts))
    owner = np.repeat(np.arange(len(glyphs)), numbers)
    # Strong words are written with a wider pen: as if it were pressed more.
    narrow = replace(nib, width=float(pens.min()))
    size = strokes.pressure * np.repeat((pens / narrow.width)[owner], strokes.counts)
    inked = ink_paths(strokes.path, size, strokes.counts, owner, len(glyphs), narrow)
    ends = np.cumsum(strokes.counts)
    bounds = list(zip((ends - strokes.counts).tolist(), (ends - strokes.over).tolist(), strict=True))
    paths = iter([strokes.path[begin:end] for begin, end in bounds])
    for number, placed in enumerate(glyphs):
        glyph = placed.glyph
        assert glyph.joined is not None
        yield Glyph(
            glyph.character,
            tuple(itertools.islice(paths, len(glyph.strokes))),
            inked.outlines[number],
            glyph.pen,
            inked.left[number],
            inked.right[number],
            JoinedEnds(glyph.joined.joins, glyph.joined.exit, glyph.joined.entered, glyph.joined.left),
        )


def _letters(glyphs: Sequence[PlacedGlyph], onward: Sequence[bool]) -> Letters:
    """Glyphs with what is needed to join them."""
    from handfont.core.connecting import Letters

    strokes = [stroke for placed in glyphs for stroke in placed.glyph.strokes]
    numbers = np.array([len(placed.glyph.strokes) for placed in glyphs], np.int64)
    first = np.cumsum(numbers) - numbers
    ends = [placed.glyph.joined for placed in glyphs if placed.glyph.joined is not None]
    x, y, scale, turn = np.array([placed[1:] for placed in glyphs], np.float64).T
    turn = np.radians(turn)
    return Letters(
        path=np.concatenate(strokes),
        pressure=np.concatenate([end.pressure for end in ends if end.pressure is not None]),
        counts=np.array([len(stroke) for stroke in strokes], np.int64),
        first=first,
        exit=first + np.array([end.exit for end in ends], np.int64),
        onward=np.array(onward, bool),
        place=np.stack([x, y, scale * np.cos(turn), scale * np.sin(turn)], axis=1),
    )
