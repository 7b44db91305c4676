"""XLSX: values of one sheet, row by row, by openpyxl's streaming reader."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfont.batch.data import Row, check_columns, fitted
from handfont.errors import TableError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

SHARED_MAX = 400_000_000
"""Bytes of shared strings, which the reader holds in memory."""
RATIO_MAX = 1000
"""A part that shrinks further than this was made to fill memory, not to hold a table."""


def sheet_columns(path: Path, name: str | None, head: bytes) -> tuple[str, ...]:
    """The header of a sheet.

    Raises:
        TableError: no spreadsheet, an encrypted or damaged one, or no such sheet.
    """
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(f"{path} is an old or encrypted spreadsheet; save it as .xlsx without a password")
    _check_parts(path)
    with _sheet(path, name, values=True) as sheet:
        for cells in sheet.iter_rows(values_only=True):
            return check_columns([_text(cell) for cell in cells], path)
    raise TableError(f"the sheet of {path} is empty; its first row must name the columns")


def sheet_rows(path: Path, name: str | None, columns: tuple[str, ...]) -> Iterator[Row]:
    """The records under the header. A formula counts as the value stored with it; without one the row has a problem."""
    number = 0
    with _sheet(path, name, values=True) as sheet, _sheet(path, name, values=False) as formulas:
        # Values of formulas never computed look like empty cells: the formulas themselves are read alongside.
        pairs = zip_longest(sheet.iter_rows(min_row=2), formulas.iter_rows(min_row=2), fillvalue=())
        for index, (cells, sources) in enumerate(pairs, 2):
            values = [_text(cell.value) for cell in cells]
            bad = _fault(cells, sources, columns)
            if not bad and not any(value.strip() for value in values):
                continue
            number += 1
            place = f"sheet row {index}"
            yield Row(number, place, problem=bad) if bad else fitted(number, place, values, columns, short=True)


def _fault(cells: tuple[Any, ...], sources: tuple[Any, ...], columns: tuple[str, ...]) -> str:
    for cell, source, column in zip(cells, sources, columns, strict=False):
        if cell.data_type == "e":
            return f"has the error {cell.value} in column '{column}'"
        if cell.value is None and source.data_type == "f":
            return (f"has a formula in column '{column}' whose value is not stored; open the table in a spreadsheet "
                    "program and save it, or put values in place of formulas")
    return ""


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a fraction, dates as 2026-11-24."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _check_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            for part in parts.infolist():
                shared = part.filename.endswith("sharedStrings.xml")
                if (shared and part.file_size > SHARED_MAX) or (
                        part.file_size > 50_000_000 and part.file_size > RATIO_MAX * part.compress_size):
                    raise TableError(f"{path} is too large inside ({part.filename}: {part.file_size / 1e6:.0f} MB); "
                                     "save the table as CSV")
    except (zipfile.BadZipFile, OSError) as error:
        raise TableError(f"{path} is not a readable .xlsx file ({error}); save it anew, or as CSV") from error


@contextmanager
def _sheet(path: Path, name: str | None, values: bool) -> Iterator[ReadOnlyWorksheet]:
    from openpyxl import load_workbook

    book = None
    try:
        book = load_workbook(path, read_only=True, data_only=values, keep_links=False)
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        if not sheets or (name is not None and name not in sheets):
            raise TableError(f"{path} has no sheet '{name}'; it has {', '.join(sheets) or 'none'}")
        sheet = sheets[name] if name is not None else next(iter(sheets.values()))
        sheet.reset_dimensions()  # which some programs write wrong
        yield sheet
    except TableError:
        raise
    except (OSError, LookupError, ValueError, TypeError, AttributeError, SyntaxError, EOFError,
            zipfile.BadZipFile) as error:
        # openpyxl raises what its parsers do; an XML error is a SyntaxError.
        raise TableError(f"{path} is not a readable .xlsx file ({error}); save it anew, or as CSV") from error
    finally:
        if book is not None:
            book.close()
