from __future__ import annotations

import numpy as np
import torch

from handfont.core import sdf
from handfont.train.data.augment import photographed


def ring(count=12):
    """A round letter, as a field."""
    turn = np.linspace(0, 2 * np.pi, 60)
    field = sdf.from_strokes([np.stack([np.cos(turn), np.sin(turn)], axis=1).astype(np.float32)], sdf.MIN_SIZE).field
    return torch.from_numpy(np.repeat(field[None], count, axis=0))


def test_a_photographed_glyph_is_measured_anew_and_stays_the_same_letter():
    clean = ring()
    spoiled = photographed(clean, torch.zeros(12), np.random.default_rng(1), share=1.0)
    assert spoiled.shape == clean.shape
    assert torch.isfinite(spoiled).all()
    assert spoiled.abs().max() <= sdf.TRUNCATE
    # The pen is brought back to the canonical one, whichever it was: the ring keeps its place and its hole.
    both = ((spoiled > 0) & (clean > 0)).sum((1, 2)) / ((spoiled > 0) | (clean > 0)).sum((1, 2))
    assert both.median() > 0.7
    assert not torch.equal(spoiled[0], spoiled[1])


def test_only_a_share_is_photographed_and_the_same_stream_spoils_the_same():
    clean = ring(40)
    one, two = (photographed(clean, torch.zeros(40), np.random.default_rng(3)) for _ in range(2))
    assert torch.equal(one, two)
    changed = (one != clean).any((1, 2)).sum()
    assert 0 < changed < 25
