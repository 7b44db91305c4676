"""How far a decoded shape is from the true one: what training lowers, and what enrolment lowers for each glyph."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

LEVELS = (0.0, 1.1)
"""The outline is compared at the canonical pen and at one less than half as wide: writers' pens are thin, and a narrow
loop that the canonical pen fills is there only in the height of the field between its strokes."""


def shape_error(decoded: Tensor, target: Tensor) -> Tensor:
    """(N,) smooth L1 of fields (N, grid, grid) near and in the ink, plus cross-entropy of the occupancy, in nats."""
    near = torch.where(target > 0, 1.0, torch.exp(-target.abs() / 2.5) + 0.05)
    error = (F.smooth_l1_loss(decoded, target, reduction="none", beta=0.7) * near).sum((1, 2))
    for level in LEVELS:
        near = torch.exp(-(target - level).abs() / 2.5) + 0.05
        inside = (target > level).float()
        occupied = F.binary_cross_entropy_with_logits(2 * (decoded - level), inside, reduction="none")
        error = error + (occupied * near).sum((1, 2))
    return error
