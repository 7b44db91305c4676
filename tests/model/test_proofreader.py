from __future__ import annotations

import numpy as np
import pytest

from handfont.charset import ASCII, INDEX
from handfont.hand import Hand
from handfont.model import inference

TEXT = ASCII * 6


def test_drawn_glyphs_are_read_as_the_reader_reads_them(style):
    """Also broken ones: with twice the writer's variation, the most that can be asked for."""
    hand = Hand(style)
    hand.prepare(list(ASCII))
    recipes = [hand.ways(character)[0][1] for character in TEXT]
    labels = np.array([INDEX[character] for character in TEXT])
    noise = np.random.default_rng(2).standard_normal((len(TEXT), len(recipes[0].mean))).astype(np.float32)
    u = np.stack([recipe.mean + 2 * recipe.deviation * row for recipe, row in zip(recipes, noise, strict=True)])
    fields, _ = inference.decode(hand.weights.network, style.latent, u, labels)
    quick, slow = (inference.legibility(read, labels) for read in (
        inference.proofread(hand.weights.proofreader, fields), inference.read(hand.weights.reader, fields)))
    broken = slow < 0.5
    assert broken.sum() > 20
    assert ((quick < 0.5) == broken).mean() > 0.92


def test_a_glyph_is_read_alike_in_any_company(style):
    fields = Hand(style).sample(ASCII * 2, seed=1).fields
    proofreader = Hand(style).weights.proofreader
    whole = inference.proofread(proofreader, fields)
    assert inference.proofread(proofreader, fields[150:170]) == pytest.approx(whole[150:170], abs=0.01)
