from __future__ import annotations

from dataclasses import replace

from handfont.hands import Hands
from handfont.rendering import render

TEXT = "Dear Ann, thank you! Ångström says 42."


def written(style, tmp_path, **options):
    render(TEXT, style, seed=3, **options).save(tmp_path / "a.pdf")
    return (tmp_path / "a.pdf").read_bytes()


def test_a_hand_that_was_used_before_writes_the_same(style, tmp_path):
    hands = Hands()
    first = hands.make(style, 1.0)
    first.write("Quiteanothertext:7geese&afox.", seed=1)
    again = hands.make(replace(style), 0.5)
    assert again.ways("f") is first.ways("f")
    expected = written(style, tmp_path)
    assert written(style, tmp_path, hands=hands.make) == expected
    assert written(style, tmp_path, hands=hands.make) == expected


def test_another_pen_or_another_style_has_recipes_of_its_own(style):
    hands = Hands()
    first = hands.make(style, 1.0)
    wide = replace(style, pen=replace(style.pen, width=2 * style.pen.width))
    fewer = replace(style, characters={c: v for c, v in style.characters.items() if c != "a"})
    assert hands.make(wide, 1.0).ways("a") is not first.ways("a")
    assert hands.make(fewer, 1.0).ways("a") is not first.ways("a")
