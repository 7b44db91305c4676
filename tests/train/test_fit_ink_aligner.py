from __future__ import annotations

import itertools

import numpy as np
import torch
from written_words import written

from handfont.model.ink_aligner import place_letters
from handfont.train.data.drawn_lines import drawn, line_of
from handfont.train.fit_ink_aligner import batched, train_ink_aligner

WORDS = ["".join(letters) for letters in itertools.product("olvz", repeat=3)]


def test_an_aligner_of_ink_learns_where_letters_are():
    network = train_ink_aligner([written(word) for word in WORDS], steps=60, batch=8, seed=1, report=lambda line: None)
    rng = np.random.default_rng(3)
    right = []
    for words in (["lov", "zol"], ["vov", "lzo"]):
        line = drawn(line_of([written(word) for word in words], rng), rng)
        with torch.no_grad():
            columns, cells = network(batched([line]).pictures)
        found = place_letters(columns[0].numpy(), cells[0].numpy(), line.text, line.places)
        right.append(found.letter == line.letter)
    assert np.concatenate(right).mean() > 0.85
