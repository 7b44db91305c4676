"""Words of single-stroke fonts and of fonts of outlines, whose letters and joins are known."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from written_words import written as word_of

from handfont.core.charset import ASCII
from handfont.errors import DataError
from handfont.train.data import font_words
from handfont.train.data.drawn_lines import drawn, line_of
from handfont.train.data.outline_fonts import OutlineFace
from handfont.train.data.single_stroke_fonts import SingleStrokeFace
from handfont.train.data.word_paths import NONE
from handfont.train.words import with_fonts

SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg"><defs><font horiz-adv-x="300"><font-face units-per-em="1000"/>
<glyph unicode="u" horiz-adv-x="400"
 d="M 0 250 L 50 500 C 50 100 100 0 200 0 C 250 0 300 100 300 500 L 300 0 L 400 250"/>
<glyph unicode="i" horiz-adv-x="200" d="M 0 250 L 100 500 L 100 0 L 200 250 M 100 700 L 105 720"/>
<glyph unicode="t" horiz-adv-x="200" d="M 0 250 L 100 900 L 100 0 L 200 250 M 0 600 L 220 600"/>
<glyph unicode="x" d="M 20 500 L 220 0 M 220 500 L 20 0"/>
<glyph unicode="U" d="M 0 900 L 0 0 L 200 0 L 200 900"/>
<glyph unicode=" "/><glyph unicode="&#228;" d="M 0 0 L 9 9"/>
</font></defs></svg>
"""
LIST = "file,family,style\n"


def chance() -> np.random.Generator:
    return np.random.default_rng(4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with the face Pen, whose small letters but x are joined."""
    (tmp_path / "fonts_joined").mkdir()
    (tmp_path / "fonts_joined" / "Pen.svg").write_text(SVG)
    (tmp_path / "fonts_joined" / "fonts.csv").write_text(LIST + "Pen.svg,pen,cursive\n")
    return tmp_path


@pytest.fixture
def pen(folder: Path) -> SingleStrokeFace:
    return SingleStrokeFace(folder / "fonts_joined" / "Pen.svg", "cursive")


def bar(x0: float, y0: float, x1: float, y1: float):
    pen = TTGlyphPen(None)
    for number, point in enumerate([(x0, y0), (x0, y1), (x1, y1), (x1, y0)]):
        (pen.lineTo if number else pen.moveTo)(point)
    pen.closePath()
    return pen.glyph()


def outlines(path: Path, ascender: int) -> Path:
    """A font of upright bars, whose a is joined to a small letter by a glyph of its own."""
    glyphs = {".notdef": bar(50, 0, 450, 700), "cnct.a": bar(-350, 200, 50, 300)}
    glyphs |= {c: bar(50, 0, 150, ascender if c in "bdhkl" else 500) for c in "abdhklox"}
    glyphs |= {c: bar(50, 0, 150, 825) for c in "ABH"}
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(c): c for c in glyphs if len(c) == 1})
    builder.setupGlyf(glyphs)
    left = {name: min(x for x, _ in glyph.coordinates) for name, glyph in glyphs.items()}
    builder.setupHorizontalMetrics({name: (0 if name == "cnct.a" else 500, left[name]) for name in glyphs})
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Bars", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    addOpenTypeFeaturesFromString(
        builder.font, "lookup J { sub a by a cnct.a; } J; feature calt { sub a' lookup J [a b d h k l o x]; } calt;"
    )
    builder.save(path)
    return path


def test_letters_whose_strokes_meet_are_joined(pen):
    word = font_words.written(pen, "uxui", chance())
    assert (word.writer, word.text, word.joined) == ("font:Pen", "uxui", (False, False, True))
    strokes = [np.unique(word.letter[word.stroke == number]).tolist() for number in range(word.stroke.max() + 1)]
    assert strokes == [[0], [1], [1], [2, 3], [3]]  # the join is one stroke, the dot of i comes last
    meeting = word.points[word.letter == 3][0]
    assert meeting == pytest.approx(word.points[word.letter == 2][-1], abs=0.11)
    assert meeting[1] == pytest.approx(0.5, abs=0.1)


def test_x_heights_are_those_of_small_letters(pen):
    word = font_words.written(pen, "ut", chance())
    rows = {c: word.points[(word.letter == index) & ~word.mark, 1] for index, c in enumerate("ut")}
    assert rows["u"].max() - rows["u"].min() == pytest.approx(1.0, abs=0.06)
    assert rows["t"].max() - rows["t"].min() == pytest.approx(1.8, abs=0.15)


def test_dots_and_bars_are_marks_where_the_pen_went_on_before(pen):
    word = font_words.written(pen, "tiu", chance())
    assert word.joined == (True, True)
    late = [np.unique(word.letter[own]).tolist() for own in word.late()]
    assert late == [[0], [1]]
    assert np.flatnonzero(word.mark).min() > np.flatnonzero(~word.mark).max()
    assert not font_words.written(pen, "i", chance()).mark.any()


def test_letters_are_not_joined_to_capitals_nor_if_that_is_not_wanted(pen):
    assert font_words.written(pen, "uU", chance()).joined == (False,)
    assert font_words.written(pen, "uu", chance(), joining=False).joined == (False,)


def test_words_of_a_folder_are_of_its_faces_and_the_same_for_a_seed(folder):
    texts = ["uti", "tutu", "nein", "Hühner"]
    words = font_words.font_words(folder, texts, 30, 1)
    assert len(words) > 20 and {word.writer for word in words} == {"font:Pen"}
    assert {word.text for word in words} <= {"uti", "tutu", "Uti", "Tutu"} and {"uti", "tutu"} <= {
        w.text for w in words
    }
    again, other = (font_words.font_words(folder, texts, 30, seed) for seed in (1, 2))
    assert all(np.array_equal(one.points, same.points) for one, same in zip(words, again, strict=True))
    assert [word.text for word in words] != [word.text for word in other]
    rng = chance()
    line = drawn(line_of(words[:3], rng), rng, 1.0, line_of(words[3:5], rng))
    assert all((line.letter == index).any() for index, c in enumerate(line.text) if c != " ")


def test_letters_that_touch_in_print_are_not_joined(folder):
    table = folder / "fonts_joined" / "fonts.csv"
    assert any(any(word.joined) for word in font_words.font_words(folder, ["tutu"], 5, 1))
    table.write_text(LIST + "Pen.svg,pen,print\n")
    assert not any(any(word.joined) for word in font_words.font_words(folder, ["tutu"], 5, 1))


def test_faces_that_join_few_letters_join_none(folder):
    texts = ["uuxxxxxxxxxx"]
    assert not any(any(word.joined) for word in font_words.font_words(folder, texts, 5, 1))


def test_faces_of_outlines_write_what_is_traced(data: Path):
    words = font_words.font_words(data, ["hand", "oil"], 12, 1)
    assert {word.writer for word in words} == {"font:Vera"}
    for word in words:
        assert not any(word.joined)
        if word.text == "hand":
            x = [word.points[word.letter == index, 0].mean() for index in range(4)]
            assert x == sorted(x)
            body = word.points[word.letter == 1]
            assert (body[:, 1].min(), body[:, 1].max()) == pytest.approx((0.0, 1.0), abs=0.2)


def test_glyphs_that_join_letters_are_of_none(tmp_path: Path):
    face = OutlineFace(outlines(tmp_path / "Bars.ttf", 800), "cursive")
    word = font_words.written(face, "abo", chance())
    assert word.joined == (True, False)
    between = word.points[word.letter == NONE]
    assert np.ptp(between[:, 0]) > 0.5 and np.ptp(between[:, 1]) < 0.1
    assert between[:, 0].min() > word.points[word.letter == 0, 0].mean() - 0.05
    assert between[:, 0].max() < word.points[word.letter == 1, 0].mean() + 0.05


def test_faces_of_small_capitals_write_capitals_only(tmp_path: Path):
    plain, capitals = (
        OutlineFace(outlines(tmp_path / f"{ascender}.ttf", ascender), "marker") for ascender in (800, 500)
    )
    assert plain.characters == set("abdhkloxABH") and plain.style == "marker"
    assert capitals.characters == set("ABH") and capitals.style == "caps-print"
    word = font_words.written(capitals, "AH", chance())
    assert np.ptp(word.points[:, 1]) == pytest.approx(1.65, abs=0.2)


def test_missing_folders_are_no_error_but_damaged_fonts_are(folder, tmp_path):
    assert font_words.font_words(tmp_path / "nothing", ["uti"], 3, 1) == []
    broken = folder / "fonts_joined" / "Pen.svg"
    for content, said in (
        ("<svg", "is no SVG font that can be read"),
        ("<svg/>", "is no SVG font that can be read"),
        (SVG.replace("M 0 250 L 50", "M 0 250 L fifty"), "is no SVG font that can be read"),
        (SVG.replace('unicode="u"', 'unicode="Q"').replace('unicode="x"', 'unicode="X"'), "no lower-case letters"),
    ):
        broken.write_text(content)
        with pytest.raises(DataError, match=rf"Pen\.svg .*{said}"):
            font_words.font_words(folder, ["uti"], 3, 1)
    broken.unlink()
    with pytest.raises(DataError, match="lists files that are not there"):
        font_words.font_words(folder, ["uti"], 3, 1)
    (folder / "fonts_joined" / "Bad.ttf").write_bytes(b"nothing")
    (folder / "fonts_joined" / "fonts.csv").write_text(LIST + "Bad.ttf,bad,cursive\n")
    with pytest.raises(DataError, match=r"Bad\.ttf is no font that can be read"):
        font_words.font_words(folder, ["uti"], 3, 1)


def test_fonts_are_a_share_of_the_writers_and_missing_folders_are_reported(folder):
    for name in "BC":
        shutil.copy(folder / "fonts_joined" / "Pen.svg", folder / "fonts_joined" / f"{name}.svg")
    table = folder / "fonts_joined" / "fonts.csv"
    table.write_text(LIST + "".join(f"{name}.svg,pen,cursive\n" for name in ("Pen", "B", "C")))
    found = [word_of("iii", writer=f"w{number}") for number in range(6)]
    found = [type(word)(**{**vars(word), "text": "uti"}) for word in found]
    said: list[str] = []
    words = with_fonts(found, folder, 1, said.append)
    assert words[:6] == found
    assert len({word.writer for word in words[6:]}) == 2  # a quarter of eight
    assert said[0].endswith("has no folder 'fonts': the aligner of ink learns without its fonts")
    assert said[1] == f"{len(words) - 6} words written with 2 fonts"


def test_characters_are_of_ascii(pen):
    assert pen.characters == set("uitxU") and pen.characters <= set(ASCII)
