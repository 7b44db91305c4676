"""Making encoder input look scanned. The target stays clean.

All of it works on the field, where a scan's faults have simple forms: a misjudged pen or threshold shifts the level,
paper and ink noise ripple the outline, a skipping pen leaves gaps, a crooked page turns the glyph a little.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from handfont.core.arrays import BoolArray, FloatArray
from handfont.core.sdf import CANONICAL_PEN, GRID, INNER, TRUNCATE, from_ink, ink_distance

ZOOM = 2
"""Pixels a sample, of the pictures that a camera spoils."""
PENS = (0.1, 0.35)
"""Stroke widths in x-heights, from a fine ballpoint to a felt-tip."""


def as_scanned(field: Tensor, generator: torch.Generator, loose: float = 1.0) -> Tensor:
    """Fields (N, grid, grid) in samples with the faults of paper, pen and scanner; ``loose`` scales turns, shifts."""
    n, device = len(field), field.device

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=generator, device=device)

    def normal(*shape: int) -> Tensor:
        return torch.randn(n, *shape, generator=generator, device=device)

    angle = normal() * math.radians(2.0) * loose
    scale = torch.exp(0.03 * loose * normal())
    shift = normal(2) * (0.6 * 2 / GRID) * loose
    matrix = torch.stack(
        [
            torch.stack([angle.cos() * scale, -angle.sin() * scale, shift[:, 0]], -1),
            torch.stack([angle.sin() * scale, angle.cos() * scale, shift[:, 1]], -1),
        ],
        1,
    )
    grid = F.affine_grid(matrix, [n, 1, GRID, GRID], align_corners=False)
    x = F.grid_sample(field[:, None], grid, mode="bilinear", padding_mode="border", align_corners=False)
    x = _coarse(_pens(x, generator), generator)
    for cells, most in ((6, 0.5), (16, 0.5), (GRID, 0.6)):
        ripple = F.interpolate(normal(1, cells, cells), (GRID, GRID), mode="bilinear", align_corners=False)
        x = x + ripple * uniform(0, most, 1, 1, 1)
    # The pen's width was misjudged: the whole level is off.
    x = x + normal()[:, None, None, None] * 0.4
    # A gap: the level drops in a small round spot of one glyph in eight.
    axis = torch.arange(GRID, device=device, dtype=field.dtype)
    row, column = uniform(8, GRID - 8, 1, 1), uniform(8, GRID - 8, 1, 1)
    distance2 = (axis[None, :, None] - row) ** 2 + (axis[None, None, :] - column) ** 2
    depth = (uniform(0, 1, 1, 1) < 0.125) * uniform(2, 5, 1, 1)
    x = x[:, 0] - depth * torch.exp(-distance2 / (2 * uniform(1.0, 2.0, 1, 1) ** 2))
    return x.clamp(-TRUNCATE, TRUNCATE)


def _pens(x: Tensor, generator: torch.Generator) -> Tensor:
    """Felt-tips fill narrow counters (one glyph in six), pencils and dry pens lose thin ends (one in twelve)."""

    def grown(y: Tensor) -> Tensor:
        return F.max_pool2d(y, 3, stride=1, padding=1)

    order = torch.randperm(len(x), generator=generator, device=x.device)
    felt, pencil = order[: len(x) // 6], order[len(x) // 6 : len(x) // 4]
    x = x.index_copy(0, felt, -grown(-grown(x[felt])))
    return x.index_copy(0, pencil, grown(-grown(-x[pencil])))


def _coarse(x: Tensor, generator: torch.Generator) -> Tensor:
    """Half the batch through a scanner of 150 to 400 dpi: with fewer pixels across the glyph."""
    n = len(x)
    parts = []
    for part in x[: n // 2].chunk(3):
        pixels = int(torch.randint(15, 40, (1,), generator=generator, device=generator.device))
        small = F.interpolate(part, (pixels, pixels), mode="bilinear", align_corners=False, antialias=True)
        parts.append(F.interpolate(small, (GRID, GRID), mode="bicubic", align_corners=False))
    return torch.cat([*parts, x[n // 2 :]])


def photographed(fields: Tensor, log_sizes: Tensor, rng: np.random.Generator, share: float = 0.25) -> Tensor:
    """Fields (N, grid, grid) of glyphs of such sizes, a share of them written with any pen, taken out of focus, cut at
    an unlucky threshold and measured again: loops fill, corners round, thin ends go.
    """
    result = fields.clone()
    for row in np.flatnonzero(rng.random(len(fields)) < share):
        result[row] = torch.from_numpy(_photograph(fields[row].numpy(), float(log_sizes[row].exp()), rng))
    return result


def _photograph(field: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    pen = rng.uniform(*PENS) * INNER / size
    large = cv2.resize(np.pad(field, 8, constant_values=-TRUNCATE), None, fx=ZOOM, fy=ZOOM)
    ink = np.clip(0.5 + ZOOM * (large + np.clip((pen - CANONICAL_PEN) / 2, -1.2, 4.0)), 0, 1).astype(np.float32)
    if rng.random() < 0.3:
        ink = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((int(rng.integers(3, 9)),) * 2))
    # The blur of a lens in x-heights: a small letter loses more by it.
    ink = cv2.GaussianBlur(ink, (0, 0), ZOOM * INNER / size * rng.uniform(0.01, 0.08))
    grain = cv2.GaussianBlur(rng.standard_normal(ink.shape).astype(np.float32), (0, 0), rng.uniform(0.5, 2.0))
    mask = ink + grain * rng.uniform(0, 0.12) > rng.uniform(0.35, 0.6)
    mask = np.asarray(cv2.medianBlur(mask.astype(np.uint8), 3) > 0)
    if not mask.any():
        return field
    ys, xs = np.nonzero(mask)
    mask = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    measured = _pen_of(mask)
    return from_ink(mask, ZOOM * INNER / size, measured).field


def _pen_of(ink: BoolArray) -> float:
    """Stroke width in pixels, coarser and faster than :func:`handfont.core.sdf.pen_width`."""
    inside = ink_distance(np.pad(ink, 1))
    ridge = np.sort(inside[(inside >= cv2.dilate(inside, np.ones((3, 3)))) & (inside > 0)])
    return float(2 * np.median(ridge[len(ridge) // 3 :]))


def metrics_as_measured(
    metrics: Tensor, known: Tensor, generator: torch.Generator, unknown: float = 0.3
) -> tuple[Tensor, Tensor]:
    """Metrics with measuring error, and in the share ``unknown`` not measured at all."""
    noise = torch.randn(metrics.shape, generator=generator, device=metrics.device) * 0.06
    drop = torch.rand(len(known), 1, generator=generator, device=metrics.device) < unknown
    return metrics + noise, known * (~drop).float()
