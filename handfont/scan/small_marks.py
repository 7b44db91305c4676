"""Dots as they are on paper: a point, a short dash, or a small ring.

A form's dot is a short stroke. Fitted to a dot that is as small as the pen is wide it follows the roughness of the ink,
and on a dot that was drawn as a ring it becomes a hook. So a stroke whose ink is small and by itself is drawn along
that ink instead.
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import DoubleArray, IntArray
from handfont.core.dots import DOT, RING

BESIDE, LEAST_GAP = 3.0, 0.04
"""Points of ink hang together if their distance is no more than this factor of the usual one of neighbors, or than
this, in x-heights."""
OWN = 0.8
"""Share of a dot's ink that is nearest to its stroke, and of the stroke's points that are nearest to the dot, at
least."""
OPEN = np.radians(75.0)
"""Ink that leaves a larger angle free, seen from its middle, is no ring."""
SECTORS, HARMONICS = 24, 2
"""Directions in which the outer edge of a ring is looked for, and waves that it has around its middle."""
TAIL = 1.2
"""What is farther from the middle of a ring than this, in usual distances, is where the pen came from or left."""


def along_dots(points: DoubleArray, target: DoubleArray, lifts: list[int]) -> DoubleArray:
    """Strokes (P, 2) with those that lie on a dot by itself drawn along it.

    Args:
        target: (S, 2) points of the middle line of the ink, in x-heights.
        lifts: the points at which a new stroke begins, the first one left out.
    """
    result = points.copy()
    off = np.hypot(*(target[:, None] - points[None]).transpose(2, 0, 1))
    strokes = np.split(np.arange(len(points)), lifts)
    stroke_of = np.repeat(np.arange(len(strokes)), [len(stroke) for stroke in strokes])[off.argmin(axis=1)]
    piece = _pieces(target)
    piece_of = piece[off.argmin(axis=0)]
    for number in range(piece.max() + 1):
        ink = target[piece == number]
        size = float(np.ptp(ink, axis=0).max())
        if size > RING:
            continue
        share = np.bincount(stroke_of[piece == number], minlength=len(strokes)) / len(ink)
        own = strokes[int(share.argmax())]
        if share.max() >= OWN and (piece_of[own] == number).mean() >= OWN:
            if _is_ring(ink):
                result[own] = _ring(ink, len(own))
            elif size <= DOT:
                result[own] = _dash(ink, points[own])
    return result


def _pieces(target: DoubleArray) -> IntArray:
    """(S,) the piece of ink that each point belongs to: those that a chain of near ones joins."""
    apart = np.hypot(*(target[:, None] - target[None]).transpose(2, 0, 1))
    nearest = np.sort(apart, axis=1)[:, 1] if len(target) > 1 else np.zeros(1)
    near = apart <= max(BESIDE * float(np.median(nearest)), LEAST_GAP)
    result = np.full(len(target), -1)
    for number in range(len(target)):
        if result[number] < 0:
            found = np.zeros(len(target), bool)
            found[number] = True
            while (further := near[found].any(axis=0) & ~found).any():
                found |= further
            result[found] = result.max() + 1
    return result


def _middle(ink: DoubleArray) -> DoubleArray:
    return np.asarray((ink.min(axis=0) + ink.max(axis=0)) / 2)


def _is_ring(ink: DoubleArray) -> bool:
    """Whether ink (S, 2) lies all around its middle."""
    angles = np.sort(np.arctan2(*(ink - _middle(ink)).T[::-1]))
    return bool(np.diff(angles, append=angles[0] + 2 * np.pi).max() < OPEN)


def _ring(ink: DoubleArray, count: int) -> DoubleArray:
    """(count, 2) the outer edge of ink, from its top counterclockwise and back."""
    way = ink - _middle(ink)
    angle, radius = np.arctan2(*way.T[::-1]), np.hypot(*way.T)
    sector = np.floor((angle + np.pi) / (2 * np.pi) * SECTORS).astype(int) % SECTORS
    outer = [int(own[radius[own].argmax()]) for k in range(SECTORS) if len(own := np.flatnonzero(sector == k))]
    farthest = TAIL * float(np.median(radius[outer]))
    weights = np.linalg.lstsq(_waves(angle[outer]), np.minimum(radius[outer], farthest), rcond=None)[0]
    turned = np.pi / 2 + np.linspace(0, 2 * np.pi, count)
    around = np.stack([np.cos(turned), np.sin(turned)], axis=1)
    return np.asarray(_middle(ink) + (_waves(turned) @ weights)[:, None] * around)


def _waves(angle: DoubleArray) -> DoubleArray:
    """(A, 1 + 2 HARMONICS) waves around a ring at some angles."""
    order = np.arange(1, HARMONICS + 1)
    return np.concatenate([np.ones((len(angle), 1)), np.cos(np.outer(angle, order)), np.sin(np.outer(angle, order))], 1)


def _dash(ink: DoubleArray, stroke: DoubleArray) -> DoubleArray:
    """A straight stroke, as long as ink is and in its direction, with the points and from the end of another one."""
    middle = ink.mean(axis=0)
    along = np.linalg.svd(ink - middle, full_matrices=False)[2][0]
    if along @ (stroke[-1] - stroke[0]) < 0:
        along = -along
    reach = (ink - middle) @ along
    return np.asarray(middle + np.linspace(reach.min(), reach.max(), len(stroke))[:, None] * along)
