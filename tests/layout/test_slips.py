from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.layout import markdown, plain_text
from handfont.layout.content import Block
from handfont.layout.slips import slip, with_slips

LETTERS = "because the weather was fine on the seventh of June 2031 we walked to www.example.org and back home "


def slips_of(blocks, share, seed=1):
    """Slips, and the words after them."""
    found = []
    for block in with_slips(blocks, share, seed, "a.txt"):
        words = block.words if isinstance(block, Block) else ()
        found += [(one, after) for one, after in itertools.pairwise(words) if one.slip]
    return found


@given(st.text("abcdefghijklmnopqrstuvwxyzäß", min_size=3, max_size=14), st.text("abcxyz", max_size=9), st.integers(0))
def test_a_slip_is_no_beginning_of_the_word_and_little_longer(word, following, seed):
    found = slip(word, following, np.random.default_rng(seed))
    assert not found or (not word.startswith(found) and 2 <= len(found) <= len(word) + 1)
    assert set(found) <= set(word) | set(following) | set("abcdefghijklmnopqrstuvwxyz")


def test_slips_come_as_often_as_they_shall_and_are_the_same_again():
    blocks = list(plain_text.blocks((LETTERS * 300 + "\n") * 2))
    found = slips_of(blocks, 0.02)
    assert found == slips_of(blocks, 0.02) != slips_of(blocks, 0.02, seed=2)
    count = sum(word.text.isalpha() and len(word.text) > 2 for block in blocks for word in block.words)
    assert len(found) == pytest.approx(0.02 * count, rel=0.2)
    assert len({one.text for one, _ in found}) > 0.5 * len(found)
    assert list(with_slips(blocks, 0.0, 1, "a.txt")) == blocks


def test_the_text_without_slips_is_the_text_and_no_two_are_in_a_row():
    blocks = list(plain_text.blocks(LETTERS * 20))
    (block,) = with_slips(blocks, 1.0, 1, "a.txt")
    assert tuple(word for word in block.words if not word.slip) == blocks[0].words
    marked = [index for index, word in enumerate(block.words) if word.slip]
    assert len(marked) > 60
    assert min(np.diff(marked)) > 2
    assert all(after.text.isalpha() for _, after in slips_of(blocks, 1.0))


def test_what_has_no_slips():
    text = "# heading of words\n\n`code of words` and 1234 12th NASA's (some) ~~struck~~\n\n| table of words |\n|---|"
    assert not slips_of(markdown.blocks(text.replace(" and", "")), 1.0)


def test_a_slip_looks_as_its_word():
    found = slips_of(markdown.blocks('so **well, better** [anyone]{ink="#010203"} there'), 1.0, seed=3)
    looks = {after.text: one.look(0) for one, after in found}
    assert [looks["well,"].strong, looks["anyone"].ink] == [True, "#010203"]
