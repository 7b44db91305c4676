from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import torch
from written_words import written

from handfont.model.ink_aligner import place_letters
from handfont.train.data import photographed_words
from handfont.train.data.drawn_lines import drawn, line_of
from handfont.train.fit_ink_aligner import Words, batched, train_ink_aligner

WORDS = ["".join(letters) for letters in itertools.product("olvz", repeat=3)]


def test_an_aligner_of_ink_learns_where_letters_are():
    words = Words([written(word) for word in WORDS])
    network = train_ink_aligner(words, steps=60, batch=8, seed=1, report=lambda line: None)
    rng = np.random.default_rng(3)
    right = []
    for words in (["lov", "zol"], ["vov", "lzo"]):
        line = drawn(line_of([written(word) for word in words], rng), rng)
        with torch.no_grad():
            scores = network(batched([line]).pictures)
        found = place_letters(scores.columns[0].numpy(), scores.cells[0].numpy(), line.text, line.places)
        right.append(found.letter == line.letter)
    assert np.concatenate(right).mean() > 0.85


def test_photographed_words_of_which_only_the_text_is_known_are_learnt_from():
    photographs = photographed_words.read(Path(__file__).parents[1] / "data" / "dhsd", "train")
    words = Words([written("lov")], photographs)
    reports: list[str] = []
    network = train_ink_aligner(words, steps=3, batch=8, seed=1, report=reports.append)
    seen = photographed_words.seen(photographs[0])
    with torch.no_grad():
        scores = network(batched([seen]).pictures)
    assert torch.isfinite(scores.columns).all() and reports


def test_an_aligner_goes_on_to_learn():
    first = train_ink_aligner(Words([written("lov")]), steps=2, batch=2, seed=1, report=lambda line: None)
    before = [parameter.clone() for parameter in first.parameters()]
    again = train_ink_aligner(Words([written("zov")]), 2, 2, 2, lambda line: None, first)
    assert again is first
    assert any((a != b).any() for a, b in zip(before, again.parameters(), strict=True))
