"""The first things that a newcomer types, and the next when something is wrong."""

from __future__ import annotations

import pytest

from handfont.cli import completion
from handfont.cli.main import main


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def test_handfont_alone_shows_what_to_do_next(desk, capsys):
    assert main([]) == 0
    assert "handfont sheet" in capsys.readouterr().out
    (desk / "styles").mkdir()
    (desk / "styles" / "anna.yaml").touch()
    assert main([]) == 0
    assert "handfont render letter.txt --style anna" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "meant"), [("rendr", "render"), ("enrol", "enroll"), ("style", "styles")])
def test_a_command_that_may_be_meant_is_named(typed, meant, capsys):
    assert main([typed]) == 2
    assert f"No such command '{typed}'; did you mean '{meant}'?" in capsys.readouterr().err


def test_the_doctor_writes_a_word(desk, capsys):
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "torch" in shown
    assert "all is well" in shown


def test_the_doctor_names_what_is_missing(desk, capsys, monkeypatch):
    monkeypatch.setattr("handfont.style.store.shipped", lambda: desk)
    with pytest.raises(SystemExit) as stop:
        main(["doctor"])
    assert stop.value.code == 2
    assert "shipped styles are missing" in capsys.readouterr().err


def test_names_are_completed(desk):
    assert [item.value for item in completion.complete_styles(None, None, "sl")] == ["slant"]  # type: ignore[arg-type]
    assert [item.value for item in completion.complete_templates(None, None, "env")] == ["envelope", "envelope-dl"]  # type: ignore[arg-type]


def test_styles_of_ones_own_are_renamed_and_removed_when_asked_twice(desk, style, capsys):
    from handfont.style import yaml_format

    (desk / "styles").mkdir()
    yaml_format.save(style, desk / "styles" / "mine.yaml")
    assert main(["styles", "rename", "mine", "anna"]) == 0
    assert main(["styles", "rm", "anna", "--yes"]) == 0
    assert "removed anna.yaml" in capsys.readouterr().out
    assert main(["styles", "rm", "slant", "--yes"]) == 2
    assert "stays" in capsys.readouterr().err
