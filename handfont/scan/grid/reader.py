"""Reading a foreign grid, ruled cells with one character each: labels from a file, or from what the cells look like.

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
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan import cell_samples, cells, image, sample_checks
from handfont.scan.cells import Cell
from handfont.scan.grid import label_file as label_files
from handfont.scan.grid import label_guessing, ruling
from handfont.scan.page_reading import PageReading

SURE = 0.8
"""Below this probability a label that was guessed is doubtful."""
_UPRIGHT = 0.6
"""Mean probability of their labels at which letters are taken to be upright without a look from the other sides."""
_FEW = 0.12
"""Share of cells whose letters may reach down to a strip of printed labels."""
_CROSSING = 0.5
"""Share of cells whose ink runs into their ruling from which on letters are not written in cells."""
_READABLE = 0.5
"""Share of cells whose guessed label must be sure for a grid to be understood without a label file."""


@dataclass(frozen=True)
class _View:
    """The grid with the page turned one way: cells row by row, what those with ink look like (N, characters)."""

    page: ByteArray
    rows: int
    columns: int
    cut: list[Cell]
    seen: FloatArray

    @property
    def filled(self) -> BoolArray:
        return np.array([bool(cell.ink.any()) for cell in self.cut])


@dataclass(frozen=True)
class FoundGrid:
    """A ruled grid on a page, and what is in its cells, row by row."""

    page: ByteArray
    rows: int
    columns: int
    cut: list[Cell]


def find(page: ByteArray, where: str) -> FoundGrid | None:
    """The ruled grid on a page (height, width, 3) RGB, if its ink is in its cells; writing on squared paper runs
    across them.
    """
    try:
        found = _cut(page, where)
    except ScanError:
        return None
    inked = [cell for cell in found.cut if cell.ink.any()]
    crossing = bool(inked) and sum(cell.touches for cell in inked) >= _CROSSING * len(inked)
    return None if crossing else found


def read(found: FoundGrid, rows: list[str] | None, label_file: Path, where: str, weights: Weights) -> PageReading:
    """The characters of a grid; ``rows`` are the labels that ``label_file`` holds.

    Raises:
        ScanError: its label file does not fit, or without one its letters are not recognised.
    """
    page, first = found.page, _view(found, weights)
    if rows is None:
        view, wanted, sure = _guessed(page, first, where, weights)
    else:
        view, wanted = _labelled(page, first, rows, label_file, where, weights)
        sure = np.ones(len(wanted))
    seen, measures = cell_samples.measure(view.cut, wanted, weights.population, where)
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
        reading.notes.append(
            f"{where} has no label file; its {view.rows} rows of {view.columns} cells were read as "
            + " ".join(
                "".join(wanted[r * view.columns : (r + 1) * view.columns]).strip() or "-" for r in range(view.rows)
            )
        )
    return reading


def _cut(page: ByteArray, where: str) -> FoundGrid:
    darkness = image.darkness(page)
    ruled = ruling.find(darkness, where)
    return FoundGrid(page, ruled.rows, ruled.columns, cells.cut(page, darkness, ruled))


def _view(found: FoundGrid, weights: Weights) -> _View:
    cut = without_labels(found.cut, found.columns)
    shapes = np.stack([_shape(cell) for cell in cut])
    return _View(found.page, found.rows, found.columns, cut, inference.read(weights.reader, shapes))


def _shape(cell: Cell) -> FloatArray:
    """Shape of a cell's ink, taken to be of no unusual size."""
    if not cell.ink.any():
        return np.full((sdf.GRID, sdf.GRID), -sdf.TRUNCATE, np.float32)
    return sdf.from_ink(cell.ink, 0.25 * cell.ink.shape[0], sdf.pen_width(cell.ink)).field


def _turned(page: ByteArray, quarters: int, where: str, weights: Weights) -> _View:
    return _view(_cut(np.ascontiguousarray(np.rot90(page, quarters)), where), weights)


def _labelled(
    page: ByteArray, first: _View, rows: list[str], label_file: Path, where: str, weights: Weights
) -> tuple[_View, list[str]]:
    """The view in which the letters look most like their labels."""
    same = alike(CHARACTERS)
    best: tuple[float, _View, list[str]] | None = None
    problem: ScanError | None = None
    for quarters in range(4):
        shape = (first.rows, first.columns) if quarters % 2 == 0 else (first.columns, first.rows)
        try:
            wanted = label_files.match(rows, *shape, label_file, where)
        except ScanError as error:
            problem = problem or error
            continue
        view = first if quarters == 0 else _turned(page, quarters, where, weights)
        if (view.rows, view.columns) != shape:
            continue
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
        assert problem is not None
        raise problem
    return best[1], best[2]


def _guessed(page: ByteArray, first: _View, where: str, weights: Weights) -> tuple[_View, list[str], DoubleArray]:
    """The view, and the order along rows or columns, in which the letters make most sense."""
    best: tuple[float, _View, IntArray, label_guessing.Guess] | None = None
    for quarters in range(4):
        view = first if quarters == 0 else _turned(page, quarters, where, weights)
        places = np.arange(len(view.cut)).reshape(view.rows, view.columns)
        for along in (places.ravel(), places.T.ravel()):
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


def _in_place(guess: label_guessing.Guess, along: IntArray) -> tuple[list[str], DoubleArray]:
    """Labels and how sure they are, row by row; ``along`` are the cells in the order of the guess."""
    back = np.argsort(along)
    return [guess.labels[i] for i in back], guess.confidence[back]


def without_labels(cut: list[Cell], columns: int) -> list[Cell]:
    """Cells without the text that is printed in all of them: a strip at the top or foot, parted from what is written.

    Where nearly no cell has ink in the rows between, and most have some beyond, that is the strip.
    """
    filled = [cell for cell in cut if cell.ink.any()]
    if len(filled) < 6 or columns < 2:
        return cut
    bins = 60
    rows = np.stack([np.array([part.any() for part in np.array_split(cell.ink, bins)]) for cell in filled])
    share = rows.mean(axis=0)
    for flip in (False, True):
        outward = share[::-1] if not flip else share  # from the foot, then from the top
        inked = np.flatnonzero(outward > _FEW)
        if not len(inked):
            continue
        start = int(inked[0])
        clear = np.flatnonzero(outward[start:] <= _FEW)
        if not len(clear):
            continue
        end = start + int(clear[0])
        # A row of commas is no strip of labels: most cells must have it, and more above it.
        if end < 0.3 * bins and outward[start:end].max() > 0.6 and outward[end:].max() > 0.3:
            return [_cropped(cell, end / bins, flip) for cell in cut]
    return cut


def _cropped(cell: Cell, share: float, top: bool) -> Cell:
    keep = np.ones_like(cell.ink)
    rows = round(share * len(keep))
    keep[: rows if top else 0] = False
    keep[len(keep) - (0 if top else rows) :] = False
    return cell.with_ink(cell.ink & keep)
