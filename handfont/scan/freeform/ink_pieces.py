"""The ink of lines as pieces: branches of its skeleton, along which a letter seldom changes."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import BoolArray, DoubleArray, IntArray
from handfont.core.sdf import inside_distance
from handfont.scan.freeform import ink
from handfont.scan.skeleton import thinned
from handfont.scan.skeleton_graph import graph_of

SPACING = 2
"""Pixels of the skeleton to a point."""
SPECK = 0.004
"""Ink of less area, in squared x-heights, is none."""


class InkPieces(NamedTuple):
    """Points of the skeleton of ink.

    Attributes:
        points: (P, 2) x, y in pixels of the page.
        piece: (P,) number of the branch that each lies on; points of one branch follow each other.
        component: (P,) number of the connected ink that it belongs to, from 1.
        meets: (M, 2) pairs of points that lie beside each other where branches meet.
    """

    points: DoubleArray
    piece: IntArray
    component: IntArray
    meets: IntArray

    @property
    def along(self) -> IntArray:
        """(K, 2) pairs of points that follow each other along a branch."""
        first = np.flatnonzero(np.diff(self.piece) == 0)
        return np.column_stack([first, first + 1])


class TracedInk(NamedTuple):
    """Ink of a page: numbered components (0: paper), rows of left, top, right, bottom and area, and their skeletons."""

    labels: NDArray[np.int32]
    boxes: IntArray
    pieces: InkPieces


def traced(mask: BoolArray, x_height: float) -> TracedInk:
    """The ink of a page in pieces."""
    labels, boxes = ink.components(mask, max(4.0, SPECK * x_height**2))
    inside = inside_distance(labels > 0)
    parts = []
    for number, (x0, y0, x1, y1, _) in enumerate(boxes, 1):
        area = np.s_[y0:y1, x0:x1]
        found = _pieces(thinned(np.pad(labels[area] == number, 1)), np.pad(inside[area], 1), number)
        parts.append(found._replace(points=found.points + np.array([x0 - 1, y0 - 1])))
    return TracedInk(labels, boxes, _together(parts))


def _pieces(thin: BoolArray, inside: np.ndarray, number: int) -> InkPieces:
    """The skeleton of one component, in pixels of its picture."""
    graph = graph_of(thin, inside)
    points: list[DoubleArray] = []
    piece: list[int] = []
    meets: list[tuple[int, int]] = []
    node_point: dict[int, int] = {}
    for key, node in graph.nodes.items():
        node_point[key] = len(points)
        points.append(node.at)
        piece.append(len(piece))
    count = len(piece)
    for k, branch in enumerate(graph.branches):
        path = branch.path[SPACING // 2 :: SPACING] if len(branch.path) > 1 else branch.path
        ends = [node_point[branch.first], node_point[branch.last]]
        if len(path):
            meets += [(ends[0], len(points)), (len(points) + len(path) - 1, ends[1])]
        else:
            meets.append((ends[0], ends[1]))
        points += list(path)
        piece += [count + k] * len(path)
    at = np.array(points, float).reshape(-1, 2)
    return InkPieces(at, np.array(piece, np.int64), np.full(len(at), number), np.array(meets, np.int64).reshape(-1, 2))


def _together(parts: list[InkPieces]) -> InkPieces:
    """Components of a page one after the other."""
    if not parts:
        return InkPieces(np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 2), np.int64))
    pieces, meets, start, first = [], [], 0, 0
    for part in parts:
        pieces.append(part.piece + first)
        meets.append(part.meets + start)
        start += len(part.points)
        first += int(part.piece.max()) + 1
    return InkPieces(
        np.concatenate([part.points for part in parts]), np.concatenate(pieces),
        np.concatenate([part.component for part in parts]), np.concatenate(meets),
    )  # fmt: skip


def spread(ink: TracedInk, letter: IntArray) -> NDArray[np.int32]:
    """(height, width) the letter that each pixel of ink is of, that of the nearest point of its component.

    Args:
        ink: of the page.
        letter: (P,) number of the letter of each point, 0 for none.
    """
    own = np.zeros(ink.labels.shape, np.int32)
    edges = np.searchsorted(ink.pieces.component, np.arange(1, len(ink.boxes) + 2))
    for number, (x0, y0, x1, y1, _) in enumerate(ink.boxes, 1):
        rows = slice(edges[number - 1], edges[number])
        letters = letter[rows]
        area = np.s_[y0:y1, x0:x1]
        part = ink.labels[area] == number
        if len(letters) and (letters == letters[0]).all():
            own[area][part] = letters[0]
            continue
        if not len(letters):
            continue
        far = np.ones(part.shape, np.uint8)
        at = np.rint(ink.pieces.points[rows]).astype(int) - (x0, y0)
        x, y = np.clip(at[:, 0], 0, x1 - x0 - 1), np.clip(at[:, 1], 0, y1 - y0 - 1)
        far[y, x] = 0
        _, nearest = cv2.distanceTransformWithLabels(far, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        of = np.zeros(int(nearest.max()) + 1, np.int32)
        of[nearest[y, x]] = letters
        own[area][part] = of[nearest[part]]
    return own
