"""The reader: a classifier q(c | x) of single characters, from their shape alone or with the line's metrics.

It is trained first and then frozen: it cleans the labels of the corpus, chooses the training hands whose forms can be
read, judges samples at enrollment, and scores a finished style (``handfont styles check``).
"""

from __future__ import annotations

from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from handfont.core.sdf import GRID
from handfont.model.config import ModelConfig

INPUT_SCALE = 1 / 3.0
"""Fields, in samples, enter networks at this scale."""


class ConvNorm(nn.Module):
    """3x3 convolution and batch normalization, which is folded into the convolution once trained (:func:`folded`)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, size: int = 3) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2)
        self.norm: nn.Module = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Maps (N, inputs, height, width) to (N, outputs, ...), each side divided by the stride."""
        y: Tensor = self.norm(self.conv(x))
        return y


class Stage(nn.Module):
    """Halves the resolution, then one residual convolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.down, self.same = ConvNorm(inputs, outputs, stride=2), ConvNorm(outputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Maps (N, inputs, height, width) to (N, outputs, height / 2, width / 2)."""
        x = F.silu(self.down(x))
        return x + F.silu(self.same(x))


class Reader(nn.Module):
    """Fields (N, grid, grid) in samples, metrics and known (N, metrics) -> logits (N, characters)."""

    def __init__(self, characters: int, widths: tuple[int, int, int, int], features: int, metrics: int) -> None:
        super().__init__()
        a, b, c, d = widths
        self.first = ConvNorm(1, a, stride=2, size=5)  # 24
        self.stages = nn.ModuleList([Stage(a, b), Stage(b, c), Stage(c, d)])  # 12, 6, 3
        self.feature = nn.Linear(d * (GRID // 16) ** 2, features)
        self.place = nn.Sequential(nn.Linear(2 * metrics, 64), nn.SiLU(), nn.Linear(64, features))
        self.head = nn.Linear(features, characters)

    def maps(self, field: Tensor) -> list[Tensor]:
        """Feature maps of the shape, (N, channels, 12, 12), then 6 x 6, then 3 x 3."""
        x = (field * INPUT_SCALE).unsqueeze(1).contiguous(memory_format=torch.channels_last)
        x = F.silu(self.first(x))
        result = []
        for stage in self.stages:
            x = stage(x)
            result.append(x)
        return result

    def logits(self, last: Tensor, metrics: Tensor | None = None, known: Tensor | None = None) -> Tensor:
        """From the last of the feature maps; without metrics the shape alone is read."""
        h = self.feature(last.flatten(1))
        if metrics is not None and known is not None:
            h = h + self.place(torch.cat([metrics * known, known], -1))
        result: Tensor = self.head(F.silu(h))
        return result.float()

    def forward(self, field: Tensor, metrics: Tensor | None = None, known: Tensor | None = None) -> Tensor:
        """Logits (N, characters) of fields (N, grid, grid) in samples; metrics and known are (N, metrics)."""
        return self.logits(self.maps(field)[-1], metrics, known)


def new_reader(config: ModelConfig) -> Reader:
    """An untrained reader of the configured sizes."""
    return Reader(len(config.characters), config.reader, config.reader_features, config.metrics)


_Network = TypeVar("_Network", bound=nn.Module)


def folded(network: _Network) -> _Network:
    """The trained network with every normalization folded into the convolution before it: the same function, faster."""
    network = network.eval()
    for module in network.modules():
        if isinstance(module, ConvNorm) and isinstance(module.norm, nn.BatchNorm2d):
            module.conv, module.norm = fuse_conv_bn_eval(module.conv, module.norm), nn.Identity()
    return network
