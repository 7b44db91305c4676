from __future__ import annotations

import numpy as np
from nearly import close

from handfont.candidates import OTHER_FORM, READABLE, SHRINK, Candidates
from handfont.charset import INDEX
from handfont.forms import euler_number
from handfont.hand import Hand
from handfont.model import inference

TEXT = "aekgRBx&" * 12
WILD = 2.2


def drawn(style):
    """Recipes and labels of a text, and noise under which many draws fail."""
    hand = Hand(style)
    hand.prepare(sorted(set(TEXT)))
    picked = [hand.ways(character)[0][1] for character in TEXT]
    labels = np.array([INDEX[character] for character in TEXT])
    residual = np.random.default_rng(5).standard_normal((1 + len(SHRINK), len(TEXT), len(picked[0].mean)))
    return hand, picked, labels, residual.astype(np.float32)


def test_the_first_that_passes_is_taken_else_the_best(style):
    """As if every candidate of every glyph had been drawn and read."""
    hand, picked, labels, residual = drawn(style)
    candidates = Candidates(hand._checker, picked, labels, style.latent)
    fields, metrics = candidates.best(WILD, residual)
    every, scores = [], []
    for shrink, noise in zip((1, *SHRINK), residual, strict=True):
        u = candidates.means + np.float32(shrink) * (candidates.deviations * WILD) * noise
        each, _ = inference.decode(hand.weights.network, style.latent, u, labels)
        each += np.stack([recipe.correction for recipe in picked])
        read = hand._checker.readability(each, labels) / [max(READABLE * recipe.readable, 1e-6) for recipe in picked]
        level = np.array([recipe.level for recipe in picked], np.float32)
        same = euler_number(each > level[:, None, None]) == [recipe.form for recipe in picked]
        every.append(each)
        scores.append(np.where(same & (read >= 1), 1.0, np.minimum(read, OTHER_FORM)))
    chosen = np.array(scores).argmax(axis=0)  # the first of the best
    assert len(set(chosen)) == 1 + len(SHRINK)
    assert close(fields, np.stack(every)[chosen, np.arange(len(TEXT))]) > 0.95
    assert metrics.shape == (len(TEXT), 4)


def test_without_variation_the_means_are_drawn(style):
    hand, picked, labels, residual = drawn(style)
    fields, _ = Candidates(hand._checker, picked, labels, style.latent).best(0.0, residual)
    alike = fields.reshape(12, -1, *fields.shape[1:])
    assert close(fields, np.broadcast_to(alike[:1], alike.shape).reshape(fields.shape)) == 1
