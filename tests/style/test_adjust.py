"""What is measured on drawn letters follows what was asked for."""

import numpy as np
import pytest
from nearly import points_on, same

from handfont.errors import OptionError
from handfont.style import yaml_format
from handfont.style.adjust import adjust
from handfont.style.posterior import Geometry
from handfont.synthesis.hand import Hand

WORD = "HnolIdbl"


def widths(style):
    return np.array([np.ptp(glyph.outline.bounds()[::2]) for glyph in Hand(style).write(WORD, 1)])


def test_width_slant_and_weight_follow(style):
    natural = Hand(style).write(WORD, 1)
    narrow = adjust(style, "narrow", width=0.8)
    assert np.median(widths(narrow) / widths(style)) == pytest.approx(0.8, abs=0.05)
    leaning = Hand(adjust(style, "leaning", slant=12)).write(WORD, 1)
    for before, after in zip(natural, leaning, strict=True):
        for first, second in zip(before.strokes, after.strokes, strict=True):
            assert second[:, 1] == pytest.approx(first[:, 1], abs=1e-5)
            assert second[:, 0] == pytest.approx(first[:, 0] + np.tan(np.radians(12)) * first[:, 1], abs=1e-4)
        # The pen is not leaned with the letter.
        assert np.nanmin(after.left_edge) == pytest.approx(points_on(after.outline)[:, 0].min(), abs=0.02)
    bold = Hand(adjust(style, "bold", weight=1.5)).write(WORD, 1)
    assert [glyph.pen for glyph in bold] == pytest.approx([1.5 * glyph.pen for glyph in natural], rel=1e-3)


def test_neatness_scales_the_variation(style):
    still = Hand(adjust(style, "n", neatness=0)).write("aaa", 1)
    assert same(still, still[:1] * 3) == 1
    calm, wild = Hand(adjust(style, "n", neatness=0.5)), Hand(style, 0.5)
    assert calm.neatness == wild.neatness


def test_adjusted_styles_are_kept_and_old_files_stay_as_they_are(style):
    assert "geometry" not in yaml_format.dumps(style)
    made = adjust(adjust(style, "a", slant=5, width=0.9), "b", slant=-2, size="2.4mm", neatness=0.5)
    assert made.geometry == Geometry(3, 0.9)
    assert made.x_height_mm == 2.4
    again = yaml_format.loads(yaml_format.dumps(made))
    assert (again.geometry, again.neatness, again.x_height_mm) == (made.geometry, 0.5, 2.4)
    assert "slant -2 degrees" in again.origin.description


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "nothing to adjust"),
        ({"slant": 80}, "between -45 and 45"),
        ({"width": 9}, "between 0.4"),
        ({"weight": 99}, "pen width"),
        ({"size": "big"}, "not a length"),
        ({"neatness": 5}, "neatness 5"),
    ],
)
def test_what_is_out_of_reach_is_reported(style, change, message):
    with pytest.raises(OptionError, match=message):
        adjust(style, "x", **change)
