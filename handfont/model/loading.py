"""The shipped weights: loaded once a process, checked, never unpickled."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from handfont.errors import ModelError
from handfont.model.config import CURRENT, WEIGHTS, installed
from handfont.model.network import HandModel, channels_last
from handfont.model.population import Population


@dataclass(frozen=True, eq=False)
class Weights:
    """A trained model: the network and the population it was trained on."""

    network: HandModel
    population: Population

    @property
    def name(self) -> str:
        return self.network.config.name


def save_weights(weights: Weights, folder: Path) -> None:
    """Network and population as float16 safetensors, the configuration as JSON beside them."""
    tensors = {f"network.{key}": value.detach().to(torch.float16).contiguous().cpu()
               for key, value in weights.network.state_dict().items()}
    for field in fields(Population):
        tensors[f"population.{field.name}"] = torch.from_numpy(getattr(weights.population, field.name)).half()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / f"{weights.name}.safetensors")
    (folder / f"{weights.name}.json").write_text(weights.network.config.to_json(), encoding="utf-8")


@lru_cache(maxsize=2)
def load_weights(name: str = CURRENT, folder: Path = WEIGHTS) -> Weights:
    """The weights of the given name: network in float32 and evaluation mode, population.

    Raises:
        ModelError: the files are missing or damaged.
    """
    config = installed(name, folder)
    try:
        tensors = load_file(folder / f"{name}.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"the weights '{name}' in {folder} cannot be read ({error}); install handfont again"
                         ) from error
    # Not on the "meta" device: initialising an embedding there imports torch's compiler, which takes two seconds.
    state = torch.get_rng_state()
    network = HandModel(config)
    torch.set_rng_state(state)
    try:
        network.load_state_dict({key.removeprefix("network."): value.float() for key, value in tensors.items()
                                 if key.startswith("network.")}, assign=True)
        population = Population(**{field.name: tensors[f"population.{field.name}"].float().numpy()
                                   for field in fields(Population)})
    except (RuntimeError, KeyError) as error:
        raise ModelError(f"the weights '{name}' do not fit their configuration; install handfont again") from error
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return Weights(channels_last(network).eval(), population)
