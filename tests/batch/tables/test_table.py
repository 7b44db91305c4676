import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from handfont.batch.tables.table import open_table
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
    assert [(row.number, row.place) for row in found] == [
        (1, "line 3"),
        (2, "line 7"),
        (3, "line 8"),
        (4, "line 9"),
        (5, "line 10"),
    ]
    assert found[0].fields == {"name": "Anna", "note": 'two\nlines; "quoted"'}
    assert "has 3 cells, the table has 2 columns" in found[1].problem
    assert "'note' is missing" in found[2].problem
    assert "repeats the header" in found[3].problem
    assert found[4].fields == {"name": "Ada", "note": "z"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"name,,sum\n", "column 2 of .* has no name"),
        (b"name,sum,name\n", "several columns named 'name'"),
        (b'name,sum\nA,"1\nB,2\n', "starts on line 2 cannot be read: a quote"),
        (b'name,sum\nA,"1"x\n', "text follows a closing quote"),
        (b"PK\x03\x04rest", "is a spreadsheet"),
        (b"\x00\x01\x02\x03", "holds no text"),
    ],
)
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


@given(
    st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")), min_size=3, max_size=3
        ),
        min_size=1,
        max_size=8,
    )
)
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
    assert "is not readable JSON" in torn.problem


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


@pytest.mark.parametrize(
    "encoding",
    [
        "idna",
        "punycode",
        "utf-7",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "rot13",
        "base64",
        "hex",
        "zip",
        "nothing",
        "\x00",
        "x" * 5000,
    ],
)
def test_codecs_that_are_no_encodings_of_text_are_refused(tmp_path, encoding):
    (tmp_path / "table.csv").write_text("name,gift\nZoë,a nut\n", encoding="utf-8")
    with pytest.raises(TableError, match="is not an encoding"):
        rows(tmp_path / "table.csv", encoding=encoding)


@pytest.mark.parametrize("name", ["table.csv", "table.jsonl"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "ascii", "iso2022_jp", "hz"])
def test_a_wrong_encoding_is_told_in_one_sentence(tmp_path, name, encoding):
    (tmp_path / name).write_text('{"name": "Zoë"}\n{"name": "Jürgen ÿ"}\n', encoding="utf-8")
    message = rf"{name} is not .* after line \d+ \(.*\); name the right encoding, or none"
    with pytest.raises(TableError, match=message):
        rows(tmp_path / name, encoding=encoding)


@pytest.mark.parametrize(
    "line",
    [
        '{"name": "\\ud800"}',
        '{"\\udfff": "x"}',
        '{"name": ["\\ud800"]}',
        '{"name": ' + "[" * 50 + "]" * 50 + "}",
        '{"name": ' + "9" * 5000 + "}",
        '{"name": 1e999}',
        '{"name": NaN}',
        "[" * 100_000,
        '{"a":' * 100_000,
        "{" + ", ".join(f'"c{i}": 1' for i in range(3000)) + "}",
    ],
    ids=lambda line: line[:20],
)
def test_a_line_of_json_that_cannot_be_used_fails_alone(tmp_path, line):
    (tmp_path / "table.jsonl").write_text('{"name": "A"}\n' + line + '\n{"name": "B"}\n')
    before, bad, after = rows(tmp_path / "table.jsonl")
    assert (before.fields, after.fields) == ({"name": "A"}, {"name": "B"})
    assert bad.problem
    assert "\n" not in bad.problem


def spreadsheet(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_sheet(content, xml):
    """The same spreadsheet with other XML for its sheet."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, xml if part.filename.endswith("sheet1.xml") else old.read(part))
    return changed.getvalue()


def cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{cell("A1", "name")}{cell("B1", "gift")}</row>'


def sheet_xml(data):
    return (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{data}</sheetData>'
        "</worksheet>"
    )


def test_damaged_spreadsheets_are_read_or_refused(tmp_path):
    content = spreadsheet([["name", "gift"], *(["Anna", i] for i in range(20))])
    chance = random.Random(5)
    refused = 0
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / "table.xlsx").write_bytes(damaged)
        try:
            rows(tmp_path / "table.xlsx")
        except TableError as error:
            refused += 1
            assert "\n" not in error.message
    assert refused > 30


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (HEAD + f'<row r="999999999">{cell("A999999999", "x")}</row>', "has a row 999999999, and spreadsheets end"),
        (HEAD + f'<row r="{"9" * 5000}">{cell("A2", "x")}</row>', r"not a readable \.xlsx"),
        (HEAD + f'<row r="-5">{cell("A2", "x")}</row>', "has a row -5"),
        (f'<row r="1">{cell("A1", "name")}{cell("XFD1", "gift")}</row>', "has 16384 columns; use at most"),
        (f'<row r="1">{cell("A1", "name")}{cell("CV1", "gift")}</row>', "column 2 of .* has no name"),
        (f'<row r="5">{cell("A5", "name")}</row>', "the first row of .* is empty"),
        (HEAD + f'<row r="2">{cell("ZZZZZ2", "x")}</row>', r"not a readable \.xlsx"),
        (HEAD + "<row>" + cell("A2", "x" * 99) * 50_000 + "</row>", "has a row of more than 4 MB"),
        (HEAD + '<row r="2"><c r="A2" t="s"><v>77</v></c></row>', r"not a readable \.xlsx"),
        (HEAD + '<row r="2"><c r="A2" s="77777"><v>1e999</v></c></row></row>', r"not a readable \.xlsx"),
    ],
    ids=lambda data: data[-40:],
)
def test_spreadsheets_with_cells_where_none_can_be_are_refused_at_once(tmp_path, data, message):
    path = tmp_path / "table.xlsx"
    path.write_bytes(with_sheet(spreadsheet([["name"]]), sheet_xml(data)))
    with pytest.raises(TableError, match=message):
        rows(path)


def test_gaps_in_spreadsheets_are_no_rows(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(
        with_sheet(
            spreadsheet([["name"]]),
            sheet_xml(
                HEAD + f'<row r="2">{cell("A2", "x")}{cell("XFD2", "y")}</row><row r="3"><c r="XFD3"/></row>'
                f'<row r="1048576">{cell("A1048576", "z")}</row>'
            ),
        )
    )
    wide, far = rows(path)
    assert "has something in column XFD" in wide.problem
    assert (far.number, far.place, far.fields) == (2, "sheet row 1048576", {"name": "z", "gift": ""})


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "x/" * 3000 + "t.csv", "a\0b.csv", "\udcff.csv", "."])
def test_names_that_no_table_can_have(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TableError):
        open_table(Path(name))


def test_many_columns_of_one_name_do_not_take_long(tmp_path):
    (tmp_path / "table.csv").write_text(",".join(f"c{i}" for i in range(500_000)) + "\n")
    with pytest.raises(TableError, match="has 500000 columns; use at most 2000"):
        open_table(tmp_path / "table.csv", separator=",")
