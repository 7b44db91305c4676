"""The decoder that a model is trained with: wide, and three times slower than the one that is distilled from it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handfont.sdf import TRUNCATE


class Modulated(nn.Module):
    """Residual block of the wide decoder: two 3x3 convolutions, the condition scales and shifts between them (FiLM).

    It has no normalisation, which would cost a third of the decoder's time; the zero-initialised last convolution
    keeps training steady instead (Zhang, Dauphin, Ma 2019).
    """

    def __init__(self, channels: int, condition: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.film = nn.Linear(condition, 2 * channels)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.film(condition)[:, :, None, None].chunk(2, 1)
        y = torch.addcmul(shift, self.conv1(F.silu(x)), 1 + scale)
        return x + self.conv2(F.silu(y))


class WideDecoder(nn.Module):
    """Condition (N, features), character (N,) -> field (N, 48, 48); most of the work at 12 x 12 and below.

    Every character has a template of its own at 6 x 6, from which the condition departs.
    """

    def __init__(self, widths: tuple[int, int, int], features: int, characters: int) -> None:
        super().__init__()
        a, b, c = widths
        self.start = nn.Linear(features, a * 36)
        self.template = nn.Embedding(characters, a * 36)
        nn.init.normal_(self.template.weight, std=0.1)
        self.block6 = Modulated(a, features)
        self.up12 = nn.Conv2d(a, b * 4, 1)
        self.block12 = Modulated(b, features)
        self.up24 = nn.Conv2d(b, c * 4, 1)
        self.conv24 = nn.Conv2d(c, c, 3, padding=1)
        self.last = nn.Conv2d(c, 4, 3, padding=1)

    def forward(self, condition: Tensor, character: Tensor) -> Tensor:
        x = self.start(condition) + self.template(character).to(condition.dtype)
        x = x.view(len(condition), -1, 6, 6).contiguous(memory_format=torch.channels_last)
        x = F.pixel_shuffle(self.up12(self.block6(x, condition)), 2)
        x = F.pixel_shuffle(self.up24(self.block12(x, condition)), 2)
        x = x + self.conv24(F.silu(x))
        field: Tensor = F.pixel_shuffle(self.last(F.silu(x)), 2)[:, 0].float()
        return field.clamp(-1.5 * TRUNCATE, 1.5 * TRUNCATE)
