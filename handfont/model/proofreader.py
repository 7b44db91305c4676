"""The proofreader: reads what the hand draws, as the reader would, in a third of its time.

It looks at every glyph that is written. The reader teaches it (:mod:`handfont.train.proofreading`); what was written by
others and scanned is the reader's.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from handfont.model.config import ModelConfig
from handfont.model.reader import INPUT_SCALE
from handfont.sdf import GRID

PATCH = 4
"""Fields are smooth: patches of so many samples' side are taken for one point of many channels."""


class Proofreader(nn.Module):
    """Fields (N, grid, grid) in samples -> logits (N, characters)."""

    def __init__(self, characters: int, widths: tuple[int, int], features: int) -> None:
        super().__init__()
        fine, coarse = widths
        self.first = nn.Conv2d(PATCH * PATCH, fine, 3, padding=1)  # 12
        self.down = nn.Conv2d(fine, coarse, 3, stride=2, padding=1)  # 6
        self.same = nn.Conv2d(coarse, coarse, 3, padding=1)
        self.feature = nn.Linear(coarse * (GRID // PATCH // 2) ** 2, features)
        self.head = nn.Linear(features, characters)

    def forward(self, field: Tensor) -> Tensor:
        n, side = len(field), GRID // PATCH
        patches = (field * INPUT_SCALE).view(n, side, PATCH, side, PATCH).transpose(2, 3).reshape(n, side, side, -1)
        x = F.relu(self.first(patches.permute(0, 3, 1, 2)))
        x = F.relu(self.down(x))
        x = x + F.relu(self.same(x))
        logits: Tensor = self.head(F.relu(self.feature(x.permute(0, 2, 3, 1).flatten(1))))
        return logits.float()


def new_proofreader(config: ModelConfig) -> Proofreader:
    """An untrained proofreader of the configured sizes."""
    return Proofreader(len(config.characters), config.proofreader, config.features)
