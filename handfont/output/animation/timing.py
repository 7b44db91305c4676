"""When each stroke of a page is written: at the speed of a pen, with pauses where it is lifted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core import units
from handfont.core.arrays import DoubleArray
from handfont.core.units import POINTS
from handfont.layout.page import Page
from handfont.output.pen_speed import speeds
from handfont.output.writing_order import Written, written_lines

FULL_SPEED = 30.0 * POINTS["mm"]
"""Points a second where the path hardly turns: letters of 2 mm take a writer about half a second each."""
AIR_SPEED = 60.0 * POINTS["mm"]
"""Points a second of the raised pen ..."""
LIFT = 0.06
"""... seconds that it takes to raise and to lower it ..."""
LONGEST_LIFT = 0.6
"""... and seconds after which it is anywhere: the arm swings back to the left margin."""
THOUGHT = 0.1
"""Seconds more before a word."""
LONGEST = 30.0
"""Seconds that a page takes at most, where no duration is named."""


@dataclass(frozen=True)
class TimedStroke:
    """A stroke (points, 2), in points of the page, and the seconds at which the pen is at its points (points,)."""

    points: DoubleArray
    times: DoubleArray


@dataclass(frozen=True)
class TimedItem:
    """A word or a mark with its strokes, in the order of writing."""

    written: Written
    strokes: tuple[TimedStroke, ...]

    @property
    def end(self) -> float:
        """The second at which it is written."""
        return float(self.strokes[-1].times[-1])


@dataclass(frozen=True)
class TimedPage:
    """Lines of what is written on a page, and the seconds that it takes."""

    lines: tuple[tuple[TimedItem, ...], ...]
    duration: float


def timed(page: Page, duration: str | None) -> TimedPage:
    """A page with the time of each stroke, from 0 on.

    Args:
        duration: of the whole page, like ``20s``; None: as long as the pen takes, but ``LONGEST`` at most.
    """
    clock, last = 0.0, None
    lines: list[list[tuple[Written, list[TimedStroke]]]] = []
    for line in written_lines(page):
        lines.append([])
        for written in line:
            clock += THOUGHT if last is not None else 0.0
            strokes = []
            for stroke in (stroke for group in written.groups for stroke in group.strokes):
                if last is not None:
                    clock += min(LIFT + float(np.hypot(*(stroke[0] - last))) / AIR_SPEED, LONGEST_LIFT)
                strokes.append(TimedStroke(stroke, clock + _times(stroke)))
                clock, last = float(strokes[-1].times[-1]), stroke[-1]
            lines[-1].append((written, strokes))
    whole = min(clock, LONGEST) if duration is None else units.seconds(duration)
    factor = whole / clock if clock else 1.0
    return TimedPage(
        tuple(
            tuple(
                TimedItem(written, tuple(TimedStroke(stroke.points, stroke.times * factor) for stroke in strokes))
                for written, strokes in line
            )
            for line in lines
        ),
        whole,
    )


def _times(stroke: DoubleArray) -> DoubleArray:
    """Seconds from the beginning of a stroke to each of its points."""
    steps = np.hypot(*np.diff(stroke, axis=0).T) / (speeds(stroke) * FULL_SPEED)
    return np.concatenate([[0.0], np.cumsum(steps)])
