"""The label file of grids: a text file beside the scan, laid out like the grids, one character for each cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handfont.core.arrays import BoolArray
from handfont.core.charset import INDEX, describe
from handfont.errors import ScanError

EMPTY = " "
"""Stands for a cell that was left empty."""


class LabelsError(ScanError):
    """A label file does not fit the grids of a scan, or no grid; ``lines`` of it did, from the first one on."""

    def __init__(self, message: str, lines: int = 0) -> None:
        super().__init__(message)
        self.lines = lines


@dataclass(frozen=True)
class Table:
    """Rows and columns of a grid, and how many cells of each row are ``needed``: those after them hold no ink."""

    rows: int
    columns: int
    needed: tuple[int, ...]

    @classmethod
    def of(cls, filled: BoolArray) -> Table:
        """The table whose cells (rows, columns) are filled or empty."""
        rows, columns = filled.shape
        return cls(rows, columns, tuple(int(row.nonzero()[0].max(initial=-1)) + 1 for row in filled))

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.rows * self.columns

    def __str__(self) -> str:
        return f"{self.rows} row{'s'[: self.rows > 1]} of {self.columns}"


def path_for(scan: Path) -> Path:
    """The label file of a scan: the same name, ending in ``.txt``."""
    return scan.with_suffix(".txt")


def text(path: Path) -> str:
    """What a text file beside a scan says.

    Raises:
        ScanError: it is unreadable or empty.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScanError(f"the text file {path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise ScanError(f"the text file {path} cannot be read: {error.strerror or error}") from error
    if not content.strip():
        raise ScanError(
            f"the text file {path} is empty; write what the scan says, one line for each row of a grid, or "
            "leave it away"
        )
    return content


def rows(content: str, path: Path) -> list[str]:
    """Rows of labels.

    Raises:
        LabelsError: there is none, or a character that no model knows.
    """
    found = [line.rstrip("\r\n") for line in content.split("\n")]
    while found and not found[-1].strip():
        found.pop()
    if not found:
        raise LabelsError(f"the label file {path} is empty; write one line for each row of the grid")
    for number, row in enumerate(found, 1):
        for column, character in enumerate(row, 1):
            if character != EMPTY and character not in INDEX:
                raise LabelsError(
                    f"the label file {path} has {describe(character)} in line {number}, column {column}, "
                    "which the model does not know; leave a space for that cell"
                )
    return found


def match(rows: list[str], tables: list[Table], path: Path, scan: str) -> list[str]:
    """One label (or ``EMPTY``) for each cell of all tables, row by row.

    The lines are the rows of cells. Those of several tables run on from table to table, with empty lines between them
    or without; all characters of a table may be in one line, too. A table without ink may be left out.

    Raises:
        LabelsError: the layout is not the tables'; says which line, or which table, differs.
    """
    if len(tables) == 1:
        return _of_grid(rows, tables[0], path, scan)
    lines = [(number, row) for number, row in enumerate(rows, 1) if row]
    problems = []
    # Lines of spaces alone are rows of cells that were left empty, or stand between tables.
    for chosen in (lines, [line for line in lines if line[1].strip()]):
        try:
            return _running(_Lines(chosen, tables, path, scan))
        except LabelsError as error:
            problems.append(error)
    raise max(problems, key=lambda problem: problem.lines)


def _of_grid(rows: list[str], table: Table, path: Path, scan: str) -> list[str]:
    """The labels of a single grid."""
    if len(rows) != table.rows:
        raise LabelsError(
            f"the label file {path} has {len(rows)} lines but the grid on {scan} has {table.rows} rows of "
            f"{table.columns} cells; write one line for each row"
        )
    for number, row in enumerate(rows, 1):
        least = 0 if number == len(rows) else table.needed[number - 1]
        if not least <= len(row) <= table.columns:
            raise LabelsError(
                f"line {number} of the label file {path} has {len(row)} characters but the grid on {scan} "
                f"has {table.columns} cells in a row; write one character for each cell",
                number - 1,
            )
    return [label for row in rows for label in row.ljust(table.columns, EMPTY)]


@dataclass(frozen=True)
class _Lines:
    """Numbered lines of the label file ``path``, and the tables that they are to fill."""

    lines: list[tuple[int, str]]
    tables: list[Table]
    path: Path
    scan: str

    def differ(self, table: int, found: str, at: int) -> LabelsError:
        """That the lines from ``at`` on do not fit the table of that number, or are left over behind all."""
        count = len(self.tables)
        listed = ", ".join(f"{k}: {own}" for k, own in enumerate(self.tables, 1))
        own = f"table {table + 1} has {self.tables[table].cells} boxes, but {found}" if table < count else found
        return LabelsError(
            f"the label file {self.path} does not fit the {count} tables of boxes on {self.scan} ({listed}): {own}; "
            "write one line for each row of boxes, table after table, with a space for an empty box",
            at,
        )


def _running(text: _Lines, table: int = 0, at: int = 0) -> list[str]:
    """The labels of the tables from one on, to which the lines from ``at`` on belong."""
    if table == len(text.tables):
        if at < len(text.lines):
            raise text.differ(table, f"line {text.lines[at][0]} is left over", at)
        return []
    wanted = text.tables[table]
    try:
        labels, used = _of_table(text, table, at)
        return labels + _running(text, table + 1, at + used)
    except LabelsError as error:
        if any(wanted.needed):
            raise
        try:
            return [EMPTY] * wanted.cells + _running(text, table + 1, at)
        except LabelsError as other:
            raise max(error, other, key=lambda problem: problem.lines) from None


def _of_table(text: _Lines, number: int, at: int) -> tuple[list[str], int]:
    """The labels of a table, and how many lines they take."""
    table = text.tables[number]
    if at == len(text.lines):
        raise text.differ(number, "the file ends before it", at)
    row = text.lines[at][1]
    if len(row) > table.columns and table.cells - table.columns < len(row) <= table.cells:
        return list(row.ljust(table.cells, EMPTY)), 1
    labels: list[str] = []
    for k in range(table.rows):
        if at + k == len(text.lines):
            raise text.differ(number, f"the file has only {k} of its {table.rows} rows", at + k)
        line, row = text.lines[at + k]
        if not (0 if k == table.rows - 1 else table.needed[k]) <= len(row) <= table.columns:
            found = f"line {line} has {len(row)} character{'s'[: len(row) != 1]}"
            raise text.differ(number, found, at + k)
        labels += row.ljust(table.columns, EMPTY)
    return labels, table.rows
