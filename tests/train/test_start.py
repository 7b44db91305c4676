from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from handfont.errors import ModelError
from handfont.model.config import ModelConfig
from handfont.model.loading import halved
from handfont.model.network import HandModel
from handfont.model.reader import folded, new_reader
from handfont.train import start

OLD = replace(ModelConfig(), style=16, residual=24)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("start") / "old.safetensors"
    network = HandModel(OLD).eval()
    save_file(halved(network, "network") | halved(folded(new_reader(OLD)), "reader"), path)
    return network, path


def test_what_the_residual_means_carries_over_to_other_sizes(weights):
    old, path = weights
    new = HandModel(ModelConfig()).eval()
    start.adopt_network(new, start.read(path))
    label, u = torch.arange(5), torch.randn(5, OLD.residual)
    wider = torch.cat([u, torch.zeros(5, new.config.residual - OLD.residual)], -1)
    with torch.no_grad():
        field, metrics = old.decode(torch.zeros(5, OLD.style), u, label)
        again, measured = new.decode(torch.zeros(5, new.config.style), wider, label)
        image = torch.randn(5, 48, 48)
        assert torch.allclose(old.encode(image), new.encode(image), atol=2e-2)
    assert torch.allclose(field, again, atol=2e-2)
    assert torch.allclose(metrics, measured, atol=2e-2)


def test_the_reader_is_taken_as_it_is(weights):
    reader = start.reader_of(start.read(weights[1]), ModelConfig())
    assert reader(torch.zeros(2, 48, 48)).shape == (2, len(ModelConfig().characters))


def test_files_that_are_no_weights_are_told(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        start.read(tmp_path / "none.safetensors")
    save_file({"x": torch.zeros(1)}, tmp_path / "foreign.safetensors")
    with pytest.raises(ModelError, match="holds no weights of handfont"):
        start.read(tmp_path / "foreign.safetensors")


def test_weights_that_lack_a_layer_or_have_other_sizes_are_told(weights):
    tensors = start.read(weights[1])
    lacking = {key: value for key, value in tensors.items() if key != "network.metrics_head.2.bias"}
    with pytest.raises(ModelError, match=r"lack the layer metrics_head\.2\.bias"):
        start.adopt_network(HandModel(ModelConfig()), lacking)
    other = tensors | {"network.metrics_head.2.weight": torch.zeros(3, 3)}
    with pytest.raises(ModelError, match="layers of other sizes"):
        start.adopt_network(HandModel(ModelConfig()), other)
