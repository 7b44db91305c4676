"""Reading foreign grids, ruled cells with one character each: labels from a file, or from what the cells look like.

A page may lie on any side. With a label file the way up is that in which the letters look like their labels, without
one that in which they look most like characters in an order that people write them in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from handfont.core import sdf
from handfont.core.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray
from handfont.core.charset import CHARACTERS, INDEX, alike
from handfont.core.glyph import GlyphSample
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.model.population import Population
from handfont.scan import cell_samples, cells, image, sample_checks
from handfont.scan.cell_samples import PageMeasures
from handfont.scan.cells import Cell
from handfont.scan.grid import label_file as label_files
from handfont.scan.grid import label_guessing, printed_labels, ruling
from handfont.scan.grid.label_file import LabelsError, Table
from handfont.scan.grid.ruling import Grid
from handfont.scan.page_reading import PageReading

SURE = 0.8
"""Below this probability a label that was guessed is doubtful."""
_UPRIGHT = 0.6
"""Mean probability of their labels at which letters are taken to be upright without a look from the other sides."""
_SMALL, _MORE = 20, 3
"""Cells below which grids may be a table in free writing, and the factor by which there are more marks around them."""
_CROSSING = 0.5
"""Share of cells whose ink runs into their ruling from which on letters are not written in cells."""
_READABLE = 0.5
"""Share of cells whose guessed label must be sure for a grid to be understood without a label file."""


@dataclass(frozen=True)
class FoundGrids:
    """The ruled grids on a page, in reading order, and what is in the cells of each, row by row."""

    page: ByteArray
    grids: list[Grid]
    cut: list[list[Cell]]

    @property
    def aside(self) -> bool:
        """Whether they are few cells on a page with far more ink elsewhere: a small table in free writing."""
        flat = [cell for table in self.cut for cell in table]
        if len(flat) >= _SMALL:
            return False
        outside = ruling.marks_outside(image.darkness(self.page), self.grids)
        return outside > _MORE * max(1, sum(bool(cell.ink.any()) for cell in flat))


@dataclass(frozen=True)
class _View:
    """The grids with the page turned one way: cells of all, row by row, and what they look like (N, characters)."""

    page: ByteArray
    grids: list[Grid]
    cut: list[Cell]
    seen: FloatArray

    @property
    def filled(self) -> BoolArray:
        return np.array([bool(cell.ink.any()) for cell in self.cut])

    @property
    def along(self) -> tuple[IntArray, IntArray]:
        """Numbers (N,) of the cells in the order of rows, and of columns, table after table."""
        ends = np.cumsum([grid.rows * grid.columns for grid in self.grids])
        starts = np.concatenate([[0], ends[:-1]])
        places = [
            np.arange(start, end).reshape(grid.rows, grid.columns)
            for grid, start, end in zip(self.grids, starts, ends, strict=True)
        ]
        return np.concatenate([own.ravel() for own in places]), np.concatenate([own.T.ravel() for own in places])


def find(page: ByteArray, where: str) -> FoundGrids | None:
    """The ruled grids on a page (height, width, 3) RGB, if its ink is in their cells; writing on squared paper runs
    across them.
    """
    try:
        found = _cut(page, where)
    except ScanError:
        return None
    inked = [cell for table in found.cut for cell in table if cell.ink.any()]
    crossing = bool(inked) and sum(cell.touches for cell in inked) >= _CROSSING * len(inked)
    return None if crossing else found


def read(found: FoundGrids, rows: list[str] | None, label_file: Path, where: str, weights: Weights) -> PageReading:
    """The characters of grids; ``rows`` are the labels that ``label_file`` holds.

    Raises:
        ScanError: its label file does not fit, or without one its letters are not recognised.
    """
    page, first = found.page, _view(found, weights)
    if rows is None:
        view, wanted, sure = _guessed(page, first, where, weights)
    else:
        view, wanted = _labelled(page, first, rows, label_file, where, weights)
        sure = np.ones(len(wanted))
    seen, measures = _measured(view, wanted, weights.population, where)
    reading = PageReading("grid", where, view.page, measures)
    asked = np.array([label in INDEX for label in wanted])
    reading.empty = [label for label, empty in zip(wanted, asked & ~view.filled, strict=True) if empty]
    confident = sure[asked & view.filled]
    reasons = {id(sample): reason for sample, reason in sample_checks.doubtful(seen, weights)}
    for sample, chance in zip(seen, confident, strict=True):
        own = replace(sample, confidence=min(sample.confidence, float(chance)))
        reading.samples.append(own)
        reason = reasons.get(id(sample)) or (f"may be something else ({chance:.0%} sure)" if chance < SURE else None)
        if reason:
            reading.doubtful.append((own, reason))
    if rows is None and seen:
        reading.notes.append(f"{where} has no label file; its {_listed(view.grids)} were read as {_said(view, wanted)}")
    elif len(view.grids) > 1:
        reading.notes.append(f"{where} has {len(view.grids)} tables: {_listed(view.grids)}.")
    return reading


def _listed(grids: list[Grid]) -> str:
    """Rows and columns of grids, for a sentence."""
    sizes = [f"{grid.rows} row{'s'[: grid.rows > 1]} of {grid.columns} cells" for grid in grids]
    return sizes[0] if len(sizes) == 1 else f"{', '.join(sizes[:-1])} and {sizes[-1]}"


def _said(view: _View, wanted: list[str]) -> str:
    """What cells are read as, row by row."""
    labels, rows = iter(wanted), []
    for grid in view.grids:
        rows += ["".join(next(labels) for _ in range(grid.columns)).strip() or "-" for _ in range(grid.rows)]
    return " ".join(rows)


def _measured(
    view: _View, wanted: list[str], population: Population, where: str
) -> tuple[list[GlyphSample], PageMeasures]:
    """Samples of all cells, in order, and the measures of the page: tables of larger boxes are written larger, each
    size is measured by itself.
    """
    numbers = np.repeat(np.arange(len(view.grids)), [grid.rows * grid.columns for grid in view.grids])
    samples: dict[int, GlyphSample] = {}
    best: tuple[int, PageMeasures] | None = None
    for group in cells.grouped(view.grids):
        own = np.flatnonzero(np.isin(numbers, group)).tolist()
        found, measures = cell_samples.measure([view.cut[k] for k in own], [wanted[k] for k in own], population, where)
        if best is None or len(found) > best[0]:
            best = len(found), measures
        filled = [k for k in own if wanted[k] in INDEX and view.cut[k].ink.any()]
        samples |= dict(zip(filled, found, strict=True))
    assert best is not None
    return [samples[k] for k in sorted(samples)], best[1]


def _cut(page: ByteArray, where: str) -> FoundGrids:
    darkness = image.darkness(page)
    grids = ruling.find(darkness, where)
    cut = cells.cut(page, darkness, grids)
    for group in cells.grouped(grids):
        own = iter(printed_labels.removed([cell for k in group for cell in cut[k]]))
        for k in group:
            cut[k] = [next(own) for _ in cut[k]]
    return FoundGrids(page, grids, cut)


def _view(found: FoundGrids, weights: Weights) -> _View:
    cut = [cell for table in found.cut for cell in table]
    shapes = np.stack([_shape(cell) for cell in cut])
    return _View(found.page, found.grids, cut, inference.read(weights.reader, shapes))


def _shape(cell: Cell) -> FloatArray:
    """Shape of a cell's ink, taken to be of no unusual size."""
    if not cell.ink.any():
        return np.full((sdf.GRID, sdf.GRID), -sdf.TRUNCATE, np.float32)
    return sdf.from_ink(cell.ink, 0.25 * cell.ink.shape[0], cell.pen).field


def _tables(grids: list[Grid], filled: BoolArray | None = None) -> list[Table]:
    """The tables of a page, and which of their cells in reading order hold ink, if that is known."""
    result, at = [], 0
    for grid in grids:
        size = grid.rows * grid.columns
        own = np.zeros(size, bool) if filled is None else filled[at : at + size]
        result.append(Table.of(own.reshape(grid.rows, grid.columns)))
        at += size
    return result


def _rotated(page: ByteArray, quarters: int) -> ByteArray:
    return np.ascontiguousarray(np.rot90(page, quarters))


def _labelled(
    page: ByteArray, first: _View, rows: list[str], label_file: Path, where: str, weights: Weights
) -> tuple[_View, list[str]]:
    """The view in which the letters look most like their labels."""
    same = alike(CHARACTERS)
    best: tuple[float, _View, list[str]] | None = None
    problems: list[LabelsError] = []
    for quarters in range(4):
        turned = _rotated(page, quarters)
        try:
            if quarters:  # a look at the boxes is quick, and mostly enough
                label_files.match(rows, _tables(ruling.find(image.darkness(turned), where)), label_file, where)
            view = first if quarters == 0 else _view(_cut(turned, where), weights)
            wanted = label_files.match(rows, _tables(view.grids, view.filled), label_file, where)
        except LabelsError as error:
            problems.append(error)
            continue
        except ScanError:
            continue  # turned, its boxes are not found
        own = [
            float(row[same[INDEX[label]]].sum())
            for row, label, full in zip(view.seen, wanted, view.filled, strict=True)
            if full and label in INDEX
        ]
        score = float(np.mean(own)) if own else 1.0
        if best is None or score > best[0]:
            best = (score, view, wanted)
        if score > _UPRIGHT:
            break
    if best is None:
        raise max(problems, key=lambda problem: problem.lines)
    return best[1], best[2]


def _guessed(page: ByteArray, first: _View, where: str, weights: Weights) -> tuple[_View, list[str], DoubleArray]:
    """The view, and the order along rows or columns, in which the letters make most sense."""
    best: tuple[float, _View, IntArray, label_guessing.Guess] | None = None
    for side in range(2):
        upright = first if side == 0 else _view(_cut(_rotated(page, side), where), weights)
        for view in (upright, _overturned(upright, weights)):
            for along in view.along:
                guess = label_guessing.guess(view.seen[along], view.filled[along])
                if best is None or guess.likelihood > best[0]:
                    best = (guess.likelihood, view, along, guess)
    assert best is not None
    _, view, along, guess = best
    # Now that the letters show x-height and baseline, signs are distinguished by their size and height, too.
    wanted, sure = _in_place(guess, along)
    placed = cell_samples.places(view.cut, wanted, sure >= SURE, weights.population)
    if placed is not None:
        seen = inference.read(weights.reader, np.stack([_shape(cell) for cell in view.cut]), *placed)
        wanted, sure = _in_place(label_guessing.guess(seen[along], view.filled[along]), along)
    if view.filled.any() and float((sure[view.filled] >= SURE).mean()) < _READABLE:
        name = Path(where).with_suffix(".txt").name
        raise ScanError(
            f"{where} has a grid but no label file, and its letters are not recognised: write {name} "
            "beside it, laid out like the grid, one character for each cell"
        )
    return view, wanted, sure


def _overturned(view: _View, weights: Weights) -> _View:
    """The view with the page the other way up. Its cells are those that were cut out: whatever is printed in them lies
    along the same sides.
    """
    height, width = view.page.shape[:2]
    last = np.array([width - 1, height - 1])
    turned = [Grid(last - grid.corners[::-1, ::-1][:, :, [2, 3, 0, 1]], grid.seen[::-1, ::-1]) for grid in view.grids]
    cells_of, rest = {}, iter(view.cut)
    for own, grid in zip(turned, view.grids, strict=True):
        cells_of[id(own)] = [next(rest).overturned((width, height)) for _ in range(grid.rows * grid.columns)][::-1]
    grids = ruling.in_order(turned)
    return _view(FoundGrids(_rotated(view.page, 2), grids, [cells_of[id(grid)] for grid in grids]), weights)


def _in_place(guess: label_guessing.Guess, along: IntArray) -> tuple[list[str], DoubleArray]:
    """Labels and how sure they are, row by row; ``along`` are the cells in the order of the guess."""
    back = np.argsort(along)
    return [guess.labels[i] for i in back], guess.confidence[back]
