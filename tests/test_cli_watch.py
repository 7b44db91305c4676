"""Documents that are opened, and written again when their text changes."""

from __future__ import annotations

import itertools
import os

import pytest

from handfont.cli import one_text
from handfont.cli.main import main
from handfont.style import yaml_format


@pytest.fixture
def desk(tmp_path, monkeypatch, style):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "styles").mkdir()
    yaml_format.save(style, tmp_path / "styles" / "me.yaml")
    (tmp_path / "letter.txt").write_text("Dear Anna")
    return tmp_path


@pytest.fixture
def opened(monkeypatch):
    files: list[str] = []
    monkeypatch.setattr("click.launch", files.append)
    return files


def test_a_document_is_opened(desk, opened):
    assert main(["render", "letter.txt", "--style", "me", "--open", "-q"]) == 0
    assert opened == ["letter.pdf"]
    assert main(["render", "letter.txt", "--style", "me", "--open", "-o", "-"]) == 2
    assert main(["render", "letter.txt", "letter.txt", "--out", "x", "--style", "me", "--watch"]) == 2
    assert main(["render", "-", "--style", "me", "--watch"]) == 2
    assert len(opened) == 1


def test_it_is_written_again_when_text_or_style_change(desk, opened, monkeypatch, capsys):
    """Each pause changes something; the last one ends it, as Ctrl-C does."""
    letter, style, sizes = desk / "letter.txt", desk / "styles" / "me.yaml", []

    def touched():
        os.utime(style, ns=(1, 1))

    changes = iter(
        [
            lambda: letter.write_text("Dear Anna, and all of you"),
            lambda: None,
            lambda: letter.write_text("\u4e2d"),
            lambda: letter.write_text("Dear Anna"),
            touched,
        ]
    )

    def pause(seconds):
        sizes.append((desk / "letter.pdf").stat().st_mtime_ns)
        change = next(changes, None)
        if change is None:
            raise KeyboardInterrupt
        change()

    monkeypatch.setattr(one_text.time, "sleep", pause)
    assert main(["render", "letter.txt", "--style", "me", "--watch", "--open"]) == 130
    written = [later > earlier for earlier, later in itertools.pairwise(sizes)]
    assert written == [True, False, False, True, True]
    said = capsys.readouterr()
    assert "cannot write" in said.err
    assert said.out.count("1 page written") == 4
    assert opened == ["letter.pdf"]
