from __future__ import annotations

from dataclasses import replace

from handfont.options import RenderOptions
from handfont.rendering import render
from handfont.synthesis import hand_cache as cache
from handfont.synthesis.hand_cache import HandCache

TEXT = "Dear Ann, thank you! It says 42."


def written(style, tmp_path, neatness=1.0, **options):
    render(TEXT, style, RenderOptions(seed=3, neatness=neatness), **options).save(tmp_path / "a.pdf")
    return (tmp_path / "a.pdf").read_bytes()


def test_a_hand_that_was_used_before_writes_the_same(style, tmp_path):
    hands = HandCache()
    first = hands.make(style, 1.0)
    first.write("Quiteanothertext:7geese&afox.", seed=1)
    again = hands.make(replace(style), 0.5)
    assert again.allographs("f") is first.allographs("f")
    expected = written(style, tmp_path)
    assert written(style, tmp_path, hands=hands.make) == expected
    assert written(style, tmp_path, hands=hands.make) == expected


def test_another_pen_leaves_allographs_as_they_are_and_other_letters_do_not(style):
    hands = HandCache()
    first = hands.make(style, 1.0)
    wide = replace(style, pen=replace(style.pen, width=2 * style.pen.width))
    fewer = replace(style, characters={c: v for c, v in style.characters.items() if c != "a"})
    other = replace(style, writer=replace(style.writer, mean=-style.writer.mean))
    assert hands.make(wide, 1.0).allographs("a") is first.allographs("a")
    assert hands.make(fewer, 1.0).allographs("a") is not first.allographs("a")
    assert hands.make(other, 1.0).allographs("a") is not first.allographs("a")


def test_only_the_hands_used_last_are_kept(style, monkeypatch):
    monkeypatch.setattr(cache, "CACHE_SIZE", 2)
    hands = HandCache()
    first = hands.make(style, 1.0).allographs("a")
    others = [replace(style, characters={c: v for c, v in style.characters.items() if c != left}) for left in "bc"]
    hands.make(others[0], 1.0).allographs("a")
    assert hands.make(style, 1.0).allographs("a") is first
    for other in others:
        hands.make(other, 1.0).allographs("a")
    assert hands.make(style, 1.0).allographs("a") is not first
