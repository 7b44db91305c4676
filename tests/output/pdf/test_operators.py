from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.glyph import Glyph, Outline
from handfont.layout.page import PlacedGlyph
from handfont.output.integer_outlines import UNITS, Curves
from handfont.output.pdf.operators import filled

NONE = np.full(48, np.nan, np.float32)


def placed(contours, x, y, scale=1.0):
    return PlacedGlyph(Glyph("a", (), Outline(contours), 0.1, NONE, NONE), x, y, scale)


@st.composite
def pages(draw):
    number = st.floats(-40, 40, width=32)
    contour = st.integers(1, 4).flatmap(lambda n: st.lists(number, min_size=6 * n, max_size=6 * n))
    glyphs = draw(st.lists(st.lists(contour, max_size=3), min_size=1, max_size=4))
    return [
        placed(
            tuple(np.array(one, np.float32).reshape(-1, 3, 2) for one in contours),
            draw(st.floats(-900, 900)),
            draw(st.floats(0, 900)),
        )
        for contours in glyphs
    ]


def expected(glyphs):
    """The same, number by number."""
    curves = Curves(glyphs)
    parts, contour, curve, before = ["q"], 0, 0, np.zeros(2, np.int64)
    for origin, contours in zip(curves.origins, curves.contours, strict=True):
        parts.append("1 0 0 1 {} {} cm".format(*(origin - before)))
        before = origin
        for size in curves.sizes[contour : contour + contours]:
            own = curves.curves[curve : curve + size]
            parts.append("{} {} m".format(*own[-1, 4:]))
            parts += ["{} {} {} {} {} {} c".format(*row) for row in own]
            curve += size
        contour += contours
        parts.append("f" if contours else "n")
    return [*parts, "Q"]


@settings(deadline=None)  # the first call may compile
@given(pages())
def test_numbers_are_those_of_the_curves(glyphs):
    assert [line.strip() for line in re.sub(r" +\n", "\n", filled(Curves(glyphs))).split("\n")] == expected(glyphs)


def test_the_largest_numbers_have_room():
    huge = np.full((1, 3, 2), -9e15, np.float32)
    assert f"{-9 * 10**15 * UNITS:d}"[:5] in filled(Curves([placed((huge,), -9e15, 9e15)]))
