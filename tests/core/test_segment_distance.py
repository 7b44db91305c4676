from __future__ import annotations

import numpy as np
import pytest

from handfont.core.segment_distance import squared


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_compiled_loops_give_what_whole_arrays_do(kind):
    rng = np.random.default_rng(1)
    starts, ways = rng.normal(0, 1, (2, 30, 2)).astype(kind)
    ways[:3] = 0  # points
    lengths = np.maximum(ways[:, 0] * ways[:, 0] + ways[:, 1] * ways[:, 1], 1e-12)
    columns, rows = (np.linspace(-2, 2, count).astype(np.float32) for count in (20, 30))
    dx, dy = ways.T
    px, py = columns[None, :, None] - starts[:, 0], rows[:, None, None] - starts[:, 1]
    along = np.clip((px * dx + py * dy) / lengths, 0.0, 1.0)
    wanted = ((px - along * dx) ** 2 + (py - along * dy) ** 2).min(axis=-1)
    found = squared(starts, ways, lengths, columns, rows)
    assert found.dtype == wanted.dtype
    assert np.array_equal(found, wanted)
