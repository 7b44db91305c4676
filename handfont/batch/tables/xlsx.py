"""XLSX: values of one sheet, row by row, by openpyxl's streaming parser.

openpyxl's own rows are not used: they fill gaps, so that one cell in row 999999999 makes a thousand million rows.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from handfont.batch.tables.table import TableRecord, check_columns, to_record
from handfont.errors import TableError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_SHARED_BYTES = 60_000_000
"""Bytes of the shared strings, which the reader holds in memory."""
MAX_PART_BYTES = 5_000_000
"""Bytes of each other part besides the sheets."""
MAX_COMPRESSION = 1000
"""Size of a part over its compressed size: one beyond it was made to fill memory, not to hold a table."""
MAX_ROW_BYTES = 4_000_000
"""Bytes of one row, which the reader holds in memory."""
LAST_ROW = 1_048_576
"""The last row that spreadsheet programs have."""
WHOLE_PARTS = re.compile(
    r"xl/(workbook|styles|theme/\w+)\.xml|.*\.rels|\[Content_Types\]\.xml|docProps/.*", re.IGNORECASE
)
"""Parts that are read whole."""
ROW_END = re.compile(rb"</(?:[\w.-]+:)?row\s*>")
"""The end of a row in a sheet\'s XML."""


def sheet_columns(path: Path, name: str | None, head: bytes) -> tuple[str, ...]:
    """The header of a sheet.

    Raises:
        TableError: no spreadsheet, an encrypted or damaged one, or no such sheet.
    """
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(f"{path} is an old or encrypted spreadsheet; save it as .xlsx without a password")
    with _readable(path):
        for index, cells in _rows(path, name):
            width = max((cell["column"] for cell in cells if index == 1 and cell["value"] is not None), default=0)
            names = [""] * width
            for cell in cells[:width]:
                if cell["column"] <= width:
                    names[cell["column"] - 1] = _text(cell["value"])
            return check_columns(names, path)
    raise TableError(f"the sheet of {path} is empty; its first row must name the columns")


def sheet_rows(path: Path, name: str | None, columns: tuple[str, ...]) -> Iterator[TableRecord]:
    """The records under the header. A formula counts as the value stored with it; without one the row has a problem."""
    number = 0
    with _readable(path):
        for index, cells in _rows(path, name):
            filled = [cell for cell in cells if cell["data_type"] == "f" or _text(cell["value"]).strip()]
            if index == 1 or not filled:
                continue
            number += 1
            place = f"sheet row {index}"
            if problem := _problem(filled, columns):
                yield TableRecord(number, place, problem=problem)
                continue
            values = [""] * len(columns)
            for cell in filled:
                values[cell["column"] - 1] = _text(cell["value"])
            yield to_record(number, place, values, columns)


def _problem(cells: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    from openpyxl.utils import get_column_letter

    for cell in cells:
        if not 1 <= cell["column"] <= len(columns):
            return (
                f"has something in column {get_column_letter(cell['column'])}, which has no name in the first row; "
                "give it one, or clear the cell"
            )
        column = columns[cell["column"] - 1]
        if cell["data_type"] == "e":
            return f"has the error {cell['value']} in column '{column}'"
        if cell["data_type"] == "f":
            return (
                f"has a formula in column '{column}' whose value is not stored; open the table in a spreadsheet "
                "program and save it, or put values in place of formulas"
            )
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
    with zipfile.ZipFile(path) as parts:
        for part in parts.infolist():
            most = MAX_PART_BYTES if WHOLE_PARTS.fullmatch(part.filename) else None
            most = MAX_SHARED_BYTES if part.filename.endswith("sharedStrings.xml") else most
            squeezed = part.file_size > 50_000_000 and part.file_size > MAX_COMPRESSION * part.compress_size
            if squeezed or (most is not None and part.file_size > most):
                raise TableError(
                    f"{path} is too large inside ({part.filename}: {part.file_size / 1e6:.0f} MB); "
                    "save the table as CSV"
                )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Whatever goes wrong while a spreadsheet is read is a fault of the file."""
    try:
        yield
    except TableError:
        raise
    except Exception as error:  # the archive, the XML parser and openpyxl raise all kinds of errors for damaged files
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise TableError(f"{path} is not a readable .xlsx file ({reason}); save it again, or as CSV") from error


def _rows(path: Path, name: str | None) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Number and cells of each row that is in the file. Cells of the type ``f`` are formulas without a value."""
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]
        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            if cell["value"] is None:
                cell["data_type"] = "f" if element.find(FORMULA_TAG) is not None else "n"
            return cell

    with _sheet(path, name) as sheet, sheet._get_source() as source:
        book = sheet.parent
        parser = Parser(
            _Rows(source, path),
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for index, cells in parser.parse():
            if not 1 <= index <= LAST_ROW:
                raise TableError(
                    f"{path} has a row {index}, and spreadsheets end at row {LAST_ROW}; save it again, or as CSV"
                )
            yield index, cells


class _Rows:
    """A sheet's XML as the parser reads it, in which no row may fill the memory."""

    def __init__(self, source: BinaryIO, path: Path) -> None:
        self._source, self._path, self._length = source, path, 0

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        ends = [found.end() for found in ROW_END.finditer(block)]
        self._length = len(block) - ends[-1] if ends else self._length + len(block)
        if self._length > MAX_ROW_BYTES:
            raise TableError(f"{self._path} has a row of more than {MAX_ROW_BYTES / 1e6:.0f} MB; save the table as CSV")
        return block


@contextmanager
def _sheet(path: Path, name: str | None) -> Iterator[ReadOnlyWorksheet]:
    from openpyxl import load_workbook

    warnings.filterwarnings("ignore", module="openpyxl")  # of formats and extensions that no table needs
    _check_parts(path)
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        if not sheets or (name is not None and name not in sheets):
            raise TableError(f"{path} has no sheet '{name}'; it has {', '.join(sheets) or 'none'}")
        yield sheets[name] if name is not None else next(iter(sheets.values()))
    finally:
        book.close()
