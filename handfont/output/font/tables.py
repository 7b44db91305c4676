"""All tables of a font: outlines, widths, features, and what the font says of itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.otlLib.maxContextCalc import maxCtxFont
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.O_S_2f_2 import Panose

from handfont.output.font import compact, truetype
from handfont.output.font.glyphs import GlyphTable
from handfont.output.font.naming import Weight
from handfont.output.font.shapes import UNITS_PER_EM, X_HEIGHT
from handfont.style.posterior import Rhythm
from handfont.util.dates import source_date

TALL, HANGING, CAPITALS = "bdfhklt", "gjpqy", "BDEFHIKLMNPRTXZ"
"""Characters by which ascent, descent and the height of capitals are measured."""
SPACING = (0.9, 2.0)
"""Least and largest distance of lines, in the size of the font: a hand that wrote large on narrow rules, or small on
wide ones, is set so in other programs.
"""
EPOCH = 2_082_844_800
"""Seconds from 1904, when the dates of fonts begin, to 1970."""
HANDWRITTEN = 3
"""The kind of Latin handwriting in Panose."""
SCRIPTS = 10 << 8
"""IBM's class of script faces."""
TYPO_METRICS, BOLD, REGULAR = 1 << 7, 1 << 5, 1 << 6
"""Bits of fsSelection: lines are set by the typographic metrics; which of its family the font is."""


@dataclass(frozen=True)
class LineMetrics:
    """Heights, in font units: above and below the baseline, of a line, and of a capital letter."""

    ascent: int
    descent: int
    capital: int


def build(
    table: GlyphTable, features: str, names: dict[str, str], weight: Weight, rhythm: Rhythm, pen: float, quadratic: bool
) -> TTFont:
    """The font of some glyphs.

    Args:
        features: text of a feature file.
        names: see :func:`handfont.output.font.naming.all_names`.
        rhythm: of the hand.
        pen: width of its strokes, in x-heights.
        quadratic: outlines are TrueType's.
    """
    lines = line_metrics(table, rhythm)
    if quadratic:
        table = truetype.with_inks(table)
    builder = FontBuilder(UNITS_PER_EM, isTTF=quadratic)
    builder.setupGlyphOrder([glyph.name for glyph in table.glyphs])
    builder.setupCharacterMap(dict(sorted(table.codes.items())))
    if quadratic:
        truetype.add(builder, table)
    else:
        compact.add(builder, table, names)
    boxes = [table.bounds(glyph) for glyph in table.glyphs]
    builder.setupHorizontalMetrics(
        {glyph.name: (glyph.advance, box[0] if box else 0) for glyph, box in zip(table.glyphs, boxes, strict=True)}
    )
    builder.setupHorizontalHeader(ascent=lines.ascent, descent=-lines.descent, lineGap=0)
    builder.setupNameTable(names, mac=False)
    _set_os2(builder, table, lines, weight, pen)
    builder.setupPost(
        underlinePosition=-round(0.4 * X_HEIGHT), underlineThickness=round(pen * X_HEIGHT), keepGlyphNames=True
    )
    _set_head(builder, table, weight)
    addOpenTypeFeaturesFromString(builder.font, features)
    builder.font["OS/2"].usMaxContext = maxCtxFont(builder.font)
    return builder.font


def line_metrics(table: GlyphTable, rhythm: Rhythm) -> LineMetrics:
    """Lines as far apart as the hand's, the baseline where its tall and hanging letters have equal room."""
    glyphs = {glyph.name: glyph for glyph in table.glyphs}

    def heights(characters: str, top: bool, usual: float) -> float:
        boxes = [table.bounds(glyphs[table.codes[ord(c)]]) for c in characters if ord(c) in table.codes]
        found = [box[3] if top else -box[1] for box in boxes if box]
        return float(np.median(found)) if found else usual * X_HEIGHT

    ascent, descent = heights(TALL, True, 2.0), heights(HANGING, False, 0.9)
    height = np.clip(rhythm.leading * X_HEIGHT / UNITS_PER_EM, *SPACING) * UNITS_PER_EM
    free = height - ascent - descent
    above = round(ascent + free / 2)
    return LineMetrics(above, round(height) - above, round(heights(CAPITALS, True, 1.9)))


def _set_os2(builder: FontBuilder, table: GlyphTable, lines: LineMetrics, weight: Weight, pen: float) -> None:
    boxes = [box for box in map(table.bounds, table.glyphs) if box]
    bold = weight.name == "Bold"
    linked = TYPO_METRICS | (BOLD if bold else REGULAR)
    builder.setupOS2(
        version=4,
        usWeightClass=weight.number,
        fsType=0,  # may be embedded in documents
        sFamilyClass=SCRIPTS,
        panose=Panose(bFamilyType=HANDWRITTEN),
        fsSelection=linked,
        achVendID="HNDF",
        sTypoAscender=lines.ascent,
        sTypoDescender=-lines.descent,
        sTypoLineGap=0,
        usWinAscent=max(lines.ascent, *(box[3] for box in boxes)),
        usWinDescent=max(lines.descent, *(-box[1] for box in boxes)),
        sxHeight=X_HEIGHT,
        sCapHeight=lines.capital,
        yStrikeoutPosition=round(0.45 * X_HEIGHT),
        yStrikeoutSize=round(pen * X_HEIGHT),
        usBreakChar=0x20,
    )
    builder.font["OS/2"].recalcUnicodeRanges(builder.font)
    builder.font["OS/2"].recalcCodePageRanges(builder.font)
    builder.font["OS/2"].recalcAvgCharWidth(builder.font)


def _set_head(builder: FontBuilder, table: GlyphTable, weight: Weight) -> None:
    date = source_date()
    # Without a date that of 1970, as reproducible archives have it: some programs warn of earlier ones.
    seconds = EPOCH + (0 if date is None else int(date.timestamp()))
    font = builder.font
    builder.updateHead(created=seconds, modified=seconds, fontRevision=1.0, macStyle=int(weight.name == "Bold"))
    font.recalcTimestamp = False
    if "glyf" not in font:
        # Of all glyphs once, not by drawing each again.
        font.recalcBBoxes = False
        boxes = [(glyph, box) for glyph in table.glyphs if (box := table.bounds(glyph))]
        left, bottom, right, top = zip(*(box for _, box in boxes), strict=True)
        builder.updateHead(xMin=min(left), yMin=min(bottom), xMax=max(right), yMax=max(top))
        header = font["hhea"]
        header.advanceWidthMax = max(glyph.advance for glyph in table.glyphs)
        header.minLeftSideBearing, header.xMaxExtent = min(left), max(right)
        header.minRightSideBearing = min(glyph.advance - box[2] for glyph, box in boxes)
