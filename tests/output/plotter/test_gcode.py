"""G-code, read as a machine reads it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest

from handfont.errors import OptionError, OutputError
from handfont.layout.page import Page
from handfont.options import FileOptions, RenderOptions
from handfont.output.document import Document, plotter_notes
from handfont.output.metadata import DocumentInfo
from handfont.output.plotter.layers import layers_of
from handfont.output.plotter.profile import SHIPPED, load, read_config
from handfont.rendering import render

MM = 72 / 25.4
NAMES = list(read_config(SHIPPED)["gwrite"])


@pytest.fixture(scope="module")
def document():
    return render("ill **lo**", "print", RenderOptions(markdown=True, paper="A6"))


def drawn(text: str) -> tuple[list[np.ndarray], list[float]]:
    """Strokes between moves with the pen up, in millimeters, and the feed rates."""
    strokes: list[list[tuple[float, float]]] = []
    feeds = []
    for move, x, y, feed in re.findall(r"^G([01]) X(\S+) Y(\S+)(?: F(\S+))?$", text, re.MULTILINE):
        if move == "0":
            strokes.append([])
        else:
            feeds.append(float(feed))
        strokes[-1].append((float(x), float(y)))
    return [np.array(stroke) for stroke in strokes if len(stroke) > 1], feeds


@pytest.mark.parametrize("name", NAMES)
def test_strokes_lie_where_the_page_has_them_and_are_slower_in_turns(document, tmp_path, name):
    (path,) = document.save(tmp_path / "a.gcode", FileOptions(device=name))
    strokes, feeds = drawn(path.read_text())
    layers = layers_of(document.pages[0], "#000000", FileOptions())
    wanted = [stroke for layer in layers for stroke in layer.strokes()]
    assert len(strokes) == len(wanted) > 5
    for stroke, want in zip(strokes, wanted, strict=True):
        assert np.abs(stroke[[0, -1]] - want[[0, -1]] / MM).max() < 0.001
        steps = np.linspace(stroke[:-1], stroke[1:], 50).reshape(-1, 2)
        assert max(np.hypot(*(steps - one).T).min() for one in want / MM) < 0.03
    profile = load(name, None)
    assert profile.numbers["slowest_feed"] <= min(feeds) < max(feeds) <= profile.numbers["feed"]
    assert max(feeds) > 1.5 * min(feeds)
    assert path.read_text().count("M0") == len(layers) - 1 == 1  # another pen for strong words
    again = io.BytesIO()
    document.stream(again, "gcode", FileOptions(device=name))
    assert again.getvalue() == document.save(tmp_path / "b.nc", FileOptions(device=name))[0].read_bytes()
    assert again.getvalue() == path.read_bytes()
    assert plotter_notes("gcode", document, FileOptions(device=name)) == [profile.info]


def config(folder: Path, text: str) -> str:
    (folder / "own.toml").write_text(text)
    return str(folder / "own.toml")


def test_profiles_of_vpype_gcode_serve(document, tmp_path):
    own = config(
        tmp_path,
        """
        [gwrite]
        default_profile = "csv"
        [gwrite.csv]
        unit = "in"
        layer_start = "{layer_id} {vp_name}\\n"
        segment_first = "{lines_index1} move {x:.4f} {y:.4f} {dx:+.4f} {ix:d}\\n"
        segment = ""
        segment_last = "{segment_index} end {_x:.4f} {who}\\n"
        line_join = "-\\n"
        default_values = {who = "me"}
        """,
    )
    text = document.save(tmp_path / "a.gcode", FileOptions(plotter_config=own))[0].read_text().splitlines()
    (stroke, *_) = next(iter(layers_of(document.pages[0], "", FileOptions()))).strokes()
    x, y = stroke[0] / 72
    height = document.pages[0].height / 72
    assert text[:2] == ["1 writing", f"1 move {x:.4f} {height - y:.4f} {x:+.4f} {round(x)}"]
    assert text[2].endswith(f" end {-stroke[-1][0] / 72:.4f} me")
    assert text[3] == "-"


def test_a_page_is_turned_where_it_only_fits_so(document, tmp_path):
    own = config(
        tmp_path,
        """
        [gwrite.small]
        bed = ["160mm", "110mm"]
        vertical_flip = true
        segment_first = "G0 X{x:.3f} Y{y:.3f}\\n"
        segment = "G1 X{x:.3f} Y{y:.3f} F{feed:.0f}\\n"
        """,
    )
    strokes, _ = drawn(
        document.save(tmp_path / "a.gcode", FileOptions(device="small", plotter_config=own))[0].read_text()
    )
    want = next(layers_of(document.pages[0], "", FileOptions())[0].strokes())[0] / MM
    assert strokes[0][0] == pytest.approx((want[1], 105 - want[0]), abs=0.01)
    with pytest.raises(OutputError, match="297 x 420 mm does not fit onto the bed of small, 160 x 110 mm"):
        Document([Page(842, 1191)], "#000000", DocumentInfo()).save(
            tmp_path / "b.gcode", FileOptions(device="small", plotter_config=own)
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[gwrite.own]\nsegment = '{speed}'", "'segment': the field 'speed' is not known"),
        ("[gwrite.own]\nsegment = '{x'", "the profile of G-code 'own' is wrong: 'segment'"),
        ("[gwrite.own]\nsegment = '{x:q}'", "the profile of G-code 'own' is wrong: 'segment'"),
        ("[gwrite.own]\nsegment = 3", "'segment' is no text"),
        ("[gwrite.own]\nline_end = ''", "it has no 'segment'"),
        ("[gwrite.own]\nsegment = ''\nunit = 'ell'", "'unit' must be one of"),
        ("[gwrite.own]\nsegment = ''\nfeed = 'fast'", "'feed' is no number"),
        ("[gwrite.own]\nsegment = ''\nfeed = 5", "'slowest_feed' must be more than 0"),
        ("[gwrite.own]\nsegment = ''\nvertical_flip = 1", "'vertical_flip' is neither true nor false"),
        ("[gwrite.own]\nsegment = ''\nbed = [1, 2]", "'bed' must be two lengths"),
        ("[gwrite.own]\nsegment = ''\nbed = ['1mm', '2 ells']", "bed '2 ells' is not a length"),
        ("[gwrite.own]\nsegment = ''\ndefault_values = 1", "'default_values' is no table"),
        ("[gwrite.other]\nsegment = ''", "device 'own' is no profile of G-code; use grbl, "),
        ("gwrite = 1", "is no table of profiles"),
        ("x = [", "is no TOML"),
    ],
)
def test_wrong_profiles_are_one_sentence(document, tmp_path, text, message):
    with pytest.raises(OptionError) as found:
        document.save(tmp_path / "a.gcode", FileOptions(device="own", plotter_config=config(tmp_path, text)))
    assert message in str(found.value)
    assert [file.name for file in tmp_path.iterdir()] == ["own.toml"]
