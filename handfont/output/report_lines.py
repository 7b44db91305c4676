"""Lines of free writing in the report of an enrollment: the scan, the strokes found, and the line written back."""

from __future__ import annotations

import base64
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.forms import StrokeForm
from handfont.core.glyph import GlyphSample
from handfont.layout import connections
from handfont.layout.content import StyledWord
from handfont.layout.page import PlacedGlyph
from handfont.layout.shaping import GlyphShaper
from handfont.output.svg import path_of
from handfont.scan.estimation import Fits
from handfont.style.sample_archive import ArchivedPage, ArchivedSample, SampleArchive
from handfont.synthesis.hand import Hand

COLORS = ("#c2410c", "#1d4ed8", "#15803d", "#a21caf", "#0e7490", "#b45309")
"""Of the strokes of letters that follow each other."""
APART = 0.9
"""Baselines of letters that are further apart are of two lines, in x-heights."""
SPACE = 0.75
"""Boxes of letters that are further apart are of two words, in x-heights."""
MARGIN = 0.12
"""Paper around the picture of a sample, as a share of its larger side."""
MOST = 12
"""Lines of a page that are shown."""
FEWEST = 4
"""Letters of a line that is shown, at least."""
FINE = 1000
"""Whole units to an x-height in pictures."""


class ReportLine(NamedTuple):
    """A line of a page: the scan with the strokes of its letters in colors, and the same as the hand writes it, both as
    SVG; how many of its letters are in the style, and how many were found.
    """

    scan: str
    written: str
    used: int
    found: int


class ReportPage(NamedTuple):
    """A page of free writing: its name, pairs of letters beside each other, those of them that are joined, lines."""

    where: str
    pairs: int
    joined: int
    lines: list[ReportLine]


def pages(archive: SampleArchive, fits: Fits, hand: Hand) -> list[ReportPage]:
    """The pages of free writing that samples were read from."""
    return [
        ReportPage(
            page.where,
            len(page.pairs),
            sum(pair.joined for pair in page.pairs),
            [_line(line, unit, fits, hand, number) for number, (line, unit) in enumerate(_lines(archive, page))],
        )
        for page in archive.pages
        if page.kind == "writing"
    ]


def _lines(archive: SampleArchive, page: ArchivedPage) -> Iterator[tuple[list[ArchivedSample], float]]:
    """The samples of each line of a page, from left to right, and the page's pixels to an x-height."""
    own = [one for one in archive.samples if one.page == page.digest and one.sample.skeleton is not None]
    tall = [(one.sample.box[3] - one.sample.box[1], _height(one.sample)) for one in own if _height(one.sample) > 0.5]
    if not tall:
        return
    unit = float(np.median([pixels / height for pixels, height in tall]))
    lines: dict[int, list[ArchivedSample]] = defaultdict(list)
    number, before = 0, -np.inf
    for base, index in sorted((_baseline(one.sample, unit), index) for index, one in enumerate(own)):
        number += base - before > APART * unit
        before = base
        lines[number].append(own[index])
    shown = [sorted(line, key=lambda one: one.sample.box[0]) for line in lines.values() if len(line) >= FEWEST]
    yield from ((line, unit) for line in shown[:MOST])


def _height(sample: GlyphSample) -> float:
    """Of a sample's ink, in x-heights."""
    return float(np.ptp(sample.skeleton.points[:, 1])) + sample.pen if sample.skeleton is not None else 0.0


def _baseline(sample: GlyphSample, unit: float) -> float:
    return (sample.box[1] + sample.box[3]) / 2 + unit * (sample.metrics.centre_y or 0.0)


def _line(line: Sequence[ArchivedSample], unit: float, fits: Fits, hand: Hand, number: int) -> ReportLine:
    text = "".join(
        (" " if before is not None and one.sample.box[0] - before.sample.box[2] > SPACE * unit else "")
        + one.sample.character
        for before, one in zip([None, *line[:-1]], line, strict=True)
    )
    return ReportLine(
        _scan(line, unit, fits, hand.weights.strokes.forms, text),
        _written(text, hand, number),
        sum(one.used for one in line),
        len(line),
    )


def _scan(line: Sequence[ArchivedSample], unit: float, fits: Fits, forms: Sequence[StrokeForm], text: str) -> str:
    """The pictures of letters in their places, and over them the strokes of those that are in the style."""
    boxes = np.array([one.sample.box for one in line])
    margin = round(0.4 * unit)
    left, top = boxes[:, :2].min(axis=0) - margin
    right, bottom = boxes[:, 2:].max(axis=0) + margin
    parts = []
    for one in line:
        x0, y0, x1, y1 = one.sample.box
        around = max(2, round(MARGIN * max(x1 - x0, y1 - y0)))
        picture = base64.b64encode(one.crop).decode("ascii")
        parts.append(
            f'<image x="{x0 - around}" y="{y0 - around}" width="{x1 - x0 + 2 * around}" '
            f'height="{y1 - y0 + 2 * around}" preserveAspectRatio="none" href="data:image/png;base64,{picture}"/>'
        )
    for index, one in enumerate(line):
        found = fits.get(id(one.sample)) if one.used else None
        if found is not None:
            strokes = forms[found.form].strokes(found.points)
            parts.append(_strokes(one.sample, strokes, unit, COLORS[index % len(COLORS)]))
    return (
        f'<svg class="line" viewBox="{left} {top} {right - left} {bottom - top}" role="img" '
        f'aria-label="{escape(text)}">{"".join(parts)}</svg>'
    )


def _strokes(sample: GlyphSample, strokes: Sequence[FloatArray], unit: float, color: str) -> str:
    x0, y0, x1, y1 = sample.box
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    path = "".join(
        "M" + "L".join(f"{x} {y}" for x, y in np.rint(stroke * [unit, -unit] + middle).astype(int).tolist())
        for stroke in strokes
    )
    return f'<path vector-effect="non-scaling-stroke" stroke="{color}" d="{path}"/>'


def _written(text: str, hand: Hand, seed: int) -> str:
    """The words of a line as the hand writes them, joined where it joins letters."""
    boxes = GlyphShaper(hand, seed, "report").boxes([StyledWord(word) for word in text.split()])
    runs, x = [], 0.0
    for box in boxes:
        x -= box.left()
        runs.append([PlacedGlyph(glyph, x + at, 0.0, 1.0) for glyph, at in zip(box.glyphs, box.origins, strict=True)])
        x += box.right() + hand.style.rhythm.word_gap
    placed = itertools.chain.from_iterable(connections.connected(runs, hand.nib))
    paths = "".join(path_of(one.glyph.outline, one.x, FINE) for one in placed)
    return (
        f'<svg viewBox="-0.3 -2.6 {x + 0.3:.2f} 4.2" role="img" aria-label="{escape(text)}">'
        f'<path transform="scale({1 / FINE:g} {-1 / FINE:g})" d="{paths}"/></svg>'
    )
