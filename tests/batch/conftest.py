"""A desk with a table, a letter and a style, and planners of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from handfont.batch.plan import BatchRequest, Planner
from handfont.batch.tables.table import open_table
from handfont.options import RenderOptions
from handfont.style import yaml_format

NAMES = ("Anna", "Jürgen", "Zoë", "José", "O'Neil")


def write_table(path: Path, rows: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["name", "sum"])
        table.writerows([NAMES[i % len(NAMES)], str(7 * i)] for i in range(rows))
    return path


@pytest.fixture
def desk(tmp_path, style, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "styles").mkdir()
    yaml_format.save(style, tmp_path / "styles" / "me.yaml")
    (tmp_path / "letter.txt").write_text("Dear {{ name }},\n{{ sum }} euros!\n")
    write_table(tmp_path / "few.csv", 4)
    return tmp_path


@pytest.fixture
def planner(desk):
    def make(table="few.csv", text="Dear {{ name }},\n{{ sum }} euros!\n", **order):
        request = {"style": "me"} | {name: value for name, value in order.items() if name in ("style", "pattern")}
        options = RenderOptions(**{name: value for name, value in order.items() if name not in request})
        return Planner(open_table(desk / table), BatchRequest(text=text, options=options, **request))

    return make
