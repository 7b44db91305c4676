from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from handfont.model.config import ModelConfig
from handfont.model.loading import load_weights
from handfont.model.network import HandModel, doubled
from handfont.train import corpus, proofreading
from handfont.train import distil as distilling
from handfont.train.config import TrainConfig
from handfont.train.distil import Situations, distil
from handfont.train.proofreading import train_proofreader
from handfont.train.wide import WideDecoder

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(distilling, "LAYOUT", (8, 8))
    monkeypatch.setattr(proofreading, "WRITTEN", 16)


@pytest.fixture(scope="module")
def taught(data, tmp_path_factory):
    """A teacher, and what its pupils are asked."""
    train = corpus.build(data, "train", tmp_path_factory.mktemp("distil"), workers=1)
    torch.manual_seed(0)
    shape = ModelConfig()
    network = HandModel(shape).eval()
    network.decoder = WideDecoder((16, 8, 8), shape.features, len(shape.characters))
    network.requires_grad_(False)
    return network, Situations(network, train, TrainConfig(), CPU), train


def test_doubling_is_a_pixel_shuffle():
    x = torch.randn(2, 12, 3, 5)
    # torch counts channels first, then places: the other way round.
    expected = F.pixel_shuffle(x.view(2, 4, 3, 3, 5).transpose(1, 2).reshape(2, 12, 3, 5), 2)
    assert torch.equal(doubled(x), expected)


def test_situations_are_those_of_hands(taught):
    network, situations, _ = taught
    z, u, character = situations.draw(0)
    assert z.shape == (64, network.config.style)
    assert u.shape == (64, network.config.residual)
    assert character.shape == (64,)
    assert torch.isfinite(z).all()
    assert torch.isfinite(u).all()
    assert character.min() >= 0
    assert character.max() < len(network.config.characters)
    situations.draw(1)
    assert all(map(torch.equal, situations.draw(0), (z, u, character)))


def test_a_pupil_learns_to_draw_as_its_teacher(taught):
    network, situations, _ = taught
    said = []
    pupil = distil(network, situations, replace(TrainConfig(), distil_steps=201, average=0.9), said.append)
    first, last = (float(line.split(" edge ")[1].split()[0]) for line in (said[0], said[-1]))
    assert last < first / 2
    z, u, character = situations.draw(1000)
    joint = torch.cat([z, u, network.character(character)], -1)
    with torch.no_grad():
        wanted, drawn = network.decoder(network.condition(joint), character), pupil(joint, character)
        other = pupil(joint, character.roll(1))
    assert F.l1_loss(drawn, wanted) < F.l1_loss(other, wanted)


def test_a_proofreader_learns_to_read_as_the_reader(taught):
    network, situations, train = taught
    said = []
    train_proofreader(network, load_weights().reader, situations, train, replace(TrainConfig(), proofreader_steps=201),
                      said.append)
    first, last = (float(line.split("nats apart ")[1].split()[0]) for line in (said[0], said[-1]))
    assert last < first / 2
