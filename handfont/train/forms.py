"""The forms of characters, found in people's pen trajectories.

Characters of as many strokes are grouped by the distances of their strokes, in whatever order and direction they were
written (k-medians over templates, a new one only where it helps many); most people's order and directions become the
form's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handfont.core.forms import (
    MOST_STROKES,
    Assignment,
    StrokeForm,
    arranged,
    assign,
    coarse,
    shared_points,
    tidied,
)
from handfont.core.strokes import FloatArray, length
from handfont.train.unipen import Trajectory

MOST_TEMPLATES = 4
"""Templates of characters of one number of strokes, at most."""
GAIN = 0.12
"""A further template must lower the mean distance by this share ..."""
SHARE = 0.06
"""... and take this share of all who write the character."""
FEWEST = 25
"""No template stands for fewer samples."""
RARE = 0.02
"""A number of strokes that a smaller share of the samples has is no form."""
ROUNDS = 8
PROBES, CANDIDATES = 200, 24
"""Samples by which candidates for a template are compared, and candidates."""
DOT = 0.25
"""Strokes whose box is smaller than this, in x-heights, are dots: they come after the body."""


@dataclass(frozen=True, eq=False)
class Found:
    """A form, and the samples written in it, as rows of the trajectories given."""

    form: StrokeForm
    rows: NDArray[np.int64]


def find(trajectories: Sequence[Trajectory], seed: int = 0, every: bool = False) -> list[Found]:
    """The forms of all characters, by character and number of strokes.

    Args:
        every: characters written too seldom for any form have one too, of their most usual number of strokes.
    """
    rng = np.random.default_rng(seed)
    groups: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    strokes = [tidied(trajectory.strokes) for trajectory in trajectories]
    for row, (trajectory, own) in enumerate(zip(trajectories, strokes, strict=True)):
        if len(own) <= MOST_STROKES:
            groups[trajectory.label][len(own)].append(row)
    written = Counter(trajectory.label for trajectory in trajectories)
    found = []
    for character, of_strokes in sorted(groups.items()):
        most = max(len(rows) for rows in of_strokes.values())
        fewest = min(FEWEST, most) if every else FEWEST
        for _, rows in sorted(of_strokes.items()):
            if len(rows) >= max(fewest, RARE * written[character]):
                grouped = [strokes[row] for row in rows]
                found += [Found(form, np.array(rows)[members])
                          for form, members in _forms(character, grouped, written[character], fewest, rng)]
    return found


@dataclass(frozen=True, eq=False)
class _Grouping:
    templates: list[FloatArray]
    fits: list[Assignment]

    @property
    def distances(self) -> NDArray[np.float64]:
        return np.stack([fit.distance for fit in self.fits])

    @property
    def owner(self) -> NDArray[np.int64]:
        return self.distances.argmin(axis=0)

    @property
    def mean(self) -> float:
        return float(np.sqrt(self.distances.min(axis=0)).mean())


def _forms(
    character: str, strokes: list[list[FloatArray]], written: int, fewest: int, rng: np.random.Generator
) -> list[tuple[StrokeForm, NDArray[np.int64]]]:
    shapes = np.stack([coarse(own) for own in strokes])
    grouping = _grouped(shapes, written, fewest, rng)
    owner = grouping.owner
    result = []
    for number, (template, fit) in enumerate(zip(grouping.templates, grouping.fits, strict=True)):
        members = np.flatnonzero(owner == number)
        if len(members) >= fewest:
            result.append((_form(character, template, fit, members, shapes, strokes), members))
    return result


def _form(
    character: str, template: FloatArray, fit: Assignment, members: NDArray[np.int64], shapes: FloatArray,
    strokes: list[list[FloatArray]],
) -> StrokeForm:
    """The form of a template, its slots in most people's order and directions, dots last."""
    own = Assignment(fit.order[members], fit.reversed[members], fit.distance[members])
    placed = arranged(shapes[members], own)
    dot = np.median(np.ptp(placed, axis=2).max(axis=-1), axis=0) < DOT
    when = own.order.mean(axis=0)
    slots = sorted(range(len(template)), key=lambda slot: (bool(dot[slot] and not dot.all()), when[slot]))
    turned = own.reversed.mean(axis=0) > 0.5
    directed = np.where(turned[:, None, None], template[:, ::-1], template)[slots]
    lengths = [float(np.median([length(strokes[row][order[slot]])
                                for row, order in zip(members, own.order, strict=True)])) for slot in slots]
    return StrokeForm(character, shared_points(lengths), np.asarray(directed, np.float32))


def _grouped(shapes: FloatArray, written: int, fewest: int, rng: np.random.Generator) -> _Grouping:
    count = len(shapes)
    probes = shapes[rng.choice(count, min(PROBES, count), replace=False)]
    candidates = rng.choice(count, min(CANDIDATES, count), replace=False)
    first = min(candidates, key=lambda row: float(np.median(assign(probes, shapes[row]).distance)))
    best = _settled(shapes, [shapes[first]])
    while len(best.templates) < MOST_TEMPLATES:
        served = best.distances.min(axis=0)
        badly = np.argsort(served)[-max(10, count // 5) :]
        candidates = rng.choice(badly, min(CANDIDATES, len(badly)), replace=False)
        further = min(candidates, key=lambda row: float(np.sqrt(
            np.minimum(assign(shapes, shapes[row]).distance, served)).mean()))
        wider = _settled(shapes, [*best.templates, shapes[further]])
        smallest = np.bincount(wider.owner, minlength=len(wider.templates)).min()
        if wider.mean > best.mean * (1 - GAIN) or smallest < max(fewest, SHARE * written):
            break
        best = wider
    return best


def _settled(shapes: FloatArray, templates: list[FloatArray]) -> _Grouping:
    """Templates moved to the medians of their samples until ``ROUNDS`` are over."""
    grouping = _Grouping(templates, [assign(shapes, template) for template in templates])
    for _ in range(ROUNDS):
        owner = grouping.owner
        moved = []
        for number, (template, fit) in enumerate(zip(grouping.templates, grouping.fits, strict=True)):
            own = owner == number
            moved.append(np.asarray(np.median(arranged(shapes[own], Assignment(
                fit.order[own], fit.reversed[own], fit.distance[own])), axis=0), np.float32) if own.any() else template)
        grouping = _Grouping(moved, [assign(shapes, template) for template in moved])
    return grouping
