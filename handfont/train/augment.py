"""Making encoder input look scanned. The target stays clean, so what is decoded stays crisp.

All of it works on the field, where a scan's faults have simple forms: a misjudged pen or threshold shifts the level,
paper and ink noise ripple the outline, a skipping pen leaves gaps, a crooked page turns the glyph a little.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from handfont.sdf import GRID, TRUNCATE


def as_scanned(field: Tensor, generator: torch.Generator) -> Tensor:
    """Fields (N, grid, grid) in samples with the faults of paper, pen and scanner."""
    n, device = len(field), field.device

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=generator, device=device)

    def normal(*shape: int) -> Tensor:
        return torch.randn(n, *shape, generator=generator, device=device)

    angle = normal() * math.radians(2.0)
    scale = torch.exp(0.03 * normal())
    shift = normal(2) * (0.6 * 2 / GRID)
    matrix = torch.stack([torch.stack([angle.cos() * scale, -angle.sin() * scale, shift[:, 0]], -1),
                          torch.stack([angle.sin() * scale, angle.cos() * scale, shift[:, 1]], -1)], 1)
    grid = F.affine_grid(matrix, [n, 1, GRID, GRID], align_corners=False)
    x = F.grid_sample(field[:, None], grid, mode="bilinear", padding_mode="border", align_corners=False)
    for cells, most in ((6, 0.5), (16, 0.5)):
        ripple = F.interpolate(normal(1, cells, cells), (GRID, GRID), mode="bilinear", align_corners=False)
        x = x + ripple * uniform(0, most, 1, 1, 1)
    x = x + normal()[:, None, None, None] * 0.4
    # A gap: the level drops in a small round spot of one glyph in eight.
    axis = torch.arange(GRID, device=device, dtype=field.dtype)
    row, column = uniform(8, GRID - 8, 1, 1), uniform(8, GRID - 8, 1, 1)
    distance2 = (axis[None, :, None] - row) ** 2 + (axis[None, None, :] - column) ** 2
    depth = (uniform(0, 1, 1, 1) < 0.125) * uniform(2, 5, 1, 1)
    x = x[:, 0] - depth * torch.exp(-distance2 / (2 * uniform(1.0, 2.0, 1, 1) ** 2))
    return x.clamp(-TRUNCATE, TRUNCATE)


def metrics_as_measured(metrics: Tensor, known: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Metrics with measuring error, and now and then not measured at all."""
    noise = torch.randn(metrics.shape, generator=generator, device=metrics.device) * 0.06
    drop = torch.rand(len(known), 1, generator=generator, device=metrics.device) < 0.3
    return metrics + noise, known * (~drop).float()
