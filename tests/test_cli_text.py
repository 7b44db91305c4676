"""What a person gives to be written: words on the command line, odd characters, documents of word processors."""

from __future__ import annotations

import sys

import docx
import pypdfium2
import pytest
from click.testing import CliRunner

from handfont.cli.main import cli
from handfont.style import yaml_format


@pytest.fixture(scope="module")
def me(tmp_path_factory, style):
    path = tmp_path_factory.mktemp("styles") / "me.yaml"
    yaml_format.save(style, path)
    return path


@pytest.fixture
def run(me, tmp_path, monkeypatch):
    """Runs ``handfont render`` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, ["render", *map(str, arguments), "-s", str(me)])


def words(path):
    with pypdfium2.PdfDocument(path) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document).split()


def test_words_on_the_command_line(run, tmp_path):
    done = run("--text", "Dear Tom,\\nsee → you ㎡")
    assert (done.exit_code, done.output) == (0, "1 page written to text.pdf\n")
    assert words(tmp_path / "text.pdf") == ["Dear", "Tom,", "see", "→", "you", "m²"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x.txt", "--text", "hello"], "leave out one of the two"),
        (["--text", " "], "--text is empty"),
        (["--text", "hello 😀"], "--missing draw draws emoji as far as it can"),
    ],
)
def test_words_that_cannot_be_written(run, tmp_path, arguments, message):
    done = run(*arguments)
    assert message in done.exception.message
    assert list(tmp_path.iterdir()) == []


def test_emoji_are_drawn_if_asked_for(run, tmp_path):
    assert run("--text", "hello 😀👍🏽", "--missing", "draw").exit_code == 0
    assert words(tmp_path / "text.pdf") == ["hello", "☺👍"]


def test_formulas_are_found_as_text(run, tmp_path):
    (tmp_path / "a.md").write_text("so $x^2 = \\frac{1}{2}$, $5")
    assert run("a.md").exit_code == 0
    assert words(tmp_path / "a.pdf") == ["so", "x²", "=", "1/2,", "$5"]


def test_documents_of_word_processors(run, tmp_path):
    document = docx.Document()
    document.add_heading("Head", 1)
    document.add_paragraph("Dear Tom")
    document.save(tmp_path / "a.docx")
    done = run("a.docx")
    assert (done.exit_code, done.output) == (0, "1 page written to a.pdf\n")
    assert words(tmp_path / "a.pdf") == ["Head", "Dear", "Tom"]


@pytest.mark.parametrize(
    ("name", "message"), [("a.doc", "save it as .docx"), ("a.pdf", "is a PDF"), ("a.rtf", "save it")]
)
def test_documents_that_are_not_read(run, tmp_path, name, message):
    (tmp_path / name).write_bytes(b"x")
    assert message in run(name).exception.message
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_package_is_named(run, tmp_path, monkeypatch):
    (tmp_path / "a.docx").write_bytes(b"x")
    monkeypatch.setitem(sys.modules, "docx", None)
    assert "pip install 'handfont[office]'" in run("a.docx").exception.message


def test_a_document_for_each_row(me, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    document = docx.Document()
    document.add_paragraph("Dear ").add_run("{{ name }}").bold = True
    document.save("a.docx")
    (tmp_path / "rows.csv").write_text("name\nAnna\nBob\n")
    options = ["rows.csv", "--text", "a.docx", "--style", str(me), "--out", "out", "--workers", "1", "-q"]
    assert CliRunner().invoke(cli, ["batch", *options]).exit_code == 0
    assert [words(path) for path in sorted((tmp_path / "out").glob("*.pdf"))] == [["Dear", "Anna"], ["Dear", "Bob"]]
