"""The proofreader: reads what the hand draws, as the reader would, in a fraction of its time.

It looks at every glyph that is written. The reader teaches it (:mod:`handfont.train.proofreading`); what was written by
others and scanned is the reader's.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from handfont.model.config import ModelConfig
from handfont.model.reader import INPUT_SCALE
from handfont.sdf import GRID


class Proofreader(nn.Module):
    """Fields (N, grid, grid) in samples -> logits (N, characters).

    A perceptron will do: what is drawn always lies in the middle of its field.
    """

    def __init__(self, characters: int, widths: tuple[int, int]) -> None:
        super().__init__()
        first, second = widths
        self.first, self.second = nn.Linear(GRID * GRID, first), nn.Linear(first, second)
        self.head = nn.Linear(second, characters)

    def forward(self, field: Tensor) -> Tensor:
        x = F.relu(self.first((field * INPUT_SCALE).flatten(1)))
        logits: Tensor = self.head(F.relu(self.second(x)))
        return logits.float()


def new_proofreader(config: ModelConfig) -> Proofreader:
    """An untrained proofreader of the configured sizes."""
    return Proofreader(len(config.characters), config.proofreader)
