"""Contact sheets: for each of some held-out writers a row of real glyphs above a row of drawn ones, to look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from handfont.evaluate.ways import WAYS
from handfont.evaluate.writers import HeldOut, written
from handfont.glyph import GlyphSample
from handfont.hand import Hand
from handfont.model.loading import Weights
from handfont.sdf import GRID, INNER, edge_level
from handfont.util.files import atomic

X_HEIGHT = 15.0
"""Pixels an x-height."""
PEN = 0.14
"""Pen that all glyphs are drawn with, in x-heights."""
CELL, ROW = 38, 56
SEEN, UNSEEN = (31, 36, 48), (0, 84, 166)
"""Ink of characters that were enrolled, and of those that the model inferred."""
CHARACTERS = "aAbBcdDeEfgGhHijkKlmMnNoOpqrRsStTuvwWxyYz0123456789&?!@"


def sheet(writers: list[HeldOut], letters: int, weights: Weights) -> Image.Image:
    """The sheet of writers enrolled from ``letters`` letters each."""
    columns = len(CHARACTERS)
    page = Image.new("RGB", (columns * CELL + 20, len(writers) * (2 * ROW + 14) + 40), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(13)
    pen.text((10, 8), f"Upper rows: the writer's own glyphs. Lower rows: drawn, enrolled from {letters} letters; black "
             "where the character was enrolled, blue where it was inferred.", fill="#444444", font=font)
    for number, writer in enumerate(writers):
        seen = writer.seen(letters)
        hand = Hand(writer.style(letters, weights), weights=weights)
        top = 34 + number * (2 * ROW + 14)
        drawn = {glyph.character: glyph for glyph in written(hand, list(CHARACTERS), seed=7)}
        for column, character in enumerate(CHARACTERS):
            left = 10 + column * CELL
            colour = SEEN if character in seen else UNSEEN
            if character in writer.first:
                _place(page, writer.first[character], left, top, SEEN, drawn[character].metrics.centre_y)
            _place(page, drawn[character], left, top + ROW, colour, None)
        pen.line((10, top + 2 * ROW + 6, page.width - 10, top + 2 * ROW + 6), fill="#dddddd")
    return page


def ways_sheet(writer: HeldOut, letters: int, weights: Weights) -> Image.Image:
    """Unseen characters of one writer, drawn twice in each of the ways of :mod:`handfont.evaluate.ways`."""
    unseen = [character for character in CHARACTERS if character in writer.unseen(letters)][:30]
    style = writer.style(letters, weights)
    rows: list[tuple[str, list[GlyphSample]]] = [("the writer's own", [writer.first[c] for c in unseen])]
    for name, draw in WAYS.items():
        rows += [(name if seed == 1 else "", draw(weights, style, unseen, seed)) for seed in (1, 2)]
    page = Image.new("RGB", (len(unseen) * CELL + 220, len(rows) * ROW + 20), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(13)
    heights = {glyph.character: glyph.metrics.centre_y for glyph in rows[-1][1]}
    for number, (name, glyphs) in enumerate(rows):
        pen.text((8, 10 + number * ROW + 20), name, fill="#444444", font=font)
        for column, glyph in enumerate(glyphs):
            _place(page, glyph, 200 + column * CELL, 10 + number * ROW, UNSEEN if number else SEEN,
                   heights[glyph.character])
    return page


def _place(
    page: Image.Image, glyph: GlyphSample, left: int, top: int, colour: tuple[int, int, int], centre: float | None
) -> None:
    """Draw a glyph on its baseline; ``centre`` stands in where its own height above the baseline is not known."""
    height = glyph.metrics.centre_y if glyph.metrics.centre_y is not None else centre or 0.5
    side = GRID * glyph.metrics.size / INNER * X_HEIGHT
    pixels = max(4, round(side))
    field = Image.fromarray(glyph.shape).resize((4 * pixels, 4 * pixels), Image.Resampling.BICUBIC)
    # All with one pen; a stroke's ridge lies at two samples, and thinner than this it would break.
    level = min(1.2, float(edge_level(PEN, np.array([glyph.metrics.size], np.float32))[0]))
    ink = Image.fromarray(np.where(np.asarray(field) > level, 255, 0).astype(np.uint8)).resize(
        (pixels, pixels), Image.Resampling.BOX)
    x = round(left + CELL / 2 - pixels / 2)
    y = round(top + 0.66 * ROW - height * X_HEIGHT - pixels / 2)
    page.paste(Image.new("RGB", ink.size, colour), (x, y), ink)


def save(page: Image.Image, path: Path) -> None:
    """Write the sheet as PNG."""
    with atomic(path) as temporary:
        page.save(temporary, format="PNG", optimize=True)
