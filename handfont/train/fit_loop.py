"""The loop that the smaller networks are trained in: AdamW under a one-cycle rate, with a running share of hits."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

Batch = Callable[[int], tuple[Tensor, dict[str, Tensor]]]
"""Step -> the loss (scalar), and for each kind of hit whether each glyph of the batch is one, (N,); or
another figure of each glyph."""


def fit(
    name: str,
    network: nn.Module,
    batch: Batch,
    steps: int,
    rate: float,
    report: Callable[[str], None],
    after: Callable[[], None] = lambda: None,
    every: int = 200,
    decay: float = 0.05,
    clip: float | None = None,
) -> None:
    """Train ``network`` in place for ``steps`` batches; ``after`` follows each step; ``clip`` limits the slope."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps, pct_start=0.1)
    running: dict[str, float] = {}
    started = time.monotonic()
    for step in range(steps):
        loss, hits = batch(step)
        optimiser.zero_grad()
        loss.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(network.parameters(), clip)
        optimiser.step()
        schedule.step()
        after()
        for what, hit in hits.items():
            share = hit.float().mean().item()
            running[what] = share if step == 0 else 0.98 * running[what] + 0.02 * share
        if step % every == 0:
            glyphs = (step + 1) * len(next(iter(hits.values())))
            shown = " ".join(f"{what} {share:.3f}" for what, share in running.items())
            report(
                f"{name} step {step} loss {loss.item():.3f} {shown} "
                f"({glyphs / (time.monotonic() - started):.0f} glyphs/s)"
            )
