"""Strokes of the pen that are no characters: lines, bars, bullets and boxes.

A stroke follows a path of points with the pen's width, wobbles slowly as a hand does, and ends round. Lengths are in
any one unit; ``wobble`` is the standard deviation of the wander from the path in pen widths.
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.glyph import Outline
from handfont.layout.page import Mark

Points = DoubleArray

WOBBLE = 0.28
"""Deviation of a stroke from a straight line, in pen widths."""
PRESSURE = 0.10
"""Standard deviation of a stroke's width along it, as a share of the pen's."""
STEP = 3.0
"""Pen widths between the points of a stroke's outline ..."""
MAX_POINTS = 160
"""... but no more points than these along it."""
CAP = 5
"""Points of the round end of a stroke."""


def stroke(path: Points, pen: float, rng: np.random.Generator, wobble: float = WOBBLE) -> Mark:
    """One stroke along ``path`` (N, 2), N > 1."""
    middle, around = _ribbon(path, pen, rng, wobble)
    return Mark(Outline((_closed(around),)), middle.astype(np.float32), pen)


def line(x0: float, y0: float, x1: float, y1: float, pen: float, rng: np.random.Generator) -> Mark:
    """A stroke from one place to another: never quite straight, and never ending quite there."""
    ends = np.array([[x0, y0], [x1, y1]]) + rng.normal(0, 0.25 * pen, (2, 2))
    length = float(np.hypot(*(ends[1] - ends[0])))
    count = int(np.clip(length / (STEP * pen), 4, MAX_POINTS))
    along = np.linspace(0, 1, count)[:, None]
    path = ends[0] + along * (ends[1] - ends[0])
    # A long line bows a little: the wrist turns about the elbow.
    normal = np.array([ends[0, 1] - ends[1, 1], ends[1, 0] - ends[0, 0]]) / max(length, 1e-9)
    bow = rng.normal(0, 0.004) * min(length, 60 * pen)
    return stroke(path + 4 * bow * along * (1 - along) * normal, pen, rng)


def dot(x: float, y: float, radius: float, pen: float, rng: np.random.Generator) -> Mark:
    """A bullet: ink put down and turned about until it is round enough."""
    angle = np.linspace(0, 2 * np.pi, 13)[:-1]
    uneven = 1 + 0.10 * (np.sin(2 * angle + rng.uniform(0, 6.3)) + np.sin(3 * angle + rng.uniform(0, 6.3)))
    size = max(radius, 0.5 * pen) * uneven
    edge = np.stack([x + size * np.cos(angle), y + 0.92 * size * np.sin(angle)], axis=1)
    # A pen that fills it goes around at half of its own width from the edge, then closer in.
    turns = [
        (x, y) + (edge - (x, y)) * max(share, 0.0)
        for share in np.arange(1 - 0.5 * pen / size.mean(), -0.2, -0.7 * pen / size.mean())
    ]
    path = np.concatenate([np.concatenate([turn, turn[:1]]) for turn in turns] or [edge])
    return Mark(Outline((_closed(edge),)), path.astype(np.float32), pen)


def ring(x: float, y: float, radius: float, pen: float, rng: np.random.Generator) -> Mark:
    """A small circle, drawn in one stroke that overshoots its start."""
    start = rng.uniform(1.2, 2.0)
    angle = start + np.linspace(0, 2 * np.pi + rng.uniform(0.05, 0.35), 18)
    size = radius * (1 + 0.10 * np.sin(angle + rng.uniform(0, 6.3)))
    path = np.stack([x + size * np.cos(angle), y + size * np.sin(angle)], axis=1)
    return stroke(path, pen, rng, 0.08)


def box(width: float, height: float, pen: float, rng: np.random.Generator) -> tuple[FloatArray, ...]:
    """A box on the baseline about x = 0, as the paths of its four strokes."""
    half = width / 2
    corners = np.array([(-half, 0.0), (half, 0.0), (half, height), (-half, height)])
    ends = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1) + rng.normal(0, 0.25 * pen, (4, 2, 2))
    along = np.linspace(0, 1, 9)[:, None]
    bows = rng.normal(0, 0.02, 4)[:, None, None] * (4 * along * (1 - along))[None]
    normals = (ends[:, 1] - ends[:, 0])[:, None, ::-1] * [-1, 1]
    paths = ends[:, None, 0] + along * (ends[:, None, 1] - ends[:, None, 0]) + bows * normals
    return tuple(paths.astype(np.float32))


def _ribbon(path: Points, pen: float, rng: np.random.Generator, wobble: float) -> tuple[Points, Points]:
    """The middle of the stroke, and points around it: along its left side, around its end, and back."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-12)[:, None]
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    count = len(path)
    middle = path + normal * (pen * wobble * _slow(rng, count))[:, None]
    half = pen / 2 * np.clip(1 + PRESSURE * _slow(rng, count), 0.6, 1.4)
    caps = []
    for end, sign in ((count - 1, 1.0), (0, -1.0)):
        turn = np.linspace(np.pi / 2, -np.pi / 2, CAP + 2)[1:-1]
        ahead, aside = sign * tangent[end], sign * normal[end]
        caps.append(middle[end] + half[end] * (np.cos(turn)[:, None] * ahead + np.sin(turn)[:, None] * aside))
    left, right = middle + normal * half[:, None], middle - normal * half[:, None]
    return middle, np.concatenate([left, caps[0], right[::-1], caps[1]])


def _slow(rng: np.random.Generator, count: int) -> Points:
    """Smooth noise of unit variance at ``count`` points."""
    taps = np.hanning(9)
    taps /= np.sqrt((taps**2).sum())
    return np.convolve(rng.standard_normal(count + 8), taps, mode="valid")


def _closed(points: Points) -> FloatArray:
    """Cubic curves through points of a closed contour (Catmull and Rom 1974, with handles no longer than a third)."""
    after, before = np.roll(points, -1, axis=0), np.roll(points, 1, axis=0)
    tangent = after - before
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-12)[:, None]
    reach = np.hypot(*(after - points).T)[:, None] / 3
    first = points + tangent * reach
    second = after - np.roll(tangent, -1, axis=0) * reach
    curves = np.stack([first, second, after], axis=1)
    # A contour starts where its last curve ends.
    return curves.astype(np.float32)
