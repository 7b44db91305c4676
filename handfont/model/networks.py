"""The networks of the weights: the reader, the embedder and the aligner of ink, in torch."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from handfont.errors import ModelError
from handfont.model.config import ModelConfig
from handfont.model.embedder import Embedder, new_embedder
from handfont.model.ink_aligner import InkAligner
from handfont.model.loading import Weights, arrays_of
from handfont.model.reader import Reader, folded, new_reader

_Module = TypeVar("_Module", bound=nn.Module)


class Networks(NamedTuple):
    """What looks at glyphs and at lines, in evaluation mode."""

    reader: Reader
    embedder: Embedder
    ink_aligner: InkAligner


def channels_last(module: _Module) -> _Module:
    """The module with convolution weights laid out as the processor's fast kernels want them."""
    return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def load_networks(path: Path, config: ModelConfig) -> Networks:
    """The networks of a weights file, in float32.

    Raises:
        ModelError: the file is damaged, or its networks are of other sizes.
    """
    try:
        tensors = load_file(path)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"the weights {path} cannot be read ({error}); install handfont again") from error
    # Not on the "meta" device: initialising an embedding there imports torch's compiler, which takes two seconds.
    state = torch.get_rng_state()
    networks = Networks(folded(new_reader(config)), folded(new_embedder(config)), InkAligner().eval())
    torch.set_rng_state(state)
    try:
        for part, network in networks._asdict().items():
            fill(network, part, tensors)
    except (RuntimeError, KeyError) as error:
        raise ModelError(f"the weights {path} do not fit their configuration; install handfont again") from error
    return Networks(
        channels_last(networks.reader), channels_last(networks.embedder), channels_last(networks.ink_aligner)
    )


def save_weights(weights: Weights, folder: Path) -> None:
    """Networks and tables as float16 safetensors, the configuration as JSON beside them."""
    tensors = {name: torch.from_numpy(array) for name, array in arrays_of(weights).items()}
    for part, network in (("reader", weights.reader), ("embedder", weights.embedder)):
        tensors |= halved(folded(deepcopy(network)), part)
    tensors |= halved(weights.ink_aligner, "ink_aligner")
    folder.mkdir(parents=True, exist_ok=True)
    # Not saved by safetensors itself: it makes files that nobody but their owner may read.
    content = save(tensors, {"forms": json.dumps(weights.strokes.forms_listed())})
    (folder / f"{weights.name}.safetensors").write_bytes(content)
    (folder / f"{weights.name}.json").write_text(weights.config.to_json(), encoding="utf-8")


def halved(module: nn.Module, part: str) -> dict[str, Tensor]:
    """The module's parameters and buffers as one part of a file: in float16, counters as they are."""
    return {
        f"{part}.{key}": (value.half() if value.is_floating_point() else value).detach().cpu().contiguous()
        for key, value in module.state_dict().items()
    }


def fill(module: nn.Module, part: str, tensors: dict[str, Tensor]) -> None:
    """The module's parameters and buffers, in float32, from the tensors of one part of the file."""
    own = {key.removeprefix(f"{part}."): value for key, value in tensors.items() if key.startswith(f"{part}.")}
    module.load_state_dict(
        {key: value.float() if value.is_floating_point() else value for key, value in own.items()}, assign=True
    )
    for parameter in module.parameters():
        if not torch.isfinite(parameter).all():
            raise RuntimeError("a weight is not a number")
        parameter.requires_grad_(False)
