from __future__ import annotations

import pytest

from handfont.util.fields import Fields


def fields(**data):
    return Fields(data, lambda field, problem: ValueError(f"'{field}' {problem}"), "top")


def test_values_are_read_with_their_defaults():
    read = fields(
        name="a", size=2, flag=True, names=["x", "y"], inner={"deep": 1.5}, rows=[{"n": 1}, {"n": 2}], none=None
    )
    assert (read.text("name"), read.text("other", "b")) == ("a", "b")
    assert (read.number("size", 0, 5), read.whole("size", 0, 5), read.number("other", 0, 5, 1.0)) == (2.0, 2, 1.0)
    assert (read.optional_number("none", 0, 5), read.flag("flag"), read.texts("names")) == (None, True, ("x", "y"))
    assert read.inner("inner").number("deep", 0, 5) == 1.5
    assert read.inner("missing").data == {}
    assert [row.whole("n", 1, 2) for row in read.each("rows")] == [1, 2]
    assert read.choice("name", ("a", "b")) == "a"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: fields(x=1).text("x"), "'top.x' must be text, not 1"),
        (lambda: fields(x=[1]).texts("x"), "'top.x[1]' must be text"),
        (lambda: fields().text("x"), "'top.x' must be text, not None"),
        (lambda: fields(x=1).flag("x"), "'top.x' must be true or false"),
        (lambda: fields(x=True).number("x", 0, 5), "'top.x' must be a number, not True"),
        (lambda: fields(x=float("nan")).number("x", 0, 5), "'top.x' must lie between 0 and 5, not be nan"),
        (lambda: fields(x=1.0).whole("x", 0, 5), "'top.x' must be a whole number from 0 to 5"),
        (lambda: fields(x=[1, 9]).numbers("x", 0, 5, 3), "'top.x[2]' must lie between"),
        (lambda: fields(x=[1] * 4).numbers("x", 0, 5, 3), "'top.x' must be a list of numbers"),
        (lambda: fields(x="c").choice("x", ("a", "b")), "'top.x' must be one of a, b"),
        (lambda: fields(x=1).inner("x"), "'top.x' must be a mapping"),
        (lambda: list(fields(x=[{}, 3]).each("x")), "'top.x[2]' must be a mapping"),
        (lambda: fields(x=1).listed("x"), "'top.x' must be a list"),
        (lambda: fields(x=1).only({"y", "a"}), "'top.x' is not known; there are a, y"),
        (lambda: fields(x=1).only({"x", "y"}, {"y"}), "'top.y' is missing"),
        (lambda: fields(x={"y": "long" * 20}).inner("x").flag("z"), "'top.x.z' must be"),
    ],
)
def test_what_is_wrong_is_said_with_the_name_of_the_field(ask, message):
    with pytest.raises(ValueError) as caught:
        ask()
    assert message in str(caught.value)
