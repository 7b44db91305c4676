from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from handfont.errors import DataError, TrainingError
from handfont.model.config import ModelConfig
from handfont.model.loading import load_weights
from handfont.train import corpus, likeness, loop, prior
from handfont.train.config import TrainConfig
from handfont.train.episodes import EpisodeSampler

CONFIG = TrainConfig(name="tiny", batch=48, first_reader_steps=2, reader_steps=2, embedder_steps=2, steady_steps=2,
                     steps=3, prior_steps=2, settle_steps=2, distil_steps=2, proofreader_steps=2, warm_up=1,
                     wide=(16, 8, 8), distil_batch=48, checkpoint_seconds=0, report_every=1)


@pytest.fixture(scope="module", autouse=True)
def small():
    """Networks of a few channels, and batches of a few glyphs."""
    sizes = {"features": 64, "encoder": (8, 8, 16, 16), "decoder": (64, 2, 32), "reader": (8, 16, 16, 24),
             "reader_features": 48, "proofreader": (48, 32)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "ModelConfig", lambda **given: ModelConfig(**sizes, **given))
        patch.setattr(likeness, "LAYOUT", (6, 8))
        patch.setattr(prior, "LAYOUT", (6, 16))
        yield


def test_episodes_use_other_characters_as_evidence(data, prepared):
    sampler = EpisodeSampler(corpus.build(data, "train", prepared), seed=1, batch=48)
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


def test_from_data_to_weights_and_an_interrupted_run_ends_the_same(data, prepared, tmp_path):
    for name in "ab":
        shutil.copytree(prepared, tmp_path / name)
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
    resumed, *_ = loop.run(data, tmp_path / "b", CONFIG, "cpu", said.append)
    assert "resumed at step 2" in said
    for name, value in resumed.state_dict().items():
        assert torch.allclose(value, straight.network.state_dict()[name], atol=1e-3), name


@pytest.fixture(scope="module")
def trained(data, prepared, tmp_path_factory):
    """A folder with all stages of a run done but the last, which stops at its first batch."""
    work = shutil.copytree(prepared, tmp_path_factory.mktemp("trained"), dirs_exist_ok=True)
    loop.run(data, work, replace(CONFIG, steps=1), "cpu", lambda line: None)
    return work


def test_training_lowers_the_loss(data, trained, tmp_path):
    work = shutil.copytree(trained, tmp_path / "work")
    for name in ("checkpoint.pt", "settled.pt"):
        (work / name).unlink(missing_ok=True)
    lines = []
    config = replace(CONFIG, steps=12)
    loop.run(data, work, config, "cpu", lines.append)
    values = [float(line.split("reconstruction ")[1].split()[0]) for line in lines if line.startswith("step ")]
    assert len(values) == 12 + config.settle_steps
    values = values[:12]
    assert values[-1] < values[0]
    assert np.isfinite(values).all()


def test_a_loss_that_is_no_number_stops_and_keeps_the_checkpoint(data, trained, tmp_path, monkeypatch):
    work = shutil.copytree(trained, tmp_path / "work")
    before = (work / "checkpoint.pt").read_bytes()
    monkeypatch.setattr(loop, "episode_loss", lambda *_: (torch.tensor(float("nan"), requires_grad=True), {}))
    with pytest.raises(TrainingError, match="no longer a number at step 1"):
        loop.run(data, work, CONFIG, "cpu", lambda line: None)
    assert (work / "checkpoint.pt").read_bytes() == before


@pytest.mark.parametrize("name", ["reader.pt", "embedder.pt", "checkpoint.pt"])
def test_damaged_stages_are_told(data, trained, tmp_path, name):
    work = shutil.copytree(trained, tmp_path / "work")
    (work / name).write_bytes(b"nothing")
    with pytest.raises(TrainingError, match=f"{name} is damaged"):
        loop.run(data, work, CONFIG, "cpu", lambda line: None)


def test_a_checkpoint_of_another_run_is_not_continued(data, trained, tmp_path):
    work = shutil.copytree(trained, tmp_path / "work")
    with pytest.raises(TrainingError, match="the configuration differs"):
        loop.run(data, work, replace(CONFIG, learning_rate=1.0), "cpu", lambda line: None)


def test_data_of_another_corpus_is_told(data, trained, tmp_path):
    work = shutil.copytree(trained, tmp_path / "work")
    np.save(work / "wrong.npy", np.zeros(3, bool))
    with pytest.raises(TrainingError, match="belongs to other data"):
        loop.run(data, work, CONFIG, "cpu", lambda line: None)


def test_folders_without_the_data_are_told(data, tmp_path):
    with pytest.raises(DataError, match="has no folder 'unipen'"):
        loop.run(tmp_path, tmp_path / "work", CONFIG, "cpu", lambda line: None)
    (tmp_path / "unipen").mkdir()
    (tmp_path / "unipen" / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match=r"chars_in_context\.train\.jsonl\.gz"):
        loop.run(tmp_path, tmp_path / "work", CONFIG, "cpu", lambda line: None)
    (tmp_path / "unipen" / "chars_in_context.train.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(DataError, match="cannot be read"):
        loop.run(tmp_path, tmp_path / "work", CONFIG, "cpu", lambda line: None)
