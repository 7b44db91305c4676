from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from handfont.core.glyph import Outline
from handfont.errors import OptionError
from handfont.layout.page import Mark, Page
from handfont.layout.ruled_surface import RuledSurface, on_photo
from handfont.options import RenderOptions
from handfont.rendering import render

SPACING, SLOPE, FIRST, MARGIN = 44, 0.03, 160, 120
"""Of the photo, in pixels."""


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """Ruled paper whose rules fall to the right, and a margin line; turned by its EXIF note."""
    image = Image.new("RGB", (800, 1000), (235, 232, 222))
    draw = ImageDraw.Draw(image)
    for k in range(18):
        y = FIRST + SPACING * k
        draw.line((0, y - 400 * SLOPE, 799, y + 400 * SLOPE), fill=(150, 170, 200), width=2)
    draw.line((MARGIN, 0, MARGIN, 999), fill=(220, 130, 130), width=2)
    path = tmp_path_factory.mktemp("photo") / "pad.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=90)
    return path


def test_lines_stand_on_the_rules_of_the_photo(style, photo, tmp_path):
    options = RenderOptions(paper_photo=str(photo), paper="A5", neatness=0, seed=2)
    document = render("an **oven** on a moor\n" * 30, style, options)
    page = document.pages[0]
    points = page.height / 1000
    assert page.width == pytest.approx(800 * points, rel=1e-6)
    assert page.background == photo
    assert page.rules == ()
    assert len(page.lines) >= 16
    for number, line in enumerate(page.lines):
        glyphs = [glyph for word in line.words for glyph in word.glyphs]
        x, y = np.array([(glyph.x, glyph.y) for glyph in glyphs]).T / points
        assert np.abs(1000 - y - (FIRST + SPACING * number + SLOPE * (x - 400))).max() < 2.5
        assert MARGIN + 0.2 * SPACING < x.min() < MARGIN + 1.2 * SPACING
        assert x.max() < 800 - 0.5 * SPACING
        assert [glyph.rotation for glyph in glyphs] == pytest.approx([-np.degrees(SLOPE)] * len(glyphs), abs=0.2)
    document.save(tmp_path / "a.pdf")


def test_strokes_go_with_the_words(style, photo):
    options = RenderOptions(paper_photo=str(photo), paper="A5", markdown=True, neatness=0)
    page = render("an *oven on a wide moor*", style, options).pages[0]
    (mark,) = page.marks
    run, rise = mark.path[-1] - mark.path[0]
    assert rise / run == pytest.approx(-SLOPE, abs=0.01)
    words = page.lines[0].words
    assert words[0].glyphs[0].x < mark.path[0, 0] < words[1].glyphs[0].x + 5


def surface(**changes):
    tops = np.array([100.0, 120.0, 140.0, 160.0])
    values = {"scales": np.ones(4), "edges": np.full(4, 30.0), "falls": np.zeros(4), "bends": np.zeros(4)} | changes
    return RuledSurface(
        200, 300, 100.0, 20.0, 30.0, 170.0, 100.0, tops, **{k: values[k] for k in ("falls", "bends", "scales", "edges")}
    )


def moved(surface, x, y):
    mark = Mark(Outline(()), np.array([[x, y]], np.float32), 1.0)
    return surface.page(Page(200, 300, marks=[mark])).marks[0].path[0]


@given(st.floats(0, 200), st.floats(0, 300))
def test_level_rules_change_nothing(x, y):
    assert moved(surface(), x, y) == pytest.approx((x, y), abs=1e-3)


def test_slope_bend_edge_and_scale():
    assert moved(surface(falls=np.full(4, 0.1)), 150, 200) == pytest.approx((150, 195))
    assert moved(surface(bends=np.full(4, 0.001)), 150, 200) == pytest.approx((150, 197.5))
    bent = surface(edges=np.array([30.0, 34.0, 38.0, 42.0]), scales=np.array([1.0, 1.1, 1.2, 1.3]))
    assert moved(bent, 30, 190) == pytest.approx((32, 190))
    assert moved(bent, 130, 180) == pytest.approx((34 + 110, 180))


def test_photos_that_cannot_be_written_on(style, photo, tmp_path):
    plain = tmp_path / "plain.png"
    Image.new("RGB", (300, 400), "white").save(plain)
    (tmp_path / "fake.png").write_text("x")
    for path, message in (
        (plain, "no rules were found on the paper photo .*plain.png; take it from straight above"),
        (tmp_path / "fake.png", "the paper photo .*fake.png is not an image"),
        (tmp_path / "none.png", "the paper photo .*none.png does not exist"),
    ):
        with pytest.raises(OptionError, match=message):
            on_photo(path, 800)
    with pytest.raises(OptionError, match="are too close to write on; name a larger paper"):
        on_photo(photo, 60)
    for options, message in (
        ({"margin": "1cm"}, "a paper photo has its own margins; leave out margin"),
        ({"mirrored": True}, "leave out mirrored"),
        ({"template": "lined"}, "the template 'lined' has a sheet of its own"),
    ):
        with pytest.raises(OptionError, match=message):
            render("a", style, RenderOptions(paper_photo=str(photo), **options))


def test_a_template_with_a_photo(style, photo, tmp_path):
    path = tmp_path / "pad.yaml"
    path.write_text(f"schema: handfont-template/1\npaper-photo: {photo}\n")
    page = render("oven", style, RenderOptions(template=str(path))).pages[0]
    assert (page.background, page.rules) == (photo, ())
