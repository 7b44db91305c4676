from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.errors import TextError
from handfont.layout.formulas import latex
from handfont.layout.formulas.nodes import Accent, Fence, Formula, Grid, Scripts, Symbol, pieces

COMMANDS = (r"\frac", r"\sqrt", r"\left(", r"\right)", r"\sum", r"\text", r"\hat", r"\begin{matrix}", r"\end{matrix}")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("ax^2 + bx + c = 0", "ax² + bx + c = 0"),
        (r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}", "x = (–b ± √(b² – 4ac))/(2a)"),
        (r"\sum_{i=1}^n x_i", "∑_(i = 1)ⁿ xᵢ"),
        (r"\sin^2\theta + \log_2 8 \le 4", "sin² θ + log₂ 8 ≤ 4"),
        (r"\int_0^\infty e^{-x}\,dx", "∫₀^∞ e⁻ˣ dx"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1, 2; 3, 4)"),
        (r"\begin{cases} x & \text{if } x > 0 \\ 0 \end{cases}", "{x, if x > 0; 0,"),
        (r"\sqrt[3]{x} \in \mathbb{R}, f'(x), 90^\circ", "∛x ∈ ℝ, f'(x), 90°"),
        (r"\mathbf{v} \cdot \vec{w} = 5\%", "v · w⃗ = 5%"),
        (r"\begin{aligned} a &= b \\ &\neq c \end{aligned}", "a= b; ≠ c"),
        (r"\arg z \not= \operatorname{rank} A", "arg z ≠ rank A"),
    ],
)
def test_reading(source, text):
    assert latex.parse(source, "the text").text == text


def test_brackets_hold_what_is_between_them():
    node = latex.parse(r"(a + \frac{b}{c})^2", "").node
    assert isinstance(node, Scripts)
    assert isinstance(node.base, Fence)
    assert (node.base.left, node.base.right, node.above) == ("(", ")", Symbol("2"))
    assert isinstance(latex.parse("|x|", "").node, Fence)
    assert latex.parse("P(A|B)", "").text == "P(A|B)"
    assert latex.parse("[0, 1)", "").text == "[0, 1)"


def test_limits_are_over_and_under_where_there_is_room():
    sums = [latex.parse(r"\sum_i", "", display).node for display in (True, False)]
    assert [node.limits for node in sums] == [True, False]
    assert latex.parse(r"\lim_{x \to 0}", "").node.limits
    assert isinstance(latex.parse(r"\hat{x}", "").node, Accent)
    assert isinstance(latex.parse(r"a \\ b", "").node, Grid)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (r"x + \foo", r"\$x \+ \\foo\$ has \\foo, which cannot be written by hand"),
        (r"\boxed{x}", r"has \\boxed or \\cancel"),
        (r"\frac{a", "braces"),
        ("x^", "has nothing after it"),
        ("x_1_2", "two subscripts"),
        (r"\left( x", r"\\left has no \\right"),
        ("{}", "is empty"),
        (r"\,_{}", "is empty"),
        ("日", "'日', which this hand cannot write"),
        ("a & b", "an & outside of a matrix"),
        (r"\newcommand{\a}{b}", r"has \\newcommand"),
        ("x" * 3000, "has 3000 characters"),
        (r"\sqrt{" * 20 + "x" + "}" * 20, "nested"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(source, message):
    with pytest.raises(TextError, match=f"^notes.md: the formula .*{message}") as raised:
        latex.parse(source, "notes.md")
    assert len(raised.value.message) < 250


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*"ab12+=(){}[]|^_&\\ ", *COMMANDS]), max_size=30).map("".join))
def test_any_source_is_a_formula_or_a_sentence(source):
    try:
        assert isinstance(latex.parse(source, ""), Formula)
    except TextError as error:
        assert "the formula" in error.message


def test_long_formulas_may_be_broken_before_relations():
    long = latex.parse("a + b + c + d + e = f + g + h = i", "")
    assert [piece.text for piece in pieces(long)] == ["a + b + c + d + e", "= f + g + h", "= i"]
    assert [piece.continued for piece in pieces(long)] == [False, True, True]
    short = latex.parse("a + b = c", "")
    assert pieces(short) == [short]
    longest = latex.parse("a + b + c + d + e + f + g + h + i - j", "")
    assert len(pieces(longest)) == 10
