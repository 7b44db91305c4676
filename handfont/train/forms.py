"""The forms of characters, found in people's pen trajectories.

Characters of as many strokes are grouped by the distances of their strokes, in whatever order and direction they were
written (k-medians over templates, a new one only where it helps many); most people's order and directions become the
form's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.forms import (
    ALONE,
    COARSE,
    MOST_STROKES,
    Assignment,
    Joins,
    StrokeForm,
    arranged,
    assign,
    coarse,
    shared_points,
    tidied,
)
from handfont.core.strokes import length
from handfont.train.data.unipen import Trajectory

MOST_TEMPLATES = 4
"""Templates of characters of one number of strokes, at most."""
GAIN = 0.12
"""A further template must lower the mean distance by this share ..."""
SHARE = 0.06
"""... and take this share of all who write the character."""
FEWEST = 25
"""Samples that a template is made of, at least."""
RARE = 0.02
"""A number of strokes that a smaller share of the samples has is no form."""
ROUNDS = 8
"""Times that templates are moved to the medians of their samples, at most."""
PROBES, CANDIDATES = 200, 24
"""Samples by which candidates for a template are compared, and candidates."""
OF_WRITER = 25
"""Samples of a joined letter that one writer gives, at most."""
MOST_JOINED_STROKES = 3
"""Joined letters of more strokes have no form."""
IN_ORDER = 0.75
"""Share of a joined form's samples that are written in its order, at least."""
FEWEST_ALIKE = 12
"""The same where samples are few and chosen to be alike."""
NEAR, SMALLEST = 0.18, 0.3
"""Points of samples that are alike are off the template's by this share of its size (mean square), which counts as no
smaller than this many x-heights."""
DOT = 0.25
"""Strokes whose box is smaller than this, in x-heights, are dots: they come after the body."""


@dataclass(frozen=True, eq=False)
class FoundForms:
    """A form, and the samples written in it, as rows of the trajectories given."""

    form: StrokeForm
    rows: IntArray


def find(trajectories: Sequence[Trajectory], seed: int = 0) -> list[FoundForms]:
    """The forms of all characters, by character and number of strokes."""
    rng = np.random.default_rng(seed)
    strokes = [tidied(trajectory.strokes) for trajectory in trajectories]
    written = Counter(trajectory.label for trajectory in trajectories)
    found = []
    for (character, _), rows in _groups(trajectories, strokes):
        if len(rows) >= max(FEWEST, RARE * written[character]):
            grouped = [strokes[row] for row in rows]
            found += [
                FoundForms(form, np.array(rows)[members])
                for form, members in _forms(character, grouped, written[character], rng)
            ]
    return found


def find_alike(trajectories: Sequence[Trajectory]) -> list[FoundForms]:
    """The forms of characters of which there are few samples, not all of them good ones.

    Each form's samples are near to its template, and those near to none are left out. Every character of the
    trajectories has a form.
    """
    strokes = [tidied(trajectory.strokes) for trajectory in trajectories]
    found: dict[str, list[FoundForms]] = defaultdict(list)
    for (character, _), rows in _groups(trajectories, strokes):
        grouped = [strokes[row] for row in rows]
        shapes = np.stack([coarse(own) for own in grouped])
        left = np.arange(len(shapes))
        for _ in range(MOST_TEMPLATES):
            if len(left):
                template, near = _densest(shapes[left])
                members = left[near]
                form = _form(character, template, assign(shapes, template), members, shapes, grouped)
                found[character].append(FoundForms(form, np.array(rows)[members]))
                left = np.setdiff1d(left, members)
    return [one for _, own in sorted(found.items()) for one in _frequent(own)]


def find_joined(letters: Sequence[Trajectory], seed: int = 0) -> list[FoundForms]:
    """The forms of joined letters: strokes in the order and direction in which the pen went from join to join.

    Of each writer some samples of a letter count. What was written in pieces by few, or in another order by many, has
    no form.
    """
    rng = np.random.default_rng(seed)
    groups: dict[tuple[str, Joins, int, int], list[int]] = defaultdict(list)
    written: Counter[tuple[str, Joins]] = Counter()
    for row in _evened(letters, rng):
        glyph = letters[row]
        written[glyph.label, glyph.joins] += 1
        if len(glyph.strokes) <= MOST_JOINED_STROKES and len(tidied(glyph.strokes)) == len(glyph.strokes):
            groups[glyph.label, glyph.joins, glyph.body, len(glyph.strokes)].append(row)
    found = []
    for (character, joins, body, _), rows in sorted(groups.items()):
        count = written[character, joins]
        if len(rows) >= max(FEWEST, RARE * count):
            strokes = [letters[row].strokes for row in rows]
            for form, members in _forms(character, strokes, count, rng):
                one = _in_order(form, joins, body, np.array(rows)[members], letters)
                found += [] if one is None else [one]
    return found


def _evened(letters: Sequence[Trajectory], rng: np.random.Generator) -> IntArray:
    """Rows of joined letters, no more of each writer, letter and way of joining than ``OF_WRITER``, at random."""
    seen: Counter[tuple[str, str, Joins]] = Counter()
    chosen = []
    for row in rng.permutation(len(letters)):
        glyph = letters[row]
        key = (glyph.writer, glyph.label, glyph.joins)
        if glyph.joins != ALONE and seen[key] < OF_WRITER:
            chosen.append(row)
            seen[key] += 1
    return np.sort(np.array(chosen, np.int64))


def _in_order(
    form: StrokeForm, joins: Joins, body: int, rows: IntArray, letters: Sequence[Trajectory]
) -> FoundForms | None:
    """The form of joined letters, and those of its samples whose joined ends are where the form has them; None if they
    are few.
    """
    fits = assign(np.stack([coarse(letters[row].strokes) for row in rows]), form.template)
    slots = np.argsort(fits.order, axis=1)[:, body - 1]
    exit = int(np.bincount(slots).argmax())
    usable = np.ones(len(rows), bool)
    if joins.left:
        usable &= (fits.order[:, 0] == 0) & ~fits.reversed[:, 0]
    if joins.right:
        usable &= (slots == exit) & ~fits.reversed[:, exit]
    if usable.sum() < FEWEST or usable.mean() < IN_ORDER:
        return None
    return FoundForms(replace(form, joins=joins, exit=exit), rows[usable])


def _frequent(found: list[FoundForms]) -> list[FoundForms]:
    return [one for one in found if len(one.rows) >= FEWEST_ALIKE] or [max(found, key=lambda one: len(one.rows))]


def _densest(shapes: FloatArray) -> tuple[FloatArray, IntArray]:
    """The template (slots, COARSE, 2) that most shapes (N, slots, COARSE, 2) are near to, and which those are."""
    template = max(shapes, key=lambda shape: len(_near(shapes, shape)))
    for _ in range(ROUNDS):
        near = _near(shapes, template)
        moved = np.asarray(np.median(arranged(shapes[near], assign(shapes[near], template)), axis=0), np.float32)
        if len(_near(shapes, moved)) < len(near):
            break
        template = moved
    return template, _near(shapes, template)


def _near(shapes: FloatArray, template: FloatArray) -> IntArray:
    """The shapes whose points are off the template's by a small share of its size."""
    off = np.sqrt(assign(shapes, template).distance / (len(template) * COARSE))
    size = max(float(np.hypot(*np.ptp(template.reshape(-1, 2), axis=0))), SMALLEST)
    return np.flatnonzero(np.round(off / size, 6) <= NEAR)


def _groups(
    trajectories: Sequence[Trajectory], strokes: list[list[FloatArray]]
) -> list[tuple[tuple[str, int], list[int]]]:
    """The rows of each character and number of strokes."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row, (trajectory, own) in enumerate(zip(trajectories, strokes, strict=True)):
        if len(own) <= MOST_STROKES:
            groups[trajectory.label, len(own)].append(row)
    return sorted(groups.items())


@dataclass(frozen=True, eq=False)
class _Grouping:
    templates: list[FloatArray]
    fits: list[Assignment]

    @property
    def distances(self) -> DoubleArray:
        return np.stack([fit.distance for fit in self.fits])

    @property
    def owner(self) -> IntArray:
        return self.distances.argmin(axis=0)

    @property
    def mean(self) -> float:
        return float(np.sqrt(self.distances.min(axis=0)).mean())


def _forms(
    character: str, strokes: list[list[FloatArray]], written: int, rng: np.random.Generator
) -> list[tuple[StrokeForm, IntArray]]:
    shapes = np.stack([coarse(own) for own in strokes])
    grouping = _grouped(shapes, written, rng)
    owner = grouping.owner
    result = []
    for number, (template, fit) in enumerate(zip(grouping.templates, grouping.fits, strict=True)):
        members = np.flatnonzero(owner == number)
        if len(members) >= FEWEST:
            result.append((_form(character, template, fit, members, shapes, strokes), members))
    return result


def _form(
    character: str,
    template: FloatArray,
    fit: Assignment,
    members: IntArray,
    shapes: FloatArray,
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
    lengths = [
        float(np.median([length(strokes[row][order[slot]]) for row, order in zip(members, own.order, strict=True)]))
        for slot in slots
    ]
    return StrokeForm(character, shared_points(lengths), np.asarray(directed, np.float32))


def _grouped(shapes: FloatArray, written: int, rng: np.random.Generator) -> _Grouping:
    count = len(shapes)
    probes = shapes[rng.choice(count, min(PROBES, count), replace=False)]
    candidates = rng.choice(count, min(CANDIDATES, count), replace=False)
    first = min(candidates, key=lambda row: float(np.median(assign(probes, shapes[row]).distance)))
    best = _refined(shapes, [shapes[first]])
    while len(best.templates) < MOST_TEMPLATES:
        served = best.distances.min(axis=0)
        badly = np.argsort(served)[-max(10, count // 5) :]
        candidates = rng.choice(badly, min(CANDIDATES, len(badly)), replace=False)
        further = min(
            candidates, key=lambda row: float(np.sqrt(np.minimum(assign(shapes, shapes[row]).distance, served)).mean())
        )
        wider = _refined(shapes, [*best.templates, shapes[further]])
        smallest = np.bincount(wider.owner, minlength=len(wider.templates)).min()
        if wider.mean > best.mean * (1 - GAIN) or smallest < max(FEWEST, SHARE * written):
            break
        best = wider
    return best


def _refined(shapes: FloatArray, templates: list[FloatArray]) -> _Grouping:
    """Templates moved to the medians of their samples until ``ROUNDS`` are over."""
    grouping = _Grouping(templates, [assign(shapes, template) for template in templates])
    for _ in range(ROUNDS):
        owner = grouping.owner
        moved = []
        for number, (template, fit) in enumerate(zip(grouping.templates, grouping.fits, strict=True)):
            own = owner == number
            moved.append(
                np.asarray(
                    np.median(
                        arranged(shapes[own], Assignment(fit.order[own], fit.reversed[own], fit.distance[own])), axis=0
                    ),
                    np.float32,
                )
                if own.any()
                else template
            )
        grouping = _Grouping(moved, [assign(shapes, template) for template in moved])
    return grouping
