from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from handfont.errors import OptionError, StyleError
from handfont.glyph import GlyphSample, Metrics
from handfont.style import kept
from handfont.style.kept import Kept, KeptPage, KeptSample
from handfont.style.posterior import Rhythm


def sample(character, page, left, top=0):
    shape = np.random.default_rng([ord(character), left]).uniform(-6, 6, (48, 48)).astype(np.float32)
    metrics = Metrics(1.23456789, 0.5, None, 0.111119)
    read = GlyphSample(character, shape, metrics, 0.123456, page, (left, top, left + 9, top + 9))
    return KeptSample(kept.settled(read), page, crop=bytes([left % 256]) * left)


def pages(*names):
    return [KeptPage(name, name, "grid", "#102030", 2.1, Rhythm(letter_gap=0.2, measured=True), ("q",), ("A note.",))
            for name in names]


ONE = Kept.of(pages("one"), [sample("a", "one", 5), sample("b", "one", 20), sample("a", "one", 40)])
TWO = Kept.of(pages("two"), [sample("a", "two", 3)])


def same(first, second):
    assert first.pages == second.pages
    assert len(first.samples) == len(second.samples)
    for a, b in zip(first.samples, second.samples, strict=True):
        assert np.array_equal(a.sample.shape, b.sample.shape)
        assert replace(a.sample, shape=b.sample.shape) == b.sample
        assert (a.page, a.doubt, a.dropped, a.crop) == (b.page, b.doubt, b.dropped, b.crop)


def test_kept_samples_come_back_as_they_were(tmp_path):
    doubted = Kept(ONE.pages, (replace(ONE.samples[0], doubt="looks like 'o'"), *ONE.samples[1:]))
    kept.save(doubted, tmp_path / "x.samples.npz")
    same(kept.load(tmp_path / "x.samples.npz"), doubted)
    assert [s.character for s in doubted.used] == ["b", "a"]


def test_pages_added_in_any_order_are_the_same_and_count_once():
    same(ONE.with_more(TWO), TWO.with_more(ONE))
    same(ONE.with_more(TWO).with_more(TWO), ONE.with_more(TWO))


def test_samples_are_dropped_by_number():
    both = ONE.with_more(TWO)
    assert [s.box[0] for s in both.without(["a:2"]).used] == [5, 20, 3]
    assert [s.character for s in both.without(["a"]).used] == ["b"]
    colon = Kept.of(pages("one"), [sample(":", "one", 5)])
    assert not colon.without([":"]).used
    assert not colon.without(["::1"]).used


@pytest.mark.parametrize(("name", "message"), [("z", "no sample of 'z'"), ("a:9", "3 samples of 'a'"),
                                               ("a:x", "3 samples of 'a'"), ("b:0", "1 samples of 'b'")])
def test_samples_that_are_not_there_are_told(name, message):
    with pytest.raises(OptionError, match=message):
        ONE.with_more(TWO).without([name])


def test_missing_and_damaged_files_are_told(tmp_path):
    with pytest.raises(StyleError, match="no samples"):
        kept.load(tmp_path / "x.samples.npz")
    kept.save(ONE, tmp_path / "x.samples.npz")
    whole = (tmp_path / "x.samples.npz").read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"PK" + whole[9:]):
        (tmp_path / "x.samples.npz").write_bytes(damaged)
        with pytest.raises(StyleError, match="damaged"):
            kept.load(tmp_path / "x.samples.npz")
