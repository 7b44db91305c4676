from __future__ import annotations

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from handfont.charset import ASCII, CHARACTERS
from handfont.errors import ModelError
from handfont.model import config, loading


def test_shipped_weights_know_all_printable_ascii():
    weights = loading.load_weights()
    assert weights.name == config.CURRENT
    assert weights.network.config.characters == CHARACTERS
    assert len(ASCII) == 94
    assert set(ASCII) <= set(weights.network.config.characters)
    assert weights.population.spread.shape == (len(CHARACTERS), weights.network.config.residual)
    assert (weights.population.spread > 0).all()
    assert (weights.population.metric_std > 0).all()


def test_shipped_weights_are_small_and_have_a_card():
    files = {path.name: path for path in config.WEIGHTS.iterdir()}
    assert files[f"{config.CURRENT}.safetensors"].stat().st_size < 16_000_000
    assert not [name for name in files if name.endswith((".pt", ".pkl", ".pickle"))]
    card = (config.WEIGHTS.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in card
    assert "OFL" in card


def test_saving_and_loading_keeps_the_weights(tmp_path):
    weights = loading.load_weights()
    loading.save_weights(weights, tmp_path)
    again = loading.load_weights(weights.name, tmp_path)
    for name, value in weights.network.state_dict().items():
        assert (value == again.network.state_dict()[name]).all(), name
    assert (weights.population.bottom == again.population.bottom).all()


def test_missing_and_damaged_weights_are_told(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        loading.load_weights("hand-9", tmp_path)
    for suffix in ("json", "safetensors"):
        shutil.copy(config.WEIGHTS / f"{config.CURRENT}.{suffix}", tmp_path / f"broken.{suffix}")
    (tmp_path / "broken.safetensors").write_bytes(b"\x00" * 100)
    with pytest.raises(ModelError, match="install handfont again"):
        loading.load_weights("broken", tmp_path)
    (tmp_path / "broken.json").write_text("{")
    config.installed.cache_clear()
    with pytest.raises(ModelError, match="cannot be read"):
        loading.load_weights("broken", tmp_path)


def test_foreign_weights_are_told(tmp_path):
    """A file of other tensors, of another character set, or with a weight that is not a number."""
    name = config.CURRENT
    for suffix in ("json", "safetensors"):
        shutil.copy(config.WEIGHTS / f"{name}.{suffix}", tmp_path / f"foreign.{suffix}")
    save_file({"layer.weight": torch.zeros(3)}, tmp_path / "foreign.safetensors")
    with pytest.raises(ModelError, match="do not fit"):
        loading.load_weights("foreign", tmp_path)
    shutil.copy(config.WEIGHTS / f"{name}.json", tmp_path / "broken.json")
    tensors = load_file(config.WEIGHTS / f"{name}.safetensors")
    tensors["network.decoder.basis.bias"] = torch.full_like(tensors["network.decoder.basis.bias"], torch.nan)
    save_file(tensors, tmp_path / "broken.safetensors")
    with pytest.raises(ModelError, match="do not fit"):
        loading.load_weights("broken", tmp_path)
    values = json.loads((tmp_path / "broken.json").read_text(encoding="utf-8"))
    (tmp_path / "other.json").write_text(json.dumps(values | {"characters": "abc"}), encoding="utf-8")
    shutil.copy(tmp_path / "broken.safetensors", tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="another set of characters"):
        loading.load_weights("other", tmp_path)
