import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from handfont.batch.data import open_table
from handfont.errors import TableError


def rows(path, **how):
    return list(open_table(path, **how).rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp1250"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_encoding_and_separator(tmp_path, encoding, separator):
    people = [("Jürgen", "Groß, sehr"), ("Günther", "Zürich; alt"), ("Käthe", "Möhringen")]
    if encoding == "cp1250":
        people = [("Łukasz", "Łódź, stare"), ("Żaneta", "Kraków; źle"), ("Paweł", "Poznań, śródmieście")]
    lines = [f'"{name}"{separator}"{place}"' for name, place in [("name", "place"), *people]]
    path = tmp_path / "table.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    table = open_table(path)
    assert table.separator == separator
    assert [tuple(row.fields.values()) for row in table.rows()] == people
    assert table.guessed == (encoding in {"cp1252", "cp1250", "utf-16-le"})


def test_rows_are_counted_and_quotes_may_span_lines(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('sep=;\nname;note\nAnna;"two\nlines; ""quoted"""\n\n ; \nTom;x;y\nEve\nname;note\nAda;z\n')
    found = rows(path)
    assert [(row.number, row.place) for row in found] == [(1, "line 3"), (2, "line 7"), (3, "line 8"), (4, "line 9"),
                                                          (5, "line 10")]
    assert found[0].fields == {"name": "Anna", "note": 'two\nlines; "quoted"'}
    assert "has 3 cells, the table has 2 columns" in found[1].problem
    assert "'note' is missing" in found[2].problem
    assert "repeats the header" in found[3].problem
    assert found[4].fields == {"name": "Ada", "note": "z"}


@pytest.mark.parametrize(("content", "message"), [
    (b"", "is empty"),
    (b"\n\n", "is empty"),
    (b"name,,sum\n", "column 2 of .* has no name"),
    (b"name,sum,name\n", "several columns named 'name'"),
    (b'name,sum\nA,"1\nB,2\n', "starts on line 2 cannot be read: a quote"),
    (b'name,sum\nA,"1"x\n', "text follows a closing quote"),
    (b"PK\x03\x04rest", "is a spreadsheet"),
    (b"\x00\x01\x02\x03", "holds no text"),
])
def test_broken_tables_are_told_in_one_sentence(tmp_path, content, message):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=message):
        rows(path)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"name,sum\n" + b"x" * 5_000_000)
    with pytest.raises(TableError, match="line 2 has more than"):
        rows(path)


@given(st.lists(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
                         min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, cells):
    import csv

    cells = [row for row in cells if any(cell.strip() for cell in row)]
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["a1", "b1", "c1"], *cells])
    assert [list(row.fields.values()) for row in open_table(path, separator=",").rows()] == cells


def test_json_lines(tmp_path):
    path = tmp_path / "table.jsonl"
    path.write_text('{"name": "Zoë", "sum": 5, "gifts": ["a", "b"], "note": null}\n\n[1]\n{"name"\n', encoding="utf-8")
    good, listed, torn = rows(path)
    assert good.fields == {"name": "Zoë", "sum": "5", "gifts": ["a", "b"], "note": ""}
    assert (listed.place, torn.place) == ("line 3", "line 4")
    assert "no JSON object" in listed.problem
    assert "is not JSON" in torn.problem


def test_xlsx_gives_values_and_tells_formulas_without_one(tmp_path):
    from datetime import datetime

    book = Workbook()
    book.active.append(["name", "sum", "day"])
    book.active.append(["Anna", 5.0, datetime(2026, 11, 24)])
    book.active.append([])
    book.active.append(["Tom", "=1+1", None])
    book.active.append(["Eve", 2.5])
    book.create_sheet("other").append(["x"])
    path = tmp_path / "table.xlsx"
    book.save(path)
    anna, tom, eve = rows(path)
    assert anna.fields == {"name": "Anna", "sum": "5", "day": "2026-11-24"}
    assert tom.place == "sheet row 4"
    assert "a formula in column 'sum'" in tom.problem
    assert (eve.number, eve.fields["sum"], eve.fields["day"]) == (3, "2.5", "")
    assert open_table(path, sheet="other").columns == ("x",)
    with pytest.raises(TableError, match="has no sheet 'none'; it has Sheet, other"):
        open_table(path, sheet="none")
    (tmp_path / "torn.xlsx").write_bytes(path.read_bytes()[:2000])
    with pytest.raises(TableError, match=r"not a readable \.xlsx"):
        rows(tmp_path / "torn.xlsx")
    (tmp_path / "fake.xlsx").write_text(json.dumps({}))
    with pytest.raises(TableError, match=r"not a readable \.xlsx"):
        rows(tmp_path / "fake.xlsx")
