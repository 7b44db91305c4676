"""Tables of a mail merge, read row by row (memory stays flat): CSV and TSV, JSON Lines, XLSX."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from handfont.batch.tables import encodings
from handfont.errors import TableError, parameter
from handfont.util import paths
from handfont.util.checked import Limits, UnreadableError, load_json

SEPARATORS = ",;\t|"
"""Characters that may separate cells."""
MAX_LINE = 4_000_000
"""Characters; a longer line is no row of a table but a file of another kind."""
MAX_CELL = 1_000_000
"""Characters of a cell."""
MAX_COLUMNS = 2000
"""Columns of a table."""
SNIFFED_ROWS = 200
"""Rows that the separator is found from."""
SNIFFED_CHARACTERS = 4_000_000
"""Characters of these rows."""
JSON_LIMITS = Limits(size=MAX_LINE, depth=10, values=100_000)
"""What one line of JSON may hold."""
DELIMITED_SUFFIXES = {".csv", ".tsv", ".tab", ".txt"}
"""Of tables of separated cells."""
JSON_SUFFIXES = {".jsonl", ".ndjson"}
"""Of files with a JSON object on each line."""
SPREADSHEET_SUFFIXES = {".xlsx", ".xlsm"}
"""Of workbooks."""


@dataclass(frozen=True)
class TableRecord:
    """One record: its number from 1 (blank rows are not counted), where it is, and its fields by column.

    ``problem`` says why it cannot be used, if so. Fields are text, but JSON Lines may bring lists and mappings.
    """

    number: int
    place: str
    fields: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A table found to be readable. ``columns`` is None for JSON Lines, whose rows name their own; ``encoding`` and
    ``separator`` are what text was understood as, ``guessed`` whether the encoding is no more than likely.
    """

    path: Path
    columns: tuple[str, ...] | None
    encoding: str = ""
    separator: str = ""
    guessed: bool = False
    sheet: str | None = None

    def rows(self) -> Iterator[TableRecord]:
        """All records in order, blank ones left out; each call reads the file again.

        Raises:
            TableError: the file cannot be read on.
        """
        kind = self.path.suffix.lower()
        if kind in SPREADSHEET_SUFFIXES:
            from handfont.batch.tables.xlsx import sheet_rows

            yield from sheet_rows(self.path, self.sheet, self.columns or ())
        else:
            yield from _json_rows(self) if kind in JSON_SUFFIXES else _delimited_rows(self)


def open_table(
    path: Path, encoding: str | None = None, separator: str | None = None, sheet: str | None = None
) -> Table:
    """Find out what a table is, from its suffix and its first rows.

    Raises:
        TableError: missing, of an unknown kind, empty, or with columns that are unnamed or named twice.
    """
    kind = path.suffix.lower()
    if problem := paths.problem(path):
        raise TableError(f"the table {path} {problem}")
    if not path.is_file():
        raise TableError(f"{path} is not a file")
    if kind not in DELIMITED_SUFFIXES | JSON_SUFFIXES | SPREADSHEET_SUFFIXES:
        listed = ", ".join(sorted(DELIMITED_SUFFIXES | JSON_SUFFIXES | SPREADSHEET_SUFFIXES))
        raise TableError(f"the table {path} is of a kind that cannot be read; save it as one of {listed}")
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if kind in SPREADSHEET_SUFFIXES:
            from handfont.batch.tables.xlsx import sheet_columns

            return Table(path, sheet_columns(path, sheet, head), sheet=sheet)
        if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise TableError(f"{path} is a spreadsheet, not text; name it .xlsx, or save an old .xls as .xlsx")
        found, guessed = encodings.find(path, encoding)
    except OSError as error:
        raise TableError(f"the table {path} cannot be read: {error.strerror or error}") from error
    if kind in JSON_SUFFIXES:
        return Table(path, None, found, guessed=guessed)
    chosen = separator or ("\t" if kind in {".tsv", ".tab"} else _separator(path, found))
    if len(chosen) != 1 or chosen in '"\r\n':
        raise TableError(f"the separator {chosen!r} is not one character; use ',', ';', a tab or '|'")
    with _opened(path, found) as file:
        header = next(_records(file, chosen, path), None)
    if header is None:
        raise TableError(f"the table {path} is empty; its first row must name the columns")
    return Table(path, check_columns(header[1], path), found, chosen, guessed)


def check_columns(names: list[str], path: Path) -> tuple[str, ...]:
    """The header, stripped; empty names at its end are dropped.

    Raises:
        TableError: a column without a name before one that has one, or two of the same.
    """
    stripped = [" ".join(name.split()) for name in names]
    while stripped and not stripped[-1]:
        stripped.pop()
    if not stripped:
        raise TableError(f"the first row of {path} is empty; it must name the columns")
    if not "".join(stripped).isprintable():
        raise TableError(f"the first row of {path} holds no text; save the table as CSV in UTF-8")
    if len(stripped) > MAX_COLUMNS:
        raise TableError(f"{path} has {len(stripped)} columns; use at most {MAX_COLUMNS}")
    if "" in stripped:
        raise TableError(f"column {stripped.index('') + 1} of {path} has no name in the first row")
    twice = [name for name, count in Counter(stripped).items() if count > 1]
    if twice:
        raise TableError(f"{path} has several columns named '{twice[0]}'; give each its own name")
    return tuple(stripped)


def to_record(number: int, place: str, cells: list[str], columns: tuple[str, ...]) -> TableRecord:
    """A record of cells, or what is wrong with it."""
    extra = [cell for cell in cells[len(columns) :] if cell.strip()]
    if extra:
        return TableRecord(
            number,
            place,
            problem=f"has {len(cells)} cells, the table has {len(columns)} columns; put text "
            "with separators in it into quotes",
        )
    if len(cells) < len(columns):
        return TableRecord(
            number,
            place,
            problem=f"has {len(cells)} cells, the table has {len(columns)} columns; '{columns[len(cells)]}' is missing",
        )
    cells = cells[: len(columns)]
    if tuple(" ".join(cell.split()) for cell in cells) == columns:
        return TableRecord(number, place, problem="repeats the header; remove it")
    return TableRecord(number, place, dict(zip(columns, cells, strict=True)))


def _opened(path: Path, encoding: str) -> TextIO:
    # newline="": the csv module wants line ends as they are, for those inside of quotes.
    return path.open("r", encoding=encoding, newline="")


def _bounded(file: TextIO, path: Path) -> Iterator[str]:
    """Lines of a file, none of which may fill the memory."""
    number = 0
    try:
        while line := file.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                raise TableError(f"{path}: line {number} has more than {MAX_LINE} characters; this is no table")
            if "\0" in line:
                raise TableError(f"{path}: line {number} holds a NUL character; save the table as CSV in UTF-8")
            yield line
    except UnicodeError as error:
        encoding = file.encoding if isinstance(file, TextIOWrapper) else "text"
        reason = error.reason if isinstance(error, UnicodeDecodeError) else str(error)
        raise TableError(
            f"{path} is not {encoding} after line {number} ({reason}); name the right {parameter('encoding')}, or none"
        ) from error
    except OSError as error:
        raise TableError(f"the table {path} cannot be read after line {number}: {error.strerror or error}") from error


def _records(file: TextIO, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line it starts on, cells) of every record that is not blank."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(_bounded(file, path), delimiter=separator, strict=True)
    start = 1
    try:
        for cells in reader:
            # Excel reads and writes a first line "sep=;" that names the separator.
            said = start == 1 and len(cells) <= 2 and re.fullmatch(r"sep=.?", cells[0]) if cells else None
            if not said and any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        problem = str(error)
        if "field larger" in problem or "unexpected end" in problem:
            problem = "a quote that is opened there is not closed"
        elif "expected after" in problem:
            problem = "text follows a closing quote; double the quotes inside of a quoted cell"
        raise TableError(f"{path}: the row that starts on line {start} cannot be read: {problem}") from error


def _separator(path: Path, encoding: str) -> str:
    """The separator that gives most rows as many cells as the header, and the header most cells.

    csv.Sniffer takes letters for separators and falls for text in quotes; this parses with each candidate instead.
    """
    best, chosen = (0.0, 0), ","
    for candidate in SEPARATORS:
        widths: list[int] = []
        with _opened(path, encoding) as file:
            first = next(_bounded(file, path), "")
            if said := re.fullmatch(r'"?sep=(.)"?', first.strip()):
                return said[1]
            file.seek(0)
            characters = 0
            try:
                for _, cells in _records(file, candidate, path):
                    widths.append(len(cells))
                    characters += sum(map(len, cells))
                    if len(widths) > SNIFFED_ROWS or characters > SNIFFED_CHARACTERS:
                        break
            except TableError:
                widths = widths or [1]  # known once the separator is known
        if widths and widths[0] > 1:
            score = (round(widths.count(widths[0]) / len(widths), 1), widths[0])
            if score > best:
                best, chosen = score, candidate
    return chosen


def _delimited_rows(table: Table) -> Iterator[TableRecord]:
    columns = table.columns or ()
    with _opened(table.path, table.encoding) as file:
        records = _records(file, table.separator, table.path)
        next(records, None)
        for number, (line, cells) in enumerate(records, 1):
            yield to_record(number, f"line {line}", cells, columns)


def _json_rows(table: Table) -> Iterator[TableRecord]:
    number = 0
    with table.path.open("r", encoding=table.encoding) as file:
        for line, text in enumerate(_bounded(file, table.path), 1):
            if not text.strip():
                continue
            number += 1
            place = f"line {line}"
            try:
                record = load_json(text, JSON_LIMITS)
            except UnreadableError as error:
                yield TableRecord(number, place, problem=str(error))
                continue
            if not isinstance(record, dict):
                yield TableRecord(number, place, problem='is no JSON object; write {"name": "Anna", ...} on each line')
                continue
            if len(record) > MAX_COLUMNS:
                yield TableRecord(number, place, problem=f"has {len(record)} fields; use at most {MAX_COLUMNS}")
                continue
            yield TableRecord(number, place, {" ".join(key.split()): _plain(value) for key, value in record.items()})


def _plain(value: Any) -> Any:
    """Scalars as text, as every other table has them: null is empty, true and false as JSON writes them."""
    if isinstance(value, (list, dict)):
        return value
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
