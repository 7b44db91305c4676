"""Offsets packed into a word and read back."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from handfont.core.forms import POINTS
from handfont.style.offsets import STEP, as_stored, from_text, to_text

offsets = arrays(np.float32, (POINTS, 2), elements=st.floats(-1, 1, width=32))


@given(offsets)
def test_what_is_read_back_is_what_was_stepped(values):
    kept = as_stored(values)
    assert np.array_equal(from_text(to_text(values)), kept)
    assert np.array_equal(from_text(to_text(kept)), kept)
    assert np.array_equal(as_stored(kept), kept)


@given(offsets)
def test_a_step_is_the_most_that_is_lost(values):
    inside = np.abs(values) <= 127 * STEP
    assert np.abs(as_stored(values) - values)[inside].max(initial=0.0) <= STEP / 2 + 1e-6
    assert np.abs(as_stored(values)).max() <= 127 * STEP + 1e-6


def test_words_are_short():
    assert len(to_text(np.zeros((POINTS, 2)))) < 30


@pytest.mark.parametrize(
    "word",
    [
        "",
        "no word",
        "****",
        "AAAA",
        "ä",
        base64.b64encode(b"plain bytes").decode(),
        base64.b64encode(zlib.compress(b"short")).decode(),
        base64.b64encode(zlib.compress(bytes(2 * POINTS + 1))).decode(),
        base64.b64encode(zlib.compress(bytes(50_000_000))).decode(),
        base64.b64encode(zlib.compress(bytes(2 * POINTS))[:-8]).decode()[:-4],
    ],
)
def test_other_words_are_refused(word):
    with pytest.raises(ValueError, match=r"values instead of|base64|decompressing|ASCII|padding"):
        from_text(word)


def test_a_word_that_would_fill_the_memory_is_not_unpacked():
    bomb = base64.b64encode(zlib.compress(bytes(200_000_000), 9)).decode()
    assert len(bomb) < 300_000
    with pytest.raises(ValueError, match=f"{2 * POINTS + 1} values instead of {2 * POINTS}"):
        from_text(bomb)
