"""The skeleton of ink as a graph: branches of pixels between the places where they end or meet.

Thinning leaves two faults where lines are thick. Where two cross, their middle lines share a short way and meet twice
(a *bridge*); and at corners and uneven edges short branches stick out (*spurs*). Both are taken back here, measured by
the radius of the ink about them, as in Lam, Lee, Suen 1992, section 4.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_Pixel = tuple[int, int]

SPUR = 0.5
"""An end that reaches less beyond the ink of its junction than this share of that ink's radius is a spur."""


@dataclass(eq=False)
class Node:
    """A place where branches end or meet: its column and row, and the radius of the ink about it, all in pixels."""

    at: FloatArray
    radius: float


@dataclass(eq=False)
class Branch:
    """A line between two nodes, which may be the same: pixels (n, 2) as column and row, and their radii (n,)."""

    first: int
    last: int
    path: FloatArray
    radii: FloatArray


@dataclass(eq=False)
class Graph:
    """Nodes by number, and branches between them. A loop that meets nothing has one node of its own."""

    nodes: dict[int, Node]
    branches: list[Branch]

    def degrees(self) -> dict[int, int]:
        """How many ends of branches meet at each node."""
        result = dict.fromkeys(self.nodes, 0)
        for branch in self.branches:
            result[branch.first] += 1
            result[branch.last] += 1
        return result

    def length(self, branch: Branch) -> float:
        """Of the line from node to node, in pixels."""
        line = np.concatenate([self.nodes[branch.first].at[None], branch.path, self.nodes[branch.last].at[None]])
        return float(np.hypot(*np.diff(line, axis=0).T).sum())


def graph_of(thin: NDArray[np.bool_], inside: NDArray[np.float32]) -> Graph:
    """The graph of a thinned picture, without bridges and spurs; ``inside`` is the distance of each pixel to paper."""
    graph = _raw(thin, inside)
    changing = True
    while changing:
        _contract(graph)
        _join(graph)
        changing = _prune(graph)
    return graph


def _raw(thin: NDArray[np.bool_], inside: NDArray[np.float32]) -> Graph:
    neighbours = _neighbours(thin)
    node_of: dict[_Pixel, int] = {}
    nodes: dict[int, Node] = {}
    for pixel, near in neighbours.items():
        if len(near) != 2 and pixel not in node_of:
            cluster = _cluster(pixel, neighbours) if len(near) > 2 else [pixel]
            node_of |= dict.fromkeys(cluster, len(nodes))
            radius = max(float(inside[row, column]) for row, column in cluster)
            nodes[len(nodes)] = Node(np.mean(cluster, axis=0)[::-1], radius)
    graph = Graph(nodes, [])
    walked: set[_Pixel] = set()

    def walk(start: _Pixel, second: _Pixel) -> None:
        path, before, pixel = [], start, second
        while pixel not in node_of:
            path.append(pixel)
            walked.add(pixel)
            before, pixel = pixel, next(near for near in neighbours[pixel] if near != before)
        line = np.array(path, int).reshape(-1, 2)
        graph.branches.append(Branch(node_of[start], node_of[pixel], line[:, ::-1].astype(float),
                                     inside[line[:, 0], line[:, 1]].astype(float)))

    for pixel in list(node_of):
        for near in neighbours[pixel]:
            if near in node_of:
                if node_of[near] != node_of[pixel] and pixel < near:
                    walk(pixel, near)
            elif near not in walked:
                walk(pixel, near)
    for pixel in neighbours:  # what is left are loops that meet nothing
        if pixel not in walked and pixel not in node_of:
            node_of[pixel] = len(nodes)
            nodes[len(nodes)] = Node(np.array(pixel[::-1], float), float(inside[pixel]))
            walk(pixel, neighbours[pixel][0])
    return graph


def _neighbours(thin: NDArray[np.bool_]) -> dict[_Pixel, list[_Pixel]]:
    """The pixels next to each pixel; diagonal ones only where no straight step leads there as well."""
    pixels = {(int(row), int(column)) for row, column in np.argwhere(thin)}
    result = {}
    for row, column in sorted(pixels):
        near = [(row + down, column + right) for down, right in ((-1, 0), (0, -1), (0, 1), (1, 0))]
        near += [(row + down, column + right) for down in (-1, 1) for right in (-1, 1)
                 if (row + down, column) not in pixels and (row, column + right) not in pixels]
        result[row, column] = [pixel for pixel in near if pixel in pixels]
    return result


def _cluster(pixel: _Pixel, neighbours: dict[_Pixel, list[_Pixel]]) -> list[_Pixel]:
    """The pixels of three neighbours or more that hang together with this one."""
    cluster, todo = {pixel}, [pixel]
    while todo:
        for near in neighbours[todo.pop()]:
            if len(neighbours[near]) > 2 and near not in cluster:
                cluster.add(near)
                todo.append(near)
    return sorted(cluster)


def _contract(graph: Graph) -> None:
    """Junctions whose inks overlap become one; loops that lie within the ink of their junction are dropped."""
    while True:
        graph.branches = [branch for branch in graph.branches if branch.first != branch.last
                          or graph.length(branch) > np.pi * graph.nodes[branch.first].radius]
        degrees = graph.degrees()
        bridges = [branch for branch in graph.branches if branch.first != branch.last
                   and min(degrees[branch.first], degrees[branch.last]) > 2
                   and graph.length(branch) < graph.nodes[branch.first].radius + graph.nodes[branch.last].radius]
        if not bridges:
            return
        bridge = min(bridges, key=graph.length)
        first, last = graph.nodes[bridge.first], graph.nodes[bridge.last]
        graph.nodes[bridge.first] = Node((first.at + last.at) / 2, max(first.radius, last.radius))
        del graph.nodes[bridge.last]
        graph.branches = [branch for branch in graph.branches if branch is not bridge]
        for branch in graph.branches:
            branch.first = bridge.first if branch.first == bridge.last else branch.first
            branch.last = bridge.first if branch.last == bridge.last else branch.last


def _prune(graph: Graph) -> bool:
    """Take away the spurs of one junction, those that stick out least; whether there were any."""
    degrees = graph.degrees()
    spurs: dict[int, list[tuple[float, Branch]]] = defaultdict(list)
    for branch in graph.branches:
        for end, junction in ((branch.first, branch.last), (branch.last, branch.first)):
            if degrees[end] == 1 and degrees[junction] > 2:
                radius = graph.nodes[junction].radius
                beyond = graph.length(branch) + graph.nodes[end].radius - radius
                if beyond < SPUR * radius:
                    spurs[junction].append((beyond, branch))
    if not spurs:
        return False
    junction = min(spurs, key=lambda number: min(beyond for beyond, _ in spurs[number]))
    gone = sorted(spurs[junction], key=lambda one: one[0])
    if len(gone) == degrees[junction]:  # nothing but spurs: a blot, whose longest two remain
        gone = gone[:-2]
    for _, branch in gone:
        graph.branches = [other for other in graph.branches if other is not branch]
        end = branch.first if branch.last == junction else branch.last
        del graph.nodes[end]
    return True


def _join(graph: Graph) -> None:
    """Branches that meet nothing but each other become one."""
    while True:
        degrees = graph.degrees()
        meeting = {number: [branch for branch in graph.branches if number in (branch.first, branch.last)]
                   for number, degree in degrees.items() if degree == 2}
        number = next((number for number, own in meeting.items() if len(own) == 2), None)
        if number is None:
            return
        one, other = (_from(branch, number) for branch in meeting[number])
        node = graph.nodes.pop(number)
        joined = Branch(one.last, other.last, np.concatenate([one.path[::-1], node.at[None], other.path]),
                        np.concatenate([one.radii[::-1], [node.radius], other.radii]))
        graph.branches = [branch for branch in graph.branches
                          if all(branch is not own for own in meeting[number])] + [joined]


def _from(branch: Branch, node: int) -> Branch:
    """A branch seen from a node at one of its ends."""
    if branch.first == node:
        return branch
    return Branch(branch.last, branch.first, branch.path[::-1], branch.radii[::-1])
