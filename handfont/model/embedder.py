"""The embedder: which hand wrote a glyph? Glyphs of one writer lie near each other in it, whatever they say.

It learns from the training writers alone which of the features of a glyph show its writer, and then stays as it is. It
is the eye of the style encoder (:mod:`handfont.model.evidence`). It sees glyphs as pictures drawn with one pen and
blurred alike, so that neither the pen nor the sharpness of a scan passes for a hand.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handfont.model.config import ModelConfig
from handfont.model.reader import Reader

BLUR = 0.8
"""Standard deviation of the pictures' blur, in samples."""


def picture(field: Tensor) -> Tensor:
    """Fields (N, grid, grid) as pictures of ink, -3 to 3 like a field, drawn with the canonical pen and blurred."""
    ink = torch.sigmoid(4 * field)
    reach = torch.arange(-3, 4, device=field.device, dtype=field.dtype)
    taps = torch.exp(-0.5 * (reach / BLUR) ** 2)
    taps = taps / taps.sum()
    ink = F.conv2d(ink[:, None], taps.view(1, 1, 7, 1), padding=(3, 0))
    return 6 * F.conv2d(ink, taps.view(1, 1, 1, 7), padding=(0, 3))[:, 0] - 3


class Embedder(nn.Module):
    """Fields (N, grid, grid), characters (N,) -> unit vectors (N, size)."""

    def __init__(self, characters: int, widths: tuple[int, int, int, int], size: int = 64) -> None:
        super().__init__()
        self.body = Reader(1, widths, 192, 1)
        self.character = nn.Embedding(characters, 48)
        self.head = nn.Sequential(nn.Linear(192 + 48, 192), nn.SiLU(), nn.Linear(192, size))
        self.log_scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, field: Tensor, character: Tensor) -> Tensor:
        """Unit vectors (N, size) of fields (N, grid, grid) in samples and their characters (N,)."""
        h = F.silu(self.body.feature(self.body.maps(picture(field))[-1].flatten(1)))
        return F.normalize(self.head(torch.cat([h, self.character(character)], -1)).float(), dim=-1)

    def whose(self, glyphs: Tensor, homes: Tensor) -> Tensor:
        """Logits (N, W) of which of W homes glyphs belong to."""
        return self.log_scale.exp() * glyphs @ F.normalize(homes, dim=-1).transpose(-1, -2)


def new_embedder(config: ModelConfig) -> Embedder:
    """An untrained embedder of the configured sizes."""
    return Embedder(len(config.characters), config.reader, config.embedded)
