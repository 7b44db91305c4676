"""Fonts on the command line."""

from __future__ import annotations

import sys

from handfont.cli.main import main


def test_a_font_and_what_is_said_of_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few = ["--characters", "lo", "--alternates", "2"]
    assert main(["export", "rounded", *few, "--weights", "light, Bold"]) == 0
    assert capsys.readouterr().out == (
        "rounded.otf (0.01 MB), rounded-Light.otf (0.01 MB), rounded-Bold.otf (0.01 MB)\n"
    )
    assert main(["export", "rounded", *few, "-o", "r.woff2", "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert (tmp_path / "r.woff2").read_bytes()[:4] == b"wOF2"


def test_bad_input_is_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments, said in (
        (["rounded", "-o", "a.pdf"], "must end in .otf"),
        (["rounded", "--weights", "heavy"], "--weights 'heavy' is not known"),
        (["rounded", "--family", ""], "--family is empty"),
        (["rounded", "--joined", "always", "--characters", "1"], "so --joined always has nothing to join"),
        (["nobody"], "there is no style 'nobody'"),
    ):
        assert main(["export", *arguments]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_the_extra_is_named_where_it_is_missing(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "brotli", None)
    assert main(["export", "rounded"]) == 2
    assert "pip install 'handfont[font]'" in capsys.readouterr().err
