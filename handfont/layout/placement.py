"""From rows to what is on the page: every glyph gets its place, with the hand's motion."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from handfont.core import optical_spacing
from handfont.core.glyph import Glyph
from handfont.core.random_streams import stream
from handfont.layout import collisions, pen_strokes
from handfont.layout.formulas.nodes import PLACEHOLDER
from handfont.layout.hand_motion import MARGIN_LIMIT, Drift, LineDrift, LineMotion
from handfont.layout.page import Line, Mark, PlacedGlyph, PlacedWord
from handfont.layout.page_setup import Measures
from handfont.layout.rows import MARKER_GAP, LayoutRow, Segment
from handfont.layout.runs import HYPHEN_WIDTH, Run
from handfont.layout.shaping import GlyphShaper

GAP_VARIATION = 0.24
"""Standard deviation of gaps between words, in the usual gap; in UNIPEN writers' lines it is 0.22 to 0.47."""
MIN_GAP, MIN_LETTER_GAPS = 0.75, 2.2
"""Narrowest gap between words: a share of the writer's, or, where that is wider, gaps between letters."""
STEADY = 0.25
"""On rules the slope of a line is this share of what it is on plain paper: the eye follows the rule."""
LINE_SIZE = 0.6
"""Share of the size's deviation that whole lines have of it."""
MAX_RISE = 0.9
"""X-heights that the end of a line is above or below its start, at most."""
UNDER, THROUGH = -0.42, 0.45
"""Heights of an underline and of a stroke through a word, in x-heights."""
NEAR = 5.0
"""Distance of lines in x-heights below which their letters may touch."""
BULLETS = ("dot", "dash", "ring")
"""What is drawn before the items of a list, by its depth."""


@dataclass(frozen=True)
class _PlacedRun:
    """A run on the page: the word, the ends of its ink in points, its middle height."""

    run: Run
    word: PlacedWord
    left: float
    right: float
    y: float


class Placer:
    """Places rows of one document; rows are numbered, so that each has motion of its own."""

    def __init__(self, writer: GlyphShaper, measures: Measures, region_width: float) -> None:
        self.writer, self.measures = writer, measures
        self.rhythm, self.amount = writer.hand.style.rhythm, writer.hand.neatness
        self.drift = Drift(writer.seed, writer.motion)
        self.pen = writer.hand.style.pen.width * measures.x_height
        self.width = region_width
        self._number = self._depth = 0
        self._above: tuple[float, float, collisions.Spans] | None = None

    def place(self, row: LayoutRow, left: float, y: float) -> tuple[list[Line], list[Mark]]:
        """Lines and strokes of a row in a region that starts at ``left``."""
        number = self._number
        self._number += 1
        if self._above is None or self._above[0] != left or self._above[1] < y:
            self._depth = 0  # a new column
        drift = self.drift.at(number, self._depth)
        self._depth += 1
        motion = LineMotion(self.writer.seed, self.writer.motion, number)
        rng = stream(self.writer.seed, self.writer.document, "strokes", number)
        unit = self.measures.x_height * row.scale
        shift = 0.0
        if row.table is None:
            shift = (MARGIN_LIMIT + drift.margin) / 2 * self.rhythm.margin * self.amount * self.measures.x_height
        marks: list[Mark] = []
        lines: list[Line] = []
        for segment in row.segments:
            done = self._segment(segment, left, y, unit, shift, drift, motion)
            lines.append(Line(tuple(one.word for one in done), y, segment.ends))
            marks += self._looks(done, unit, rng)
        if self._above is not None:
            column, height, tails = self._above
            if column == left and 0 < height - y < NEAR * self.measures.x_height:
                lines = collisions.kept_clear(lines, tails, 0.6 * self.pen)
        glyphs = [glyph for line in lines for word in line.words for glyph in word.glyphs]
        self._above = (left, y, collisions.spans(glyphs, tails=True))
        if row.bullet is not None:
            x = left + row.segments[0].left - MARKER_GAP * unit + 0.3 * shift
            marks.append(self._bullet(row.bullet, x, y, unit, rng))
        return lines, marks

    def _segment(
        self,
        segment: Segment,
        left: float,
        baseline: float,
        unit: float,
        shift: float,
        drift: LineDrift,
        motion: LineMotion,
    ) -> list[_PlacedRun]:
        runs = segment.runs
        room, start = segment.room / unit, shift / unit
        gaps = np.array([run.gap if index else 0.0 for index, run in enumerate(runs)])
        widths = np.array([run.width for run in runs])
        ends = HYPHEN_WIDTH if runs and runs[-1].hyphen else 0.0
        narrowest = min(1.0, max(MIN_GAP, MIN_LETTER_GAPS * self.rhythm.letter_gap / self.rhythm.word_gap))
        vary = np.maximum(motion.words(len(runs)) * GAP_VARIATION * self.amount, narrowest - 1)
        vary[[run.start > 0 or run.spaces == 0 or run.box.code or run.box.word.tab for run in runs]] = 0.0
        growth = float((gaps * vary).sum())
        slack = room - start - float(widths.sum() + gaps.sum()) - ends
        # Gaps vary, but never so much that the last word leaves the line.
        if growth > max(slack, 0.0):
            vary *= max(slack, 0.0) / growth
            growth = max(slack, 0.0)
        if segment.align != "left":
            free = max(0.0, slack - growth)
            # The wander of the margin is at the edge that lines are set to.
            start = free if segment.align == "right" else free / 2 + start / 2
        base = segment.left / unit
        placed: list[tuple[Run, float]] = []
        if segment.marker is not None:
            box = segment.marker
            placed.append((Run(box, 0, len(box.glyphs), 0.0), base + start - MARKER_GAP - box.width()))
        pen = base + start
        for index, run in enumerate(runs):
            pen += gaps[index] * (1 + vary[index])
            placed.append((run, pen))
            pen += widths[index]
        return self._set(placed, left, baseline, unit, drift, motion)

    def _slope(self, drift: LineDrift, unit: float) -> float:
        slope = np.tan(np.radians(drift.slope * self.rhythm.slope * self.amount))
        most = MAX_RISE * unit / self.width
        return float(np.clip(slope, -most, most)) * (STEADY if self.measures.step else 1.0)

    def _set(
        self,
        runs: list[tuple[Run, float]],
        left: float,
        baseline: float,
        unit: float,
        line: LineDrift,
        motion: LineMotion,
    ) -> list[_PlacedRun]:
        """Runs with their ink's left ends at x-heights from the region's left."""
        if not runs:
            return []
        glyphs: list[Glyph] = []
        parts, counts = [], []
        for run, at in runs:
            box = run.box
            own = box.glyphs[run.start : run.stop]
            origins = at - box.left(run.start, run.stop) + box.origins[run.start : run.stop]
            if run.hyphen:
                hyphen = self.writer.hyphen()
                origins = np.append(origins, origins[-1] + self._apart(own[-1], hyphen))
                own = [*own, hyphen]
            glyphs += own
            parts.append(origins)
            counts.append(len(own))
        origins = np.concatenate(parts)
        rhythm, amount, slope = self.rhythm, self.amount, self._slope(line, unit)
        bounce, turn = motion.letters(len(glyphs))
        drift = rhythm.wander * motion.wander(origins) + rhythm.bounce * bounce
        # A sloping line crosses its height in the middle of the page.
        ys = baseline + unit * (amount * drift + slope * (origins - 0.5 * self.width / unit))
        scales = unit * (1 + amount * rhythm.size * (LINE_SIZE * line.size + motion.size(origins)))
        turns = amount * rhythm.turn * turn
        formulas = [glyph.character == PLACEHOLDER for glyph in glyphs]
        scales[formulas], turns[formulas] = unit, 0.0  # a formula is as wide as it is, and keeps to the line
        columns = (left + unit * origins, ys, scales, turns)
        placed = [PlacedGlyph(*one) for one in zip(glyphs, *(column.tolist() for column in columns), strict=True)]
        bounds = np.cumsum([0, *counts]).tolist()
        sets = []
        for (run, at), (start, stop) in zip(runs, itertools.pairwise(bounds), strict=True):
            text = run.box.word.reading(run.start, run.stop)
            word = PlacedWord(text, tuple(placed[start:stop]), run.spaces, run.hyphen)
            ends = left + at * unit, left + (at + run.width) * unit
            sets.append(_PlacedRun(run, word, *ends, float(ys[start:stop].mean())))
        return sets

    def _apart(self, before: Glyph, after: Glyph) -> float:
        left, right = (np.stack([getattr(g, side) for g in (before, after)]) for side in ("left_edge", "right_edge"))
        return float(optical_spacing.distances(left, right, np.array([self.rhythm.letter_gap]))[0])

    def _looks(self, sets: list[_PlacedRun], unit: float, rng: np.random.Generator) -> list[Mark]:
        """Underlines and strokes through words, each drawn at one go under all the words that share it."""
        marks = []
        for wanted, height in (("underline", UNDER), ("strike", THROUGH)):
            pieces: list[tuple[float, float, float, float]] = []
            joined = False
            for one in sets:
                found = _pieces(one, wanted)
                for index, (left, right) in enumerate(found):
                    if joined and index == 0 and left <= one.left + 1e-6:
                        x0, _, y0, _ = pieces.pop()
                        pieces.append((x0, right, y0, one.y))
                    else:
                        pieces.append((left, right, one.y, one.y))
                joined = bool(found) and found[-1][1] >= one.right - 1e-6
            over = 0.12 * unit
            for left, right, y0, y1 in pieces:
                lift = unit * (height + rng.normal(0, 0.04))
                marks.append(pen_strokes.line(left - over, y0 + lift, right + over, y1 + lift, self.pen, rng))
        return marks

    def _bullet(self, depth: int, right: float, y: float, unit: float, rng: np.random.Generator) -> Mark:
        kind = BULLETS[min(depth, len(BULLETS) - 1)]
        middle = y + (0.42 + rng.normal(0, 0.03)) * unit
        if kind == "dash":
            return pen_strokes.line(right - 0.65 * unit, middle, right, middle, self.pen, rng)
        x = right - (0.2 + rng.normal(0, 0.03)) * unit
        if kind == "dot":
            return pen_strokes.dot(x, middle, 0.2 * unit, self.pen, rng)
        return pen_strokes.ring(x, middle, 0.2 * unit, self.pen, rng)


def _pieces(one: _PlacedRun, wanted: str) -> list[tuple[float, float]]:
    """Ends of the ink of the parts of a run that have a look."""
    word = one.run.box.word
    if not word.looks:
        return []
    has = [bool(getattr(word.look(i), wanted)) for i in range(one.run.start, one.run.stop)]
    glyphs = one.word.glyphs
    found: list[tuple[float, float]] = []
    start = None
    for index, yes in enumerate([*has, False]):
        if yes and start is None:
            start = index
        elif not yes and start is not None:
            ends = [
                (
                    g.x + g.scale * float(np.nanmin(g.glyph.left_edge)),
                    g.x + g.scale * float(np.nanmax(g.glyph.right_edge)),
                )
                for g in glyphs[start:index]
            ]
            left, right = min(e[0] for e in ends), max(e[1] for e in ends)
            found.append((one.left if start == 0 else left, one.right if index == len(has) else right))
            start = None
    return found
