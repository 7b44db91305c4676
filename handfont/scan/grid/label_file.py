"""The label file of a grid: a text file beside the scan, laid out like the grid, one character for each cell."""

from __future__ import annotations

from pathlib import Path

from handfont.core.charset import INDEX, describe
from handfont.errors import ScanError

EMPTY = " "
"""Stands for a cell that was left empty."""


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
        ScanError: there is none, or a character that no model knows.
    """
    found = [line.rstrip("\r\n") for line in content.split("\n")]
    while found and not found[-1].strip():
        found.pop()
    if not found:
        raise ScanError(f"the label file {path} is empty; write one line for each row of the grid")
    for number, row in enumerate(found, 1):
        for column, character in enumerate(row, 1):
            if character != EMPTY and character not in INDEX:
                raise ScanError(
                    f"the label file {path} has {describe(character)} in line {number}, column {column}, "
                    "which the model does not know; leave a space for that cell"
                )
    return found


def match(rows: list[str], grid_rows: int, grid_columns: int, path: Path, scan: str) -> list[str]:
    """One label (or ``EMPTY``) for each cell, row by row.

    Raises:
        ScanError: the layout is not the grid's; says which line differs.
    """
    if len(rows) != grid_rows:
        raise ScanError(
            f"the label file {path} has {len(rows)} lines but the grid on {scan} has {grid_rows} rows of "
            f"{grid_columns} cells; write one line for each row"
        )
    for number, row in enumerate(rows, 1):
        if len(row) > grid_columns or (len(row) < grid_columns and number != len(rows)):
            raise ScanError(
                f"line {number} of the label file {path} has {len(row)} characters but the grid on {scan} "
                f"has {grid_columns} cells in a row; write one character for each cell"
            )
    return [label for row in rows for label in row.ljust(grid_columns, EMPTY)]
