from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from handfont.model.config import ModelConfig
from handfont.model.gaussians import Gaussian
from handfont.model.loading import load_weights
from handfont.model.network import HandModel
from handfont.train import corpus
from handfont.train.config import TrainConfig
from handfont.train.distil import Situations, distil
from handfont.train.proofreading import train_proofreader
from handfont.train.wide import WideDecoder

CPU = torch.device("cpu")


SMALL = replace(TrainConfig(), distil_batch=32)


@pytest.fixture(scope="module")
def taught(data, prepared):
    """A teacher, and what its pupils are asked."""
    train = corpus.build(data, "train", prepared)
    train = train.subset(train.real)
    torch.manual_seed(0)
    shape = ModelConfig(features=64, encoder=(8, 16, 32, 48), reader=(8, 16, 24, 32), decoder=(256, 2, 96))
    network = HandModel(shape).eval()
    network.decoder = WideDecoder((16, 8, 8), shape.features, len(shape.characters))
    network.requires_grad_(False)
    return network, Situations.of(network, train, TrainConfig(), CPU), train


def test_situations_are_those_of_hands(taught):
    network, situations, _ = taught
    z, u, character = situations.draw(0, 64)
    assert z.shape == (64, network.config.style)
    assert u.shape == (64, network.config.residual)
    assert character.shape == (64,)
    assert torch.isfinite(z).all()
    assert torch.isfinite(u).all()
    assert character.min() >= 0
    assert character.max() < len(network.config.characters)
    situations.draw(1, 64)
    assert all(map(torch.equal, situations.draw(0, 64), (z, u, character)))


def test_characters_come_evenly_whatever_a_writer_wrote_most(taught):
    network, _, _ = taught
    labels = np.array([0] * 90 + list(range(1, 10)))
    evidence, residual = (Gaussian(torch.zeros(99, size), torch.zeros(99, size)) for size in (
        network.config.style, network.config.residual))
    character = Situations(network, evidence, residual, labels, np.zeros(99, np.int64), 1).draw(0, 2000)[2]
    # Half of them are any character; of the others every tenth is the one that was written ninety times.
    for one in (0, 5):
        assert (character == one).float().mean() == pytest.approx(0.05 + 0.5 / len(network.config.characters), abs=0.02)


def test_a_style_is_told_by_its_own_writer(taught):
    """With all evidence certain and apart for each writer, styles are those of writers, or between two."""
    network, _, train = taught
    count = len(train.labels)
    means = torch.zeros(count, network.config.style)
    means[:, 0] = torch.from_numpy(train.writers.astype(np.float32))
    evidence = Gaussian(means, torch.full_like(means, -14.0))
    residual = Gaussian(torch.zeros(count, network.config.residual), torch.zeros(count, network.config.residual))
    z = Situations(network, evidence, residual, train.labels, train.writers, 1).draw(0, 256)[0]
    assert (z[:, 0] > -0.1).all()
    assert (z[:, 0] < train.writers.max() + 0.1).all()
    assert ((z[:, 0] - z[:, 0].round()).abs() < 0.02).float().mean() > 0.7


def test_a_pupil_learns_to_draw_as_its_teacher(taught):
    network, situations, _ = taught
    said = []
    pupil = distil(network, situations, replace(SMALL, distil_steps=201, average=0.9), said.append)
    first, last = (float(line.split(" edge ")[1].split()[0]) for line in (said[0], said[-1]))
    assert last < first / 2
    z, u, character = situations.draw(1000, 64)
    joint = torch.cat([z, u, network.character(character)], -1)
    with torch.no_grad():
        wanted, drawn = network.decoder(network.condition(joint), character), pupil(joint, character)
        other = pupil(joint, character.roll(1))
    assert F.l1_loss(drawn, wanted) < F.l1_loss(other, wanted)


def test_a_proofreader_learns_to_read_as_the_reader(taught):
    network, situations, train = taught
    said = []
    few = replace(SMALL, distil_batch=16, proofreader_steps=201)
    train_proofreader(network, load_weights().reader, situations, train, few, said.append)
    first, last = (float(line.split("nats apart ")[1].split()[0]) for line in (said[0], said[-1]))
    assert last < first / 2
