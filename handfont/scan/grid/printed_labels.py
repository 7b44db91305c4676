"""What is printed in all cells of a grid beside the room to write in: the character that each is for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handfont.core.arrays import BoolArray
from handfont.scan.cells import Cell

_FEW = 0.12
"""Share of cells whose letters may reach down to a strip of printed labels."""
_PRINTED = 0.45
"""Share of cells with ink in a strip, at least, for it to be one of printed labels: some are cut off with the rules."""
_SIDES = (0, 2, 1, 3)
"""Quarter turns against the clock that bring foot, top, left and right of a cell to its foot."""


def removed(cut: list[Cell]) -> list[Cell]:
    """Cells without the text that is printed in all of them: a strip along a side, parted from what is written.

    Where nearly no cell has ink in the rows between, and most have some beyond, that is the strip.
    """
    filled = [cell for cell in cut if cell.ink.any()]
    if len(filled) < 6:
        return cut
    bins = 60
    for quarters in _SIDES:
        inks = [np.rot90(cell.ink, quarters) for cell in filled]
        rows = np.stack([_inked(ink, bins) for ink in inks])
        outward = rows.mean(axis=0)[::-1]
        inked = np.flatnonzero(outward > _FEW)
        if not len(inked):
            continue
        start = int(inked[0])
        clear = np.flatnonzero(outward[start:] <= _FEW)
        if not len(clear):
            continue
        end = start + int(clear[0])
        # A row of commas is no strip of labels: most cells must have it, and more beyond it.
        if end < 0.3 * bins and outward[start:end].max() > _PRINTED and outward[end:].max() > 0.3:
            return [_cropped(cell, end / bins, quarters) for cell in cut]
    return cut


def _inked(ink: BoolArray, bins: int) -> BoolArray:
    """(bins,) which of that many equal strips of rows, from top to bottom, hold ink."""
    return np.array([part.any() for part in np.array_split(ink.any(axis=1), bins)])


def _cropped(cell: Cell, share: float, quarters: int) -> Cell:
    """A cell without a share of its rows at the foot, after ``quarters`` quarter turns against the clock."""
    ink = np.rot90(cell.ink, quarters).copy()
    ink[len(ink) - round(share * len(ink)) :] = False
    edges = bool(ink[0].any() or ink[:, [0, -1]].any())
    return replace(cell.with_ink(np.rot90(ink, -quarters)), touches=cell.touches and edges)
