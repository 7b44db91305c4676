"""SVG of the pen's paths."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
import vpype
from PIL import Image

from handfont.core.strokes import cubics
from handfont.errors import OptionError, OutputError
from handfont.layout.page import Page, Picture, Rule
from handfont.options import FileOptions, RenderOptions
from handfont.output.document import Document
from handfont.output.integer_outlines import UNITS
from handfont.output.metadata import DocumentInfo
from handfont.output.plotter import svg as plotter_svg
from handfont.output.plotter.layers import layers_of, travel
from handfont.rendering import render

PLOTTED = FileOptions(strokes=True)
SPACE = "{http://www.w3.org/2000/svg}"
TEXT = "# Tom & Anna\n\n- it is *well*\n\nfit <to> print"


@pytest.fixture(scope="module")
def document(style):
    return render(TEXT, style, RenderOptions(seed=4, markdown=True), title="A & B")


@pytest.fixture(scope="module")
def page(document) -> Page:
    return document.pages[0]


@pytest.fixture(scope="module")
def root(page) -> ET.Element:
    return ET.fromstring(plotter_svg.to_text(page, "#203060", DocumentInfo("A & B"), PLOTTED).encode())


def points_of(path: ET.Element) -> np.ndarray:
    """(N, 2) start and ends of the curves of an open path, in points, y up: as numbers relative to each other."""
    data = path.get("d")
    start, _, curves = data.partition("c")
    numbers = np.array(re.findall(r"-?\d+", curves), np.int64).reshape(-1, 6)[:, 4:]
    first = np.array(re.findall(r"-?\d+", start), np.int64)
    return np.concatenate([first[None], first + np.cumsum(numbers, axis=0)]) / UNITS


def placed(page: Page) -> list[np.ndarray]:
    """The strokes of a page's letters, as they are written."""
    return [
        glyph.on_page(stroke)
        for line in page.lines
        for word in line.words
        for glyph in word.glyphs
        for stroke in glyph.glyph.strokes
    ]


def test_every_stroke_is_a_path_in_the_order_of_writing(page, root):
    paths, strokes = root.findall(f".//{SPACE}g[@class='word']/{SPACE}path"), placed(page)
    assert len(paths) == len(strokes) > len("".join(TEXT.split()))  # more strokes than letters
    for path, stroke in zip(paths, strokes, strict=True):
        points = points_of(path)
        assert np.abs(points[[0, -1]] - stroke[[0, -1]]).max() < 0.03
        assert np.abs(points[1:-1] - stroke[2:-1:2]).max(initial=0.0) < 0.03


def test_paths_stay_near_the_pens(page, root):
    """Half of the points are left out: the curves between the others pass by them, but for some tight hooks."""
    pen = min(glyph.glyph.pen * glyph.scale for line in page.lines for word in line.words for glyph in word.glyphs)
    t = np.linspace(0, 1, 30)[:, None]
    away = []
    for path, stroke in zip(root.findall(f".//{SPACE}g[@class='word']/{SPACE}path"), placed(page), strict=True):
        points = points_of(path)
        drawn = np.concatenate(
            [
                (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * one + 3 * t**2 * (1 - t) * two + t**3 * end
                for start, (one, two, end) in zip(points[:-1], cubics(points), strict=True)
            ]
        )
        away.append(np.hypot(*(stroke[:, None] - drawn).transpose(2, 0, 1)).min(axis=1).max() / pen)
    assert np.median(away) < 0.1
    assert max(away) < 0.6


def test_paths_are_open_and_without_ink(root):
    assert not root.findall(f".//{SPACE}g[@class='ink']")
    group = root.find(f"{SPACE}g[@class='strokes']")
    assert (group.get("fill"), group.get("stroke"), group.get("stroke-linecap")) == ("none", "#203060", "round")
    for element in root.iter():
        assert element is group or element.get("fill") is None
        assert "z" not in element.get("d", "").lower()


def test_lines_have_the_width_of_the_pen(page, root):
    pens = [glyph.glyph.pen * glyph.scale for line in page.lines for word in line.words for glyph in word.glyphs]
    group = root.find(f"{SPACE}g[@class='strokes']")
    assert float(group.get("stroke-width")) == pytest.approx(UNITS * np.median(pens), abs=0.01)
    assert f"scale({1 / UNITS:g} {-1 / UNITS:g})" in group.get("transform")


def test_words_have_their_text(root):
    assert root.find(f"{SPACE}title").text == "A & B"
    words = [word.find(f"{SPACE}title").text for word in root.findall(f".//{SPACE}g[@class='word']")]
    assert words == ["Tom", "&", "Anna", "it", "is", "well", "fit", "<to>", "print"]


def test_marks_are_the_paths_of_the_pen_where_a_writer_draws_them(page, root):
    marks = root.findall(f".//{SPACE}path[@class='mark']")
    assert len(marks) == len(page.marks) >= 3  # a heading's and a stressed word's underline, and a bullet
    ends = [mark.path[[0, -1]] for mark in page.marks]
    for path in marks:
        assert min(np.abs(points_of(path)[[0, -1]] - one).max() for one in ends) < 0.03
    lines = root.findall(f".//{SPACE}g[@class='line']")
    kinds = [[one.find(f"{SPACE}title").text if one.get("class") == "word" else "-" for one in line] for line in lines]
    assert kinds == [["Tom", "&", "Anna", "-"], ["-", "it", "is", "well", "-"], ["fit", "<to>", "print"]]


def test_what_is_printed_is_left_out(page, tmp_path):
    Image.new("RGB", (4, 3), "red").save(tmp_path / "a.png")
    sheet = replace(
        page,
        rules=(Rule(1, 2, 3, 2, 0.5, "#00ff00"),),
        background=tmp_path / "a.png",
        pictures=[Picture(tmp_path / "a.png", 10, 20, 40, 30, "a flag")],
    )
    info = DocumentInfo()
    assert plotter_svg.to_text(sheet, "#000000", info, PLOTTED) == plotter_svg.to_text(page, "#000000", info, PLOTTED)


def test_an_empty_page(tmp_path):
    (path,) = Document([Page(200, 100)], "#000000", DocumentInfo()).save(tmp_path / "a.svg", FileOptions(strokes=True))
    root = ET.parse(path).getroot()
    assert (root.get("width"), root.get("height")) == ("200pt", "100pt")
    assert not root.findall(f".//{SPACE}path")


def test_pages_are_files_of_their_own_and_the_same_twice(style, tmp_path):
    document = render("one\ftwo", style)
    files = document.save(tmp_path / "a.svg", FileOptions(strokes=True))
    assert [file.name for file in files] == ["a-1.svg", "a-2.svg"]
    before = [file.read_bytes() for file in files]
    assert before[0] != before[1]
    assert [file.read_bytes() for file in document.save(tmp_path / "a.svg", FileOptions(strokes=True))] == before


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_other_formats_have_no_strokes(document, tmp_path, kind):
    with pytest.raises(OptionError, match="strokes is for SVG"):
        document.save(tmp_path / f"a.{kind}", FileOptions(strokes=True))
    assert not list(tmp_path.iterdir())


def test_vpype_reads_a_layer_for_each_pen(document, tmp_path):
    text = "one **two** three *four*"
    written = render(text, "print", RenderOptions(template="lined", markdown=True, paper="A5"))
    (path,) = written.save(tmp_path / "a.svg", replace(PLOTTED, ruling=True))
    read = vpype.read_multilayer_svg(str(path), quantization=0.1)
    assert read.page_size == pytest.approx((148 / 25.4 * 96, 210 / 25.4 * 96), abs=0.02)
    names = [layer.metadata["vp_name"] for layer in read.layers.values()]
    colors = dict.fromkeys(rule.colour for rule in written.pages[0].rules)
    assert names == ["1 writing", "2 heavier pen", *(f"{i} ruling {color}" for i, color in enumerate(colors, 3))]
    page = written.pages[0]
    strokes = [[stroke for g in w.glyphs for stroke in g.glyph.strokes] for line in page.lines for w in line.words]
    heavy = len(strokes[1])
    assert [len(layer) for layer in read.layers.values()][:3] == [
        sum(map(len, strokes)) - heavy + 1,  # with an underline
        heavy,
        sum(rule.colour == next(iter(colors)) for rule in page.rules),
    ]


def test_a_preview_shows_the_travel_in_a_layer_that_axidraw_leaves_out(document, tmp_path):
    layers = layers_of(document.pages[0], "#000000", PLOTTED)
    _, moved = travel(stroke for layer in layers for stroke in layer.strokes())
    (path,) = document.save(tmp_path / "a.svg", replace(PLOTTED, preview=True))
    read = vpype.read_multilayer_svg(str(path), quantization=0.1)
    assert read.layers[2].metadata["vp_name"] == "%travel"
    assert read.layers[2].length() / 96 * 72 == pytest.approx(moved, rel=0.001)


def test_pages_must_fit_onto_the_bed(document, tmp_path):
    assert document.save(tmp_path / "a.svg", replace(PLOTTED, device="axidraw-v3"))
    with pytest.raises(OutputError, match=r"210 x 297 mm does not fit onto the bed of axidraw-minikit, 160 x 102 mm"):
        document.save(tmp_path / "b.svg", replace(PLOTTED, device="axidraw-minikit"))
    a3 = Document([Page(842, 1191)], "#000000", DocumentInfo())
    assert a3.save(tmp_path / "a3.svg", replace(PLOTTED, device="axidraw-v3-a3"))
    with pytest.raises(OutputError, match="does not fit"):
        a3.save(tmp_path / "b.svg", replace(PLOTTED, device="axidraw-v3"))
    with pytest.raises(OptionError, match="'robot' is no plotter that is known to draw SVG; use axidraw-v3, "):
        a3.save(tmp_path / "b.svg", replace(PLOTTED, device="robot"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.svg", "a3.svg"]
