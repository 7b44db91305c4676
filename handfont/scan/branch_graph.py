"""A graph of lines: branches of pixels between the places where they end or meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray

LOOK = 2.0
"""Length over which the direction of a branch at a node is seen, from the edge of the node's ink, in radii of it."""


@dataclass(eq=False)
class Node:
    """A place where branches end or meet: its column and row, and the radius of the ink about it, all in pixels."""

    at: DoubleArray
    radius: float


@dataclass(eq=False)
class Branch:
    """A line between two nodes, which may be the same: pixels (n, 2) as column and row, and their radii (n,)."""

    first: int
    last: int
    path: DoubleArray
    radii: DoubleArray


Ends = dict[int, list[tuple[Branch, bool]]]
"""Ends of branches by the node that they meet at; True for the last one."""


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

    def ends(self) -> Ends:
        """The branches that meet at each node, each with whether it is its last node."""
        result: Ends = {node: [] for node in self.nodes}
        for branch in self.branches:
            result[branch.first].append((branch, False))
            result[branch.last].append((branch, True))
        return result

    def line(self, branch: Branch, backwards: bool = False) -> DoubleArray:
        """(n, 2) pixels of a branch from node to node, the nodes with it."""
        line = np.concatenate([self.nodes[branch.first].at[None], branch.path, self.nodes[branch.last].at[None]])
        return line[::-1] if backwards else line

    def length(self, branch: Branch) -> float:
        """Of the line from node to node, in pixels."""
        return float(np.hypot(*np.diff(self.line(branch), axis=0).T).sum())

    def direction(self, branch: Branch, last: bool) -> DoubleArray:
        """The unit vector (2,) in which a branch leaves one of its nodes, seen beyond the node's ink."""
        node = self.nodes[branch.last if last else branch.first]
        line = self.line(branch, last)
        steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        near = np.searchsorted(steps, min(node.radius, 0.3 * steps[-1]))
        share = 0.4 if branch.first == branch.last else 1.0
        far = np.searchsorted(steps, min((1 + LOOK) * node.radius, share * steps[-1]))
        way = line[min(far, len(line) - 1)] - (line[near] if far > near else node.at)
        return np.asarray(way / max(float(np.hypot(*way)), 1e-9))


def turn(first: DoubleArray, second: DoubleArray) -> float:
    """Degrees that a stroke turns which comes from one of two directions and goes on in the other."""
    return round(float(np.degrees(np.arccos(np.clip(-first @ second, -1, 1)))), 3)
