from __future__ import annotations

import pytest
from sample_archives import ONE, TWO, pages, same, sample

from handfont.errors import OptionError
from handfont.style.sample_archive import SampleArchive


def test_pages_added_in_any_order_are_the_same_and_count_once():
    same(ONE.with_more(TWO), TWO.with_more(ONE))
    same(ONE.with_more(TWO).with_more(TWO), ONE.with_more(TWO))


def test_samples_are_dropped_by_number():
    both = ONE.with_more(TWO)
    assert [s.box[0] for s in both.without(["a:2"]).used] == [5, 20, 3]
    assert [s.character for s in both.without(["a"]).used] == ["b"]
    colon = SampleArchive.of(pages("one"), [sample(":", "one", 5)])
    assert not colon.without([":"]).used
    assert not colon.without(["::1"]).used


@pytest.mark.parametrize(
    ("name", "message"),
    [("z", "no sample of 'z'"), ("a:9", "3 samples of 'a'"), ("a:x", "3 samples of 'a'"), ("b:0", "1 samples of 'b'")],
)
def test_samples_that_are_not_there_are_reported(name, message):
    with pytest.raises(OptionError, match=message):
        ONE.with_more(TWO).without([name])
