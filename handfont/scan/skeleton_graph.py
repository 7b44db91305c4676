"""The skeleton of ink as a graph: branches of pixels between the places where they end or meet.

Thinning leaves three faults where lines are thick. Where two cross, their middle lines share a short way and meet twice
(a *bridge*); at a sharp corner they share a short way to its tip; and at uneven edges short branches stick out
(*spurs*). All are taken back here, measured by the radius of the ink about them, as in Lam, Lee, Suen 1992, section 4.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from handfont.core.arrays import BoolArray, FloatArray
from handfont.scan.branch_graph import Branch, Ends, Graph, Node, turn

_Pixel = tuple[int, int]

SPUR = 0.5
"""An end that reaches less beyond the ink of its junction than this share of that ink's radius is a spur."""

SHARED, STRAIGHT, ACUTE = 5.0, 30.0, 50.0
"""Length that two strokes may share where they cross or meet at an acute angle, in radii, and degrees that each may
turn from one end of it to the other, and at either end."""


def graph_of(thin: BoolArray, inside: FloatArray) -> Graph:
    """The graph of a thinned picture, without bridges and spurs; ``inside`` is the distance of each pixel to paper."""
    graph = _raw(thin, inside)
    changing = True
    while changing:
        _contract(graph)
        _sharpen(graph)
        _join(graph)
        changing = _prune(graph)
    return graph


def _raw(thin: BoolArray, inside: FloatArray) -> Graph:
    """The graph of a thinned picture as it is, faults and all."""
    neighbours = _neighbours(thin)
    nodes, node_of = _nodes(neighbours, inside)
    branches: list[Branch] = []
    walked: set[_Pixel] = set()

    def walk(start: _Pixel, second: _Pixel) -> None:
        path: list[_Pixel] = []
        before, pixel = start, second
        while pixel not in node_of:
            path.append(pixel)
            walked.add(pixel)
            before, pixel = pixel, next(near for near in neighbours[pixel] if near != before)
        line = np.array(path, int).reshape(-1, 2)
        radii = inside[line[:, 0], line[:, 1]].astype(float)
        branches.append(Branch(node_of[start], node_of[pixel], line[:, ::-1].astype(float), radii))

    for pixel in list(node_of):
        for other in neighbours[pixel]:
            if other in node_of:
                if node_of[other] != node_of[pixel] and pixel < other:
                    walk(pixel, other)
            elif other not in walked:
                walk(pixel, other)
    for pixel in neighbours:  # what is left are loops that meet nothing
        if pixel not in walked and pixel not in node_of:
            node_of[pixel] = len(nodes)
            nodes[len(nodes)] = Node(np.array(pixel[::-1], float), float(inside[pixel]))
            walk(pixel, neighbours[pixel][0])
    return Graph(nodes, branches)


def _nodes(neighbours: dict[_Pixel, list[_Pixel]], inside: FloatArray) -> tuple[dict[int, Node], dict[_Pixel, int]]:
    """Where lines end or meet: the nodes by number, and the node of each pixel that belongs to one."""
    node_of: dict[_Pixel, int] = {}
    nodes: dict[int, Node] = {}
    for pixel, near in neighbours.items():
        if len(near) != 2 and pixel not in node_of:
            cluster = _cluster(pixel, neighbours) if len(near) > 2 else [pixel]
            node_of |= dict.fromkeys(cluster, len(nodes))
            radius = max(float(inside[row, column]) for row, column in cluster)
            nodes[len(nodes)] = Node(np.mean(cluster, axis=0)[::-1], radius)
    return nodes, node_of


def _neighbours(thin: BoolArray) -> dict[_Pixel, list[_Pixel]]:
    """The pixels next to each pixel; diagonal ones only where no straight step leads there as well."""
    pixels = {(int(row), int(column)) for row, column in np.argwhere(thin)}
    result = {}
    for row, column in sorted(pixels):
        near = [(row + down, column + right) for down, right in ((-1, 0), (0, -1), (0, 1), (1, 0))]
        near += [
            (row + down, column + right)
            for down in (-1, 1)
            for right in (-1, 1)
            if (row + down, column) not in pixels and (row, column + right) not in pixels
        ]
        result[row, column] = [pixel for pixel in near if pixel in pixels]
    return result


def _cluster(pixel: _Pixel, neighbours: dict[_Pixel, list[_Pixel]]) -> list[_Pixel]:
    """The pixels of three neighbors or more that hang together with this one."""
    cluster, todo = {pixel}, [pixel]
    while todo:
        for near in neighbours[todo.pop()]:
            if len(neighbours[near]) > 2 and near not in cluster:
                cluster.add(near)
                todo.append(near)
    return sorted(cluster)


def _contract(graph: Graph) -> None:
    """Junctions whose inks overlap become one; loops that lie within the ink of their junction are dropped."""
    judged: dict[int, bool] = {}  # by the identity of the branch
    before: dict[int, int] = {}
    while True:
        graph.branches = [
            branch
            for branch in graph.branches
            if branch.first != branch.last or graph.length(branch) > np.pi * graph.nodes[branch.first].radius
        ]
        degrees, ends = graph.degrees(), graph.ends()
        changed = {node for node, degree in degrees.items() if before.get(node) != degree}
        near = changed.union(*({one.first, one.last} for node in changed for one, _ in ends.get(node, ())))
        bridges = []
        for branch in graph.branches:
            if branch.first == branch.last or min(degrees[branch.first], degrees[branch.last]) <= 2:
                continue
            if id(branch) not in judged or branch.first in near or branch.last in near:
                judged[id(branch)] = _is_bridge(graph, branch, ends)
            if judged[id(branch)]:
                bridges.append(branch)
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
        before = {node: degree for node, degree in degrees.items() if node not in (bridge.first, bridge.last)}


def _is_bridge(graph: Graph, bridge: Branch, ends: Ends) -> bool:
    """Whether a branch between two junctions is the middle of their common ink, or a way that two strokes share."""
    length, reach = graph.length(bridge), graph.nodes[bridge.first].radius + graph.nodes[bridge.last].radius
    if length < reach:
        return True
    if length > SHARED / 2 * reach or len(ends[bridge.first]) != 3 or len(ends[bridge.last]) != 3:
        return False
    along = graph.direction(bridge, False)
    before, after = (
        [graph.direction(branch, last) for branch, last in ends[node] if branch is not bridge]
        for node in (bridge.first, bridge.last)
    )
    if any(turn(way, along) > ACUTE for way in before) or any(turn(way, -along) > ACUTE for way in after):
        return False
    return any(max(turn(before[0], one), turn(before[1], other)) < STRAIGHT for one, other in (after, after[::-1]))


def _sharpen(graph: Graph) -> None:
    """Junctions of two lines and the short way to the tip of their corner become the tip."""
    degrees = graph.degrees()
    for tip in list(graph.branches):
        end, junction = (tip.first, tip.last) if degrees[tip.first] == 1 else (tip.last, tip.first)
        if (
            degrees[end] != 1
            or degrees[junction] != 3
            or (graph.length(tip) > SHARED / 2 * (graph.nodes[end].radius + graph.nodes[junction].radius))
        ):
            continue
        inward = graph.direction(tip, tip.last == junction)
        lines = [
            graph.direction(branch, last)
            for branch in graph.branches
            if branch is not tip
            for last in (False, True)
            if (branch.last if last else branch.first) == junction
        ]
        if all(turn(way, inward) < ACUTE for way in lines) and turn(*lines) > 180 - 2 * ACUTE:
            graph.nodes[junction] = graph.nodes.pop(end)
            graph.branches = [branch for branch in graph.branches if branch is not tip]
            degrees = graph.degrees()


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
        meeting = {
            number: [branch for branch in graph.branches if number in (branch.first, branch.last)]
            for number, degree in degrees.items()
            if degree == 2
        }
        number = next((number for number, own in meeting.items() if len(own) == 2), None)
        if number is None:
            return
        one, other = (_from(branch, number) for branch in meeting[number])
        node = graph.nodes.pop(number)
        joined = Branch(
            one.last,
            other.last,
            np.concatenate([one.path[::-1], node.at[None], other.path]),
            np.concatenate([one.radii[::-1], [node.radius], other.radii]),
        )
        graph.branches = [branch for branch in graph.branches if all(branch is not own for own in meeting[number])] + [
            joined
        ]


def _from(branch: Branch, node: int) -> Branch:
    """A branch seen from a node at one of its ends."""
    if branch.first == node:
        return branch
    return Branch(branch.last, branch.first, branch.path[::-1], branch.radii[::-1])
