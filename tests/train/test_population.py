"""Tables measured on a corpus of known writers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.core import sdf
from handfont.core.sdf import GRID
from handfont.train.data.corpus import METRICS, Corpus
from handfont.train.population import LEAST_DEVIATION, UNKNOWN_DEVIATION, measure

STEM = np.array([[0.0, 0.0], [0.0, 1.6]], np.float32)


def corpus(heights, known_height=True, per_writer=3):
    """Stems of one character: each writer's stand ``heights`` above the line with their foot."""
    field, _, centre, side = sdf.from_strokes([STEM], sdf.MIN_SIZE)
    count = per_writer * len(heights)
    metrics, known = np.zeros((count, METRICS), np.float32), np.zeros((count, METRICS), bool)
    writers = np.repeat(np.arange(len(heights)), per_writer)
    metrics[:, 0], metrics[:, 1] = np.log(side), centre + np.asarray(heights)[writers]
    known[:, 0], known[:, 1] = True, known_height
    metrics[~known] = 1e6  # what is not known must not matter
    fields = np.repeat(sdf.quantize(field)[None], count, axis=0)
    return Corpus(fields, np.full(count, 2), writers, metrics, known, [str(w) for w in range(len(heights))])


@given(st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=9))
def test_size_height_and_foot_are_medians_over_writers(heights):
    found = measure(corpus(heights), 4)
    assert found.metric_mean[2, 0] == pytest.approx(np.log(1.6), abs=0.01)
    assert found.metric_mean[2, 1] == pytest.approx(0.8 + np.median(heights), abs=0.01)
    assert found.bottom[2] == pytest.approx(np.median(heights), abs=0.06)
    robust = 1.4826 * np.median(np.abs(heights - np.median(heights)))
    assert found.metric_std[2, 1] == pytest.approx(max(LEAST_DEVIATION, robust), abs=0.01)
    assert found.metric_std[2, 0] == pytest.approx(LEAST_DEVIATION)


def test_a_writer_with_many_glyphs_counts_once():
    many = corpus([0.0, 0.3, 0.4])
    rows = np.concatenate([np.repeat(np.arange(3), 20), np.arange(3, 9)])
    assert measure(many.subset(rows), 4).metric_mean[2, 1] == pytest.approx(0.8 + 0.3, abs=0.01)


def test_what_no_glyph_tells_is_uncertain():
    found = measure(corpus([0.1, 0.2], known_height=False), 4)
    assert found.metric_mean[2, 1] == 0
    assert found.metric_std[2, 1] == UNKNOWN_DEVIATION
    assert found.bottom[2] == 0
    assert found.metric_std[3] == pytest.approx(UNKNOWN_DEVIATION)
    assert found.metric_mean.shape == (4, METRICS)
    assert np.isfinite(found.metric_mean).all()


def test_a_field_without_ink_has_a_bottom():
    empty = corpus([0.0])
    empty.fields[:] = sdf.quantize(np.full((GRID, GRID), -3, np.float32))
    assert np.isfinite(measure(empty, 4).bottom).all()
