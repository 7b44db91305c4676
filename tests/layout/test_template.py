from __future__ import annotations

import pytest

from handfont.errors import OptionError
from handfont.layout import template
from handfont.layout.units import POINTS

HEAD = "schema: handfont-template/1\n"


def test_shipped_templates():
    plain = template.load("plain")
    assert plain.width == pytest.approx(210 * POINTS["mm"])
    card = template.load("note-card")
    assert card.height == pytest.approx(148 * POINTS["mm"])
    assert card.x_height == pytest.approx(1.9 * POINTS["mm"])


def test_own_templates_come_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "plain.yaml").write_text(HEAD + "paper: 10cmx12cm\nline-height: 9mm\n")
    mine = template.load("plain")
    assert (mine.width, mine.leading) == pytest.approx((100 * POINTS["mm"], 9 * POINTS["mm"]))
    assert template.load("templates/plain.yaml") == mine


@pytest.mark.parametrize(("text", "message"), [
    ("a: [", "cannot be read"), ("x", "is not a template"), (HEAD + "colour: red", "'colour' is not known"),
    (HEAD + "paper: A99", "field 'paper'"), (HEAD + "margins: 3", "field 'margins'"),
    (HEAD + "margins: {left: 3}", "'margins.left' must be a length"), (HEAD + "size: 2", "'size' must be a length"),
    (HEAD + "margins: {middle: 3mm}", "field 'margins'"), (HEAD + "margins: {top: -3mm}", "'margins.top' is negative"),
    (HEAD + "size: 2parsec", "is not a length"), ("[" * 3000, "cannot be read"),
    (HEAD + "size: 2026-13-45", "cannot be read"),
])
def test_broken_templates_are_told(tmp_path, text, message):
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(OptionError, match=message) as caught:
        template.load(str(path))
    assert "t.yaml" in caught.value.message
    assert "\n" not in caught.value.message


def test_unknown_templates():
    with pytest.raises(OptionError, match="known templates: note-card, plain"):
        template.load("nothing")
    with pytest.raises(OptionError, match="does not exist"):
        template.load("no/thing.yaml")
