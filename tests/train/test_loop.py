from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from handfont.model.loading import load_weights
from handfont.train import corpus, loop
from handfont.train.config import TrainConfig
from handfont.train.episodes import EpisodeSampler

CONFIG = TrainConfig(name="tiny", batch=48, recogniser_steps=2, steps=3, warm_up=1, checkpoint_seconds=0,
                     report_every=1)


def test_episodes_use_other_characters_as_evidence(data, tmp_path):
    sampler = EpisodeSampler(corpus.build(data, "train", tmp_path, workers=1), seed=1, batch=48)
    for step in range(4):
        episode = sampler.draw(step)
        writers, glyphs, _ = episode.mask.shape
        labels = episode.labels.view(writers, glyphs)
        same = labels[:, :, None] == labels[:, None, :]
        assert not (episode.mask.bool() & same).any()
        assert (episode.mask.sum(-1) >= 1).all()
        again = sampler.draw(step)
        assert torch.equal(again.fields, episode.fields)
        assert torch.equal(again.mask, episode.mask)


def test_from_data_to_weights_and_an_interrupted_run_ends_the_same(data, tmp_path):
    straight = loop.build_weights(data, tmp_path / "a", tmp_path / "out", CONFIG, "cpu", report=lambda line: None)
    loaded = load_weights("tiny", tmp_path / "out")
    assert loaded.network.config == straight.network.config

    class StopError(Exception):
        pass

    def interrupt(line):
        if line.startswith("step 2"):
            raise StopError

    with pytest.raises(StopError):
        loop.run(data, tmp_path / "b", CONFIG, "cpu", interrupt)
    said = []
    resumed, _ = loop.run(data, tmp_path / "b", CONFIG, "cpu", said.append)
    assert "resumed at step 2" in said
    for name, value in resumed.state_dict().items():
        assert torch.equal(value, straight.network.state_dict()[name]), name


def test_training_lowers_the_loss(data, tmp_path):
    lines = []
    config = replace(CONFIG, steps=12, recogniser_steps=2)
    loop.run(data, tmp_path, config, "cpu", lines.append)
    values = [float(line.split("reconstruction ")[1].split()[0]) for line in lines if line.startswith("step ")]
    assert len(values) == 12
    assert values[-1] < values[0]
    assert np.isfinite(values).all()
