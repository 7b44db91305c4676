"""The ink of lines as pieces: branches of its skeleton, along which a letter seldom changes."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects

from handfont.core.arrays import BoolArray, DoubleArray, IntArray
from handfont.core.sdf import inside_distance
from handfont.scan.freeform import ink, text_lines
from handfont.scan.freeform.line_search import lowered
from handfont.scan.freeform.text_lines import Ridge
from handfont.scan.skeleton import thinned
from handfont.scan.skeleton_graph import graph_of

SPACING = 2
"""Pixels of the skeleton to a point."""
SPECK = 0.004
"""Ink of less area, in squared x-heights, is none."""
MIDDLE = 0.5
"""Height of the middle of small letters, in x-heights."""


class TracedLine(NamedTuple):
    """Points of the skeleton of a line's ink.

    Attributes:
        points: (P, 2) x, y in pixels of the page.
        piece: (P,) number of the branch that each lies on; points of one branch follow each other.
        component: (P,) number of the connected ink that it belongs to.
        meets: (M, 2) pairs of points that lie beside each other where branches meet.
    """

    points: DoubleArray
    piece: IntArray
    component: IntArray
    meets: IntArray


class TracedPage(NamedTuple):
    """Ink of a page: numbered components (0: paper), each on one line, and the skeletons of lines."""

    labels: NDArray[np.int32]
    lines: list[TracedLine]


def traced(mask: BoolArray, baselines: list[Ridge], x_height: float) -> TracedPage:
    """The ink of each line of a page, cut between lines where it belongs to several."""
    labels, boxes = ink.components(mask, max(4.0, SPECK * x_height**2))
    middles = [lowered(line, -MIDDLE * x_height) for line in baselines]
    labels, owner = text_lines.owners(labels, boxes, middles, x_height)
    inside = inside_distance(labels > 0)
    parts: list[list[TracedLine]] = [[] for _ in baselines]
    for number, box in enumerate(find_objects(labels), 1):
        if box is None or owner[number - 1] < 0:
            continue
        rows, columns = box
        own = np.pad(labels[box] == number, 1)
        thin = thinned(own)
        found = _pieces(thin, np.pad(inside[box], 1), number)
        parts[owner[number - 1]].append(
            found._replace(points=found.points + [columns.start - 1, rows.start - 1])
        )
    return TracedPage(labels, [_together(line) for line in parts])


def _pieces(thin: BoolArray, inside: np.ndarray, number: int) -> TracedLine:
    """The skeleton of one component, in pixels of its picture."""
    graph = graph_of(thin, inside)
    points, piece, meets = [], [], []
    node_point = {}
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
    return TracedLine(
        at, np.array(piece, np.int64), np.full(len(at), number), np.array(meets, np.int64).reshape(-1, 2)
    )


def _together(parts: list[TracedLine]) -> TracedLine:
    """Components of a line one after the other."""
    if not parts:
        return TracedLine(
            np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 2), np.int64)
        )
    pieces, meets, start, first = [], [], 0, 0
    for part in parts:
        pieces.append(part.piece + first)
        meets.append(part.meets + start)
        start += len(part.points)
        first += int(part.piece.max()) + 1
    return TracedLine(
        np.concatenate([part.points for part in parts]), np.concatenate(pieces),
        np.concatenate([part.component for part in parts]), np.concatenate(meets),
    )  # fmt: skip


def spread(labels: NDArray[np.int32], line: TracedLine, letter: IntArray, own: NDArray[np.int32]) -> None:
    """Give each pixel of a line's ink to the letter of the nearest point of its component, in place.

    Args:
        labels: (height, width) numbered components of the page.
        line: its skeleton.
        letter: (P,) number of the letter of each point, 0 for none.
        own: (height, width) the letter of each pixel.
    """
    boxes = find_objects(labels)
    order = np.argsort(line.component, kind="stable")
    edges = np.flatnonzero(np.diff(line.component[order], prepend=-1))
    for first, last in zip(edges, [*edges[1:], len(order)], strict=True):
        rows = order[first:last]
        number = int(line.component[rows[0]])
        box = boxes[number - 1]
        part = labels[box] == number
        if (letter[rows] == letter[rows[0]]).all():
            own[box][part] = letter[rows[0]]
            continue
        far = np.ones(part.shape, np.uint8)
        x = np.clip(np.rint(line.points[rows, 0]).astype(int) - box[1].start, 0, part.shape[1] - 1)
        y = np.clip(np.rint(line.points[rows, 1]).astype(int) - box[0].start, 0, part.shape[0] - 1)
        far[y, x] = 0
        _, nearest = cv2.distanceTransformWithLabels(far, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        of = np.zeros(int(nearest.max()) + 1, np.int32)
        of[nearest[y, x]] = letter[rows]
        own[box][part] = of[nearest[part]]
