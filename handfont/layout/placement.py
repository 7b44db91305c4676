"""From rows to what is on the page: every glyph gets its place, with the hand's motion."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from handfont.core import optical_spacing
from handfont.core.glyph import Glyph
from handfont.core.random_streams import stream
from handfont.layout import collisions, pen_strokes
from handfont.layout.formulas.nodes import PLACEHOLDER
from handfont.layout.hand_motion import MARGIN_LIMIT, Drift, LineDrift, LineMotion
from handfont.layout.page import Line, Mark, PlacedGlyph, PlacedWord
from handfont.layout.page_setup import Measures
from handfont.layout.rows import MARKER_GAP, NOTE_SCALE, LayoutRow, Segment
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
ONE_STROKE, CROSSING = 0.6, 0.13
"""Share of slips that are crossed out with one stroke, not two, and deviation of its ends' heights, in x-heights."""
NEAR = 5.0
"""Distance of lines in x-heights below which their letters may touch."""
BULLETS = ("dot", "dash", "ring")
"""What is drawn before the items of a list, by its depth."""


@dataclass(frozen=True)
class _PlacedRun:
    """A run on the page: its glyphs, its parts in one ink each, the ends of its ink in points, its middle height."""

    run: Run
    glyphs: tuple[PlacedGlyph, ...]
    words: tuple[PlacedWord, ...]
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
            own = unit * NOTE_SCALE if segment.note else unit
            done = self._segment(segment, left, y, own, shift, drift, motion)
            lines.append(Line(tuple(word for one in done for word in one.words), y, segment.ends))
            marks += self._looks(done, own, rng)
        if self._above is not None:
            column, height, tails = self._above
            if column == left and 0 < height - y < NEAR * self.measures.x_height:
                lines = collisions.kept_clear(lines, tails, 0.6 * self.pen)
        glyphs = [glyph for line in lines for word in line.words for glyph in word.glyphs]
        self._above = (left, y, collisions.spans(glyphs, tails=True))
        if row.bullet is not None:
            x = left + row.segments[0].left - MARKER_GAP * unit + 0.3 * shift
            marks.append(replace(self._bullet(row.bullet, x, y, unit, rng), ink=row.ink))
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
            drawn = box.glyphs[run.start : run.stop]
            origins = at - box.left(run.start, run.stop) + box.origins[run.start : run.stop]
            if run.hyphen:
                hyphen = self.writer.hyphen()
                origins = np.append(origins, origins[-1] + self._apart(drawn[-1], hyphen))
                drawn = [*drawn, hyphen]
            glyphs += drawn
            parts.append(origins)
            counts.append(len(drawn))
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
            own = tuple(placed[start:stop])
            ends = left + at * unit, left + (at + run.width) * unit
            sets.append(_PlacedRun(run, own, tuple(_words(run, own)), *ends, float(ys[start:stop].mean())))
        return sets

    def _apart(self, before: Glyph, after: Glyph) -> float:
        left, right = (np.stack([getattr(g, side) for g in (before, after)]) for side in ("left_edge", "right_edge"))
        return float(optical_spacing.distances(left, right, np.array([self.rhythm.letter_gap]))[0])

    def _looks(self, sets: list[_PlacedRun], unit: float, rng: np.random.Generator) -> list[Mark]:
        """Underlines and strokes through words, each drawn at one go under all the words that share it."""
        marks = []
        for wanted, height in (("underline", UNDER), ("strike", THROUGH)):
            over = 0.12 * unit
            for left, right, y0, y1, ink in _shared_pieces(sets, wanted):
                lift = unit * (height + rng.normal(0, 0.04))
                mark = pen_strokes.line(left - over, y0 + lift, right + over, y1 + lift, self.pen, rng)
                marks.append(replace(mark, ink=ink))
        for piece in _shared_pieces(sets, "slip"):
            marks += [replace(mark, ink=piece.ink) for mark in self._crossed_out(piece, unit, rng)]
        return marks

    def _crossed_out(self, piece: _Piece, unit: float, rng: np.random.Generator) -> Iterator[Mark]:
        """One or two strokes through a slip of the pen, quicker than those through words that are of the text."""
        heights = [THROUGH] if rng.random() < ONE_STROKE else [THROUGH + 0.12, THROUGH - 0.12]
        for height in heights:
            over = rng.uniform(0.05, 0.3, 2) * unit
            y0, y1 = (unit * (height + rng.normal(0, CROSSING, 2))).tolist()
            left, right = piece.left - over[0], piece.right + over[1]
            yield pen_strokes.line(left, piece.y0 + y0, right, piece.y1 + y1, self.pen, rng)

    def _bullet(self, depth: int, right: float, y: float, unit: float, rng: np.random.Generator) -> Mark:
        kind = BULLETS[min(depth, len(BULLETS) - 1)]
        middle = y + (0.42 + rng.normal(0, 0.03)) * unit
        if kind == "dash":
            return pen_strokes.line(right - 0.65 * unit, middle, right, middle, self.pen, rng)
        x = right - (0.2 + rng.normal(0, 0.03)) * unit
        if kind == "dot":
            return pen_strokes.dot(x, middle, 0.2 * unit, self.pen, rng)
        return pen_strokes.ring(x, middle, 0.2 * unit, self.pen, rng)


def _words(run: Run, glyphs: tuple[PlacedGlyph, ...]) -> Iterator[PlacedWord]:
    """A run as words of one ink each."""
    word = run.box.word
    starts = [run.start, *(at for at, _ in word.looks if run.start < at < run.stop)]
    parts = [(ink, list(group)) for ink, group in itertools.groupby(starts, lambda at: word.look(at).ink)]
    ends = [group[0] for _, group in parts[1:]]
    for (ink, group), end in zip(parts, [*ends, None], strict=True):
        start, stop = group[0], end or run.stop
        yield PlacedWord(
            "" if word.slip else word.reading(start, stop),
            glyphs[start - run.start : None if end is None else end - run.start],
            run.spaces if start == run.start and not word.slip else 0,
            run.hyphen and end is None,
            ink,
            rest=start > run.start,
        )


class _Piece(NamedTuple):
    """What is drawn at one go: from where to where, heights of its ends, and its ink."""

    left: float
    right: float
    y0: float
    y1: float
    ink: str | None


def _shared_pieces(sets: list[_PlacedRun], wanted: str) -> list[_Piece]:
    """The parts of a line that have a look, those of words beside each other in one ink put together."""
    pieces: list[_Piece] = []
    joined = False
    for one in sets:
        found = _pieces(one, wanted)
        for index, piece in enumerate(found):
            if joined and index == 0 and piece.left <= one.left + 1e-6 and pieces[-1].ink == piece.ink:
                pieces[-1] = pieces[-1]._replace(right=piece.right, y1=piece.y1)
            else:
                pieces.append(piece)
        joined = bool(found) and found[-1].right >= one.right - 1e-6
    return pieces


def _pieces(one: _PlacedRun, wanted: str) -> list[_Piece]:
    """The parts of a run that have a look, in one ink each."""
    run = one.run
    if not run.box.word.looks:
        return []
    looks = [run.box.word.look(index) for index in range(run.start, run.stop)]
    found: list[_Piece] = []
    for (has, ink), group in itertools.groupby(
        range(len(looks)), lambda index: (bool(getattr(looks[index], wanted)), looks[index].ink)
    ):
        if not has:
            continue
        indices = list(group)
        ends = [
            (g.x + g.scale * float(np.nanmin(g.glyph.left_edge)), g.x + g.scale * float(np.nanmax(g.glyph.right_edge)))
            for g in one.glyphs[indices[0] : indices[-1] + 1]
        ]
        left = one.left if indices[0] == 0 else min(end[0] for end in ends)
        right = one.right if indices[-1] == len(looks) - 1 else max(end[1] for end in ends)
        found.append(_Piece(left, right, one.y, one.y, ink))
    return found
