"""Fonts, read back by other programs: HarfBuzz sets text with them, and OTS takes them as a browser does."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from pathlib import Path

import ots
import pytest
import uharfbuzz
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

import handfont
from handfont.errors import HandfontError, OptionError, OutputError
from handfont.output.font.export import export, fonts
from handfont.output.font.options import FontOptions
from handfont.output.font.shapes import X_HEIGHT
from handfont.style.store import load_style

JOINED = FontOptions(characters="aelotrTé.-1f", alternates=5)
APART = FontOptions(characters="aelotrTHé.-1½", alternates=3, weights=("bold", "light"))
ALL_METRICS = {"hhea": ("ascent", "descent", "lineGap"), "OS/2": ("sTypoAscender", "sTypoDescender", "sTypoLineGap")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with a font of a hand that joins letters, in all formats, and a family of one that does not."""
    made = tmp_path_factory.mktemp("fonts")
    for suffix in ("otf", "ttf", "woff2"):
        export("rounded", made / f"joined.{suffix}", JOINED)
    export("print", made / "apart.otf", APART)
    return made


class Setter:
    """Text as HarfBuzz sets it."""

    def __init__(self, path: Path) -> None:
        self.font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path)))

    def shape(self, text: str, **features: bool) -> tuple[list[str], list[int]]:
        """Names and advances of glyphs."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self.font, buffer, features)
        names = [self.font.glyph_to_string(info.codepoint) for info in buffer.glyph_infos]
        return names, [position.x_advance for position in buffer.glyph_positions]

    def names(self, text: str, **features: bool) -> list[str]:
        return self.shape(text, **features)[0]


@pytest.fixture(scope="module")
def joined(folder) -> Setter:
    return Setter(folder / "joined.otf")


@pytest.fixture(scope="module")
def apart(folder) -> Setter:
    return Setter(folder / "apart.otf")


def drawing(name: str) -> int:
    """The number of the drawing that a glyph is."""
    return int(name.rsplit(".", 1)[1])


def ink(font: TTFont, name: str) -> tuple[float, float, float, float]:
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds


@pytest.mark.parametrize("name", ["joined.otf", "joined.ttf", "joined.woff2", "apart.otf", "apart-Bold.otf"])
def test_a_browser_takes_it(folder, name):
    assert ots.sanitize(str(folder / name), str(folder / "checked"), capture_output=True).returncode == 0


@pytest.mark.parametrize("text", ["ll", "lll", "letter", "tattoo", "éé", "111", "rare error"])
def test_equal_letters_near_each_other_are_different_drawings(joined, apart, text):
    for setter, near in ((joined, 5), (apart, 3)):
        names = [name for name in setter.names(text) if name != "space"]
        if " " not in text:  # a word after a space may begin with any drawing
            for step in range(1, near):
                assert all(a != b for a, b in zip(names, names[step:], strict=False)), (names, step)
        assert all(a != b for a, b in itertools.pairwise(names))


@pytest.mark.parametrize("features", [{}, {"rand": False}])
def test_a_long_text_has_all_drawings_equally_often(joined, features):
    names = joined.names("all letter relate to a teller " * 40, **features)
    counts = Counter(drawing(name) for name in names if name != "space")
    assert set(counts) == {1, 2, 3, 4, 5}
    assert min(counts.values()) > 0.8 * max(counts.values())


def test_words_that_are_set_alone_begin_with_different_drawings(apart):
    assert len({drawing(apart.names(word)[0]) for word in ("tat", "tot", "tlt", "ttt", "trt")}) > 1


def test_stylistic_sets_choose_a_drawing(joined):
    for number in (1, 4):
        assert {drawing(name) for name in joined.names("letter", **{f"ss{number:02}": True})} == {number}
    assert joined.names("la", calt=False, rand=False) == ["l", "a"]


def test_letters_take_the_forms_that_their_neighbors_ask_for(joined):
    bare = [name.rsplit(".", 1)[0] for name in joined.names("tote é.")]
    port = bare[2][-2]  # of what follows an o
    assert bare == ["t.o", f"o.i{bare[1][-2]}o", f"t.i{port}o", f"e.i{bare[3][-1]}", "space", "eacute", "period"]
    assert bare[1][-2] < port  # a t is left lower than an o
    assert [name[0] for name in joined.names("tote")] == list("tote")


def test_letters_meet_where_one_ends_and_the_next_begins(folder, joined):
    font = TTFont(folder / "joined.otf")
    pen = load_style("rounded").pen.width * X_HEIGHT
    names, advances = joined.shape("tale")
    for name, advance in zip(names[:-1], advances[:-1], strict=True):
        assert advance == font["hmtx"][name][0]  # no kerning at a join
        assert ink(font, name)[2] >= advance + 0.3 * pen
    for name in names[1:]:
        assert ink(font, name)[0] <= -0.3 * pen


def test_kerning_brings_shapes_together_that_fit(apart):
    def beside(text: str) -> int:
        return apart.shape(text)[1][0] - apart.shape(text, kern=False)[1][0]

    assert beside("To") < beside("TH") < 100


def test_lines_and_embedding_as_word_processors_want_them(folder):
    for name in ("joined.otf", "joined.ttf"):
        font = TTFont(folder / name)
        os2, leading = font["OS/2"], load_style("rounded").rhythm.leading * X_HEIGHT
        first, second = ([getattr(font[table], field) for field in fields] for table, fields in ALL_METRICS.items())
        assert first == second
        assert first[0] - first[1] == pytest.approx(leading, abs=1)
        assert (os2.usWinAscent, os2.usWinDescent) >= (font["head"].yMax, -font["head"].yMin)
        assert (os2.fsType, os2.fsSelection & 1 << 7, os2.sxHeight, os2.panose.bFamilyType) == (0, 1 << 7, X_HEIGHT, 3)
        assert X_HEIGHT < os2.sCapHeight <= font["head"].yMax


def test_a_family_is_linked_and_says_where_it_comes_from(folder):
    style = load_style("print")
    regular, bold, light = (TTFont(folder / f"apart{weight}.otf") for weight in ("", "-Bold", "-Light"))
    named = [[font["name"].getDebugName(number) for number in (1, 2, 4, 6, 16, 17)] for font in (regular, bold, light)]
    assert named == [
        ["Print", "Regular", "Print", "Print-Regular", None, None],
        ["Print", "Bold", "Print Bold", "Print-Bold", None, None],
        ["Print Light", "Regular", "Print Light", "Print-Light", "Print", "Light"],
    ]
    assert [font["OS/2"].usWeightClass for font in (regular, bold, light)] == [400, 700, 300]
    assert (bold["OS/2"].fsSelection & 1 << 5, bold["head"].macStyle) == (1 << 5, 1)
    assert regular["name"].getDebugName(13) == style.origin.licence
    assert style.origin.description in regular["name"].getDebugName(10)
    assert ink(bold, "l")[2] - ink(bold, "l")[0] > ink(regular, "l")[2] - ink(regular, "l")[0]


def test_all_that_is_asked_for_is_there_and_spaces(folder):
    for name in ("joined.otf", "joined.ttf", "joined.woff2"):
        codes = TTFont(folder / name).getBestCmap()
        assert {chr(code) for code in codes} == set(JOINED.characters) | set(" \u00a0\u00ad\u2009\u202f")
        assert codes[0xAD] == codes[ord("-")]


def test_accents_are_named_by_the_letters_they_are_on(folder):
    font = TTFont(folder / "joined.ttf")
    plain, accented = (font["glyf"][name] for name in ("e", "eacute"))
    assert plain.components[0].glyphName == accented.components[0].glyphName
    assert len(accented.components) == 2
    assert ink(font, "eacute")[3] > ink(font, "e")[3] + 0.2 * X_HEIGHT


def test_the_same_seed_gives_the_same_bytes(tmp_path, monkeypatch):
    def made(seed: int, name: str) -> bytes:
        export("print", tmp_path / name, FontOptions(characters="ab", alternates=2, seed=seed))
        return (tmp_path / name).read_bytes()

    assert made(1, "a.woff2") == made(1, "b.woff2") != made(2, "c.woff2")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert TTFont(io.BytesIO(made(1, "d.otf")))["head"].created == 2_082_844_800 + 1_700_000_000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(OutputError, match="no number of seconds"):
        made(1, "e.otf")


def test_never_joined_has_no_forms_of_joins():
    (font,) = fonts(load_style("rounded"), FontOptions(characters="le", alternates=1, joined="never"))
    assert font.getGlyphOrder()[5:] == ["e", "l", "e.1", "l.1"]
    (font,) = fonts(load_style("print"), FontOptions(characters="le", alternates=1, joined="always"))
    assert "l.o.1" in font.getGlyphOrder()


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.pdf", {}, "must end in .otf, .ttf, .woff2 or .woff"),
        ("folder", {}, "it is a folder"),
        ("nowhere/a.otf", {}, "does not exist"),
        ("a.otf", {"characters": " "}, "names none"),
        ("a.otf", {"characters": "a\u6f22"}, "which the hand cannot write"),
        ("a.otf", {"characters": "x\u030b"}, "only characters of one code point"),
        ("a.otf", {"alternates": 0}, "use 1 to 50"),
        ("a.otf", {"alternates": 50}, "a font holds 65,535"),
        ("a.otf", {"family": " "}, "is empty"),
        ("a.otf", {"family": "A\x07"}, "no name can have"),
        ("a.otf", {"family": "\u6f22"}, "no letters of the Latin alphabet"),
        ("a.otf", {"family": "a" * 32}, "has 32 characters, programs take 31"),
        ("a.otf", {"family": "a" * 25, "weights": ["light"], "characters": "a"}, ""),
        ("a.otf", {"family": "a" * 26, "weights": ["light"]}, "has 32 characters"),
        ("a.otf", {"weights": ["heavy"]}, "is not known; use thin, light"),
        ("a.otf", {"joined": "always", "characters": "12"}, "has nothing to join"),
        ("a.otf", {"joined": "yes"}, "use auto, never, always"),
        ("a.otf", {"seed": -1}, "is negative"),
        ("a.otf", {"neatness": 3.0}, "use 0 to 2"),
    ],
)
def test_what_no_font_can_be_is_one_sentence(tmp_path, name, options, said):
    (tmp_path / "folder").mkdir()
    if not said:
        assert len(export("rounded", tmp_path / name, FontOptions(**options))) == 2
        return
    with pytest.raises(HandfontError, match=said):
        export("rounded", tmp_path / name, FontOptions(**options))
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_nothing_is_left_where_one_font_of_a_family_cannot_be(tmp_path):
    style = handfont.load_style("broad")
    options = FontOptions(characters="a", alternates=1, weights=("black",))
    wide = style.__class__(**{**style.__dict__, "pen": style.pen.__class__(width=1.5)})
    with pytest.raises(OptionError, match="pen width"):
        handfont.export(wide, tmp_path / "a.otf", options)
    assert not list(tmp_path.iterdir())
