"""What a person gives to be written: words on the command line, odd characters, documents of word processors."""

from __future__ import annotations

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
