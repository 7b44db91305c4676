from __future__ import annotations

import copy

import numpy as np
import torch

from handfont.core import sdf
from handfont.core.charset import INDEX, alike
from handfont.model import inference
from handfont.model.config import ModelConfig
from handfont.model.loading import load_weights
from handfont.model.reader import ConvNorm, folded, new_reader


def test_folding_keeps_the_function():
    torch.manual_seed(0)
    reader = new_reader(ModelConfig())
    for module in reader.modules():
        if isinstance(module, ConvNorm):
            module.norm.running_mean.normal_()
            module.norm.running_var.uniform_(0.5, 2)
    fields, metrics = torch.randn(4, sdf.GRID, sdf.GRID), torch.randn(4, 4)
    with torch.no_grad():
        before = reader.eval()(fields, metrics, torch.ones(4, 4))
        after = folded(copy.deepcopy(reader))(fields, metrics, torch.ones(4, 4))
    assert torch.allclose(before, after, atol=1e-4)
    assert not [m for m in folded(reader).modules() if isinstance(m, torch.nn.BatchNorm2d)]


def strokes(*lines):
    return [np.array(line, np.float32) for line in lines]


def test_plain_letters_are_read():
    circle = [(0.5 + 0.5 * np.cos(a), 0.5 + 0.5 * np.sin(a)) for a in np.linspace(0, 6.4, 40)]
    drawn = {
        "T": strokes([(0, 1.7), (1.2, 1.7)], [(0.6, 1.7), (0.6, 0)]),
        "L": strokes([(0, 1.7), (0, 0), (0.9, 0)]),
        "o": strokes(circle),
        "x": strokes([(0, 0), (0.8, 1)], [(0, 1), (0.8, 0)]),
        "+": strokes([(0, 0.5), (1, 0.5)], [(0.5, 0), (0.5, 1)]),
        "-": strokes([(0, 0), (0.8, 0)]),
    }
    fields = np.stack([sdf.from_strokes(lines, sdf.MIN_SIZE).field for lines in drawn.values()])
    probability = inference.read(load_weights().reader, fields)
    assert np.allclose(probability.sum(axis=1), 1, atol=1e-3)
    same = alike()
    for label, row in zip(drawn, probability, strict=True):
        assert same[INDEX[label], row.argmax()], label


def test_the_line_tells_a_small_letter_from_its_capital():
    circle = np.array([(np.cos(a), np.sin(a)) for a in np.linspace(0.9, 5.4, 40)], np.float32)
    field = sdf.from_strokes([circle], 0.1).field
    small, tall = (np.array([[np.log(size), size / 2, 0, 0]], np.float32) for size in (1.0, 1.75))
    known = np.array([[1, 1, 0, 0]], np.float32)
    reader = load_weights().reader
    low, high = (inference.read(reader, field[None], metrics, known)[0] for metrics in (small, tall))
    assert low[INDEX["c"]] > low[INDEX["C"]]
    assert high[INDEX["C"]] > high[INDEX["c"]]
