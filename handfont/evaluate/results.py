"""Lines of the quality table, and how the table is printed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class ResultRow:
    """One line: what, from how many enrolled letters, handfont's figure, the real glyphs' (None: there is none)."""

    what: str
    letters: int | None
    value: float
    real: float | None
    reach: str = ""
    percent: bool = True


def as_text(rows: list[ResultRow]) -> str:
    """The table for the terminal."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'':{width}} {'from':>5} {'handfont':>9} {'real':>7}  to reach"]
    lines += [
        f"{row.what:{width}} {row.letters or '':>5} {_shown(row, row.value):>9} {_shown(row, row.real):>7}  "
        f"{row.reach}".rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def as_markdown(rows: list[ResultRow]) -> str:
    """The table for the model card."""
    lines = ["| | from | handfont | real | to reach |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row.what} | {row.letters or ''} | {_shown(row, row.value)} | {_shown(row, row.real)} | {row.reach} |"
        for row in rows
    ]
    return "\n".join(lines)


def as_data(rows: list[ResultRow]) -> list[dict[str, object]]:
    """The table as dictionaries, for JSON."""
    return [asdict(row) for row in rows]


def _shown(row: ResultRow, value: float | None) -> str:
    if value is None or np.isnan(value):
        return ""
    if row.what.startswith("live"):
        return str(int(value))
    return f"{100 * value:.1f} %" if row.percent else f"{value:.4f}" if value < 0.1 else f"{value:.2f}"
