from __future__ import annotations

import numpy as np

from handfont.evaluate.measures import overlap
from handfont.evaluate.ways import WAYS
from handfont.evaluate.writers import shapes
from handfont.model.loading import load_weights

CHARACTERS = list("#$*<>@{}~^")


def test_only_samples_vary(style):
    weights = load_weights()
    unseen = [character for character in CHARACTERS if character not in style.characters]
    assert unseen
    alike = {name: overlap(*(shapes(way(weights, style, unseen, seed)) for seed in (1, 2)))
             for name, way in WAYS.items()}
    assert (alike["average of all forms"] == 1).all()
    assert (alike["mean of the likeliest form"] == 1).all()
    assert (alike["full samples, unchecked"] < 0.97).all()
    drawn = alike["as the hand draws it"]
    assert (drawn < 0.99).all()
    assert np.mean(drawn) > np.mean(alike["full samples, unchecked"])
