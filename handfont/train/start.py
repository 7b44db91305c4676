"""Starting a training run from weights that are there already, also from weights with latents of other sizes.

What the style and the prior are has to be learnt anew; convolutions, the decoder, and what the residual means carry
over.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from handfont.errors import ModelError
from handfont.model.config import ModelConfig
from handfont.model.loading import fill
from handfont.model.network import HandModel, channels_last
from handfont.model.reader import Reader, folded, new_reader

Tensors = dict[str, Tensor]


def read(path: Path) -> Tensors:
    """The tensors of a weights file, in float32.

    Raises:
        ModelError: it is missing, damaged, or holds no reader and network.
    """
    try:
        tensors = {key: value.float() for key, value in load_file(path).items()}
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"the weights {path} to start from cannot be read ({error})") from error
    if not {"reader.head.weight", "network.condition.0.weight"} <= tensors.keys():
        raise ModelError(f"{path} holds no weights of handfont; start from a file that handfont train wrote")
    return tensors


def reader_of(tensors: Tensors, config: ModelConfig) -> Reader:
    """The reader among them, its normalisation folded.

    Raises:
        ModelError: it is of other sizes.
    """
    reader = folded(new_reader(config))
    try:
        fill(reader, "reader", tensors)
    except RuntimeError as error:
        raise ModelError("the reader of the weights to start from has other sizes; start from other weights") from error
    return channels_last(reader)


def adopt_network(network: HandModel, tensors: Tensors) -> None:
    """The shape encoder, the decoder and its condition; of the residual latent as many dimensions as both have.

    The style has another meaning in every run: what depends on it starts small.

    Raises:
        ModelError: the network among the tensors lacks a layer, or has layers of other sizes.
    """
    try:
        network.load_state_dict(_adopted(network, tensors))
    except KeyError as error:
        raise ModelError(f"the weights to start from lack the layer {error.args[0]}; start from other weights"
                         ) from error
    except (RuntimeError, ValueError) as error:
        raise ModelError("the network of the weights to start from has layers of other sizes; start from other weights"
                         ) from error


def _adopted(network: HandModel, tensors: Tensors) -> Tensors:
    config, old = network.config, {k.removeprefix("network."): v for k, v in tensors.items()}
    own = network.state_dict()
    for key in own:
        if key.split(".")[0] in ("encoder", "decoder", "character") and key in old and old[key].shape == own[key].shape:
            own[key] = old[key]
    own["condition.2.weight"], own["condition.2.bias"] = old["condition.2.weight"], old["condition.2.bias"]
    was_u = len(old["residual_head.4.bias"]) // 2
    for layer in ("condition.0", "metrics_head.0"):
        weight, new = old[f"{layer}.weight"], own[f"{layer}.weight"].clone()
        was_z = weight.shape[1] - was_u - config.embedding
        shared = min(was_u, config.residual)
        new[:, : config.style] *= 0.3
        new[:, config.style : config.style + shared] = weight[:, was_z : was_z + shared]
        new[:, config.style + config.residual :] = weight[:, was_z + was_u :]
        own[f"{layer}.weight"], own[f"{layer}.bias"] = new, old[f"{layer}.bias"]
    for layer in ("metrics_head.2", "metrics_head.4", "residual_head.2"):
        own[f"{layer}.weight"], own[f"{layer}.bias"] = old[f"{layer}.weight"], old[f"{layer}.bias"]
    first = own["residual_head.0.weight"].clone()
    first[:, : -config.style] = old["residual_head.0.weight"][:, : first.shape[1] - config.style]
    own["residual_head.0.weight"], own["residual_head.0.bias"] = first, old["residual_head.0.bias"]
    for key in ("residual_head.4.weight", "residual_head.4.bias"):
        halves = zip(own[key].chunk(2), old[key].chunk(2), strict=True)
        own[key] = torch.cat([torch.cat([was[: config.residual], new[was_u:]]) for new, was in halves])
    return own
