"""HPGL, read as a plotter reads it."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from handfont.errors import OptionError, OutputError
from handfont.layout.page import Page
from handfont.options import FileOptions, RenderOptions
from handfont.output.document import Document, plotter_notes
from handfont.output.metadata import DocumentInfo
from handfont.output.plotter.layers import layers_of
from handfont.rendering import render

UNIT = 0.02488
"""Millimeters to a unit of the HP 7475A."""


@pytest.fixture(scope="module")
def document():
    return render("ill **lo**", "print", RenderOptions(markdown=True))


def test_strokes_lie_on_the_paper_where_the_page_has_them(document, tmp_path):
    (path,) = document.save(tmp_path / "a.hpgl", FileOptions(device="hp7475a"))
    text = path.read_text()
    assert text.startswith("IN;DF;PS4;SP1;PU")
    assert re.findall(r"SP(\d)", text) == ["1", "2", "0"]
    strokes = [
        np.array(re.findall(r"\d+", start + "," + rest), int).reshape(-1, 2)
        for start, rest in re.findall(r"PU([\d,]+);PD([\d,]+);", text)
    ]
    wanted = [stroke for layer in layers_of(document.pages[0], "", FileOptions()) for stroke in layer.strokes()]
    assert len(strokes) == len(wanted)
    for stroke, want in zip(strokes, wanted, strict=True):
        # The paper lies on its side; the origin is 10 mm from its left and 4 mm from its lower edge.
        page = want[[0, -1]] * 25.4 / 72
        found = stroke[[0, -1]] * UNIT + (10, 4)
        assert np.abs(found - np.stack([297 - page[:, 1], page[:, 0]], axis=1)).max() < 0.05
    assert plotter_notes("hpgl", document, FileOptions(device="hp7475a")) == [
        "The plotter must be configured in Metric mode."
    ]
    again = document.save(tmp_path / "b.plt", FileOptions(device="hp7475a"))[0]
    assert again.read_bytes() == path.read_bytes()


def test_paper_pens_and_edges_are_checked(document, tmp_path):
    plotted = FileOptions(device="hp7475a")
    with pytest.raises(OptionError, match=r"name it with device: .*hp7475a"):
        document.save(tmp_path / "a.hpgl")
    with pytest.raises(OptionError, match=r"device 'robot' is no plotter that is known for HPGL: .*hp7475a"):
        document.save(tmp_path / "a.hpgl", FileOptions(device="robot"))
    with pytest.raises(OutputError, match=r"hp7475a has no paper of 105 x 148 mm; choose paper among .* a4, a3, a, b"):
        render("a", "print", RenderOptions(paper="A6")).save(tmp_path / "a.hpgl", plotted)
    with pytest.raises(OutputError, match="cannot reach all of what is written on its paper a4"):
        render("a", "print", RenderOptions(margin="2mm")).save(tmp_path / "a.hpgl", plotted)
    with pytest.raises(OutputError, match="nothing to plot"):
        Document([Page(595.28, 841.89)], "#000000", DocumentInfo()).save(tmp_path / "a.hpgl", plotted)
    (tmp_path / "own.toml").write_text("[device.own]\nname = 'own'\n")
    with pytest.raises(OptionError, match="the configuration of the plotter 'own' is wrong: "):
        document.save(tmp_path / "a.hpgl", FileOptions(device="own", plotter_config=str(tmp_path / "own.toml")))
    with pytest.raises(OptionError, match="'own' is no plotter that is known"):  # it was another call's
        document.save(tmp_path / "a.hpgl", FileOptions(device="own"))
    assert [file.name for file in tmp_path.iterdir()] == ["own.toml"]


def test_without_vpype_it_says_what_to_install(document, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "vpype", None)
    with pytest.raises(OptionError, match=r"HPGL needs the package vpype, .* pip install 'handfont\[plotter\]'"):
        document.save(tmp_path / "a.hpgl", FileOptions(device="hp7475a"))
