from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from handfont.core.charset import ASCII, CHARACTERS
from handfont.errors import DataError, ModelError, TrainingError
from handfont.model.config import CURRENT, WEIGHTS, ModelConfig
from handfont.model.loading import arrays_of, load_weights
from handfont.train import embedder, forms, pipeline
from handfont.train.config import TrainConfig
from handfont.train.data import corpus
from handfont.train.data.episodes import LAYOUTS, EpisodeSampler

CONFIG = TrainConfig(
    name="tiny", batch=48, first_reader_steps=2, reader_steps=2, embedder_steps=2, steady_steps=2,
    aligner_steps=2, aligner_batch=4, ink_aligner_steps=2, ink_aligner_batch=4,
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def small():
    """Networks of a few channels, batches of a few glyphs, and forms of a few samples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            pipeline,
            "ModelConfig",
            lambda **given: ModelConfig(reader=(8, 16, 16, 24), reader_features=48, style=5, embedded=16, **given),
        )
        patch.setattr(embedder, "LAYOUT", (6, 8))
        patch.setattr(forms, "FEWEST", 4)
        yield


def build(data, work, out, **options):
    return pipeline.build_weights(
        data, work, out, CONFIG, "cpu", report=options.pop("report", lambda line: None), **options
    )


@pytest.fixture(scope="module")
def trained(data, prepared, tmp_path_factory):
    """A folder with all stages of a run, and its weights in ``out``."""
    work = shutil.copytree(prepared, tmp_path_factory.mktemp("trained"), dirs_exist_ok=True)
    build(data, work, work / "out")
    return work


@pytest.fixture
def work(trained, tmp_path):
    """A copy of that folder."""
    return shutil.copytree(trained, tmp_path / "work")


def test_episodes_are_of_writers_and_the_same_for_a_step(data, prepared):
    sampler = EpisodeSampler(corpus.build(data, "train", prepared), seed=1, batch=48)
    for step in range(4):
        episode, rows = sampler.draw(step), sampler.places(step)
        assert len(rows) == len(episode.labels) == len(episode.fields)
        _, glyphs = LAYOUTS[step % len(LAYOUTS)]
        owners = sampler.corpus.writers[rows].reshape(-1, glyphs)
        assert (owners == owners[:, :1]).all()
        again = sampler.draw(step)
        assert torch.equal(again.fields, episode.fields)
        assert not torch.equal(sampler.draw(step + 4).labels, episode.labels)


def test_from_data_to_weights_that_can_be_loaded(trained):
    weights = load_weights("tiny", trained / "out")
    assert weights.config.forms == "".join(form.character for form in weights.strokes.forms)
    assert weights.config.strokes == weights.strokes.dimensions
    assert weights.config.directions == weights.strokes.within.shape[1]
    assert set(weights.strokes.characters) <= set(CHARACTERS)
    assert len(set(weights.strokes.characters) & set(ASCII)) > 40
    joined = [form for form in weights.strokes.forms if any(form.joins)]
    assert {form.character for form in joined} <= set("volzi")
    assert {(form.character, tuple(form.joins)) for form in joined} >= {("v", (False, True)), ("o", (True, True))}
    assert weights.joins.back.shape == (len(CHARACTERS),)
    assert weights.evidence.loading.shape == (len(CHARACTERS), 16 + 2, 5)
    assert weights.reader.head.out_features == len(CHARACTERS)
    assert weights.embedder.head[-1].out_features == 16
    assert all(np.isfinite(array).all() for array in arrays_of(weights).values() if array.dtype.kind == "f")


def files(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.is_file()}


def test_an_interrupted_run_goes_on_where_it_stopped_and_ends_the_same(data, prepared, trained, tmp_path):
    class StopError(Exception):
        pass

    def interrupt(line):
        if "left out" in line:
            raise StopError

    work = shutil.copytree(prepared, tmp_path / "work")
    with pytest.raises(StopError):
        build(data, work, tmp_path / "out", report=interrupt)
    done = files(work)
    assert {"first-reader.pt", "reader.pt"} <= done.keys()
    assert "embedder.pt" not in done
    said = []
    build(data, work, tmp_path / "out", report=said.append)
    assert not [line for line in said if line.startswith("reader step")]
    assert [line for line in said if line.startswith("embedder step")]
    assert files(work) | done == files(work)
    one, other = (load_file(folder / "tiny.safetensors") for folder in (tmp_path / "out", trained / "out"))
    assert one.keys() == other.keys()
    for name in one:
        assert np.allclose(one[name], other[name], atol=1e-3), name


def test_a_finished_run_is_not_repeated_unless_asked(data, work):
    before, said = files(work), []
    build(data, work, work / "out", report=said.append)
    assert files(work) == before
    assert not [line for line in said if " step " in line]
    build(data, work, work / "out", fresh=True, report=said.append)
    after = files(work)
    assert [line for line in said if line.startswith("reader step")]
    assert {name for name in before if after.get(name) != before[name]} >= {"reader.pt", "embedder.pt", "steady.pt"}
    assert len(after) == len(before)


def test_networks_are_taken_from_other_weights(data, prepared, trained, work, tmp_path):
    fresh = shutil.copytree(prepared, tmp_path / "fresh")
    weights = build(data, fresh, tmp_path / "out", networks=trained / "out" / "tiny.safetensors")
    assert [path.name for path in fresh.glob("*.pt")] == ["aligner.pt"]
    taken, theirs = load_weights("tiny", tmp_path / "out"), load_weights("tiny", trained / "out")
    for network in ("reader", "embedder"):
        for name, value in getattr(theirs, network).state_dict().items():
            assert torch.equal(getattr(taken, network).state_dict()[name], value), name
    assert weights.strokes.forms_listed() == theirs.strokes.forms_listed()
    # In a folder where others were trained, what those said of the data is not taken for what these say.
    others = build(data, work, tmp_path / "other", networks=trained / "out" / "tiny.safetensors")
    assert np.array_equal(others.evidence.centre, weights.evidence.centre)
    assert len(list(work.glob("evidence-*"))) == 2


def test_networks_of_other_sizes_are_reported(data, prepared, tmp_path):
    work = shutil.copytree(prepared, tmp_path / "work")
    (tmp_path / "broken.safetensors").write_bytes(b"nothing")
    for path in (tmp_path / "broken.safetensors", WEIGHTS / f"{CURRENT}.safetensors"):
        with pytest.raises(ModelError, match="holds no reader and embedder of this handfont's sizes"):
            build(data, work, tmp_path / "out", networks=path)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["first-reader.pt", "reader.pt", "embedder.pt", "steady.pt", "evidence-*"])
def test_damaged_stages_are_reported(data, work, name):
    (path,) = work.glob(name)
    path.write_bytes(b"nothing")
    with pytest.raises(TrainingError, match=f"{path.name} is damaged.*delete it, or train with fresh") as raised:
        build(data, work, work / "out")
    assert "--fresh" in raised.value.message


def test_data_of_another_corpus_is_reported(data, work):
    (path,) = work.glob("wrong-*.npy")
    np.save(path, np.zeros(3, bool))
    with pytest.raises(TrainingError, match="belongs to other data"):
        build(data, work, work / "out")


def test_folders_without_the_data_are_reported(tmp_path):
    with pytest.raises(DataError, match="has no folder 'unipen'"):
        build(tmp_path, tmp_path / "work", tmp_path / "out")
    (tmp_path / "unipen").mkdir()
    (tmp_path / "unipen" / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match=r"chars_in_context\.train\.jsonl\.gz"):
        build(tmp_path, tmp_path / "work", tmp_path / "out")
    (tmp_path / "unipen" / "chars_in_context.train.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(DataError, match="cannot be read"):
        build(tmp_path, tmp_path / "work", tmp_path / "out")


def test_the_command_takes_networks_and_tells_what_is_wrong(handfont, data, tmp_path):
    (tmp_path / "broken.safetensors").write_bytes(b"nothing")
    done = handfont(
        "train",
        "--data",
        tmp_path,
        "--work",
        tmp_path / "w",
        "--out",
        tmp_path / "o",
        "--device",
        "cpu",
        "--networks",
        tmp_path / "broken.safetensors",
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "has no folder 'unipen'" in done.stderr


def test_the_configuration_says_what_the_weights_are(trained):
    told = json.loads((trained / "out" / "tiny.json").read_text(encoding="utf-8"))
    assert (told["name"], told["style"], told["embedded"], told["characters"]) == ("tiny", 5, 16, CHARACTERS)
