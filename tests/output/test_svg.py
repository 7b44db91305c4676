from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from handfont.layout.page import Picture, Rule
from handfont.options import RenderOptions
from handfont.output import svg
from handfont.output.integer_outlines import UNITS
from handfont.output.metadata import DocumentInfo
from handfont.rendering import render

SPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def document(style):
    return render("Tom & Anna,\nall <well>.", style, RenderOptions(seed=4), title="A & B")


def test_lines_words_and_titles(document, tmp_path):
    (path,) = document.save(tmp_path / "a.svg")
    root = ET.parse(path).getroot()
    assert root.find(f"{SPACE}title").text == "A & B"
    lines = root.findall(f".//{SPACE}g[@class='line']")
    assert [[word.find(f"{SPACE}title").text for word in line] for line in lines] == [
        ["Tom", "&", "Anna,"],
        ["all", "<well>."],
    ]
    assert [len(word.findall(f"{SPACE}path")) for word in lines[0]] == [3, 1, 5]


def test_ink_lies_where_the_page_has_it(document):
    page = document.pages[0]
    glyph = page.lines[0].words[0].glyphs[0]
    root = ET.fromstring(svg.to_text(page, "#000000", DocumentInfo()).encode())
    data = root.find(f".//{SPACE}g[@class='word']/{SPACE}path").get("d")
    start = np.array([float(value) for value in data[1 : data.index("c")].split()]) / UNITS
    knot = glyph.glyph.outline.contours[0][-1, 2] * glyph.scale + (glyph.x, glyph.y)
    assert np.abs(start - knot).max() < 0.5


def test_many_pages_are_numbered_and_the_same_twice(style, tmp_path):
    document = render("one\ftwo", style)
    files = document.save(tmp_path / "a.svg")
    assert [file.name for file in files] == ["a-1.svg", "a-2.svg"]
    before = [file.read_bytes() for file in files]
    assert [file.read_bytes() for file in document.save(tmp_path / "a.svg")] == before


def test_rules_and_pictures(document, tmp_path):
    Image.new("RGB", (4, 3), "red").save(tmp_path / "a.png")
    page = replace(
        document.pages[0],
        rules=(Rule(1, 2, 3, 2, 0.5, "#00ff00"),),
        pictures=[Picture(tmp_path / "a.png", 10, 20, 40, 30, "a flag")],
    )
    root = ET.fromstring(svg.to_text(page, "#000000", DocumentInfo()).encode())
    image = root.find(f"{SPACE}image")
    assert image.get("aria-label") == "a flag"
    assert float(image.get("y")) == pytest.approx(page.height - 50, abs=0.01)
    assert root.find(f"{SPACE}path").get("stroke") == "#00ff00"


def test_words_and_strokes_in_an_ink_of_their_own(style):
    page = render("*a* [b*c*]{ink=red}", style, RenderOptions(markdown=True)).pages[0]
    root = ET.fromstring(svg.to_text(page, "#000000", DocumentInfo()).encode())
    words = root.findall(f".//{SPACE}g[@class='word']")
    assert [(word.get("aria-label"), word.get("fill")) for word in words] == [("a", None), ("bc", "#ff0000")]
    assert [mark.get("fill") for mark in root.findall(f".//{SPACE}path[@class='mark']")] == [None, "#ff0000"]
