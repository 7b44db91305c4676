from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.core.random_streams import stream
from handfont.layout.formulas import drawing, latex
from handfont.layout.formulas.nodes import PLACEHOLDER, Fraction, Root, Row, Scripts, Symbol, texts_of
from handfont.layout.formulas.setting import FormulaSetter
from handfont.layout.shaping import GlyphShaper
from handfont.synthesis.hand import Hand


@pytest.fixture(scope="module")
def hand(style):
    return Hand(style)


def box(hand, source, display=False):
    node = source if not isinstance(source, str) else latex.parse(source, "", display).node
    written = drawing.written(node, GlyphShaper(hand, 1))
    setter = FormulaSetter(node, written, hand.nib.width, 0.0, 0.3, 0.5, stream(1, "test"))
    return setter.box(node, display=display)


def extents(part):
    return (*part.points.min(axis=0), *part.points.max(axis=0))


def test_a_fraction_has_its_bar_between_its_parts(hand):
    above, bar, below = box(hand, r"\frac{1}{2}").parts
    assert extents(above)[1] > extents(bar)[3] > extents(bar)[1] > extents(below)[3]
    assert extents(bar)[0] < min(extents(above)[0], extents(below)[0])
    assert extents(bar)[2] > max(extents(above)[2], extents(below)[2])
    assert np.median(bar.points[:, 1]) == pytest.approx(0.5, abs=0.06)


def test_a_root_covers_what_is_under_it(hand):
    sign, *body = box(hand, r"\sqrt{xyb}").parts
    assert extents(sign)[2] > max(extents(part)[2] for part in body)
    assert extents(sign)[3] > max(extents(part)[3] for part in body)
    assert len(sign.strokes) == 1  # the bar cannot miss the sign


def test_scripts_are_small_and_clear_of_each_other(hand):
    base, above, below = box(hand, "x^2_3").parts
    assert extents(above)[1] > extents(below)[3]
    assert min(extents(above)[0], extents(below)[0]) > extents(base)[0]
    size = [np.ptp(part.points[:, 1]) for part in box(hand, "2^2").parts]
    assert 0.5 < size[1] / size[0] < 0.85


def test_brackets_and_sums_grow(hand):
    small, large = box(hand, "(x)"), box(hand, r"\left(\frac{x}{\frac{x}{y}}\right)", True)
    assert large.height > 1.6 * small.height
    inline, display = box(hand, r"\sum_i^n"), box(hand, r"\sum_i^n", True)
    assert display.height > 1.4 * inline.height
    assert display.width < inline.width


def test_the_cells_of_a_matrix_do_not_meet(hand):
    parts = box(hand, r"\begin{matrix} a & bbb \\ ccc & d \end{matrix}").parts
    a, b, c, d = (parts[i] for i in (0, 1, 4, 7))
    assert extents(b)[0] > extents(a)[2]
    assert extents(a)[1] > extents(c)[3]
    assert extents(d)[0] > extents(parts[6])[2]


nodes = st.recursive(
    st.sampled_from("abxyfg123+=∑π").map(Symbol),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda items: Row(tuple(items))),
        st.builds(Fraction, inner, inner),
        st.builds(Root, inner, st.none() | inner),
        st.builds(Scripts, inner, st.none() | inner, inner, st.booleans()),
    ),
    max_leaves=8,
)


@settings(max_examples=20, deadline=None)
@given(nodes, st.booleans())
def test_any_formula_is_drawn_once_and_whole(hand, node, display):
    drawn = box(hand, node, display)
    assert np.isfinite(drawn.points).all()
    letters = [part.character for part in drawn.parts if part.character not in "–√"]
    assert sorted(letters) == sorted("".join(texts_of(node)))


def test_the_same_seed_draws_the_same_formula(hand):
    formula = latex.parse(r"\frac{x^2}{\sqrt{\pi}}", "")
    one, same, other = (drawing.draw(formula, GlyphShaper(hand, seed)) for seed in (1, 1, 2))
    assert one.character == PLACEHOLDER
    assert np.array_equal(one.outline.contours[0], same.outline.contours[0])
    assert not np.array_equal(one.strokes[0], other.strokes[0])
    assert np.nanmin(one.left_edge) == pytest.approx(0.0, abs=0.02)


def test_signs_stand_beside_high_formulas(hand):
    high = drawing.draw(latex.parse(r"\frac{aaa}{b}", ""), GlyphShaper(hand, 1))
    inside = high.right_edge[~np.isnan(high.right_edge)]
    assert np.ptp(inside) == 0
