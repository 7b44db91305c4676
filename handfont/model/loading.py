"""The shipped weights: loaded once a process, checked, never unpickled."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from handfont.charset import CHARACTERS
from handfont.errors import ModelError
from handfont.model.config import CURRENT, WEIGHTS, installed
from handfont.model.network import HandModel, channels_last
from handfont.model.population import Population
from handfont.model.proofreader import Proofreader, new_proofreader
from handfont.model.reader import Reader, folded, new_reader


@dataclass(frozen=True, eq=False)
class Weights:
    """A trained model: the network, the readers, and the population they were trained on."""

    network: HandModel
    reader: Reader
    proofreader: Proofreader
    population: Population

    @property
    def name(self) -> str:
        return self.network.config.name


def save_weights(weights: Weights, folder: Path) -> None:
    """Networks and population as float16 safetensors, the configuration as JSON beside them."""
    tensors = (halved(weights.network, "network") | halved(folded(deepcopy(weights.reader)), "reader")
               | halved(weights.proofreader, "proofreader"))
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
    if config.characters != CHARACTERS:
        raise ModelError(f"the weights '{name}' in {folder} are for another set of characters; install handfont again")
    # Not on the "meta" device: initialising an embedding there imports torch's compiler, which takes two seconds.
    state = torch.get_rng_state()
    network, reader, proofreader = HandModel(config), folded(new_reader(config)), new_proofreader(config)
    torch.set_rng_state(state)
    try:
        fill(network, "network", tensors)
        fill(reader, "reader", tensors)
        fill(proofreader, "proofreader", tensors)
        population = Population(**{field.name: tensors[f"population.{field.name}"].float().numpy()
                                   for field in fields(Population)})
    except (RuntimeError, KeyError) as error:
        raise ModelError(f"the weights '{name}' do not fit their configuration; install handfont again") from error
    return Weights(channels_last(network).eval(), channels_last(reader), proofreader, population)


def halved(module: nn.Module, part: str) -> dict[str, Tensor]:
    """The module's parameters and buffers as one part of a file: in float16, counters as they are."""
    return {f"{part}.{key}": (value.half() if value.is_floating_point() else value).detach().cpu().contiguous()
            for key, value in module.state_dict().items()}


def fill(module: nn.Module, part: str, tensors: dict[str, Tensor]) -> None:
    """The module's parameters and buffers, in float32, from the tensors of one part of the file."""
    own = {key.removeprefix(f"{part}."): value for key, value in tensors.items() if key.startswith(f"{part}.")}
    module.load_state_dict({key: value.float() if value.is_floating_point() else value for key, value in own.items()},
                           assign=True)
    for parameter in module.parameters():
        if not torch.isfinite(parameter).all():
            raise RuntimeError("a weight is not a number")
        parameter.requires_grad_(False)
