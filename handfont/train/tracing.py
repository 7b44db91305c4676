"""Strokes from a picture of ink alone, without any model of letters.

The ink's skeleton is a graph of branches (:mod:`handfont.scan.skeleton_graph`). At a junction the two branches that go
on straightest into each other are one stroke, as in Boccignone and others 1993; a branch without a partner begins or
ends there. Within the ink of a junction the skeleton says nothing of the way of the pen, so strokes are drawn smoothly
across it. Small blots are dots. Strokes come in an order and in directions that are usual: the body before its dots,
from left to right, downwards and to the right.
"""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

from handfont.core.arrays import BoolArray, DoubleArray, FloatArray
from handfont.core.sdf import inside_distance, pen_width
from handfont.core.strokes import length
from handfont.scan.branch_graph import Graph, turn
from handfont.scan.skeleton import thinned
from handfont.scan.skeleton_graph import graph_of

SHARPEST, CROSSING = 65.0, 100.0
"""Degrees that a stroke turns at a junction at most, and at one of an even number of branches, where each is likely to
go on: branches at a larger angle are different strokes."""
FAULT = 0.15
"""Holes and specks of less area than this, in squared pens, are faults of the picture."""
BLOB = 1.2
"""Length of a skeleton, in widths of its own ink, below which a part of the ink is a dot."""
FILLED, PITCH = 1.8, 0.08
"""Width, in pens, from which dots are filled by going round, at a pen's distance or this one, in x-heights, if it is
smaller: a finer pen should fill them as well."""
DOT = 0.25
"""Strokes whose box is smaller than this, in x-heights, come after the body."""
STEP = 0.04
"""Between points of strokes, in x-heights."""
SMOOTH, SMOOTH_PIXELS = 0.02, 1.5
"""Deviation of the Gaussian that strokes are smoothed by, in x-heights, and at least, in pixels."""

_Points = DoubleArray
_End = tuple[int, bool]
"""A branch by number, and whether it is its last end."""


def traced(ink: BoolArray, x_height: float, origin: tuple[float, float], pen: float | None = None) -> list[FloatArray]:
    """The strokes of a binary picture, rows from top to bottom, each (n, 2), in x-heights, y up.

    Args:
        x_height: pixels of an x-height.
        origin: column and row, in pixels, that become x = 0 and y = 0.
        pen: width of the pen in pixels; measured if it is not known.
    """
    if not ink.any():
        return []
    width = pen_width(ink) if pen is None else pen
    whole = _without_faults(np.pad(ink, 2), FAULT * width**2)
    inside = inside_distance(whole)
    count, parts = cv2.connectedComponents(whole.astype(np.uint8), connectivity=8)
    thin = thinned(whole)
    strokes: list[_Points] = []
    for part in range(1, count):
        own = parts == part
        graph = graph_of(thin & own, inside)
        radius = float(inside[own].max())
        closed = any(branch.first == branch.last for branch in graph.branches)
        if not closed and sum(graph.length(branch) for branch in graph.branches) < BLOB * 2 * radius:
            strokes.append(_dot(own, radius, width, min(width, PITCH * x_height)))
        else:
            strokes += _strokes(graph)
    offset = np.array([2 - 0.5 + origin[0], 2 - 0.5 + origin[1]])
    scaled = [(stroke - offset) * [1, -1] / x_height for stroke in strokes]
    smooth = [_smoothed(stroke, max(SMOOTH, SMOOTH_PIXELS / x_height)) for stroke in scaled]
    return _ordered([_directed(stroke) for stroke in smooth])


def _without_faults(ink: BoolArray, least: float) -> BoolArray:
    """Ink whose holes of less than ``least`` pixels are filled and whose parts of less are left out, but for the
    largest.
    """
    _, holes, stats, _ = cv2.connectedComponentsWithStats((~ink).astype(np.uint8), connectivity=4)
    filled = ink | (stats[:, cv2.CC_STAT_AREA] < least)[holes]
    _, parts, stats, _ = cv2.connectedComponentsWithStats(filled.astype(np.uint8), connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    large = np.concatenate([[False], areas >= min(least, areas.max())])
    return np.asarray(large[parts])


def _dot(own: BoolArray, radius: float, pen: float, pitch: float) -> _Points:
    """A blot as a short stroke along it, or, where it is much wider than the pen, as one that goes round inwards."""
    rows, columns = np.nonzero(own)
    points = np.stack([columns, rows], axis=1).astype(float)
    middle = points.mean(axis=0)
    _, directions = np.linalg.eigh((points - middle).T @ (points - middle))
    along = directions[:, 1] * (1 if np.round(directions[:, 1] @ [1.0, 1.0], 6) >= 0 else -1)
    reach = float(np.ptp((points - middle) @ along)) + 1
    if 2 * radius > FILLED * pen:
        outer = radius - pitch / 2
        turns = 1 + outer / pitch  # once round its edge, then inwards
        angle = np.linspace(0, 2 * np.pi * turns, int(24 * turns) + 1)
        away = np.minimum(outer, outer + pitch - angle / (2 * np.pi) * pitch)
        return middle + away[:, None] * np.stack([np.cos(angle), -np.sin(angle)], axis=1)
    half = max(reach / 2 - radius, 0.02 * radius)
    return middle + np.linspace(-half, half, 5)[:, None] * along


def _strokes(graph: Graph) -> list[_Points]:
    """The branches of one part of the ink, joined at junctions."""
    ends: dict[int, list[_End]] = {number: [] for number in graph.nodes}
    for number, branch in enumerate(graph.branches):
        ends[branch.first].append((number, False))
        ends[branch.last].append((number, True))
    partner: dict[_End, _End] = {}
    for node, own in ends.items():
        for one, other in _pairs(graph, node, own):
            partner[one], partner[other] = other, one
    strokes = []
    left = set(range(len(graph.branches)))
    starts = [(number, last) for number in sorted(left) for last in (False, True) if (number, last) not in partner]
    for start in [*starts, *((number, False) for number in sorted(left))]:
        if start[0] in left:
            strokes.append(_stroke(graph, start, partner, left))
    return strokes


def _pairs(graph: Graph, node: int, ends: list[_End]) -> list[tuple[_End, _End]]:
    """The ends of branches at a node that are one stroke: of all pairings, as many pairs as turn little, and
    of those the straightest.
    """
    if len(ends) == 2:
        return [(ends[0], ends[1])]
    outward = {end: graph.direction(graph.branches[end[0]], end[1]) for end in ends}
    turns = sorted((turn(outward[one], outward[other]), one, other) for one, other in combinations(ends, 2))
    sharpest = SHARPEST if len(ends) % 2 else CROSSING
    return [(one, other) for _, one, other in _best([pair for pair in turns if pair[0] <= sharpest], sharpest)]


def _best(pairs: list[tuple[float, _End, _End]], sharpest: float) -> list[tuple[float, _End, _End]]:
    """Pairs without an end in common whose turns are furthest below the sharpest, all together."""
    if not pairs:
        return []
    first, *rest = pairs
    apart = [pair for pair in rest if not {pair[1], pair[2]} & {first[1], first[2]}]
    taken, without = [first, *_best(apart, sharpest)], _best(rest, sharpest)

    def gain(chosen: list[tuple[float, _End, _End]]) -> float:
        return sum(sharpest + 1 - angle for angle, _, _ in chosen)

    return taken if gain(taken) >= gain(without) else without


def _stroke(graph: Graph, start: _End, partner: dict[_End, _End], left: set[int]) -> _Points:
    """The line from an end on, as long as the branches have partners."""
    pieces: list[_Points] = []
    end, before = start, start in partner
    while True:
        number, last = end
        left.discard(number)
        exit_ = (number, not last)
        after = exit_ in partner
        pieces.append(_inner(graph, end, before, after))
        if not after or partner[exit_][0] not in left:
            break
        end, before = partner[exit_], True
    points = np.concatenate(pieces)
    if partner.get(exit_) == start:
        points = np.concatenate([points, points[:1]])
    return points


def _inner(graph: Graph, end: _End, before: bool, after: bool) -> _Points:
    """A branch from one of its ends, with its nodes where it ends there, without the ink of junctions it crosses."""
    number, last = end
    branch = graph.branches[number]
    line = graph.line(branch, last)
    first, second = (branch.last, branch.first) if last else (branch.first, branch.last)
    begin, stop = 0, len(line)
    if before:
        outside = np.hypot(*(line - graph.nodes[first].at).T) > graph.nodes[first].radius
        begin = int(outside.argmax()) if outside.any() else stop
    if after:
        outside = np.hypot(*(line - graph.nodes[second].at).T) > graph.nodes[second].radius
        stop -= int(outside[::-1].argmax()) if outside.any() else stop
    return line[begin:stop] if begin < stop else line[[len(line) // 2]]


def _smoothed(stroke: _Points, sigma: float) -> _Points:
    """A stroke with points every ``STEP``, or closer where it is short, smoothed; ends stay where they are."""
    closed = _is_closed(stroke)
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    count = 4 * max(int(np.ceil(steps[-1] / STEP)), 4) + 1
    where = np.linspace(0.0, steps[-1], count)
    even = np.stack([np.interp(where, steps, stroke[:, axis]) for axis in (0, 1)], axis=1)
    width = min(sigma / max(where[1], 1e-9), count / 6)
    if closed:
        return _closed(gaussian_filter1d(even[:-1], width, axis=0, mode="wrap")[::4])
    # Odd reflection leaves the ends and their directions.
    padded = np.concatenate([2 * even[0] - even[:0:-1], even, 2 * even[-1] - even[-2::-1]])
    return np.asarray(gaussian_filter1d(padded, width, axis=0)[count - 1 : 2 * count - 1 : 4])


def _closed(points: _Points) -> _Points:
    return np.concatenate([points, points[:1]])


def _is_closed(stroke: _Points | FloatArray) -> bool:
    return len(stroke) > 3 and bool(np.allclose(stroke[0], stroke[-1]))


def _directed(stroke: _Points) -> FloatArray:
    """A stroke downwards or to the right; a closed one from its top, counterclockwise."""
    if _is_closed(stroke):
        own = stroke[:-1]
        x, y = own.T
        if float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) < 0:
            own = own[::-1]
        return _closed(np.roll(own, -int(np.round(own[:, 1], 4).argmax()), axis=0)).astype(np.float32)
    across, up = stroke[-1] - stroke[0]
    return (stroke if np.round(across - up, 4) >= 0 else stroke[::-1]).astype(np.float32)


def _ordered(strokes: list[FloatArray]) -> list[FloatArray]:
    """The body before its dots, rings before lines; from left to right, the upper one of two above each other first."""

    def key(stroke: FloatArray) -> tuple[bool, bool, float]:
        low, high = stroke.min(axis=0), stroke.max(axis=0)
        small = bool(np.max(high - low) < DOT) and len(strokes) > 1
        return small, not _is_closed(stroke), round(float((low[0] + high[0]) / 2 - 0.5 * high[1]), 1)

    return sorted(strokes, key=lambda stroke: (*key(stroke), round(float(stroke[0, 0]), 1), -length(stroke)))
