"""Contact sheets: for each of some held-out writers a row of real glyphs above a row of drawn ones, to look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from handfont.core.glyph import Outline
from handfont.core.inking import Nib, ink
from handfont.core.strokes import StrokeGlyph
from handfont.evaluate.held_out import HeldOut
from handfont.evaluate.raster import filled
from handfont.model.loading import Weights
from handfont.synthesis.hand import Hand
from handfont.util.files import atomic

X_HEIGHT = 15.0
"""Pixels an x-height."""
FINER = 4
"""Factor that glyphs are filled larger by, so that their edges are smooth."""
PEN = 0.12
"""Pen that all glyphs are drawn with, in x-heights."""
CELL, ROW = 38, 56
"""Width of a character's place and height of a row, in pixels."""
SEEN, UNSEEN = (31, 36, 48), (0, 84, 166)
"""Ink of characters that were enrolled, and of those that the model inferred."""
CHARACTERS = "aAbBcdDeEfgGhHijkKlmMnNoOpqrRsStTuvwWxyYz0123456789&?!@"
"""Characters shown of each writer."""


def sheet(writers: list[HeldOut], letters: int, weights: Weights) -> Image.Image:
    """The sheet of writers enrolled from ``letters`` letters each."""
    page = Image.new("RGB", (len(CHARACTERS) * CELL + 20, len(writers) * (2 * ROW + 14) + 40), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(13)
    pen.text(
        (10, 8),
        f"Upper rows: the writer's own glyphs. Lower rows: drawn, enrolled from {letters} letters; black "
        "where the character was enrolled, blue where it was inferred.",
        fill="#444444",
        font=font,
    )
    nib = Nib(PEN)
    for number, writer in enumerate(writers):
        seen = writer.seen(letters)
        drawn = Hand(writer.style(letters, weights), weights=weights).write(CHARACTERS, seed=7)
        outlines = ink([StrokeGlyph(glyph.character, glyph.strokes) for glyph in drawn], nib).outlines
        top = 34 + number * (2 * ROW + 14)
        for column, (character, glyph, outline) in enumerate(zip(CHARACTERS, drawn, outlines, strict=True)):
            left = 10 + column * CELL
            if character in writer.paths:
                path = writer.paths[character]
                shift = np.zeros(2, np.float32)
                if not path.baseline:  # it is where the drawn one is
                    shift[1] = _middle(glyph.strokes) - _middle(path.strokes)
                own = StrokeGlyph(character, tuple(path.strokes)).transformed(np.eye(2, dtype=np.float32), shift)
                _place(page, ink([own], nib).outlines[0], left, top, SEEN)
            _place(page, outline, left, top + ROW, SEEN if character in seen else UNSEEN)
        pen.line((10, top + 2 * ROW + 6, page.width - 10, top + 2 * ROW + 6), fill="#dddddd")
    return page


def _middle(strokes: list[np.ndarray] | tuple[np.ndarray, ...]) -> float:
    heights = np.concatenate(strokes)[:, 1]
    return float(heights.min() + heights.max()) / 2


def _place(page: Image.Image, outline: Outline, left: int, top: int, colour: tuple[int, int, int]) -> None:
    """Draw a glyph in the middle of a cell, on its baseline."""
    mask, (_, row) = filled(outline, X_HEIGHT * FINER)
    above = -round(row) % FINER  # so that the baseline lies between whole pixels of the page
    picture = np.pad(255 * mask, ((above, 0), (0, 0)))
    size = max(1, picture.shape[1] // FINER), max(1, picture.shape[0] // FINER)
    small = Image.fromarray(picture).resize(size, Image.Resampling.BOX)
    x, y = round(left + CELL / 2 - size[0] / 2), round(top + 0.66 * ROW) - (round(row) + above) // FINER
    page.paste(Image.new("RGB", small.size, colour), (x, y), small)


def save(page: Image.Image, path: Path) -> None:
    """Write the sheet as PNG."""
    with atomic(path) as temporary:
        page.save(temporary, format="PNG", optimize=True)
