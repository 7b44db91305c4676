from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from handfont.core.charset import ASCII, CHARACTERS
from handfont.core.forms import POINTS
from handfont.errors import ModelError
from handfont.model import config, loading
from handfont.model.config import CURRENT, WEIGHTS
from handfont.model.evidence import PLACES
from handfont.model.networks import load_networks, save_weights


def test_shipped_weights_know_all_printable_ascii():
    weights = loading.load_weights()
    shape, model = weights.config, weights.strokes
    assert weights.name == shape.name == CURRENT
    assert shape.characters == CHARACTERS
    assert len(ASCII) == 94
    assert set(ASCII) <= set(CHARACTERS) & set(model.characters)
    assert shape.forms == "".join(form.character for form in model.forms)
    assert (shape.strokes, shape.directions) == (model.dimensions, model.within.shape[1])
    assert weights.evidence.loading.shape == (len(CHARACTERS), shape.embedded + PLACES, shape.style)
    assert (weights.evidence.noise > 0).all()
    assert weights.population.metric_mean.shape == (len(CHARACTERS), shape.metrics)
    assert (weights.population.metric_std > 0).all()


def test_every_character_can_be_written():
    """Also those that are written alone or as marks of composed ones; each has a hand that it may be taken from."""
    model = loading.load_weights().strokes
    assert set(model.characters) == set(CHARACTERS)
    assert set(model.hand_form.tolist()) <= set(range(len(model.forms)))
    assert {model.forms[form].character for form in model.hand_form} == set(CHARACTERS)


def test_the_arrays_of_the_shipped_strokes_fit_each_other():
    shape, model = loading.load_weights().config, loading.load_weights().strokes
    forms, hands = len(model.forms), len(model.hand_form)
    expected = {"mean": (forms, 2 * POINTS), "basis": (forms, shape.strokes, 2 * POINTS),
                "deviation": (forms, shape.strokes), "within": (forms, shape.directions, shape.strokes),
                "height": (forms, 3), "slope": (forms, shape.strokes, shape.style), "hand_form": (hands,),
                "hand_latent": (hands, shape.strokes), "hand_style": (hands, shape.style),
                "hand_embedding": (hands, shape.embedded)}  # fmt: skip
    for name, size in expected.items():
        assert getattr(model, name).shape == size, name
    product = np.einsum("fup,fvp->fuv", model.basis, model.basis)
    # Orthonormal directions; where a form's samples vary in fewer, the others are zero.
    there = model.basis.any(axis=2)
    assert np.allclose(product, there[:, :, None] * np.eye(shape.strokes), atol=0.02)
    assert there[:, 0].all() and there.mean() > 0.8
    assert ((model.height[:, 0] >= 0) & (model.height[:, 0] <= 1)).all()


def test_shipped_weights_are_small_and_have_a_card():
    files = {path.name: path for path in WEIGHTS.iterdir()}
    assert files[f"{CURRENT}.safetensors"].stat().st_size < 16_200_000
    assert not [name for name in files if name.endswith((".pt", ".pkl", ".pickle"))]
    card = (WEIGHTS.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in card
    assert "OFL" in card


def test_loading_for_writing_does_not_load_the_networks():
    code = (
        "import sys; from handfont.model.loading import load_weights; w = load_weights(); "
        "before = 'torch' in sys.modules; w.reader; print(before, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"


def test_saving_and_loading_keeps_the_weights(tmp_path):
    weights = loading.load_weights()
    save_weights(weights, tmp_path / "new")
    again = loading.load_weights(weights.name, tmp_path / "new")
    before, after = loading.arrays_of(weights), loading.arrays_of(again)
    assert before.keys() == after.keys()
    for name, value in before.items():
        assert np.array_equal(value, after[name]), name
    assert again.config == weights.config
    assert again.strokes.forms_listed() == weights.strokes.forms_listed()
    for network in ("reader", "embedder"):
        for name, value in getattr(weights, network).state_dict().items():
            assert torch.equal(value, getattr(again, network).state_dict()[name]), name
    for suffix in ("safetensors", "json"):
        assert (tmp_path / "new" / f"{weights.name}.{suffix}").stat().st_mode & 0o044 == 0o044


@pytest.fixture
def copied(tmp_path):
    """The shipped weights under the name ``broken``."""
    for suffix in ("json", "safetensors"):
        shutil.copy(WEIGHTS / f"{CURRENT}.{suffix}", tmp_path / f"broken.{suffix}")
    return tmp_path


def forms_in():

    with safe_open(WEIGHTS / f"{CURRENT}.safetensors", "np") as file:
        return file.metadata()


def changed(folder, change):
    """Write the tensors anew as ``change`` leaves them."""
    tensors = load_file(WEIGHTS / f"{CURRENT}.safetensors")
    change(tensors)
    save_file(tensors, folder / "broken.safetensors", forms_in())


def test_missing_and_damaged_weights_are_reported(copied):
    with pytest.raises(ModelError, match="cannot be read"):
        loading.load_weights("hand-9", copied)
    (copied / "broken.safetensors").write_bytes(b"\x00" * 100)
    with pytest.raises(ModelError, match="install handfont again"):
        loading.load_weights("broken", copied)
    (copied / "broken.safetensors").unlink()
    with pytest.raises(ModelError, match="install handfont again"):
        loading.load_weights("broken", copied)
    (copied / "broken.json").write_text("{")
    config.installed.cache_clear()
    with pytest.raises(ModelError, match="cannot be read"):
        loading.load_weights("broken", copied)


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.clear(),
        lambda tensors: tensors.pop("strokes.basis"),
        lambda tensors: tensors.pop("evidence.noise"),
        lambda tensors: tensors.pop("strokes.template.0"),
        lambda tensors: tensors.update({"layer.weight": torch.zeros(3)}),
        lambda tensors: tensors.update({"evidence.more": torch.zeros(3)}),
        lambda tensors: tensors["strokes.mean"].fill_(torch.nan),
        lambda tensors: tensors["population.metric_std"].fill_(torch.inf),
    ],
    ids=range(8),
)
def test_tables_of_another_kind_are_reported(copied, change):
    changed(copied, change)
    with pytest.raises(ModelError, match="install handfont again"):
        loading.load_weights("broken", copied)


def test_weights_without_their_forms_are_reported(copied):
    for forms in (None, {"forms": "[["}, {"forms": "[[1]]"}, {"forms": json.dumps([["a", [3]]])}):
        save_file(load_file(WEIGHTS / f"{CURRENT}.safetensors"), copied / "broken.safetensors", forms)
        with pytest.raises(ModelError, match="install handfont again"):
            loading.load_weights("broken", copied)


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.pop("reader.head.weight"),
        lambda tensors: tensors["reader.head.bias"].fill_(torch.nan),
        lambda tensors: tensors.update({"embedder.head.0.weight": torch.zeros(3)}),
    ],
    ids=["missing", "not a number", "size"],
)
def test_networks_that_do_not_fit_are_told_when_they_are_asked_for(copied, change):
    changed(copied, change)
    weights = loading.load_weights("broken", copied)
    assert weights.strokes.forms
    for _ in range(2):
        with pytest.raises(ModelError, match="do not fit"):
            _ = weights.reader
    with pytest.raises(ModelError, match="cannot be read"):
        load_networks(copied / "none.safetensors", weights.config)


def test_weights_for_another_set_of_characters_are_reported(copied):
    values = json.loads((copied / "broken.json").read_text(encoding="utf-8"))
    (copied / "broken.json").write_text(json.dumps(values | {"characters": "abc"}), encoding="utf-8")
    with pytest.raises(ModelError, match="another set of characters"):
        loading.load_weights("broken", copied)


def test_loading_networks_leaves_the_random_numbers_as_they_were():
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    load_networks(WEIGHTS / f"{CURRENT}.safetensors", loading.load_weights().config)
    assert torch.equal(torch.rand(1), expected)
