from __future__ import annotations

import pytest
from PIL import Image

from handfont.core.units import POINTS
from handfont.errors import OptionError, TextError
from handfont.layout import template_yaml
from handfont.layout.content import Inks
from handfont.util import search_path

HEAD = "schema: handfont-template/1\n"


SHIPPED = ["dotted", "envelope", "envelope-dl", "grid", "letter", "lined", "note-card", "plain", "postcard",
           "thank-you"]  # fmt: skip


def test_shipped_templates():
    assert [name for name in search_path.known("templates") if name in SHIPPED] == SHIPPED
    for name in SHIPPED:
        assert template_yaml.load(name).description
    plain = template_yaml.load("plain").setup
    assert plain.width == pytest.approx(210 * POINTS["mm"])
    card = template_yaml.load("note-card").setup
    assert card.height == pytest.approx(148 * POINTS["mm"])
    assert card.x_height == pytest.approx(1.9 * POINTS["mm"])
    dl = template_yaml.load("envelope-dl").setup
    assert (dl.width, dl.height) == pytest.approx((220 * POINTS["mm"], 110 * POINTS["mm"]))


def test_everything_a_template_may_say(tmp_path):
    Image.new("RGB", (20, 30), "white").save(tmp_path / "head.png")
    path = tmp_path / "all.yaml"
    path.write_text(
        HEAD
        + """
paper: 100mmx150mm
landscape: true
margins: {left: 10mm, right: 11mm, top: 12mm, bottom: 13mm}
region: {left: 20mm, top: 30mm, width: 40mm, height: 50mm}
columns: 2
column-gap: 4mm
size: {min: 1mm, max: 2mm}
line-height: 10mm
align: centre
ink: navy
pen: 0.4mm
ruling: {kind: grid, spacing: 5mm, colour: red, width: 0.1mm, inset: 3mm}
rules:
- {from: [0mm, 10mm], to: [100mm, 10mm]}
background: head.png
page-numbers: {place: top right, form: 'p. {n}', start: 3}
pages: 2
fields:
  name: {about: who, required: true, form: 'To {}', box: {left: 1mm, top: 2mm, width: 30mm, height: 9mm}}
  end: {place: after, align: block, default: Bye, space: 1, scale: 1.2, underline: true}
body: Hello there
"""
    )
    found = template_yaml.load(str(path))
    setup, mm = found.setup, POINTS["mm"]
    assert (setup.width, setup.height) == pytest.approx((150 * mm, 100 * mm))
    assert (setup.region.left, setup.region.top) == pytest.approx((20 * mm, 70 * mm))
    assert [round(region.width / mm) for region in setup.regions()] == [18, 18]
    assert (setup.fit.smallest, setup.fit.largest) == pytest.approx((mm, 2 * mm))
    assert (setup.ink, setup.align, setup.most_pages, found.body) == ("#000080", "centre", 2, "Hello there")
    assert setup.background == tmp_path / "head.png"
    assert setup.page_numbers.place == "top right"
    assert setup.rules[0].y0 == pytest.approx(90 * mm)
    before, after, panels = found.filled({"name": "Anna"})
    assert before == []
    assert panels[0].content[0].words[1].text == "Anna"
    assert after[0].words[0].text == "Bye"
    assert after[0].words[0].look(0).underline


def test_fields_unknown_and_missing():
    card = template_yaml.load("postcard")
    with pytest.raises(OptionError, match="has no field 'adress'; its fields are address"):
        card.filled({"adress": "x"})
    with pytest.raises(OptionError, match=r"needs the field 'address' .*its fields are address"):
        card.filled({})
    with pytest.raises(OptionError, match="'plain' has no field 'name'; it has none"):
        template_yaml.load("plain").filled({"name": "x"})
    with pytest.raises(TextError, match="the field 'address' has characters"):
        card.filled({"address": "\u4e2d"})


def test_own_templates_come_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "plain.yaml").write_text(HEAD + "paper: 10cmx12cm\nline-height: 9mm\n")
    mine = template_yaml.load("plain")
    assert (mine.setup.width, mine.setup.leading) == pytest.approx((100 * POINTS["mm"], 9 * POINTS["mm"]))
    assert template_yaml.load("templates/plain.yaml") == mine


@pytest.mark.parametrize("kind", ["lined", "grid", "dotted"])
def test_rulings_lie_on_the_sheet(kind):
    setup = template_yaml.load(kind).setup
    rules = setup.printed()
    assert len(rules) > 20
    for rule in rules:
        assert 0 <= rule.x0 <= rule.x1 <= setup.width + 1e-6
        assert 0 <= min(rule.y0, rule.y1) <= max(rule.y0, rule.y1) <= setup.height + 1e-6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "is not readable YAML at line 1"),
        ("x", "is not a template"),
        (HEAD + "colour: red", "'colour' is not known"),
        (HEAD + "paper: A99", "field 'paper'"),
        (HEAD + "margins: 3", "field 'margins'"),
        (HEAD + "margins: {left: 3}", "'margins.left' must be a length"),
        (HEAD + "size: 2", "'size' must be a length"),
        (HEAD + "margins: {middle: 3mm}", "'margins.middle' is not known; there are bottom"),
        (HEAD + "margins: {top: -3mm}", "'margins.top' is negative"),
        (HEAD + "size: 2parsec", "is not a length"),
        ("[" * 3000, "nested more than 10"),
        (HEAD + "size: 2026-13-45", "is not readable YAML"),
        (HEAD + "ink: &a [x]\npaper: *a", r"a YAML alias, \*a \(line 3\)"),
        (HEAD + "ink: [&a [x, x], &b [*a, *a], &c [*b, *b]]", "a YAML alias"),
        (HEAD + "columns: " + "9" * 5000, "a number of 5000 digits"),
        (HEAD + "columns: .inf", "not finite"),
        (HEAD + "body: " + "x" * 1_000_000, "is larger than 1 MB"),
        (HEAD + "ink: []", "field 'ink' must be text"),
        (HEAD + "ink: '[]'", r"field 'ink' is not understood: '\[\]' is not a colour"),
        (HEAD + "paper: {a: b}", "field 'paper' must be text"),
        (HEAD + f"background: {'x' * 300}.png", "which cannot be"),
        (HEAD + 'background: "a\\0b"', "does not exist|no file can have"),
        (HEAD + "background: .", "is a folder"),
        (HEAD + "columns: 0", "'columns' must be a whole number from 1 to 6"),
        (HEAD + "align: middle", "'align' must be one of left, centre, right"),
        (HEAD + "ink: bluish", "field 'ink' is not understood: 'bluish'"),
        (HEAD + "landscape: maybe", "'landscape' must be true or false"),
        (HEAD + "fields: 3", "'fields' must be a mapping"),
        (HEAD + "background: none.png", "none.png, which does not exist"),
        (HEAD + "background: t.yaml", "neither an image nor a PDF"),
        (HEAD + "ruling: {spacing: 8mm}", "'ruling.kind' must be one of lined, grid, dotted"),
        (HEAD + "ruling: {kind: lined}", "'ruling.spacing' must be a length"),
        (HEAD + "ruling: {kind: lined, spacing: 1mm}", "too narrow"),
        (HEAD + "rules: [{from: 3, to: [1mm, 2mm]}]", r"'rules\[1\].from' must be two lengths"),
        (HEAD + "page-numbers: {place: middle}", "'page-numbers.place' must be one of"),
        (HEAD + "size: {min: 3mm, max: 2mm}", "'size.min' is larger than max"),
        (HEAD + "fields: {a: {colour: red}}", "'fields.a.colour' is not known"),
        (HEAD + "fields: {a: {form: x}}", "'fields.a.form' must hold"),
        (HEAD + "fields: {a: {size: 2mm}}", "'fields.a.size' is for a field with a box"),
        (HEAD + "region: {left: 2mm}", "'region.top' must be a length"),
        (HEAD + "body: 3", "'body' must be text"),
        (HEAD + "paper: 1mmx1mm", "no sheet of paper"),
    ],
)
def test_broken_templates_are_reported(tmp_path, text, message):
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(OptionError, match=message) as caught:
        template_yaml.load(str(path))
    assert "t.yaml" in caught.value.message
    assert "\n" not in caught.value.message


def test_unknown_templates():
    with pytest.raises(OptionError, match="known templates: dotted, envelope, envelope-dl, grid"):
        template_yaml.load("nothing")
    with pytest.raises(OptionError, match="does not exist"):
        template_yaml.load("no/thing.yaml")


def test_inks_of_a_template(tmp_path):
    path = tmp_path / "inks.yaml"
    path.write_text(HEAD + "inks: {strong: red, heading: '#010203'}\n")
    assert template_yaml.load(str(path)).setup.inks == Inks("#ff0000", None, "#010203")
    path.write_text(HEAD + "inks: {strong: rde}\n")
    with pytest.raises(OptionError, match=r"field 'inks\.strong' is not understood: 'rde' is not a colour"):
        template_yaml.load(str(path))
