from __future__ import annotations

import pytest

from handfont.errors import HandfontError, OptionError, parameter
from handfont.options import FileOptions, Look, Missing, RenderOptions


def test_words_become_choices():
    assert RenderOptions(missing="skip").missing is Missing.SKIP
    assert FileOptions(look="photo").look is Look.PHOTO
    assert f"{Look.PHOTO} {Missing.BOX}" == "photo box"


@pytest.mark.parametrize(
    ("make", "in_python", "as_option"),
    [
        (lambda: FileOptions(dpi=5), "dpi 5 is out of range", "--dpi 5 is out of range"),
        (lambda: FileOptions(dpi=float("nan")), "dpi nan is out of range", "--dpi nan is out of range"),
        (lambda: FileOptions(transparent=True, look="scan"), "look='scan' has nothing", "--look scan has nothing"),
        (lambda: FileOptions(look="film"), "look 'film' is not known; use clean, scan, photo", "--look 'film'"),
        (lambda: FileOptions(montage=True).check("pdf"), "montage is for PNG", "--montage is for PNG"),
        (lambda: FileOptions(strokes=True).check("png"), "strokes is for SVG", "--strokes is for SVG"),
        (
            lambda: FileOptions(strokes=True, animate=True),
            "strokes is for plotters, which",
            "--strokes is for plotters",
        ),
        (lambda: FileOptions(forward=True), "without optimize; add it, or leave forward", "--optimize; add it"),
        (lambda: FileOptions(duration="20"), "'20' is not a duration", "'20' is not a duration"),
        (lambda: FileOptions(duration="2000min"), "duration '2000min' is out of range", "--duration '2000min'"),
        (lambda: FileOptions(fps=99), "fps 99 is out of range", "--fps 99"),
        (lambda: FileOptions(frame_width=5), "frame_width 5 is out of range", "--frame-width 5"),
        (lambda: FileOptions(fps=60).check("gif"), "no more than 50 frames a second", "a lower --fps"),
        (
            lambda: FileOptions(optimize=True).check("svg"),
            "optimize is for plotters; name",
            "--optimize is",
        ),
        (
            lambda: FileOptions(preview=True).check("gcode"),
            "preview is for SVG with strokes; add that",
            "--strokes; add that",
        ),
        (lambda: FileOptions(device="x").check("pdf"), "device is for plotters", "--device is for plotters"),
        (lambda: FileOptions(duration="2s").check("svg"), "duration is for films; name", ".svg with --animate"),
        (lambda: RenderOptions(line_height="9"), "line_height '9' is not a length", "--line-height '9' is not"),
        (lambda: RenderOptions(neatness=3), "neatness 3 is out of range", "--neatness 3 is out of range"),
        (lambda: RenderOptions(paper="A99"), "'A99' is not a paper size", "'A99' is not a paper size"),
    ],
)
def test_errors_speak_of_parameters_and_the_command_line_of_options(make, in_python, as_option):
    with pytest.raises(OptionError) as found:
        make()
    assert in_python in str(found.value)
    assert as_option in found.value.message


def test_messages_pass_through_as_they_are():
    assert str(HandfontError("a `file` of --mine")) == HandfontError("a `file` of --mine").message
    assert str(HandfontError(f"give {parameter('line_height')}")) == "give line_height"
