"""Small archives of samples for tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handfont.core.glyph import GlyphSample, Metrics, Skeleton
from handfont.style.posterior import Rhythm
from handfont.style.sample_archive import ArchivedPage, ArchivedSample, SampleArchive
from handfont.style.sample_file import as_stored


def sample(character, page, left, top=0):
    rng = np.random.default_rng([ord(character), left])
    shape = rng.uniform(-6, 6, (48, 48)).astype(np.float32)
    metrics = Metrics(1.23456789, 0.5, None, 0.111119)
    # The b is one of those that an older handfont kept, without their middle line.
    skeleton = (
        None
        if character == "b"
        else Skeleton(rng.uniform(-2, 2, (left, 2)).astype(np.float32), rng.uniform(0, 0.2, left).astype(np.float32))
    )
    read = GlyphSample(character, shape, metrics, 0.123456, page, (left, top, left + 9, top + 9), skeleton=skeleton)
    return ArchivedSample(as_stored(read), page, crop=bytes([left % 256]) * left)


def pages(*names):
    return [
        ArchivedPage(name, name, "grid", "#102030", 2.1, Rhythm(letter_gap=0.2, measured=True), ("q",), ("A note.",))
        for name in names
    ]


ONE = SampleArchive.of(pages("one"), [sample("a", "one", 5), sample("b", "one", 20), sample("a", "one", 40)])
TWO = SampleArchive.of(pages("two"), [sample("a", "two", 3)])


def same(first, second):
    assert first.pages == second.pages
    assert len(first.samples) == len(second.samples)
    for a, b in zip(first.samples, second.samples, strict=True):
        assert np.array_equal(a.sample.shape, b.sample.shape)
        assert replace(a.sample, shape=b.sample.shape, skeleton=b.sample.skeleton) == b.sample
        assert (a.sample.skeleton is None) == (b.sample.skeleton is None)
        if a.sample.skeleton is not None and b.sample.skeleton is not None:
            assert np.array_equal(a.sample.skeleton.points, b.sample.skeleton.points)
            assert np.array_equal(a.sample.skeleton.widths, b.sample.skeleton.widths)
        assert (a.page, a.doubt, a.dropped, a.crop) == (b.page, b.doubt, b.dropped, b.crop)
