from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from handfont.model.config import ModelConfig
from handfont.model.network import HandModel
from handfont.train import corpus, prior
from handfont.train.config import TrainConfig
from handfont.train.prior import fit_prior, latents


def test_the_prior_learns_the_residuals_of_real_glyphs(data, prepared, monkeypatch):
    monkeypatch.setattr(prior, "LAYOUT", (24, 16))
    train = corpus.build(data, "train", prepared)
    train = train.subset(train.real)
    torch.manual_seed(0)
    network = HandModel(ModelConfig(encoder=(8, 16, 32, 48), reader=(8, 16, 24, 32))).eval().requires_grad_(False)
    # Glyphs of an untrained network say little of their characters; an offset for each stands in.
    network.character.weight.mul_(3)
    said = []
    fit_prior(network, train, replace(TrainConfig(), prior_steps=201), torch.device("cpu"), said.append)
    first, last = (float(line.split(" nats ")[1].split()[0]) for line in (said[0], said[-1]))
    assert last < first
    seen = latents(network, train, torch.device("cpu"), fast=True)[1].mean
    labels = torch.from_numpy(train.labels)
    z = torch.zeros(len(labels), network.config.style)
    right = network.prior(z, labels).log_prob(seen).mean()
    wrong = network.prior(z, labels.roll(7)).log_prob(seen).mean()
    assert right > wrong


def test_virtual_writers_are_not_real(data, prepared):
    train = corpus.build(data, "train", prepared)
    named = np.array(train.names)[train.writers]
    assert train.real.any()
    assert not train.real.all()
    assert all("~" not in name for name in named[train.real])
